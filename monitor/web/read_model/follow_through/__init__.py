"""Decisions, concerns and agreed plans, read again when one is added."""
