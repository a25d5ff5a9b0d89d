"""How firm the weights are, and what other weights or the national tool make of a week."""
