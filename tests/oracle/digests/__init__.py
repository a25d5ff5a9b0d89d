"""The independent reader of digests, and the weeks that it reads."""
