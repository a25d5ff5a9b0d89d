"""Drafting a heading map: profile what a source holds, match it with ours, and write what was found for a person."""

from monitor.extracts.draft.draft import draft_heading_map

__all__ = ["draft_heading_map"]
