"""The `hotspots` command line."""
