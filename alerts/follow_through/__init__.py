"""What was decided about a hotspot, and what has happened since."""
