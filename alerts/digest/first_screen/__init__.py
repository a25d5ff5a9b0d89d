"""What stands above everything else: better or worse, where, because, what would help, what has happened since."""
