"""Find days on which a team or office completed or countersigned far more assessments than on its usual day.

Such a day is no fault: it may be a day set aside, a backlog that was recorded at once, or work done without the time it
needs. Where "Going Green" made work timely in 2009, its quality stayed weak.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import numpy as np
import pandas as pd

from tiering.caseload import Caseload
from tiering.exact import Integers, each_once, places_of
from tiering.policies.policy import BulkCompletion, Policy
from tiering.terms import AssessmentKind, Level
from tiering.timeliness.assessments import working_days

COMPLETED: Final = "completed"
COUNTERSIGNED: Final = "countersigned"

COLUMNS: Final = ["level", "code", "name", "what", "on", "assessments", "usual", "times_usual", "near_deadline"]

LEVELS: Final = (Level.TEAM, Level.OFFICE)


def bulk_days(caseload: Caseload, items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """List the bulk days of every team and office within the policy's timeliness window.

    items: those of tiering.timeliness.assessments on the same date.

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
    organisation = caseload.organisation
    team = places_of(caseload.cases["team_code"], pd.Index(organisation["team_code"]))
    done = caseload.assessments[caseload.assessments["kind"].ne(AssessmentKind.HOME_VISIT)]
    keys = _Keys(pd.Index(caseload.cases["crn"]), pd.Index(done["kind"].unique()), first, as_at)
    near = keys.of(_near_deadline(items, numbers), "done_on")
    rows = []
    for what, column in ((COMPLETED, "completed_on"), (COUNTERSIGNED, "countersigned_on")):
        once = each_once(keys.of(done, column))
        case, day = keys.cases_and_days(once)
        days = pd.DataFrame({"team": team[case], "day": day, "near": np.isin(once, near)})
        days = days[days["team"].ge(0)]
        if np.bincount(days["day"]).max(initial=0) < numbers.at_least:
            # There are not as many in the whole service on any day.
            continue
        for level in LEVELS:
            rows += _days_of_level(days, organisation, level, what, numbers, first, as_at)
    return _frame(sorted(rows))


@dataclass(frozen=True)
class _Keys:
    """Case, kind and day of an assessment as one number, because texts by the million are slow.

    * first, last: only days after the first and up to the last have one.
    """

    cases: "pd.Index[str]"
    kinds: "pd.Index[str]"
    first: date
    last: date

    def of(self, rows: pd.DataFrame, column: str) -> Integers:
        """The number of each row whose case and kind are known and whose day in the column is in the window."""
        lately = rows[rows[column].gt(pd.Timestamp(self.first)) & rows[column].le(pd.Timestamp(self.last))]
        case, kind = places_of(lately["crn"], self.cases), places_of(lately["kind"], self.kinds)
        day = (lately[column] - pd.Timestamp(self.first)).dt.days.to_numpy(dtype=np.int64)
        keys = (case * len(self.kinds) + kind) * self._days + day
        return keys[(case >= 0) & (kind >= 0)]

    def cases_and_days(self, keys: Integers) -> tuple[Integers, Integers]:
        """The place of the case and the day after the first of each number."""
        return keys // (self._days * max(len(self.kinds), 1)), keys % self._days

    @property
    def _days(self) -> int:
        return (self.last - self.first).days + 1


def _near_deadline(items: pd.DataFrame, numbers: BulkCompletion) -> pd.DataFrame:
    """The assessments that were done on their due date or shortly before."""
    before = (items["due_on"] - items["done_on"]).dt.days
    return items.loc[before.between(0, numbers.near_deadline_days), ["crn", "kind", "done_on"]]


def _days_of_level(
    done: pd.DataFrame,
    organisation: pd.DataFrame,
    level: Level,
    what: str,
    numbers: BulkCompletion,
    first: date,
    as_at: date,
) -> list[tuple[object, ...]]:
    """The bulk days of the units of one level; done: team (its place), day (after the first) and near."""
    units = organisation[[f"{level}_code", f"{level}_name"]].drop_duplicates(ignore_index=True)
    places = pd.MultiIndex.from_frame(units).get_indexer(pd.MultiIndex.from_frame(organisation[list(units.columns)]))
    groups = done.assign(unit=places[done["team"]]).groupby(["unit", "day"])
    days = pd.DataFrame({"assessments": groups.size(), "near": groups["near"].sum()}).reset_index()
    codes, names = (units[column].tolist() for column in units)
    of_codes = days["unit"].map(dict(enumerate(codes)))
    days["others"] = days["assessments"].groupby(of_codes).transform("sum") - days["assessments"]
    apart = {
        day: _working_days_apart_from(first + timedelta(days=day), first, as_at) for day in set(days["day"].tolist())
    }
    days["working"] = days["day"].map(apart).astype("int64")
    times = Fraction(numbers.times_usual)
    # count >= times x others / working, in whole numbers; without other working days nothing is usual.
    few = days["assessments"] * days["working"] * times.denominator < times.numerator * days["others"]
    bulk = days[days["assessments"].ge(numbers.at_least) & ~(few & days["working"].gt(0))]
    rows: list[tuple[object, ...]] = []
    for unit, day, count, near, others, working in bulk.itertuples(index=False):
        usual = Fraction(int(others), int(working)) if working else Fraction(0)
        times_usual = float(count / usual) if usual else np.nan
        deadline = int(near) if what == COMPLETED else None
        on = pd.Timestamp(first + timedelta(days=int(day)))
        rows.append((level.value, codes[unit], names[unit], what, on, int(count), float(usual), times_usual, deadline))
    return rows


def _working_days_apart_from(day: date, first: date, as_at: date) -> int:
    """The working days of the window without this one."""
    return working_days(first, as_at) - working_days(day - timedelta(days=1), day)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    texts = dict.fromkeys(("level", "code", "name", "what"), "str")
    numbers = {"on": "datetime64[s]", "assessments": "int64", "usual": "float64", "times_usual": "float64"}
    return pd.DataFrame(rows, columns=COLUMNS).astype({**texts, **numbers, "near_deadline": "Int64"})
