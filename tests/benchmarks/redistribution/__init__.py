"""Redistribution: time, gap, moves and gain beside a greedy baseline; printed, never asserted."""
