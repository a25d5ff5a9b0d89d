"""Tests, file for file beside the packages."""
