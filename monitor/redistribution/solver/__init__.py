"""Solve the redistribution problem with HiGHS."""
