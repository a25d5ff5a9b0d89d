"""The pages of decisions, concerns and agreed plans."""
