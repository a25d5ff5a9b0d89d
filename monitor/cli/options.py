"""Options that several commands share."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


class PlainFormat(StrEnum):
    """What the record of looks is written as."""

    CSV = "csv"
    JSON = "json"


class ExportTable(StrEnum):
    """What can be exported."""

    WORKLOAD = "workload"
    HOTSPOTS = "hotspots"
    OVERDUE = "overdue"
    TIMELINESS = "timeliness"
    FINDINGS = "findings"
    CASES = "cases"
    REJECTED = "rejected"
    FORECAST = "forecast"
    TREND = "trend"
    SUPERVISION = "supervision"
    GRADES = "grades"


def iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-11-20") from None


def _a_friday(text: str) -> date:
    found = iso_date(text)
    if found.isoweekday() != 5:
        raise typer.BadParameter(f"{text} is a {found:%A}; the made-up extracts are as at Fridays, such as 2026-11-20")
    return found


AsAt = Annotated[date | None, typer.Option(parser=iso_date, metavar="DATE", help="As-at date, such as 2026-11-20.")]


Friday = Annotated[
    date | None,
    typer.Option(parser=_a_friday, metavar="DATE", help="As-at date of the last week, a Friday; default: last Friday."),
]


Revision = Annotated[
    int | None, typer.Option(min=1, help="An earlier revision of that date; default: its newest.", show_default=False)
]


OfPolicy = Annotated[
    str | None, typer.Option(help="The snapshot under this policy, also a comparison; default: the home's own.")
]


Weeks = Annotated[int, typer.Option(min=1, max=520, help="Weeks of history.")]


Cases = Annotated[int, typer.Option(min=120, help="Cases in all.")]


Seed = Annotated[int, typer.Option(help="Same seed, same London.")]


ClockIsRight = Annotated[
    bool, typer.Option("--clock-is-right", help="The clock is right, however long nothing was run: go on.")
]
