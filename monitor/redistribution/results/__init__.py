"""Explain a plan: moves, reasons, metrics and comparisons."""
