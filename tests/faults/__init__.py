"""Tests of what survives a kill."""
