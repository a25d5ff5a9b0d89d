"""Judge a week: rules, trends, hotspots, what explains what, and the proof of each alert."""
