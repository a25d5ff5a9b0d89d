"""The staff of a unit: who left and joined, what sickness takes, how long people have been in the work."""

import pandas as pd

from monitor.snapshots.contracts.frames import STAFFING
from monitor.web.read_model.rows import Staffing, rows_of
from monitor.web.read_model.snapshot import SnapshotView


def staffing_table(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """Return the row of a unit as it was stored; none in a snapshot from before there was any."""
    if not week.has_frame(STAFFING.name):
        return STAFFING.empty()
    indexed = week.indexed(STAFFING.name)
    return indexed.frame.iloc[indexed.rows_of_units([(level, code)])]


def staffing_of(week: SnapshotView, level: str, code: str) -> Staffing | None:
    """Return the staffing of one unit; None if the snapshot has none of it."""
    return next(iter(rows_of(Staffing, staffing_table(week, level, code))), None)
