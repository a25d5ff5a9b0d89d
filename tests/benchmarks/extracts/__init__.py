"""What reading and checking an extract costs, also against another checkout."""
