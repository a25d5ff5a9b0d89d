"""A scope in every week, like with like."""

import math
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.detection.measures import COLUMNS, WEEKS_KEPT, measure_weeks, recent_weeks, weeks_before

AS_AT = date(2026, 11, 20)
AREA = ("area", "N")
OFFICES = [("office", "F1"), ("office", "F2")]


def row(level: str, code: str, weeks_ago: int = 0, **given: Any) -> dict[str, Any]:
    figures = {"offender_managers": 8, "total_points": 1000.0, "available_points": 1000.0, "high_risk_overdue": 0}
    share = 100 * given.get("total_points", 1000.0) / (given.get("available_points", 1000.0) or 1)
    day = pd.Timestamp(AS_AT - timedelta(weeks=weeks_ago)).as_unit("s")
    known = {"as_at": day, "level": level, "code": code, "capacity_percentage": share, "is_comparable": True}
    return known | figures | given


def measured(*rows: dict[str, Any], small_team: int = 5) -> Any:
    frame = pd.DataFrame(list(rows))[COLUMNS]
    return measure_weeks(frame, [AREA], OFFICES, red_line=110, small_team=small_team)


def test_units_over_the_line_are_counted_and_added_up() -> None:
    (week,) = measured(
        row("office", "F1", total_points=1200.0), row("office", "F2"),
        row("area", "N", total_points=1050.0, high_risk_overdue=7),
        row("office", "F3", total_points=9999.0), row("area", "S", high_risk_overdue=50),
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
    (week,) = measured(row("office", "F1", is_comparable=False), row("area", "N", high_risk_overdue=2))
    assert math.isnan(week.units_over)
    assert not week.is_comparable
    assert week.high_risk_overdue == 2


def test_the_whole_of_several_units_is_added_up_and_known_only_if_each_is() -> None:
    rows = [row("area", "N", total_points=1200.0), row("area", "S", total_points=900.0, available_points=500.0)]
    frame = pd.DataFrame(rows)[COLUMNS]
    both = [AREA, ("area", "S")]
    (week,) = measure_weeks(frame, both, OFFICES, red_line=110, small_team=5)
    assert week.capacity == pytest.approx(140.0)
    assert week.high_risk_overdue == 0
    (week,) = measure_weeks(frame.assign(is_comparable=[True, False]), both, OFFICES, red_line=110, small_team=5)
    assert math.isnan(week.capacity)
    (week,) = measure_weeks(frame.iloc[:1], both, OFFICES, red_line=110, small_team=5)
    assert math.isnan(week.capacity)
    assert math.isnan(week.high_risk_overdue)
    unknown = frame.assign(high_risk_overdue=[3, None])
    (week,) = measure_weeks(unknown, both, OFFICES, red_line=110, small_team=5)
    assert math.isnan(week.high_risk_overdue)


def test_no_weeks_measure_nothing() -> None:
    assert measure_weeks(pd.DataFrame(columns=COLUMNS), [AREA], OFFICES, red_line=110, small_team=5) == ()


def test_the_recent_weeks_are_half_a_year_with_this_one_and_say_what_compares() -> None:
    no_capacity = {"total_points": 500.0, "available_points": 0.0, "capacity_percentage": math.nan, "lost": True}
    parted = dict.fromkeys(("total_points", "available_points", "capacity_percentage", "high_risk_overdue"), math.nan)
    past = pd.DataFrame(
        [
            row("office", "F1", WEEKS_KEPT),
            row("office", "F1", WEEKS_KEPT - 1),
            row("office", "F1", 2, high_risk_overdue=4),
            row("office", "F1", 1),
            row("office", "F2", 1, **no_capacity),
            row("office", "F3", 1, **parted, lost=True),
            row("offender_manager", "00001", 1),
        ]
    )
    units = pd.DataFrame([row("office", "F1"), row("post", "T1/00001")])
    other_weights = AS_AT - timedelta(weeks=2)
    alike = {stamp.date() for stamp in past["as_at"]} - {other_weights}
    weeks = recent_weeks(weeks_before(past, AS_AT), alike, units, AS_AT)
    ago = [(pd.Timestamp(AS_AT) - day).days // 7 for day in weeks["as_at"]]
    assert list(zip(ago, weeks["code"], weeks["is_comparable"], strict=True)) == [
        (26, "F1", True), (2, "F1", False), (1, "F1", True), (1, "F2", True), (1, "F3", False), (0, "F1", True),
    ]  # fmt: skip
    assert weeks["high_risk_overdue"].fillna(-1).tolist() == [0, 4, 0, 0, -1, 0]


def test_the_first_week_has_no_weeks_before_it() -> None:
    units = pd.DataFrame([row("office", "F1")])
    assert recent_weeks(units.iloc[:0], (), units, AS_AT)["code"].tolist() == ["F1"]
