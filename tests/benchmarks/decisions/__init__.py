"""How long the page of decisions takes after ten years."""
