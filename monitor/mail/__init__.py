"""Email: queued as final bytes, sent once, and its state recorded."""
