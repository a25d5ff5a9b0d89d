"""What was decided about the hotspots of a snapshot, read again when another decision was made."""

from collections.abc import Collection
from datetime import date

import pandas as pd

from alerts.digest.follow_up import DecisionFacts, decision_facts, with_decisions
from alerts.digest.story import Story
from alerts.follow_through.decisions import Decision
from alerts.follow_through.like_units import outcomes_of_decisions
from alerts.follow_through.outcomes import no_moves
from monitor.follow_through.record import LiveEpisode, live_episodes
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.follow_through.agreed import count_agreed
from monitor.snapshots.follow_through.decision_outcomes import read_decision_outcomes
from monitor.snapshots.follow_through.decisions import (
    ListedDecision,
    Wanted,
    count_latest,
    list_latest,
    newest_number,
    read_decisions,
    read_recent_decisions,
)
from monitor.snapshots.follow_through.outcomes import read_moves
from monitor.snapshots.store import RowsRemoved
from monitor.web.auth.permissions import UNITS, Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.story import SMALLEST_TEAM


def live_in(week: SnapshotView) -> tuple[LiveEpisode, ...]:
    """Return the episodes of units that last in a snapshot."""
    return week.memo.get(("live episodes",), lambda: tuple(live_episodes(week.hotspots, week.as_at)))


def decisions_in(cache: SnapshotCache, week: SnapshotView) -> tuple[Decision, ...]:
    """Return every decision about the episodes of a snapshot that was made by its time or about it."""
    engine = cache.store.engine
    key = ("decisions", newest_number(engine))
    return week.recent.get(key, lambda: _read(cache, week))


def facts_in(cache: SnapshotCache, week: SnapshotView, on: date) -> DecisionFacts:
    """Return what stories need to know of these decisions; on: the day on which reviews are due."""
    key = ("decision facts", newest_number(cache.store.engine), on)
    return week.recent.get(key, lambda: _facts(cache, week, on))


def _facts(cache: SnapshotCache, week: SnapshotView, on: date) -> DecisionFacts:
    places = {episode.identity: (episode.level, episode.code) for episode in live_in(week)}
    decisions = read_recent_decisions(cache.store.engine, places, week.as_at)
    known = [decision for decision in decisions if decision.as_at <= week.as_at]
    outcomes = outcomes_of_decisions(known, places, week.frame_if_stored("unit_weeks"), SMALLEST_TEAM)
    return decision_facts(known, places, outcomes, on, min(week.rule("over_threshold").escalate_at, default=None))


def outcomes_in(cache: SnapshotCache, week: SnapshotView) -> pd.DataFrame:
    """Return what came of the decisions up to a snapshot; columns as they are exported."""
    key = ("decision outcomes", newest_number(cache.store.engine))
    return week.recent.get(key, lambda: read_decision_outcomes(cache.store, week.snapshot))


def moves_in(cache: SnapshotCache, week: SnapshotView) -> pd.DataFrame:
    """Return what happened to the moves of agreed plans; nothing once the cases of the week are removed."""
    agreed = count_agreed(cache.store.engine)
    return week.recent.get(("agreed moves", agreed), lambda: _moves(cache, week)) if agreed else no_moves()


def _moves(cache: SnapshotCache, week: SnapshotView) -> pd.DataFrame:
    try:
        return read_moves(cache.store, week.frame("extract_cases"), week.as_at)
    except (RowsRemoved, ArchiveDamaged):
        return no_moves()


def decided_story(cache: SnapshotCache, week: SnapshotView, story: Story, on: date) -> Story:
    """Return a story with what was decided about its hotspots."""
    return with_decisions(story, facts_in(cache, week, on))


def count_ended(cache: SnapshotCache, week: SnapshotView, sight: Visibility, wanted: Wanted) -> int:
    """Return how many episodes that no longer last have a decision, as far as the reader sees it; as ``list_ended``."""
    return count_latest(cache.store.engine, _as_seen(week, sight, wanted), _lasting(week))


def list_ended(
    cache: SnapshotCache, week: SnapshotView, sight: Visibility, wanted: Wanted, first: int, most: int
) -> tuple[ListedDecision, ...]:
    """Return the last decision about each episode that no longer lasts, newest first, as far as the reader sees it.

    wanted: what the reader narrows the list to, without units.
    first, most: the part of the list.
    """
    return tuple(list_latest(cache.store.engine, _as_seen(week, sight, wanted), _lasting(week), first, most))


def _as_seen(week: SnapshotView, sight: Visibility, wanted: Wanted) -> Wanted:
    return Wanted(visible_units(week, sight), wanted.unit, wanted.owner, wanted.kind)


def _lasting(week: SnapshotView) -> frozenset[str]:
    return frozenset(episode.identity for episode in live_in(week))


def visible_units(week: SnapshotView, sight: Visibility) -> tuple[tuple[str, Collection[str]], ...] | None:
    """Return level and codes of the units that the reader sees; None for everything."""
    if sight.everything:
        return None
    return week.recent.get(("visible units", sight.person.role, sight.units), lambda: _visible_units(week, sight))


def _visible_units(week: SnapshotView, sight: Visibility) -> tuple[tuple[str, Collection[str]], ...]:
    keys = [key for key in week.places.teams_of if sight.may_see(*key)]
    return tuple((level.value, [code for its_level, code in keys if its_level == level]) for level in UNITS)


def _read(cache: SnapshotCache, week: SnapshotView) -> tuple[Decision, ...]:
    made = read_decisions(cache.store.engine, [episode.identity for episode in live_in(week)])
    return tuple(decision for decision in made if decision.as_at <= week.as_at)
