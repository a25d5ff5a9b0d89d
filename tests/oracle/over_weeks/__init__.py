"""What is compared between weeks: causes, limits of tolerable risk, and the organisation."""
