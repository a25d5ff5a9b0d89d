"""Every stage beside its floor, what it must reach, and how it grows."""
