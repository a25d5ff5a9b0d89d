"""Checks before a run, and of a stored week."""
