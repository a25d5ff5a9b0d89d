"""Limits judged: breaches, how long they last, gaps, and breaches to be expected."""

from datetime import timedelta
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.detection.trends.unit_weeks import WeeksByLevel
from alerts.risk_limits.definitions import Measure, RiskLimit
from alerts.risk_limits.judgement import COLUMNS, judge_limits
from tests.oracle.over_weeks.limits import limits as expected_limits

from ...longer import examples
from .weeks import FRIDAY, PLACES, Unit, Week, dated, forecast_of, frames, limit, week

RED = 110.0
NO_FORECAST = forecast_of("area", "N", [])
NORTH = ("area", "N")


def judged(
    limits: list[RiskLimit], weeks: list[Week | None], forecasts: pd.DataFrame = NO_FORECAST
) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows by the name of the limit and the code of the unit, None where a figure is missing."""
    units, past = frames(dated(weeks))
    frame = judge_limits(limits, WeeksByLevel(units, past, FRIDAY), forecasts, RED)
    assert list(frame.columns) == COLUMNS
    assert frame.equals(frame.sort_values(["name", "level", "code"], ignore_index=True))
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {(row["name"], row["code"]): row for row in rows}


def north(limits: RiskLimit, weeks: list[Week | None], forecasts: pd.DataFrame = NO_FORECAST) -> dict[str, Any]:
    return judged([limits], weeks, forecasts)[limits.name, "N"]


def late(number: int | None) -> Week:
    return week({NORTH: {"high_risk_overdue": number}})


OVERDUE = limit(Measure.HIGH_RISK_OVERDUE, 50)


def test_a_value_above_the_limit_is_a_breach_and_one_at_the_limit_is_none() -> None:
    above, at = north(OVERDUE, [late(51)]), north(OVERDUE, [late(50)])
    assert (above["value"], above["breached"], above["weeks"], above["since"]) == (51, True, 1, pd.Timestamp(FRIDAY))
    assert (at["value"], at["breached"], at["weeks"], at["since"]) == (50, False, 0, None)
    assert (above["limit"], above["owner"], above["unit_name"]) == (50, "Director", "area N")


def test_every_unit_of_the_level_is_judged_and_no_other() -> None:
    rows = judged([OVERDUE, limit(Measure.HIGH_RISK_OVERDUE, 1, "all")], [late(51)])
    assert sorted(rows) == [
        ("high_risk_overdue in all", "all"),
        ("high_risk_overdue in area", "N"),
        ("high_risk_overdue in area", "S"),
    ]
    assert judged([], [late(51)]) == {}


def test_a_breach_is_counted_from_its_first_week_over_a_missing_week_and_a_missing_figure() -> None:
    row = north(OVERDUE, [late(0), late(60), None, late(None), late(60)])
    assert (row["weeks"], row["since"]) == (2, pd.Timestamp(FRIDAY - timedelta(weeks=3)))


def test_a_week_at_or_under_the_limit_ends_a_breach() -> None:
    assert north(OVERDUE, [late(60), late(50), late(60)])["weeks"] == 1


def test_a_breach_outlasts_a_week_without_its_figure() -> None:
    row = north(OVERDUE, [late(60), late(None)])
    assert (row["value"], row["breached"], row["weeks"]) == (None, True, 1)


def test_an_area_that_is_gone_has_no_row_and_one_that_returns_starts_anew() -> None:
    gone = week({unit: None for unit in PLACES if "N" in unit[1]})
    assert ("high_risk_overdue in area", "N") not in judged([OVERDUE], [late(60), gone])
    assert north(OVERDUE, [late(60), gone, late(60)])["weeks"] == 1


def test_a_breach_to_be_expected_is_the_first_week_in_which_the_forecast_passes_the_limit() -> None:
    capacity = limit(Measure.CAPACITY_PERCENTAGE, 105, forecast_weeks=3)
    row = north(capacity, [week()], forecast_of("area", "N", [104, 106, 107]))
    assert (row["forecast_on"], row["forecast_value"]) == (pd.Timestamp(FRIDAY + timedelta(weeks=2)), 106)
    over = limit(Measure.POINTS_OVER_CAPACITY, 6, forecast_weeks=3)
    assert north(over, [week()], forecast_of("area", "N", [104, 106, 107]))["forecast_value"] == 7


def test_no_breach_is_expected_too_far_ahead_without_enough_history_unasked_or_of_what_is_breached() -> None:
    ahead = forecast_of("area", "N", [104, 106])
    capacity = limit(Measure.CAPACITY_PERCENTAGE, 105, forecast_weeks=1)
    unasked = limit(Measure.CAPACITY_PERCENTAGE, 105)
    too_short = forecast_of("area", "N", [106], method="last value")
    breached = week({NORTH: {"capacity_percentage": 106.0}})
    for row in (
        north(capacity, [week()], ahead),
        north(unasked, [week()], ahead),
        north(capacity, [week()], too_short),
        north(capacity.model_copy(update={"forecast_weeks": 2}), [breached], ahead),
    ):
        assert (row["forecast_on"], row["forecast_value"]) == (None, None)


ALL_MEASURES = [
    limit(measure, above, level, weeks=2 if measure is Measure.OFFENDER_MANAGERS_OVER_SHARE else None)
    for level in ("area", "all")
    for measure, above in {
        Measure.CAPACITY_PERCENTAGE: 105,
        Measure.POINTS_OVER_CAPACITY: 5,
        Measure.OFFENDER_MANAGERS_OVER_SHARE: 40,
        Measure.OFFICES_OVER_SHARE: 40,
        Measure.HIGH_RISK_OVERDUE: 1,
        Measure.OFFENDER_MANAGERS_WITHOUT_HOURS: 1,
        Measure.UNALLOCATED_CASES: 1,
    }.items()
]


@st.composite
def a_week(draw: st.DrawFn) -> Week:
    """A week in which some figures of some units are other ones, unknown, or the unit is not there."""
    changes: dict[Unit, dict[str, Any] | None] = {}
    for unit in PLACES:
        total = draw(st.sampled_from([90.0, 100.0, 108.0, 112.0, 112.0]))
        available = draw(st.sampled_from([100.0, 100.0, 100.0, 0.0]))
        counts = {
            name: draw(st.sampled_from([0, 1, 2, 3, None]))
            for name in ("high_risk_overdue", "offender_managers_without_hours", "unallocated_cases")
        }
        percentage = 100 * total / available if available else None
        people = draw(st.sampled_from([2, 2, 3, 0]))
        points = {"total_points": total, "available_points": available, "capacity_percentage": percentage}
        is_gone = unit[0] in ("offender_manager", "office") and draw(st.integers(0, 7)) == 0
        changes[unit] = None if is_gone else {**points, **counts, "offender_managers": people}
    return week(changes)


@settings(
    max_examples=examples(25),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.one_of(st.none(), a_week(), a_week()), max_size=6), a_week())
def test_every_limit_is_that_of_the_oracle(before: list[Week | None], now: Week) -> None:
    weeks = [*before, now]
    rows = judged(ALL_MEASURES, weeks)
    asked = [{**one.model_dump(), "measure": one.measure.value} for one in ALL_MEASURES]
    expected = expected_limits(asked, dated(weeks), RED)
    assert set(rows) == {(name, code) for name, _, code in expected}
    for (name, _, code), wanted in expected.items():
        row = rows[name, code]
        since = None if row["since"] is None else row["since"].date()
        ours = {"value": row["value"], "breached": row["breached"], "weeks": row["weeks"], "since": since}
        assert ours == wanted, (name, code)
