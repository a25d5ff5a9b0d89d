"""The types of team of a unit next to each other."""

import pandas as pd

from monitor.web.read_model.snapshot import SnapshotView


def team_types_of(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """Return the types of team in a unit, the most loaded first; no row if there is only one, or none is compared.

    Columns as ``tiering.staff.team_types.COLUMNS``.
    """
    types = week.frame_if_stored("team_types")
    own = types[types["level"].eq(level) & types["code"].eq(code)]
    if len(own) < 2:
        return own[:0]
    return own.sort_values(["capacity_percentage", "team_type"], ascending=[False, True], ignore_index=True)
