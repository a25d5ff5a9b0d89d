"""Single cases and their assessments, as far as one reader may see them."""

from collections import Counter
from typing import Final

import numpy as np
import pandas as pd

from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.index import Positions
from monitor.web.read_model.snapshot import SnapshotView
from tiering.terms import Level

_ORDER: Final = {
    "cases": ("points", -1),
    "overdue": ("days_overdue", -1),
    "due_soon": ("due_on", 1),
    "oversight": ("due_on", 1),
}
"""By which column each frame is sorted, and in which direction: what needs a look first comes first."""


def case_rows(week: SnapshotView, sight: Visibility, frame: str, om_code: str) -> Positions:
    """Return the rows of a frame of cases that belong to one person and may be seen.

    * cases: the heaviest first
    * overdue: those overdue for longest first
    * due_soon: those due soonest first
    * oversight: those due for longest first, then those due soonest
    """
    rows = visible_rows(week, sight, frame, week.rows(frame, Level.OFFENDER_MANAGER, om_code))
    if frame not in _ORDER:
        return rows
    column, direction = _ORDER[frame]
    values = week.memo.get(
        ("order", frame), lambda: week.frame(frame)[column].to_numpy().astype(np.float64) * direction
    )
    return rows[np.argsort(values[rows], kind="stable")]


def visible_rows(week: SnapshotView, sight: Visibility, frame: str, rows: Positions) -> Positions:
    """Return those of the rows of a frame of cases that may be seen."""
    # Two columns taken out once: picking rows of a wide frame copies every column of them.
    owners = week.memo.get(("owners", frame), lambda: week.frame(frame)[["om_code", "team_code"]])
    return rows[sight.rows(owners.iloc[rows])]


def due_counts(week: SnapshotView, om_code: str) -> tuple[Counter[str], Counter[str]]:
    """Count the assessments of each case of a person, by CRN: those overdue, and those due soon."""
    late, soon = (week.rows(name, Level.OFFENDER_MANAGER, om_code) for name in ("overdue", "due_soon"))
    return (
        Counter(week.indexed("overdue").columns["crn"][late].tolist()),
        Counter(week.indexed("due_soon").columns["crn"][soon].tolist()),
    )


def cases_with_counts(week: SnapshotView, rows: Positions, om_code: str) -> pd.DataFrame:
    """Return cases a person holds, with how many of their assessments are overdue and due soon."""
    cases = week.frame("cases").iloc[rows]
    late, soon = due_counts(week, om_code)
    crns = cases["crn"].tolist()
    return cases.assign(overdue=[late[crn] for crn in crns], due_soon=[soon[crn] for crn in crns])


def hot_offender_managers(week: SnapshotView) -> frozenset[str]:
    """Return the codes of those who are hot and late this week."""
    hotspots = week.hotspots
    hot_and_late = hotspots["rule"].eq("hot_and_late") & hotspots["level"].eq(Level.OFFENDER_MANAGER)
    return frozenset(hotspots.loc[hot_and_late & hotspots["status"].ne("cleared"), "code"])


def overdue_items(week: SnapshotView, sight: Visibility) -> pd.DataFrame:
    """Return every overdue assessment that may be seen, as ``all_overdue`` has them."""
    items = all_overdue(week)
    visible = sight.rows(items)
    # Not copied for readers who see everything: a service has tens of thousands of them.
    return items if visible.all() else items[visible]


def all_overdue(week: SnapshotView) -> pd.DataFrame:
    """Return every overdue assessment: hot and late first, then by RoSH and by how long it is overdue.

    Columns of tiering.timeliness.assessments.overdue, and om_name, hot (its holder is hot and late).
    """
    return week.memo.get(("all overdue",), lambda: _sort_overdue(week))


def _sort_overdue(week: SnapshotView) -> pd.DataFrame:
    items = week.frame("overdue")
    items = items.assign(
        om_name=items["om_code"].map(week.names).fillna(""), hot=items["om_code"].isin(hot_offender_managers(week))
    )
    return items.sort_values(
        ["hot", "high_risk", "days_overdue", "crn", "rule"], ascending=[False, False, False, True, True]
    )
