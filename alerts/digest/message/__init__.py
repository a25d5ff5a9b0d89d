"""The final bytes of a message: templates rendered, composed, and read again as text."""
