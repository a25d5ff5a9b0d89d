"""What a unit owes beyond assessments: enforcement, contacts, management oversight and supervision."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

import pandas as pd

from monitor.snapshots.contracts.frames import OVERSIGHT, OVERSIGHT_RATES
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cases import case_rows
from monitor.web.read_model.index import NO_ROWS, Positions
from monitor.web.read_model.snapshot import SnapshotView
from tiering.timeliness.assessments import timeliness_band

_COUNTS = ["fell_due", "on_time", "overdue", "high_risk_overdue", "due_soon"]


@dataclass(frozen=True, slots=True)
class OversightOfUnit:
    """What one unit owes beyond assessments, over all rules. percentage: done on time; NaN if nothing fell due."""

    level: str
    code: str
    name: str
    overdue: int
    high_risk_overdue: int
    due_soon: int
    fell_due: int
    percentage: float
    band: str


def oversight_of(week: SnapshotView, level: str, *codes: str) -> pd.DataFrame:
    """Return the rates of one unit, or of several of a level together, by rule, most overdue first.

    No rows if its service records none of it. Several units together have no code.
    """
    if not week.has_frame(OVERSIGHT_RATES.name):
        return OVERSIGHT_RATES.empty()
    indexed = week.indexed(OVERSIGHT_RATES.name)
    rates = indexed.frame.iloc[indexed.rows_of_units([(level, code) for code in codes])]
    if len(codes) > 1 and len(rates):
        rates = _together(week, rates)
    return rates.sort_values(["high_risk_overdue", "overdue", "rule"], ascending=[False, False, True])


def _together(week: SnapshotView, rates: pd.DataFrame) -> pd.DataFrame:
    """Add the rates of several units up by rule."""
    sums = rates.groupby(["level", "rule"], as_index=False)[_COUNTS].sum()
    judged = [_judge(week, int(due), int(done)) for due, done in zip(sums["fell_due"], sums["on_time"], strict=True)]
    return sums.assign(
        code="",
        percentage=[percentage for percentage, _ in judged],
        band=pd.Series([band or None for _, band in judged], dtype="str"),
    )[OVERSIGHT_RATES.column_names]


def _judge(week: SnapshotView, fell_due: int, on_time: int) -> tuple[float, str]:
    """How much of what fell due was done on time, and its traffic light; NaN and empty if nothing fell due."""
    if not fell_due:
        return nan, ""
    return 100 * on_time / fell_due, str(timeliness_band(on_time, fell_due, week.policy.timeliness_bands))


def oversight_by_unit(week: SnapshotView, units: Iterable[tuple[str, str, str]]) -> tuple[OversightOfUnit, ...]:
    """Roll up what units owe beyond assessments, most overdue first; nothing if their service records none of it.

    - units: level, code and name of each.
    """
    if not week.has_frame(OVERSIGHT_RATES.name):
        return ()
    indexed = week.indexed(OVERSIGHT_RATES.name)
    rolled = []
    for level, code, name in units:
        sums = indexed.frame.iloc[indexed.rows_of_units([(level, code)])][_COUNTS].sum()
        due, done, late, high, soon = (int(sums[column]) for column in _COUNTS)
        rolled.append(OversightOfUnit(level, code, name, late, high, soon, due, *_judge(week, due, done)))
    owing = [unit for unit in rolled if unit.overdue or unit.due_soon or unit.fell_due]
    return tuple(sorted(owing, key=lambda unit: (-unit.high_risk_overdue, -unit.overdue, unit.name, unit.code)))


def oversight_rows(week: SnapshotView, sight: Visibility, om_code: str) -> Positions:
    """Return the rows of what one person owes beyond assessments that may be seen, the longest due first."""
    return case_rows(week, sight, OVERSIGHT.name, om_code) if week.has_frame(OVERSIGHT.name) else NO_ROWS
