"""Charts of the pages, each with its numbers."""
