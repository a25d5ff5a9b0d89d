"""Pose the redistribution problem: cases, posts, costs and limits."""
