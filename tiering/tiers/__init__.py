"""Tier schemes, and the calculator of modern tiers."""
