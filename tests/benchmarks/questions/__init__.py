"""How long a question takes over two years of a national service."""
