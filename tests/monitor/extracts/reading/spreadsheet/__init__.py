"""Tests of reading and checking an extract."""
