"""Proposals in the run: a plan on standing terms for each cluster with a unit that stays over the threshold."""
