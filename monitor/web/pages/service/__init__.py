"""The pages about the service itself: its extracts, runs and messages."""
