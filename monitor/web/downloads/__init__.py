"""Tables as files that people hand over."""
