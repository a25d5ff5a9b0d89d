"""The pages as typed values, which presenters fill and templates show."""
