"""The bulk days of one scope as a digest may show them: days with far more assessments done than usual."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from alerts.digest.scope.units import Unit, Units
from alerts.digest.week_facts import records


@dataclass(frozen=True)
class BulkDay:
    """A day on which a unit completed or countersigned far more assessments than usual.

    what: completed or countersigned.
    times_usual: how many times its usual day that is; None if it usually has none.
    near_deadline: how many of them fell due then or shortly after; 0 for countersignatures.
    """

    unit: Unit
    what: str
    on: date
    assessments: int
    times_usual: float | None
    near_deadline: int


def bulk_days_of(bulk_days: pd.DataFrame, units: Units) -> tuple[BulkDay, ...]:
    """The bulk days of the visible teams and offices of a scope, furthest from the usual day first.

    bulk_days: columns as ``tiering.timeliness.bulk_days.COLUMNS``. A team's day that shows as its office's too is left
        out.
    """
    rows = [(units.find_visible(row["level"], row["code"]), row) for row in records(bulk_days)]
    days = [
        BulkDay(
            unit=unit,
            what=row["what"],
            on=row["on"].date(),
            assessments=int(row["assessments"]),
            times_usual=None if pd.isna(row["times_usual"]) else float(row["times_usual"]),
            near_deadline=0 if pd.isna(row["near_deadline"]) else int(row["near_deadline"]),
        )
        for unit, row in rows
        if unit is not None
    ]
    of_offices = {(day.unit.code, day.what, day.on) for day in days if day.unit.level == "office"}
    shown = [day for day in days if day.unit.level == "office" or (day.unit.parent, day.what, day.on) not in of_offices]
    return tuple(sorted(shown, key=_furthest_first))


def _furthest_first(day: BulkDay) -> tuple[float, int, date, str]:
    times = float("inf") if day.times_usual is None else day.times_usual
    return -times, -day.assessments, day.on, day.unit.code
