"""Tests of the mail: the outbox, its sender, and what operators do with both."""
