"""What the pages of an SPO's week read."""
