"""The last check that no message names what its reader may not read."""
