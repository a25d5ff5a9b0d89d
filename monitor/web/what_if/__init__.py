"""The planners' what-if pages."""
