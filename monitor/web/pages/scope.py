"""What several pages pick from a snapshot: the units a reader sees, where a unit stands, and the chart of its weeks."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Final, TypeVar

import pandas as pd

from alerts.detection.organisation.unit_history import code_before
from alerts.digest.settings import DigestSettings
from monitor.snapshots.store import RowsRemoved
from monitor.web.auth.permissions import UNITS
from monitor.web.charts.capacity import Drawing, capacity_drawing
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.models import Comparison
from monitor.web.pages.view_models.page import A_PAGE, A_PRINT, Link, Part, part_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.changes import explain_change
from monitor.web.urls import address, file_part
from tiering.terms import Level

Value = TypeVar("Value")


def own_file_part(reader: Reader) -> str:
    """What the name of a file says of the reader's whole scope, if that is one unit; empty for several, or for all."""
    own = reader.sight.units
    unit = reader.week.unit(*own[0]) if len(own) == 1 else None
    return "" if unit is None or unit.level == Level.ALL else file_part(unit.level, unit.name)


UNIT_COLUMNS: Final = [
    "level",
    "code",
    "name",
    "parent_code",
    "offender_managers",
    "offender_managers_over",
    "cases",
    "case_points",
    "duty_points",
    "unallocated_cases",
    "unallocated_points",
    "total_points",
    "available_points",
    "capacity_percentage",
    "band",
    "overdue",
    "high_risk_overdue",
    "due_soon",
]
"""The columns of a table of units as it is downloaded."""


def rows_seen(reader: Reader, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of units, from the team up, that the reader may see."""
    units = frame[frame["level"].isin([*UNITS, Level.ALL])]
    seen = [reader.sight.may_see(level, code) for level, code in zip(units["level"], units["code"], strict=True)]
    return units.loc[seen]


def trail_to(reader: Reader, level: str, code: str) -> tuple[Link, ...]:
    """The units above one, from the area down; a link only to what the reader may see."""
    as_at = reader.text("as_at")
    return tuple(
        Link(name, address(above, its_code, as_at) if reader.sight.may_see(above, its_code) else "")
        for above, its_code, name in reader.week.above(level, code)
    )


def part_asked(reader: Reader, length: int) -> Part:
    """The part of a list that the query asks for: a page of it, or with ``all`` as much as is printed at once."""
    size = A_PRINT if reader.text("all") == "yes" else A_PAGE
    return part_of(length, reader.number("page"), size)


def if_kept(make: Callable[[], Value], otherwise: Value) -> tuple[Value, RowsRemoved | None]:
    """What rests on case-level rows; something else, and why, if they were removed."""
    try:
        return make(), None
    except RowsRemoved as removed:
        return otherwise, removed


def compare(reader: Reader, level: str, code: str) -> Comparison:
    """What changed in a unit since the snapshot before."""
    week, before = reader.week, reader.previous
    change, removed = if_kept(lambda: explain_change(week, before, level, code), None)
    return Comparison(
        previous_as_at=None if before is None else before.as_at,
        change=change,
        removed=removed,
        reweighed=before is not None and not week.compares_with(before),
        reused=code_before(level, code, week.changes) is None,
    )


def wording_of(week: SnapshotView) -> DigestSettings:
    """The lines of the week's policy, with nothing withheld."""
    return DigestSettings(red_line=week.red_line, small_team=1)


def draw_weeks(
    week: SnapshotView, course: pd.DataFrame, forecast: pd.DataFrame, name: str, apart: Collection[date] = ()
) -> Drawing | None:
    """The chart of a unit's weeks, with what is expected; columns of course and forecast as the read model has them.

    apart: the dates from which on the unit has other teams.
    """
    if forecast.empty:
        forecast = pd.DataFrame(columns=["on", "capacity_percentage", "capacity_low_80", "capacity_high_80"])
    return capacity_drawing(course, forecast, name, week.red_line, wording_of(week).normal_from, apart)
