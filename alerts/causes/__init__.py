"""Why a unit's capacity percentage is what it is, and why it changed: parts that add up exactly."""
