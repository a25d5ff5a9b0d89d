"""Fit the points of a case to hours that people recorded."""
