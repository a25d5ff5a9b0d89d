"""Agreed plans and what has happened since, as the newest snapshot knows it."""

from dataclasses import dataclass

import pandas as pd

from alerts.follow_through.outcomes import MoveState, match_moves
from monitor.snapshots.follow_through.agreed import list_agreed, read_agreed_frames
from monitor.snapshots.follow_through.outcomes import outcomes_of
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.store import RowsRemoved
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView


@dataclass(frozen=True)
class FollowedPlan:
    """An agreed plan with its moves. moves: with ``state``, a value of MoveState; None once they are removed."""

    agreed: AgreedPlan
    moves: pd.DataFrame | None


def followed_plans(cache: SnapshotCache, week: SnapshotView) -> tuple[FollowedPlan, ...]:
    """Return the agreed plans of a snapshot and of earlier ones, latest first, with what has happened up to it."""
    plans = [agreed for agreed in list_agreed(cache.store.engine) if agreed.as_at <= week.as_at]
    key = ("followed plans", len(plans))
    return week.recent.get(key, lambda: tuple(_follow(cache, week, agreed) for agreed in plans))


def counts_since(cache: SnapshotCache, week: SnapshotView, agreed: AgreedPlan) -> dict[str, int] | None:
    """Return how many moves of a plan there are, are due, and have become of what; None if that is not known yet."""
    outcomes: pd.DataFrame = week.recent.get(
        ("outcomes", agreed.plan_id), lambda: outcomes_of(cache.store, agreed, week.snapshot)
    )
    latest = outcomes[outcomes["as_at"].eq(outcomes["as_at"].max())]
    if latest.empty or latest["moves"].isna().any():
        return None
    return {name: int(latest[name].sum()) for name in ("moves", "due", *MoveState)}


def _follow(cache: SnapshotCache, week: SnapshotView, agreed: AgreedPlan) -> FollowedPlan:
    frames = read_agreed_frames(cache.store.engine, agreed)
    if frames is None:
        return FollowedPlan(agreed, None)
    try:
        cases = week.frame("extract_cases")
    except RowsRemoved:
        return FollowedPlan(agreed, None)
    return FollowedPlan(agreed, frames.moves.assign(state=match_moves(frames.moves, cases)))
