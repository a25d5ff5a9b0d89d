"""What moves within its cluster would bring each hotspot of a scope, as far as the reader may know it."""

import math
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pandas as pd

from alerts.digest.ranking import Hotspot, Proposal
from alerts.digest.scope.units import Key
from alerts.digest.story import Story
from alerts.digest.week_facts import records


def with_proposals(story: Story, proposals: pd.DataFrame, proposed_units: pd.DataFrame) -> Story:
    """The story, each of its hotspots with what moves within its cluster would bring it, if that was found.

    proposals, proposed_units: of the week; columns as in ``WeekFacts``.
    """
    clusters = {row["cluster_code"]: row for row in records(proposals)}
    visible = {(unit.level, unit.code): unit.name for unit in (*story.visible_parts, *story.places)}
    if not story.whole.withheld and len(story.scope.codes) == 1:
        visible[story.scope.level, story.scope.code] = story.whole.name
    found: dict[Key, Proposal] = {}
    for row in records(proposed_units):
        cluster = clusters[row["cluster_code"]]
        moves = int(cluster["elective_moves"] + cluster["necessary_moves"])
        # An office that no email may show is not named, and neither is what a cluster lacks that the reader cannot see.
        to = "" if pd.isna(row["to_code"]) else visible.get(("office", row["to_code"]), "")
        knows_cluster = ("cluster", row["cluster_code"]) in visible
        found[row["level"], row["code"]] = Proposal(
            moves=moves,
            before=float(row["capacity_before"]),
            after=float(row["capacity_after"]),
            over_before=float(cluster["over_before"]) if knows_cluster else math.nan,
            over_after=float(cluster["over_after"]) if knows_cluster else math.nan,
            newly_over=int(cluster["newly_over"]),
            to=to,
            moves_to=int(row["moves_to"]),
            full_time_short=float(cluster["full_time_short"]) if knows_cluster else math.nan,
            cluster=str(row["cluster_code"]),
        )
    return replace(
        story,
        live=tuple(_with_proposal(spot, found) for spot in story.live),
        hot_and_late=tuple(_with_proposal(spot, found) for spot in story.hot_and_late),
        hotspots=tuple(_with_proposal(spot, found) for spot in story.hotspots),
    )


def plan_path(proposal: Proposal | None, as_at: date) -> str:
    """The path of the page of the plan that a run proposed; empty if nothing moves in it."""
    if proposal is None or not proposal.moves:
        return ""
    return f"/what-if/proposal?{urlencode({'cluster': proposal.cluster, 'as_at': as_at.isoformat()})}"


def _with_proposal(spot: Hotspot, found: dict[Key, Proposal]) -> Hotspot:
    return replace(spot, proposal=found.get((spot.unit.level, spot.unit.code)))
