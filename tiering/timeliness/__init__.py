"""What falls due, what was done on time, and what is known to come."""
