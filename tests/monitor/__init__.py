"""Tests of the outside world: files, database, clock, terminal, browser."""
