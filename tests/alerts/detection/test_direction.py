"""Better or worse: what counts as a change, against which week, and the numbers behind it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.detection.direction import (
    Course,
    Direction,
    Measure,
    MeasuredWeek,
    compared_weeks,
    judge_direction,
    load_direction_numbers,
)
from tiering.faults import ConfigFault

CONFIG = Path(__file__).parents[3] / "config"
AS_AT = date(2026, 11, 20)
NUMBERS = load_direction_numbers(CONFIG, AS_AT)


def week(ago: int, over: float = 5, points: float = 5000, late: float = 100) -> MeasuredWeek:
    """A week of a scope of 100,000 available points, of which 500 are the least change that counts."""
    return MeasuredWeek(AS_AT - timedelta(weeks=ago), 32, over, 0, points, 100_000, 104.0, late)


def course(lates: Sequence[float], overs: Sequence[float] | None = None) -> list[MeasuredWeek]:
    """A scope over the weeks, the oldest first, this week last."""
    overs = overs or [5] * len(lates)
    ago = range(len(lates) - 1, -1, -1)
    return [week(back, over, 1000 * over, late) for back, over, late in zip(ago, overs, lates, strict=True)]


def test_without_an_earlier_week_these_are_the_first_figures() -> None:
    assert judge_direction([week(0)], NUMBERS) == Direction(Course.FIRST)


def test_with_too_few_weeks_it_is_too_early_to_judge() -> None:
    assert judge_direction(course([100, 100, 100, 100, 400]), NUMBERS) == Direction(Course.EARLY)
    assert judge_direction(course([100, 100, 100, 100, 100, 400]), NUMBERS).course is Course.WORSE


def test_a_change_that_is_usual_here_is_about_the_same() -> None:
    restless = [100, 110, 100, 110, 100, 110, 100]
    assert judge_direction(course([*restless, 119]), NUMBERS).course is Course.SAME
    assert judge_direction(course([*restless, 121]), NUMBERS) == Direction(
        Course.WORSE, 1, (Measure.HIGH_RISK_OVERDUE,)
    )
    assert judge_direction(course([*restless, 79]), NUMBERS) == Direction(
        Course.BETTER, 1, (), (Measure.HIGH_RISK_OVERDUE,)
    )


def test_a_slow_rise_is_worse_than_13_weeks_ago_when_no_week_is_worse_than_the_last() -> None:
    slow = [100 + 3 * weeks for weeks in range(14)]
    assert judge_direction(course(slow), NUMBERS) == Direction(Course.WORSE, 13, (Measure.HIGH_RISK_OVERDUE,))


def test_one_thing_better_and_another_worse_is_mixed() -> None:
    weeks = course([100] * 6 + [90], [5] * 6 + [7])
    worse = (Measure.UNITS_OVER, Measure.POINTS_OVER)
    assert judge_direction(weeks, NUMBERS) == Direction(Course.MIXED, 1, worse, (Measure.HIGH_RISK_OVERDUE,))


def test_a_unit_that_crosses_the_line_by_a_hair_is_no_direction() -> None:
    weeks = course([100] * 7)
    assert judge_direction([*weeks[:-1], week(0, over=6, points=5499)], NUMBERS).course is Course.SAME
    assert judge_direction([*weeks[:-1], week(0, over=6, points=4000)], NUMBERS) == Direction(
        Course.BETTER, 1, (), (Measure.POINTS_OVER,)
    )
    assert Measure.UNITS_OVER in judge_direction([*weeks[:-1], week(0, over=6, points=5500)], NUMBERS).worse


def test_a_count_of_other_units_is_no_direction() -> None:
    weeks = course([100] * 6 + [100], [5] * 6 + [9])
    assert judge_direction(weeks, NUMBERS).course is Course.WORSE
    joined = [replace(old, units=20) for old in weeks[:-1]]
    assert judge_direction([*joined, weeks[-1]], NUMBERS).course is Course.SAME
    late = replace(weeks[-1], high_risk_overdue=110)
    assert judge_direction([*joined, late], NUMBERS) == Direction(Course.WORSE, 1, (Measure.HIGH_RISK_OVERDUE,))


def test_weeks_under_other_weights_count_only_for_assessments() -> None:
    weeks = [replace(old, units_over=math.nan, points_over=math.nan) for old in course([100] * 6)]
    assert judge_direction([*weeks[:-1], week(0, over=9, points=9000, late=100)], NUMBERS).course is Course.SAME
    assert judge_direction([*weeks[:-1], week(0, over=9, points=9000, late=104)], NUMBERS) == Direction(
        Course.WORSE, 1, (Measure.HIGH_RISK_OVERDUE,)
    )


def test_a_week_is_compared_with_the_last_snapshot_and_with_those_of_4_and_13_weeks_ago() -> None:
    weeks = [week(ago) for ago in (20, 13, 5, 4, 3, 2, 0)]
    ago = {back: (AS_AT - compared.as_at).days // 7 for back, compared in compared_weeks(weeks).items()}
    assert ago == {1: 2, 4: 4, 13: 13}
    assert compared_weeks(weeks[-1:]) == {}


@given(st.lists(st.integers(0, 300), min_size=6, max_size=30), st.integers(1, 50))
def test_more_overdue_is_never_better_and_less_never_worse(lates: list[int], more: int) -> None:
    rank = {Course.BETTER: -1, Course.SAME: 0, Course.WORSE: 1}
    before = judge_direction(course(lates), NUMBERS)
    after = judge_direction(course([*lates[:-1], lates[-1] + more]), NUMBERS)
    if before.weeks_back == after.weeks_back or Course.SAME in (before.course, after.course):
        assert rank[after.course] >= rank[before.course] or before.course is Course.WORSE


def test_every_fault_of_the_file_is_listed(tmp_path: Path) -> None:
    text = (CONFIG / "direction.yaml").read_text()
    broken = text.replace("{value: 2, unit: times", "{value: -2, unit: times").replace("{value: 26,", "{value: 0,")
    (tmp_path / "direction.yaml").write_text(broken.replace("2000-01-01: {value: 4,", "2099-01-01: {value: 4,"))
    with pytest.raises(ConfigFault) as fault:
        load_direction_numbers(tmp_path, AS_AT)
    path = tmp_path / "direction.yaml"
    assert fault.value.faults == [
        f"{path}: weeks_needed: nothing is in force on {AS_AT}; add a value dated then or earlier",
        f"{path}: times_usual: -2.0 must be 0 or more",
        f"{path}: weeks_learned: 0 must be 1 week or more",
    ]


def test_the_fingerprint_is_of_the_numbers_and_not_of_the_words() -> None:
    assert NUMBERS.model_copy(update={"says": "else"}).fingerprint == NUMBERS.fingerprint
    assert NUMBERS.model_copy(update={"times_usual": 3.0}).fingerprint != NUMBERS.fingerprint
