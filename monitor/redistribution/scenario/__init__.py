"""Read a scenario and apply its changes to a snapshot."""
