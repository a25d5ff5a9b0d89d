"""Judging the rows of an extract: values, keys, references, and what last week had."""
