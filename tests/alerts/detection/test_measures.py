"""A scope in every week, like with like."""

import math
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.detection.measures import COLUMNS, WEEKS_KEPT, measure_weeks, recent_weeks
from alerts.detection.unit_weeks import PAST_COLUMNS

AS_AT = date(2026, 11, 20)
AREA = ("area", "N")
OFFICES = [("office", "F1"), ("office", "F2")]


def row(level: str, code: str, weeks_ago: int = 0, **given: Any) -> dict[str, Any]:
    figures = {"offender_managers": 8, "total_points": 1000.0, "available_points": 1000.0, "high_risk_overdue": 0}
    share = 100 * given.get("total_points", 1000.0) / (given.get("available_points", 1000.0) or 1)
    day = pd.Timestamp(AS_AT - timedelta(weeks=weeks_ago)).as_unit("s")
    known = {"as_at": day, "level": level, "code": code, "capacity_percentage": share, "is_comparable": True}
    return known | figures | given


def measured(*rows: dict[str, Any], small_team: int = 5, teams: tuple[str, ...] = ("T1", "T2")) -> Any:
    frame = pd.DataFrame(list(rows))[COLUMNS]
    return measure_weeks(frame, [AREA], OFFICES, teams, red_line=110, small_team=small_team)


def test_units_over_the_line_are_counted_and_added_up() -> None:
    (week,) = measured(
        row("office", "F1", total_points=1200.0), row("office", "F2"), row("area", "N", total_points=1050.0),
        row("team", "T1", high_risk_overdue=3), row("team", "T2", high_risk_overdue=4),
        row("office", "F3", total_points=9999.0), row("team", "T3", high_risk_overdue=50),
    )  # fmt: skip
    assert (week.units, week.units_over, week.points_over, week.available_points) == (2, 1, 100, 2000)
    assert (week.capacity, week.high_risk_overdue, week.units_without_capacity) == (105.0, 7, 0)
    assert week.as_at == AS_AT


def test_a_unit_without_capacity_is_over_with_all_its_points() -> None:
    gone = row("office", "F1", available_points=0.0, capacity_percentage=math.nan)
    (week,) = measured(gone, row("office", "F2"))
    assert (week.units_over, week.units_without_capacity, week.points_over) == (1, 1, 1000)
    empty = row("office", "F1", available_points=0.0, total_points=0.0, capacity_percentage=math.nan)
    (week,) = measured(empty, row("office", "F2"))
    assert (week.units_over, week.points_over) == (0, 0)


def test_small_units_and_units_that_do_not_compare_are_not_counted_in_that_week() -> None:
    small, other = row("office", "F1", 1, offender_managers=4), row("office", "F2", 2, is_comparable=False)
    old, before, _ = measured(
        row("office", "F1", 2), other, small, row("office", "F2", 1), row("office", "F1"), row("office", "F2")
    )
    assert (old.units, before.units) == (1, 1)
    (week,) = measured(row("office", "F1", is_comparable=False), row("team", "T1", high_risk_overdue=2))
    assert math.isnan(week.units_over)
    assert not week.is_comparable
    assert week.high_risk_overdue == 2


def test_the_whole_of_several_units_is_added_up_and_known_only_if_each_is() -> None:
    rows = [row("area", "N", total_points=1200.0), row("area", "S", total_points=900.0, available_points=500.0)]
    frame = pd.DataFrame(rows)[COLUMNS]
    both = [AREA, ("area", "S")]
    (week,) = measure_weeks(frame, both, OFFICES, ["T1"], red_line=110, small_team=5)
    assert week.capacity == pytest.approx(140.0)
    assert math.isnan(week.high_risk_overdue)
    (week,) = measure_weeks(frame.assign(is_comparable=[True, False]), both, OFFICES, [], red_line=110, small_team=5)
    assert math.isnan(week.capacity)


def test_no_weeks_measure_nothing() -> None:
    assert measure_weeks(pd.DataFrame(columns=COLUMNS), [AREA], OFFICES, ["T1"], red_line=110, small_team=5) == ()


def past_row(weeks_ago: int, code: str = "F1", comparable: float = 100.0, capacity: float = 100.0) -> dict[str, Any]:
    known = row("office", code, weeks_ago)
    return dict.fromkeys(PAST_COLUMNS, 0.0) | {
        "name": code, "parent_code": "C1", **{name: known[name] for name in COLUMNS if name in PAST_COLUMNS},
        "capacity_percentage": capacity, "comparable_percentage": comparable,
    }  # fmt: skip


def test_the_recent_weeks_are_half_a_year_with_this_one_and_say_what_compares() -> None:
    past = pd.DataFrame(
        [
            past_row(WEEKS_KEPT),
            past_row(WEEKS_KEPT - 1),
            past_row(2, comparable=math.nan),
            past_row(1),
            past_row(1, "F2", comparable=math.nan, capacity=math.nan),
            past_row(1, "F3", comparable=math.nan),
        ]
    )
    units = pd.DataFrame([row("office", "F1"), row("post", "T1/00001")])
    weeks = recent_weeks(past, units, AS_AT)
    ago = [(pd.Timestamp(AS_AT) - day).days // 7 for day in weeks["as_at"]]
    assert list(zip(ago, weeks["code"], weeks["is_comparable"], strict=True)) == [
        (26, "F1", True), (2, "F1", False), (1, "F1", True), (1, "F2", True), (1, "F3", False), (0, "F1", True),
    ]  # fmt: skip
