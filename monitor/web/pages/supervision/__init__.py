"""The pages of an SPO's week: what is coming, its calendar, and the sheets for supervision."""
