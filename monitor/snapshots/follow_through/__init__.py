"""What was decided about hotspots and agreed as plans, and what came of it, as stored."""
