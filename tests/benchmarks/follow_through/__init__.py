"""How often a decision is said to have worked, with and without a real effect: docs/follow_through.md."""
