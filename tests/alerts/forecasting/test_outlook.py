"""Which week of a forecast stands for a unit: the first that passes the line, else the highest."""

from typing import Any

import pandas as pd

from alerts.detection.rules import load_rules
from alerts.forecasting.forecast import LAST_VALUE, RUN_OFF
from alerts.forecasting.outlook import ADDED, look_ahead
from tests.alerts.detection.test_rules import CONFIG, TODAY

RULE = next(rule for rule in load_rules(CONFIG, TODAY) if rule.name == "forecast_over")
NAN = float("nan")


def expected(code: str, *middles: float, level: str = "office", method: str = RUN_OFF) -> list[dict[str, Any]]:
    """The forecast of a unit, a middle for each week ahead, 3 points either way."""
    return [
        {
            "level": level,
            "code": code,
            "weeks_ahead": week,
            "capacity_percentage": middle,
            "capacity_low_80": middle - 3,
            "capacity_high_80": middle + 3,
            "method": method,
        }
        for week, middle in enumerate(middles, 1)
    ]


def ahead(*forecasts: list[dict[str, Any]], level: str = "office", code: str = "F1") -> list[float | None]:
    units = pd.DataFrame({"level": ["area", level], "code": ["A1", code], "name": ["North", "Office"]})
    rows = look_ahead(units, pd.DataFrame([row for rows in forecasts for row in rows]), RULE)
    assert list(rows["name"]) == ["North", "Office"]
    return [None if pd.isna(value) else float(value) for value in rows.set_index("code").loc[code, ADDED]]


def test_the_first_week_that_passes_the_line_is_told_with_its_interval() -> None:
    assert ahead(expected("F1", 108, 110.5, 113, 112)) == [110.5, 107.5, 113.5, 2]


def test_a_unit_that_stays_under_the_line_has_its_highest_week() -> None:
    assert ahead(expected("F1", 104, 107, 110, 106)) == [110, 107, 113, 3]


def test_weeks_further_ahead_than_the_rule_looks_do_not_count() -> None:
    assert ahead(expected("F1", 104, 105, 106, 107, 115, 120)) == [107, 104, 110, 4]


def test_weeks_without_capacity_do_not_count() -> None:
    assert ahead(expected("F1", 104, NAN, NAN, NAN)) == [104, 101, 107, 1]
    assert ahead(expected("F1", NAN, NAN)) == [None] * 4


def test_the_last_value_is_no_forecast() -> None:
    assert ahead(expected("F1", 112, 112, method=LAST_VALUE)) == [None] * 4


def test_units_of_other_levels_with_the_same_code_are_apart() -> None:
    assert ahead(expected("F1", 120, level="cluster"), expected("F1", 90)) == [90, 87, 93, 1]
    assert ahead(expected("F2", 120)) == [None] * 4
