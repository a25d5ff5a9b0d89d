"""The policy in force on a date, and the files its numbers are read from."""
