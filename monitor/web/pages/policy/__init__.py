"""Every number of a policy with where it comes from, and how it changes."""
