"""Tests of what is kept: store, archive, database."""
