"""For machines that watch the service: health, and counts for Prometheus."""
