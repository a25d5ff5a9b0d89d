"""Commands about weights and tiers."""
