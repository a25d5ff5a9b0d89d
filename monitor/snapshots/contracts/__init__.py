"""The column contracts of what is stored and exported."""
