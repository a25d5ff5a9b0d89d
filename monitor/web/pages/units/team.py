"""The table of a team's people: sorted by any column, with the columns a phone shows, and what it says of the weeks."""

from datetime import timedelta
from typing import Final, NamedTuple

import pandas as pd

from alerts.wording import limit, long_date
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.team_models import Heading, TeamTable
from monitor.web.read_model.rows import UnitFigures
from monitor.web.read_model.units.team import members_of, monday_of, team_table


class _Column(NamedTuple):
    """One column: its name in the table, its heading, and whether a phone shows it."""

    name: str
    says: str
    note: str = ""
    on_phone: bool = False


_TEXTS: Final = ("name", "grade")
_NAME: Final = _Column("name", "Name", on_phone=True)
_COLUMNS: Final = (
    _NAME,
    _Column("grade", "Grade"),
    _Column("contracted_hours", "Hours", "Contracted hours a week"),
    _Column("reduction_hours", "Lost", "Hours a week lost to reductions"),
    _Column("cases", "Cases"),
    _Column("total_points", "Points"),
    _Column("available_points", "Available", "Available points"),
    _Column("capacity_percentage", "Capacity", on_phone=True),
    _Column("change", "Change", "Percentage points since the last snapshot", on_phone=True),
    _Column("weeks_over", "Weeks over", "Weeks running over {red}"),
    _Column("overdue", "Overdue (high RoSH)", on_phone=True),
    _Column("due_this_week", "Due this week", "Assessments and plans due up to {sunday}", on_phone=True),
    _Column("due_next_week", "Due next week", "Assessments and plans due from {monday} to {next_sunday}"),
    _Column("awaiting_countersignature", "Wait for counter-signature", "Plans waiting for a countersignature"),
    _Column("received_7", "New, 7 days", "Cases received in the 7 days up to the snapshot"),
    _Column("received_28", "New, 28 days", "Cases received in the 28 days up to the snapshot"),
)


def team_frame(reader: Reader, unit: UnitFigures) -> pd.DataFrame:
    """The people of a unit and its total in the last row, as ``team_table`` has them, made once for a day."""
    week, monday = reader.week, monday_of(reader.day)
    key = ("team table", unit.level, unit.code, monday)
    return week.recent.get(key, lambda: team_table(reader.snapshots, week, reader.previous, unit, reader.day))


def team_of(reader: Reader, unit: UnitFigures) -> TeamTable:
    """The table of a unit's people, sorted by the column that the query names; the hottest first without one."""
    frame = team_frame(reader, unit)
    column, descending = _sorting(reader)
    people = frame.iloc[:-1]
    if column:
        people = people.sort_values([column, "code"], ascending=[not descending, True], key=_plain)
    teams = reader.week.places.teams_of.get((unit.level, unit.code), frozenset())
    posts_of = reader.week.places.posts_of
    return TeamTable(
        headings=tuple(_heading(reader, one, column, descending) for one in _COLUMNS),
        members=members_of(people),
        total=members_of(frame.iloc[-1:])[0],
        is_whole=reader.text("columns") == "all",
        other_columns=reader.again(columns="" if reader.text("columns") == "all" else "all"),
        elsewhere=sum(not posts_of[code] <= teams for code in people["code"]),
    )


def _sorting(reader: Reader) -> tuple[str, bool]:
    """The column to sort by, empty for none, and whether the largest comes first."""
    column, order = reader.text("sort"), reader.text("order")
    if column not in [one.name for one in _COLUMNS]:
        return "", False
    return column, order == "descending" if order else column not in _TEXTS


def _plain(values: "pd.Series[str]") -> "pd.Series[str]":
    """Names sorted whatever their capitals."""
    return values.str.casefold() if values.dtype.kind not in "bif" else values


def _heading(reader: Reader, column: _Column, sorted_by: str, descending: bool) -> Heading:
    """A heading that sorts by its column, the other way round if that is how the table is sorted now."""
    is_sorted = column.name == sorted_by
    downwards = not descending if is_sorted else column.name not in _TEXTS
    order = "descending" if downwards else "ascending"
    return Heading(
        column.name,
        column.says,
        column.note.format(**_days(reader)),
        f"{reader.again(sort=column.name, order=order)}#people",
        ("descending" if descending else "ascending") if is_sorted else "",
        column.on_phone,
    )


def _days(reader: Reader) -> dict[str, str]:
    monday = monday_of(reader.day)
    days = {"sunday": monday + timedelta(days=6), "monday": monday + timedelta(days=7)}
    days["next_sunday"] = monday + timedelta(days=13)
    return {**{name: long_date(day) for name, day in days.items()}, "red": limit(reader.week.red_line)}
