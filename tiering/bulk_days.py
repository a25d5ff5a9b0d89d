"""Find days on which a team or office completed or countersigned far more assessments than on its usual day.

Such a day is no fault: it may be a day set aside, a backlog that was recorded at once, or work done without the time it
needs. Where "Going Green" made work timely in 2009, its quality stayed weak.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd

from tiering.assessments import working_days
from tiering.caseload import Caseload
from tiering.policy import BulkCompletion, Policy
from tiering.terms import AssessmentKind, Level

COMPLETED: Final = "completed"
COUNTERSIGNED: Final = "countersigned"

COLUMNS: Final = ["level", "code", "name", "what", "on", "assessments", "usual", "times_usual", "near_deadline"]

LEVELS: Final = (Level.TEAM, Level.OFFICE)


def bulk_days(caseload: Caseload, items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """List the bulk days of every team and office within the policy's timeliness window.

    items: those of tiering.assessments on the same date.

    An assessment counts once per case, kind and day, in the team its case is in now; home visits do not count. Returns
    one row per unit, what was done (completed, countersigned) and day, sorted by these; columns ``COLUMNS``:

    - assessments: how many; at least ``at_least`` of the policy
    - usual: the mean of the unit's other working days in the window
    - times_usual: assessments over usual, at least ``times_usual`` of the policy; missing if usual is 0
    - near_deadline: of those completed, how many fell due on that day or in the ``near_deadline_days`` after it;
      missing for countersignatures

    No rows if the policy has no ``bulk_completion``.
    """
    numbers = policy.bulk_completion
    if numbers is None:
        return _frame([])
    first = as_at - timedelta(days=policy.timeliness_window)
    cases = caseload.cases[["crn", "team_code"]].merge(caseload.organisation, on="team_code")
    done = caseload.assessments[caseload.assessments["kind"].ne(AssessmentKind.HOME_VISIT)]
    near = _near_deadline(items, numbers)
    rows = []
    for what, column in ((COMPLETED, "completed_on"), (COUNTERSIGNED, "countersigned_on")):
        lately = done[done[column].gt(pd.Timestamp(first)) & done[column].le(pd.Timestamp(as_at))]
        once = lately[["crn", "kind", column]].drop_duplicates().rename(columns={column: "on"})
        once = once.merge(cases, on="crn").merge(near, on=["crn", "kind", "on"], how="left")
        for level in LEVELS:
            rows += _days_of_level(once, level, what, numbers, first, as_at)
    return _frame(sorted(rows))


def _near_deadline(items: pd.DataFrame, numbers: BulkCompletion) -> pd.DataFrame:
    """Which assessments were done on their due date or shortly before: crn, kind, on, near."""
    before = (items["due_on"] - items["done_on"]).dt.days
    near = items[before.between(0, numbers.near_deadline_days)]
    return near[["crn", "kind", "done_on"]].drop_duplicates().rename(columns={"done_on": "on"}).assign(near=1)


def _days_of_level(
    done: pd.DataFrame, level: Level, what: str, numbers: BulkCompletion, first: date, as_at: date
) -> list[tuple[object, ...]]:
    """The bulk days of the units of one level."""
    unit = [f"{level}_code", f"{level}_name"]
    groups = done.groupby([*unit, "on"])
    days = pd.DataFrame({"assessments": groups.size(), "near": groups["near"].sum()}).reset_index()
    totals = days.groupby(unit[0])["assessments"].sum()
    rows: list[tuple[object, ...]] = []
    for code, name, on, count, near in days[days["assessments"].ge(numbers.at_least)].itertuples(index=False):
        others = _working_days_apart_from(on.date(), first, as_at)
        usual = Fraction(int(totals[code] - count), others) if others else Fraction(0)
        if count >= Fraction(numbers.times_usual) * usual:
            times = float(count / usual) if usual else np.nan
            deadline = int(near) if what == COMPLETED else None
            rows.append((level.value, code, name, what, on, int(count), float(usual), times, deadline))
    return rows


def _working_days_apart_from(day: date, first: date, as_at: date) -> int:
    """The working days of the window without this one."""
    return working_days(first, as_at) - working_days(day - timedelta(days=1), day)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    texts = dict.fromkeys(("level", "code", "name", "what"), "str")
    numbers = {"on": "datetime64[s]", "assessments": "int64", "usual": "float64", "times_usual": "float64"}
    return pd.DataFrame(rows, columns=COLUMNS).astype({**texts, **numbers, "near_deadline": "Int64"})
