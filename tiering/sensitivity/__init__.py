"""How far the figures depend on weights that have no published source."""
