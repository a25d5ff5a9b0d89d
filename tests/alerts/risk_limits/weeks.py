"""Stored weeks of a little service for tests of limits: two areas with an office each, and two people in each."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from alerts.detection.trends.unit_weeks import PAST_COLUMNS
from alerts.forecasting.forecast import COLUMNS as FORECAST_COLUMNS
from alerts.risk_limits.definitions import UNITS, Measure, RiskLimit
from tiering.dated import SourceStatus

FRIDAY = date(2026, 11, 20)
Unit = tuple[str, str]
Week = dict[Unit, dict[str, Any]]

PLACES: dict[Unit, str | None] = {("all", "all"): None}
for _area in ("N", "S"):
    PLACES |= {("area", _area): "all", ("cluster", f"C{_area}"): _area, ("office", f"O{_area}"): f"C{_area}"}
    PLACES |= {("office", f"P{_area}"): f"C{_area}", ("team", f"T{_area}"): f"O{_area}"}
    PLACES |= {("offender_manager", f"{_area}{number}"): f"T{_area}" for number in (1, 2)}


def week(changes: Mapping[Unit, Mapping[str, Any] | None] | None = None) -> Week:
    """A week in which every unit is at 100 of 100 points; None instead of figures leaves a unit out."""
    changes = changes or {}
    plain = {
        "total_points": 100.0,
        "available_points": 100.0,
        "capacity_percentage": 100.0,
        "unallocated_cases": 0,
        "high_risk_overdue": 0,
        "offender_managers": 2,
        "offender_managers_without_hours": 0,
    }
    units: Week = {}
    for unit, parent in PLACES.items():
        change = changes.get(unit, {})
        if change is not None:
            units[unit] = {"parent_code": parent, **plain, **change}
    return units


def dated(weeks: Sequence[Week | None]) -> list[tuple[date, Week]]:
    """The weeks with their dates, the last one FRIDAY; None for a week without a snapshot."""
    first = FRIDAY - timedelta(weeks=len(weeks) - 1)
    return [(first + timedelta(weeks=place), units) for place, units in enumerate(weeks) if units is not None]


def frames(weeks: Sequence[tuple[date, Week]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """This week's units, and the past, as a run has them."""
    rows = [
        {"as_at": pd.Timestamp(day), "level": level, "code": code, "name": f"{level} {code}", **figures}
        for day, units in weeks
        for (level, code), figures in units.items()
    ]
    frame = pd.DataFrame(rows).reindex(columns=PAST_COLUMNS)
    frame["comparable_percentage"] = frame["capacity_percentage"]
    texts = dict.fromkeys(("level", "code", "name", "parent_code"), "str")
    numbers = dict.fromkeys(PAST_COLUMNS[5:], "float64")
    frame = frame.astype({**texts, **numbers, "as_at": "datetime64[s]"})
    now = frame["as_at"].eq(pd.Timestamp(weeks[-1][0]))
    return frame[now].drop(columns="as_at"), frame[~now]


def forecast_of(level: str, code: str, points: Sequence[float], method: str = "run-off") -> pd.DataFrame:
    """A forecast of a unit with 100 available points, one week ahead after the other."""
    rows = [
        {"level": level, "code": code, "weeks_ahead": ahead, "on": pd.Timestamp(FRIDAY + timedelta(weeks=ahead)),
         "points": total, "available_points": 100.0, "capacity_percentage": total, "method": method}
        for ahead, total in enumerate(points, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=FORECAST_COLUMNS)


def limit(measure: Measure, above: float, level: str = "area", **given: Any) -> RiskLimit:
    """A limit of a measure."""
    plain = {"name": f"{measure} in {level}", "owner": "Director", "weeks": None, "forecast_weeks": None}
    plain |= {"status": SourceStatus.LOCAL_ASSUMPTION, "reference": UNITS[measure]}
    return RiskLimit.model_validate({**plain, "measure": measure, "level": level, "limit": above, **given})
