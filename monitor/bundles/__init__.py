"""A week of one scope as one file that anyone can check: its inputs under pseudonyms, its numbers and its figures."""
