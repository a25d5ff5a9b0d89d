"""Why the capacity of a unit changed: the comparisons on its page, and the cases and posts behind one part."""

from typing import Final
from urllib.parse import urlencode

import pandas as pd

from alerts.causes.model import WEEKS_BACK, Part
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import UNITS
from monitor.web.charts.causes import draw_causes
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.scope import part_asked, trail_to
from monitor.web.pages.view_models.cause_models import CauseRowsPage, ShownCause, ShownChange
from monitor.web.pages.view_models.page import Link
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.units.causes import NAMES, CauseRow, ComparedWeek, compared_weeks, rows_behind
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import address

PATH: Final = "/causes"
ROW_COLUMNS: Final = [
    "weeks_back", "since", "part", "crn", "om_code", "team_code", "points", "available_points", "cases", "posts"
]  # fmt: skip
"""The columns of the cases and posts behind a part as they are downloaded."""

_PART_COLUMNS: Final = ["part", "points", "available_points", "percentage_points", "cases", "posts"]


def shown_changes(compared: tuple[ComparedWeek, ...], level: str, code: str) -> tuple[ShownChange, ...]:
    """Every comparison with its chart, each part with the address of what is behind it, without the date."""
    return tuple(
        ShownChange(
            compared=week,
            parts=tuple(
                ShownCause(part, _address(level, code, week.weeks_back, part.part) if part.has_rows else "")
                for part in week.parts
            ),
            drawing=draw_causes(
                [(part.name, part.percentage_points) for part in week.parts],
                week.percentage_before,
                week.percentage,
                week.since,
            ),
        )
        for week in compared
    )


def _address(level: str, code: str, weeks_back: int, part: str) -> str:
    return f"{PATH}?{urlencode({'unit': f'{level}/{code}', 'weeks': weeks_back, 'part': part})}"


def causes_table(compared: tuple[ComparedWeek, ...]) -> pd.DataFrame:
    """Every part of every comparison of a unit, for a file."""
    rows = [
        (week.weeks_back, week.since.isoformat(), *(getattr(part, name) for name in _PART_COLUMNS))
        for week in compared
        for part in week.parts
    ]
    return pd.DataFrame(rows, columns=["weeks_back", "since", *_PART_COLUMNS])


def cause_rows_page(reader: Reader) -> CauseRowsPage:
    """The cases and posts behind one part of a unit's change.

    Raises Forbidden for a unit outside the reader's scope, NotFound for what is no unit, comparison or part, and
    RowsRemoved if retention removed the rows.
    """
    level, _, code = reader.text("unit", LONGEST_UNIT).partition("/")
    if level not in UNITS:
        raise NotFound(f"{level} is not a level of a unit.")
    reader.sight.require(level, code)
    weeks_back, part = reader.number("weeks"), reader.text("part")
    unit = reader.week.unit(level, code)
    if unit is None or weeks_back not in WEEKS_BACK or part not in NAMES:
        raise NotFound("There is no such unit, comparison or part.")
    items = rows_behind(reader.week, level, code, weeks_back, part)
    compared = {week.weeks_back: week.since for week in compared_weeks(reader.week, level, code)}
    shown = part_asked(reader, len(items))
    return CauseRowsPage(
        title=NAMES[Part(part)],
        unit=unit,
        since=compared.get(weeks_back),
        of_cases=bool(items["crn"].notna().any()),
        items=rows_of(CauseRow, items.iloc[shown.first : shown.end]),
        count=len(items),
        part=shown,
        trail=(*trail_to(reader, level, code), Link(unit.name, address(level, code, reader.text("as_at")))),
        tables={"cause_rows": lambda: items[ROW_COLUMNS]},
        subjects=(Subject(level, code),),
    )
