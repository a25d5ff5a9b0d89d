"""Present one page each."""
