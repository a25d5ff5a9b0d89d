"""The forecast, measured on a simulated service whose future is known: ``make bench-detection``."""
