"""What becomes of the people of one office: sums by hand, and what has to hold whatever is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.redistribution.robust.outcome import Staff, combine, margin_for, outcome_of, share_under

WEEKS = 2


def staff(load: list[float], able: list[float], later: list[list[float]] | None = None, waiting: float = 0.0) -> Staff:
    ahead = np.array([able] * WEEKS if later is None else later, dtype=float)
    return Staff(np.array(load, dtype=float), waiting, np.array(able, dtype=float), ahead)


def nothing(people: int) -> tuple[np.ndarray, np.ndarray]:
    """One draw in which nothing changes and no one falls sick."""
    return np.zeros((1, WEEKS)), np.zeros((1, WEEKS, people), dtype=bool)


def test_what_comes_raises_everyone_by_the_same_percentage() -> None:
    change, sick = nothing(2)
    outcome = outcome_of(staff([80, 30], [100, 50]), change + np.array([[15, 30]]), sick)
    # 15 points on 150 are 10 percentage points.
    assert outcome.highest.tolist() == [[90, 100]]
    assert outcome.rise.tolist() == [[10, 20]]
    assert outcome.whole == pytest.approx(np.array([[125, 140]]) / 1.5)
    assert outcome.now == pytest.approx(110 / 1.5)


def test_the_others_carry_the_cases_of_a_person_who_falls_sick() -> None:
    change, sick = nothing(2)
    sick[0, 1, 0] = True
    outcome = outcome_of(staff([80, 30], [100, 50]), change, sick)
    # 30 of 50, and the 80 of the other on these 50.
    assert outcome.highest.tolist() == [[80, 220]]
    assert outcome.rise.tolist() == [[0, 160]]
    assert outcome.whole.tolist() == [[110 / 1.5, 220]]


def test_the_others_carry_the_cases_of_a_person_who_is_to_leave() -> None:
    outcome = outcome_of(staff([80, 30], [100, 50], [[100, 50], [0, 50]]), *nothing(2))
    assert outcome.highest.tolist() == [[80, 220]]


def test_fewer_hours_raise_a_percentage_by_themselves() -> None:
    outcome = outcome_of(staff([40, 30], [100, 50], [[100, 50], [50, 50]]), *nothing(2))
    assert outcome.highest.tolist() == [[60, 80]]
    assert outcome.rise.tolist() == [[0, 40]]


def test_a_person_who_holds_points_without_hours_is_over_every_line_until_they_are_back() -> None:
    outcome = outcome_of(staff([20, 30], [0, 50], [[0, 50], [40, 50]]), *nothing(2))
    assert outcome.highest.tolist() == [[np.inf, 60]]
    # Who had no hours now has no percentage to rise from.
    assert outcome.rise.tolist() == [[0, 0]]


def test_without_anyone_there_points_are_over_every_line() -> None:
    change, sick = nothing(1)
    outcome = outcome_of(staff([20], [50], waiting=5), change, ~sick)
    assert outcome.highest.tolist() == outcome.rise.tolist() == outcome.whole.tolist() == [[np.inf, np.inf]]
    empty = outcome_of(staff([0], [50]), change, ~sick)
    assert (share_under(empty.highest, 110), share_under(empty.whole, 110)) == (1, 1)


def test_unallocated_points_count_in_the_whole_and_with_no_one() -> None:
    outcome = outcome_of(staff([50], [100], waiting=30), *nothing(1))
    assert outcome.highest.tolist() == [[50, 50]]
    assert outcome.whole.tolist() == [[80, 80]]
    assert outcome.now == 80


def test_offices_together_are_as_their_hottest_and_their_sum() -> None:
    change, sick = nothing(1)
    offices = [outcome_of(staff([load], [100]), change + rise, sick) for load, rise in ((50, 10), (90, 0))]
    both = combine(offices)
    assert (both.highest.tolist(), both.rise.tolist(), both.whole.tolist()) == ([[90, 90]], [[10, 10]], [[75, 75]])
    assert both.now == 70


def test_a_draw_holds_if_every_week_does() -> None:
    draws = np.array([[100, 110], [110.0000000001, 90], [100, 111], [120, 100]])
    assert share_under(draws, 110) == 0.5
    assert share_under(draws[:, -1:], 110) == 0.75


@pytest.mark.parametrize(
    ("rises", "margin"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 8),
        ([*range(9), np.inf], 8),
        ([*range(8), np.inf, np.inf], None),
        ([-5] * 10, 0),
        ([-np.inf] * 10, 0),
        ([3.01], 3.1),
        ([3.1], 3.1),
    ],
)
def test_the_margin_is_the_rise_that_nine_of_ten_draws_stay_below(rises: list[float], margin: float | None) -> None:
    assert margin_for(np.array(rises, dtype=float)[:, None], 0.9) == margin


amounts = st.floats(0, 200).map(lambda value: round(value, 2))
people = st.lists(st.tuples(amounts, st.sampled_from((0.0, 20.0, 100.0))), min_size=1, max_size=5)


@given(people, amounts, st.integers(0, 4), st.integers(0, 2**32), st.floats(50, 150))
def test_more_load_never_holds_more_often(
    rows: list[tuple[float, float]], more: float, to: int, seed: int, line: float
) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    change = draws.normal(0, 30, (20, WEEKS))
    sick = draws.random((20, WEEKS, len(rows))) < 0.2
    load, able = (list(column) for column in zip(*rows, strict=True))
    heavier = [points + (more if place == to % len(rows) else 0) for place, points in enumerate(load)]
    light, heavy = (outcome_of(staff(points, able), change, sick) for points in (load, heavier))
    assert share_under(heavy.highest, line) <= share_under(light.highest, line)
    assert share_under(heavy.whole, line) <= share_under(light.whole, line)


@given(people, st.integers(0, 2**32), st.floats(50, 150))
def test_everyone_so_far_below_the_line_stays_under_it(rows: list[tuple[float, float]], seed: int, line: float) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    change, able = draws.normal(0, 20, (50, WEEKS)), np.array([100.0] * len(rows))
    sick = np.zeros((50, WEEKS, len(rows)), dtype=bool)
    margin = margin_for(outcome_of(staff([0.0] * len(rows), list(able)), change, sick).rise, 0.9)
    assert margin is not None
    level = outcome_of(staff(list(able * (line - margin) / 100), list(able)), change, sick)
    assert share_under(level.highest, line) >= 0.9
