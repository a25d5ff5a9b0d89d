"""Stored tables as files that are handed over."""
