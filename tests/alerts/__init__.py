"""Tests of judgement and words: rules, hotspots, digests."""
