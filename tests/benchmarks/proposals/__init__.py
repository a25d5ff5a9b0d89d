"""What proposals add to a run."""
