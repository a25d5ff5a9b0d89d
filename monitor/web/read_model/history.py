"""A unit over the weeks, what is forecast of it, and the snapshots and runs there have been."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alerts.detection.organisation.unit_history import code_spans
from monitor.operations.run_ledger import JOB
from monitor.snapshots.service import run_rows
from monitor.snapshots.tables import Run, Snapshot
from monitor.snapshots.weeks import catalogue
from monitor.snapshots.weeks.catalogue import points_by_snapshot
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.index import Positions
from monitor.web.read_model.snapshot import SnapshotView


def course_of(cache: SnapshotCache, week: SnapshotView, level: str, codes: Sequence[str]) -> pd.DataFrame:
    """Return points and capacity of some units of one level together over the weeks, oldest first, this one last.

    Each is followed under the codes it has had; a code that stood for another unit is left out before that. A unit has
    in each week the teams of that week. A week without a snapshot has no row. Columns:

    * as_at: date of the snapshot
    * total_points, available_points: points a week
    * capacity_percentage: per cent; NaN if no points are available
    * weighed_alike: whether that week was weighed by the weights of this one
    """
    points = _points_over_weeks(cache, week, level, codes)
    rows = sorted((*week.weighings[number], *of_week) for number, of_week in points.items())
    total, available = (np.array([row[place] for row in rows], dtype=np.float64) for place in (2, 3))
    share = np.divide(100 * total, available, out=np.full(len(rows), np.nan), where=available > 0)
    return pd.DataFrame(
        {
            "as_at": pd.Series([row[0] for row in rows], dtype=object),
            "total_points": total,
            "available_points": available,
            "capacity_percentage": share,
            "weighed_alike": pd.Series([row[1] for row in rows], dtype=bool),
        }
    )


def _points_over_weeks(
    cache: SnapshotCache, week: SnapshotView, level: str, codes: Sequence[str]
) -> dict[int, tuple[float, float]]:
    """Return total points and available points of some units together in each snapshot that has any, by its id."""
    engine, sums = cache.store.engine, dict[int, tuple[float, float]]()
    if not week.changes_by_date:
        return points_by_snapshot(engine, list(week.weighings), level, list(codes))
    for span in (span for code in codes for span in code_spans(level, code, week.changes_by_date)):
        ids = [number for number, (as_at, _) in week.weighings.items() if span.has(as_at)]
        for number, (total, available) in points_by_snapshot(engine, ids, level, [span.code]).items():
            before = sums.get(number, (0.0, 0.0))
            sums[number] = (before[0] + total, before[1] + available)
    return sums


def forecast_of(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """Return what is forecast for a unit, one row per week ahead; empty if there is no forecast for it."""
    forecast = week.indexed("forecast")
    return forecast.frame.iloc[forecast.rows_of_units([(level, code)])].sort_values("weeks_ahead")


def timeliness_of(week: SnapshotView, level: str, code: str) -> Positions:
    """Return the rows of the timeliness of a unit, the least timely rule first."""
    rows = week.indexed("timeliness").rows_of_units([(level, code)])
    return rows[np.argsort(week.timeliness["percentage"].to_numpy()[rows], kind="stable")]


def list_snapshots(cache: SnapshotCache) -> list[Snapshot]:
    """Return every snapshot, newest first, without the policy and rules it was computed with."""
    return catalogue.list_snapshots(cache.store.engine)


def failed_week(cache: SnapshotCache) -> str | None:
    """Return the ISO week of the last weekly run if it failed; None if it did not."""
    return run_rows.failed_week(cache.store.engine, JOB)


def latest_runs(cache: SnapshotCache, most: int) -> list[Run]:
    """Return the last weekly runs, the newest first."""
    return run_rows.latest_runs(cache.store.engine, JOB, most)
