"""The people of a team or office in one table: load, change, what is late, due, waiting and new, each with a total."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import takewhile
from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.organisation.unit_history import code_before, code_spans
from monitor.snapshots.store import RowsRemoved
from monitor.snapshots.weeks.catalogue import capacity_by_snapshot
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.index import IndexedFrame, Positions
from monitor.web.read_model.rows import UnitFigures, rows_of
from monitor.web.read_model.snapshot import SnapshotView
from tiering.capacity import main_posts
from tiering.terms import Level

A_WEEK: Final = timedelta(days=7)
WEEKS_COUNTED: Final = 52
"""How many weeks back a run over the line is followed."""

RECEIVED_DAYS: Final = (7, 28)
_AWAITING: Final = "plan_not_countersigned"
_PERSON: Final = Level.OFFENDER_MANAGER.value


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person of a team, over all their posts, or the total of the team; NaN if not known.

    - change: percentage points since the snapshot before; weeks_over: weeks running over the red line.
    - due_this_week, due_next_week: assessments and plans, Monday to Sunday.
    - received_7, received_28: cases allocated in as many days up to the snapshot.
    """

    level: str
    code: str
    name: str
    grade: str
    contracted_hours: float
    reduction_hours: float
    cases: int
    total_points: float
    available_points: float
    capacity_percentage: float
    band: str | None
    change: float
    weeks_over: float
    overdue: int
    high_risk_overdue: int
    due_this_week: float
    due_next_week: float
    awaiting_countersignature: float
    received_7: float
    received_28: float


COLUMNS: Final = [field.name for field in fields(TeamMember)]
"""The columns of the table as it is downloaded."""


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def team_table(
    cache: SnapshotCache, week: SnapshotView, previous: SnapshotView | None, unit: UnitFigures, day: date
) -> pd.DataFrame:
    """Return the people of a unit, the hottest first, and in the last row the unit itself; columns ``COLUMNS``.

    - previous: the snapshot before; day: the day whose week, and the next, is counted.
    """
    teams = week.places.teams_of.get((unit.level, unit.code), frozenset())
    people = week.units.iloc[week.people(teams)]
    counted = [*_people_counts(week, people["code"].tolist(), day), _unit_counts(week, teams, day)]
    both = pd.concat([people, week.units.iloc[[week.row_of[unit.level, unit.code]]]], ignore_index=True)
    frame: pd.DataFrame = both.assign(
        grade=[*_grades(week, people["code"].tolist(), teams), ""],
        change=_changes(week, previous, both),
        weeks_over=_weeks_over(cache, week, both),
        **{name: [counts[name] for counts in counted] for name in _COUNTED},
    )
    return frame.reindex(columns=COLUMNS)


def members_of(table: pd.DataFrame) -> tuple[TeamMember, ...]:
    """Return the rows of a team table."""
    return rows_of(TeamMember, table)


def received_cases(week: SnapshotView) -> IndexedFrame:
    """Return the cases allocated in the last 28 days: columns om_code, team_code, days (ago), number_of_cases.

    Has no column ``days`` if the extract does not say when cases were allocated.
    """
    table: IndexedFrame = week.memo.get(("received cases",), lambda: IndexedFrame(_received(week)))
    return table


def _received(week: SnapshotView) -> pd.DataFrame:
    cases = week.load("extract_cases")[["om_code", "team_code", "allocated_on", "number_of_cases"]]
    if cases["allocated_on"].isna().all():
        return pd.DataFrame(cases.iloc[:0][["om_code", "team_code"]])
    days = (pd.Timestamp(week.as_at) - cases["allocated_on"]).dt.days
    lately = days.between(0, max(RECEIVED_DAYS) - 1) & cases["om_code"].notna()
    rows = cases[lately].assign(days=days[lately].astype("int64"))
    return pd.DataFrame(rows[["om_code", "team_code", "days", "number_of_cases"]].reset_index(drop=True))


_COUNTED: Final = ("due_this_week", "due_next_week", "awaiting_countersignature", "received_7", "received_28")

_Counts = dict[str, float]
_RowsOf = Callable[[IndexedFrame], Positions]


def _people_counts(week: SnapshotView, codes: Sequence[str], day: date) -> list[_Counts]:
    def of_person(code: str) -> _RowsOf:
        return lambda table: week.rows_in(table, _PERSON, code)

    return [_counts(week, of_person(code), day) for code in codes]


def _unit_counts(week: SnapshotView, teams: Collection[str], day: date) -> _Counts:
    return _counts(week, lambda table: table.rows_of_teams(teams), day)


