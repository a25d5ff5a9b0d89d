"""Options that several commands share."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """File format of an export."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


class PlainFormat(StrEnum):
    """File format of the access log."""

    CSV = "csv"
    JSON = "json"


class ExportTable(StrEnum):
    """Table that can be exported."""

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
    INTAKE = "intake"
    GRADES = "grades"
    TEAM_TYPES = "team-types"
    LIMITS = "limits"
    STAFFING = "staffing"
    BULK_DAYS = "bulk_days"
    CAUSES = "causes"
    STANDING_CAUSES = "standing_causes"
    DECISIONS = "decisions"
    OUTCOMES = "outcomes"
    DECISION_OUTCOMES = "decision_outcomes"
    CONCERNS = "concerns"
    PROPOSALS = "proposals"
    PROPOSED_UNITS = "proposed_units"
    BY_POLICY = "by_policy"
    CONTACT = "contact"
    DUE = "due"
    OVERSIGHT = "oversight"
    OVERSIGHT_RATES = "oversight_rates"
    BENCHMARK_PLANS = "benchmark_plans"
    SECOND_READINGS = "second_readings"
    FIRMNESS = "firmness"
    HISTORY = "history"
    ALTERNATIVE = "alternative"


class HistoryTable(StrEnum):
    """Table whose weeks can be exported as one."""

    WORKLOAD = "workload"
    HOTSPOTS = "hotspots"
    TIMELINESS = "timeliness"
    DECISIONS = "decisions"


class UnitLevel(StrEnum):
    """Level of the units in a table of many weeks."""

    POST = "post"
    OFFENDER_MANAGER = "offender_manager"
    TEAM = "team"
    OFFICE = "office"
    CLUSTER = "cluster"
    AREA = "area"
    ALL = "all"


def iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date such as 2026-11-20") from None


def _a_friday(text: str) -> date:
    day = iso_date(text)
    if day.isoweekday() != 5:
        raise typer.BadParameter(f"{text} is a {day:%A}; give a Friday, such as 2026-11-20")
    return day


AsAt = Annotated[date | None, typer.Option(parser=iso_date, metavar="DATE", help="As-at date, such as 2026-11-20.")]


Friday = Annotated[
    date | None,
    typer.Option(parser=_a_friday, metavar="DATE", help="As-at date of the last week, a Friday; default: last Friday."),
]


Revision = Annotated[
    int | None, typer.Option(min=1, help="An earlier revision for that date; default: the latest.", show_default=False)
]


OfPolicy = Annotated[
    str | None,
    typer.Option(help="The snapshot under this policy, which may be a comparison; default: the policy of the home."),
]


Weeks = Annotated[int, typer.Option(min=1, max=520, help="Weeks of history.")]


Cases = Annotated[int, typer.Option(min=120, help="Total number of cases.")]


Seed = Annotated[int, typer.Option(help="The same seed gives the same answer.")]


ClockIsRight = Annotated[
    bool,
    typer.Option(
        "--clock-is-right", help="Confirm that the clock is right, however long the service was off, and go on."
    ),
]
AcceptSwing = Annotated[
    bool, typer.Option(help="Accept another number of cases, rows or codes than in the last snapshot.")
]
AcceptMissing = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="Accept an optional column or table that the last snapshot had and this extract has not, such as "
        "cases.rosh. Give the option once for each.",
    ),
]
AcceptUnmatched = Annotated[bool, typer.Option(help="Accept many cases whose officer has no post.")]
