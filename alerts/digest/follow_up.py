"""What was decided about each hotspot of a scope, what has happened since, and which of them wait for a decision."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from alerts.digest.ranking import Cleared, FollowUp, Hotspot
from alerts.digest.scope.units import Key
from alerts.digest.story import Story
from alerts.digest.week_facts import records
from alerts.follow_through.decisions import Decision, choose_decision, latest_by_episode, reviewed_episodes
from alerts.follow_through.like_units import like_units_of
from alerts.follow_through.outcomes import COUNTS
from tiering.terms import Level


@dataclass(frozen=True)
class DecisionFacts:
    """What has to be known of decisions to say where hotspots stand.

    latest: the last decision about each episode.
    on: the day on which reviews are due or overdue.
    decision_after: after how many weeks the rules ask for a decision; None if they never do.
    outcomes: what came of a decision, by its episode and number; without those whose weeks do not compare, or whose
        figures the reader may not know.
    reviewed: the units about which a decision was reviewed.
    """

    latest: Mapping[str, Decision]
    on: date
    decision_after: int | None
    outcomes: Mapping[tuple[str, int], Mapping[str, Any]]
    reviewed: frozenset[Key]


def decision_facts(
    decisions: Iterable[Decision],
    places: Mapping[str, Key],
    outcomes: pd.DataFrame,
    on: date,
    decision_after: int | None,
) -> DecisionFacts:
    """Gather the facts.

    places: level and code now of the units of episodes of the week, as of ``alerts.detection.episodes.places_of``.
    outcomes: of ``alerts.follow_through.like_units.outcomes_of_decisions``.
    """
    made = list(decisions)
    latest = latest_by_episode(made)
    reviewed = (latest[episode] for episode in reviewed_episodes(made))
    return DecisionFacts(
        latest,
        on,
        decision_after,
        {(row["episode"], row["number"]): row for row in records(outcomes)},
        frozenset(places.get(decision.episode, (decision.level, decision.code)) for decision in reviewed),
    )


def with_decisions(story: Story, facts: DecisionFacts) -> Story:
    """The story, each of its hotspots with what was decided about it, and its counts of decisions and reviews."""
    live = tuple(_with_decision(spot, facts) for spot in story.live)
    answers = [spot.follow_up for spot in live if spot.follow_up is not None]
    reviewed = [story.capacities[key] for key in facts.reviewed if key in story.capacities]
    return replace(
        story,
        live=live,
        hot_and_late=tuple(_with_decision(spot, facts) for spot in story.hot_and_late),
        hotspots=tuple(_with_decision(spot, facts) for spot in story.hotspots),
        cleared=tuple(_with_outcome(entry, facts) for entry in story.cleared),
        asking=sum(answer.is_asked for answer in answers),
        reviews_overdue=sum(answer.is_overdue for answer in answers),
        reviewed=len(reviewed),
        reviewed_below=sum(capacity <= story.red_line for capacity in reviewed),
    )


def with_moves(story: Story, moves: pd.DataFrame) -> Story:
    """The story with what happened to the moves of agreed plans that its offices give; moves: of every office."""
    own = [(Level.OFFICE, code) in story.capacities for code in moves["code"]]
    counts = {name: int(moves.loc[own, name].sum()) for name in COUNTS}
    return replace(story, agreed_moves=counts if counts["moves"] else {})


def follow_up_of(episodes: Sequence[str], percentage: float, facts: DecisionFacts) -> FollowUp:
    """What was decided about the episodes of a unit; percentage: its per cent of capacity in this week."""
    decision = choose_decision(episodes, facts.latest)
    if decision is None:
        return FollowUp(None, math.nan, math.nan, is_overdue=False, is_asked=False)
    row = facts.outcomes.get((decision.episode, decision.number))
    then = math.nan if row is None else float(row["capacity_then"])
    like = None if row is None else like_units_of(row)
    return FollowUp(decision, then, percentage, is_overdue=decision.is_overdue(facts.on), is_asked=False, like=like)


def _with_decision(spot: Hotspot, facts: DecisionFacts) -> Hotspot:
    answer = follow_up_of(spot.episodes, spot.unit.capacity, facts)
    has_decision = answer.decision is not None and answer.decision.is_in_force
    asks = facts.decision_after is not None and spot.weeks >= facts.decision_after
    return replace(spot, follow_up=replace(answer, is_asked=asks and not has_decision))


def _with_outcome(entry: Cleared, facts: DecisionFacts) -> Cleared:
    return replace(entry, follow_up=follow_up_of(entry.episodes, entry.unit.capacity, facts))