def _counts(week: SnapshotView, rows_in: _RowsOf, day: date) -> _Counts:
    """Count what of single cases there is in some rows; NaN for what retention removed or the extract leaves out."""
    try:
        return {**_due(week, rows_in, day), **_waiting(week, rows_in), **_new(week, rows_in)}
    except RowsRemoved:
        return dict.fromkeys(_COUNTED, np.nan)


def _due(week: SnapshotView, rows_in: _RowsOf, day: date) -> _Counts:
    """Count the assessments due in the week of a day and in the next; NaN for a week that the snapshot cannot know."""
    table = week.indexed("due_soon")
    due = week.memo.get(("days due",), lambda: table.frame["due_on"].to_numpy(dtype="datetime64[D]"))[rows_in(table)]
    horizon = week.as_at + timedelta(days=week.policy.due_soon)
    counts = {}
    for name, first in (("due_this_week", monday_of(day)), ("due_next_week", monday_of(day) + A_WEEK)):
        last = first + A_WEEK - timedelta(days=1)
        inside = (due >= np.datetime64(first)) & (due <= np.datetime64(last))
        counts[name] = float(inside.sum()) if last <= horizon else np.nan
    return counts


def _waiting(week: SnapshotView, rows_in: _RowsOf) -> _Counts:
    table = week.indexed("findings")
    found = table.columns["finding"][rows_in(table)]
    return {"awaiting_countersignature": float((found == _AWAITING).sum())}


def _new(week: SnapshotView, rows_in: _RowsOf) -> _Counts:
    table = received_cases(week)
    if "days" not in table.columns:
        return {f"received_{days}": np.nan for days in RECEIVED_DAYS}
    rows = rows_in(table)
    days, cases = table.columns["days"][rows], table.columns["number_of_cases"][rows].astype(np.float64)
    return {f"received_{most}": float(cases[days < most].sum()) for most in RECEIVED_DAYS}


def _grades(week: SnapshotView, codes: Sequence[str], teams: Collection[str]) -> list[str]:
    """Return the grade of each person's main post in the teams; empty if retention removed the posts."""
    table = week.indexed("extract_offender_managers")
    if "grade" not in table.frame:
        return [""] * len(codes)
    posts = main_posts(table.frame.iloc[table.rows_of_teams(teams)], week.as_at)
    grade = dict(zip(posts["om_code"].tolist(), posts["grade"].tolist(), strict=True))
    return [grade[code] for code in codes]


def _changes(week: SnapshotView, previous: SnapshotView | None, units: pd.DataFrame) -> list[float]:
    """Return the change of each unit's capacity since the snapshot before; NaN if the two do not compare."""
    if previous is None or not week.compares_with(previous):
        return [np.nan] * len(units)
    capacity = previous.indexed("units").columns["capacity_percentage"]
    changes = []
    for level, code, now in _capacity_of(units):
        row = previous.row_of.get((level, code_before(level, code, week.changes) or ""))
        changes.append(np.nan if row is None else now - float(capacity[row]))
    return changes


def _weeks_over(cache: SnapshotCache, week: SnapshotView, units: pd.DataFrame) -> list[float]:
    """Return for how many weeks running each unit has been over the red line; NaN without a capacity now.

    A week counts as far back as it was weighed alike and the code stood for the unit.
    """
    weeks = _weeks_weighed_alike(week)
    stored: dict[tuple[str, str], dict[int, float | None]] = {}
    for level, codes in units.groupby("level")["code"]:
        of_level = capacity_by_snapshot(cache.store.engine, [number for _, number in weeks], str(level), codes.tolist())
        stored |= {(str(level), code): capacity for code, capacity in of_level.items()}
    counts = []
    for level, code, now in _capacity_of(units):
        span = code_spans(level, code, week.changes_by_date)[0]
        course = [stored[level, code].get(number) for as_at, number in weeks if span.has(as_at)]
        counts.append(np.nan if np.isnan(now) else float(_run_over(course, week.red_line)))
    return counts


def _capacity_of(units: pd.DataFrame) -> list[tuple[str, str, float]]:
    names = ("level", "code", "capacity_percentage")
    return list(zip(*(units[name].tolist() for name in names), strict=True))


def _weeks_weighed_alike(week: SnapshotView) -> list[tuple[date, int]]:
    """Return date and id of this snapshot and of those before it up to the first that was weighed otherwise."""
    stored = sorted(((as_at, alike, number) for number, (as_at, alike) in week.weighings.items()), reverse=True)
    alike = takewhile(lambda row: row[1], stored[:WEEKS_COUNTED])
    return [(as_at, number) for as_at, _, number in alike]


def _run_over(course: Sequence[float | None], line: float) -> int:
    """Count the weeks, from the latest back, in which capacity was over a line without a break."""
    return sum(1 for _ in takewhile(lambda percentage: percentage is not None and percentage > line, course))
