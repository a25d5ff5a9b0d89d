"""The mail: queued as final bytes, sent once, and what became of it."""
