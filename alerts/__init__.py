"""Judgement and words: rules, hotspots, digests. No database."""
