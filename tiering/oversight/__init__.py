"""Enforcement, contacts and management oversight: what is due, late or done beyond assessments."""
