"""The workload of units written by hand, this week's and that of earlier weeks."""

from datetime import date
from typing import Any

import pandas as pd

from alerts.detection.trends.unit_weeks import PAST_COLUMNS


def unit(level: str, code: str, capacity: float | None = 100, available: float = 1000, **given: Any) -> dict[str, Any]:
    """A unit of a week's workload; without capacity it holds 500 points and has no available hours."""
    total = 500.0 if capacity is None else capacity * available / 100
    row = {"level": level, "code": code, "name": f"{level} {code}", "parent_code": "above", "total_points": total}
    row |= {"capacity_percentage": capacity, "available_points": 0.0 if capacity is None else available}
    row |= {"offender_managers": 4, "offender_managers_over": 1, "cases": 20}
    row |= {"offender_managers_without_hours": int(capacity is None)}
    row |= {
        "contracted_hours": 0.0 if capacity is None else 148.0,
        "reduction_hours": 0.0,
        "unallocated_cases": 0,
        "overdue": 0,
    }
    row |= {"high_risk_overdue": 0, "spo_hours": 37.0, "span": 4.0, "inexperienced": 0, "experience_unknown": 0}
    row |= {"awaiting_countersignature": 0, "longest_wait_days": None, "forecast_percentage": None}
    row |= {"oversight_overdue": None, "oversight_high_risk_overdue": None, "oversight_due_soon": None}
    row |= {"forecast_low": None, "forecast_high": None, "forecast_weeks_ahead": None}
    return row | given


def frame(*units: dict[str, Any]) -> pd.DataFrame:
    columns = list(unit("office", ""))
    numbers = [column for column in columns if column not in ("level", "code", "name", "parent_code")]
    found = pd.DataFrame(units, columns=columns).astype(dict.fromkeys(columns[:4], "str"))
    return found.astype(dict.fromkeys(numbers, "float64"))


def past(*weeks: tuple[date, list[dict[str, Any]]]) -> pd.DataFrame:
    """The units of earlier weeks, each with its date."""
    dates = [pd.Timestamp(as_at) for as_at, units in weeks for _ in units]
    units = frame(*(one for _, units in weeks for one in units))
    units = units.assign(comparable_percentage=units["capacity_percentage"])
    return units.assign(as_at=pd.Series(dates, dtype="datetime64[s]"))[PAST_COLUMNS]
