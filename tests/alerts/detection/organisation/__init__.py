"""Tests of the comparison of two organisations."""
