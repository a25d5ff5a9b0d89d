"""Alternative histories: stored weeks as they would have been under another policy."""
