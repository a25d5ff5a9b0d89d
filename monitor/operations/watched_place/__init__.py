"""The folder or prefix in which the weekly extracts arrive, and which of them is next."""
