"""Days on which the teams and offices of a unit did far more assessments than usual, the latest first."""

import pandas as pd

from monitor.snapshots.contracts.frames import BULK_DAYS
from monitor.web.read_model.snapshot import SnapshotView
from tiering.timeliness.bulk_days import LEVELS


def bulk_days_of(week: SnapshotView, teams: frozenset[str]) -> pd.DataFrame:
    """Return the bulk days of some teams, and of the offices of which every team is among them.

    No rows in a snapshot from before they were found.
    """
    if not week.has_frame(BULK_DAYS.name):
        return BULK_DAYS.empty()
    whole = [key for key, members in week.places.teams_of.items() if key[0] in LEVELS and members <= teams]
    indexed = week.indexed(BULK_DAYS.name)
    order = ["on", "level", "code", "what"]
    return indexed.frame.iloc[indexed.rows_of_units(whole)].sort_values(order, ascending=[False, True, True, True])
