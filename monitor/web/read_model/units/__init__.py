"""What the page of a unit reads, one subject a module."""
