"""The policy worked out a second time, with dicts, loops and fractions, to compare the program with."""
