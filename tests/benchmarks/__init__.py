"""Benchmarks: printed, never asserted; these machines are noisy."""
