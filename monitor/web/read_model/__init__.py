"""Read a stored snapshot for the pages."""
