"""What each rule costs and what it finds, on simulated weekly histories: docs/detection.md."""
