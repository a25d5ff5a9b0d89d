"""What was decided about each hotspot of a scope, what has happened since, and which of them wait for a decision."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from alerts.detection.episodes import iso_week
from alerts.digest.ranking import FollowUp, Hotspot
from alerts.digest.story import Story
from alerts.digest.units import records
from alerts.follow_through.decisions import Decision, choose_decision, latest_by_episode


@dataclass(frozen=True)
class DecisionFacts:
    """What has to be known of decisions to say where hotspots stand.

    latest: the last decision about each episode.
    on: the day on which reviews are due or overdue.
    decision_after: after how many weeks the rules ask for a decision; None if they never do.
    percentages: per cent of capacity by (ISO week, level, code), of weeks that compare with this one and whose figures
        the reader may know.
    """

    latest: Mapping[str, Decision]
    on: date
    decision_after: int | None
    percentages: Mapping[tuple[str, str, str], float]


def decision_facts(
    decisions: Iterable[Decision], weeks: pd.DataFrame, on: date, decision_after: int | None, small_team: int
) -> DecisionFacts:
    """Gather the facts. weeks: as of ``WeekFacts.weeks``; small_team: fewer offender managers make a unit too small."""
    latest = latest_by_episode(decisions)
    wanted = {(decision.level, decision.code) for decision in latest.values()}
    # Few units have decisions, and the weeks of a national service are many rows.
    rows = records(weeks[weeks["code"].isin([code for _, code in wanted])])
    percentages = {
        (iso_week(row["as_at"]), row["level"], row["code"]): float(row["capacity_percentage"])
        for row in rows
        if (row["level"], row["code"]) in wanted and row["is_comparable"] and row["offender_managers"] >= small_team
    }
    return DecisionFacts(latest, on, decision_after, percentages)


def with_decisions(story: Story, facts: DecisionFacts) -> Story:
    """The story, each of its hotspots with what was decided about it, and its counts of decisions and reviews."""
    live = tuple(_with_decision(spot, story, facts) for spot in story.live)
    answers = [spot.follow_up for spot in live if spot.follow_up is not None]
    return replace(
        story,
        live=live,
        hot_and_late=tuple(_with_decision(spot, story, facts) for spot in story.hot_and_late),
        hotspots=tuple(_with_decision(spot, story, facts) for spot in story.hotspots),
        asking=sum(answer.is_asked for answer in answers),
        reviews_overdue=sum(answer.is_overdue for answer in answers),
    )


def follow_up_of(
    episodes: Sequence[str], level: str, code: str, percentage: float, as_at: date, facts: DecisionFacts
) -> FollowUp:
    """What was decided about the episodes of a unit; percentage: its per cent of capacity in the week of ``as_at``."""
    decision = choose_decision(episodes, facts.latest)
    if decision is None:
        return FollowUp(None, math.nan, math.nan, is_overdue=False, is_asked=False)
    week = iso_week(decision.as_at)
    then = math.nan if week == iso_week(as_at) else facts.percentages.get((week, level, code), math.nan)
    return FollowUp(decision, then, percentage, is_overdue=decision.is_overdue(facts.on), is_asked=False)


def _with_decision(spot: Hotspot, story: Story, facts: DecisionFacts) -> Hotspot:
    unit = spot.unit
    answer = follow_up_of(spot.episodes, unit.level, unit.code, unit.capacity, story.as_at, facts)
    has_decision = answer.decision is not None and answer.decision.is_in_force
    asks = facts.decision_after is not None and spot.weeks >= facts.decision_after
    return replace(spot, follow_up=replace(answer, is_asked=asks and not has_decision))
