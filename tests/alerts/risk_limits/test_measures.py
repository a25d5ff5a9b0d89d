"""The measures of limits: what each counts in an area and in the whole service."""

import math

import pytest

from alerts.detection.trends.unit_weeks import WeeksByLevel
from alerts.risk_limits.definitions import Measure
from alerts.risk_limits.measures import measure_values
from tests.oracle.over_weeks.limits import limits as expected_limits

from .weeks import FRIDAY, Week, dated, frames, limit, week

OVER = {"total_points": 112.0, "capacity_percentage": 112.0}
STRANDED = {"available_points": 0.0, "capacity_percentage": math.nan}
IDLE = {"total_points": 0.0, "available_points": 0.0, "capacity_percentage": math.nan}


def values(measure: Measure, *weeks: Week | None, level: str = "area", running: int | None = None) -> list[float]:
    """The value in each week: of area N, or of the whole service."""
    units, past = frames(dated(weeks))
    asked = limit(measure, 0, level, weeks=running)
    found = measure_values(asked, WeeksByLevel(units, past, FRIDAY), 110.0)
    return [float(value) for value in found[0]]


def test_points_over_capacity_never_fall_below_nothing() -> None:
    spare = {"total_points": 90.0}
    assert values(Measure.POINTS_OVER_CAPACITY, week({("area", "N"): spare}), week({("area", "N"): OVER})) == [0, 12]


def test_an_offender_manager_counts_once_over_the_line_for_so_many_weeks_running() -> None:
    hot, calm = week({("offender_manager", "N1"): OVER}), week()
    share = Measure.OFFENDER_MANAGERS_OVER_SHARE
    assert values(share, hot, hot, calm, hot, hot, hot, running=2) == [0, 50, 0, 0, 50, 50]
    assert values(share, hot, hot, running=2, level="all") == [0, 50]


def test_a_missing_week_does_not_end_a_run() -> None:
    hot = week({("offender_manager", "N1"): OVER})
    assert values(Measure.OFFENDER_MANAGERS_OVER_SHARE, hot, None, hot, running=2) == [0, 50]


def test_an_offender_manager_counts_in_every_week_where_they_are_now() -> None:
    hot = week({("offender_manager", "S1"): OVER})
    moved = week({("offender_manager", "S1"): {**OVER, "parent_code": "TN"}})
    assert values(Measure.OFFENDER_MANAGERS_OVER_SHARE, hot, moved, running=1) == [50, 50]


def test_without_offender_managers_there_is_no_share() -> None:
    empty = week({("area", "N"): {"offender_managers": 0}})
    assert math.isnan(values(Measure.OFFENDER_MANAGERS_OVER_SHARE, empty, running=1)[0])


@pytest.mark.parametrize(
    ("figures", "share"), [({}, 0), (OVER, 50), (STRANDED, 50), (IDLE, 0), ({"capacity_percentage": 110.0}, 0)]
)
def test_an_office_over_the_line_or_without_capacity_counts_and_an_idle_one_does_not(
    figures: dict[str, float], share: float
) -> None:
    assert values(Measure.OFFICES_OVER_SHARE, week({("office", "ON"): figures})) == [share]


def test_an_idle_office_is_not_among_the_offices() -> None:
    idle = week({("office", "ON"): OVER, ("office", "PN"): IDLE})
    assert values(Measure.OFFICES_OVER_SHARE, idle) == [100]


@pytest.mark.parametrize(
    "measure",
    [
        Measure.CAPACITY_PERCENTAGE,
        Measure.HIGH_RISK_OVERDUE,
        Measure.OFFENDER_MANAGERS_WITHOUT_HOURS,
        Measure.UNALLOCATED_CASES,
    ],
)
def test_the_others_are_the_stored_figures(measure: Measure) -> None:
    assert values(measure, week({("area", "N"): {measure.value: 7}})) == [7]
    assert values(measure, week({("all", "all"): {measure.value: 8}}), level="all") == [8]


def test_the_oracle_holds_against_sums_done_by_hand() -> None:
    hot = week({("offender_manager", "N1"): OVER, ("office", "ON"): OVER})
    asked = [
        {"name": "people", "measure": "offender_managers_over_share", "level": "area", "limit": 49, "weeks": 2},
        {"name": "offices", "measure": "offices_over_share", "level": "all", "limit": 25},
    ]
    found = expected_limits(asked, dated([hot, hot]), 110.0)
    assert (found["people", "area", "N"]["value"], found["people", "area", "N"]["weeks"]) == (50, 1)
    assert found["people", "area", "S"]["value"] == 0
    assert (found["offices", "all", "all"]["value"], found["offices", "all", "all"]["breached"]) == (25, False)
