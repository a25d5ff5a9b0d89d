"""Runs of weeks and rises: what starts an episode, what ends it, and what counts as a rise."""

import math
from typing import Any

import numpy as np
import pytest

from alerts.detection.trends.trend import (
    Counts,
    Floats,
    Rising,
    Sustained,
    detect_rises,
    rises_between_means,
    sustained_states,
    usual_changes,
    week_by_week,
)

NO = np.nan


def follow(*units: str, weeks_on: int = 3, weeks_off: int = 2) -> Sustained:
    """A letter for each week: + the condition holds, 0 it is off, = neither, ? not known, - not in the snapshot."""
    weeks = np.array([list(unit) for unit in units])
    return sustained_states(
        weeks == "+", weeks == "0", (weeks != "?") & (weeks != "-"), weeks != "-", weeks_on, weeks_off
    )


def of_one(unit: str, weeks_on: int = 3, weeks_off: int = 2) -> tuple[bool, bool, int, int, int]:
    """Active now, active the week before, weeks, weeks running, position of the first week."""
    found = follow(unit, weeks_on=weeks_on, weeks_off=weeks_off)
    return (
        bool(found.active[0]),
        bool(found.was_active[0]),
        int(found.weeks[0]),
        int(found.running[0]),
        int(found.since[0]),
    )


def test_before_an_episode_there_is_a_run_with_its_first_week() -> None:
    assert of_one("==") == (False, False, 0, 0, -1)
    assert of_one("=++") == (False, False, 0, 2, 1)


def test_an_episode_starts_with_its_run_and_counts_the_weeks_that_made_it() -> None:
    assert of_one("=+++") == (True, False, 3, 3, 1)
    assert of_one("=++++") == (True, True, 4, 4, 1)


def test_a_broken_run_starts_again_later() -> None:
    assert of_one("++=++") == (False, False, 0, 2, 3)
    assert of_one("++=+++") == (True, False, 3, 3, 3)


def test_an_episode_outlives_weeks_that_are_neither_on_nor_off() -> None:
    assert of_one("+++==+") == (True, True, 6, 1, 0)
    assert of_one("+++=+++") == (True, True, 7, 3, 0)
    assert of_one("+++0=0") == (True, True, 6, 0, 0)


def test_an_episode_ends_with_its_run_of_weeks_off_and_tells_how_long_it_burned() -> None:
    assert of_one("+++0") == (True, True, 4, 0, 0)
    assert of_one("+++00") == (False, True, 4, 0, 0)
    assert of_one("+++000") == (False, False, 0, 0, -1)


def test_after_an_episode_the_next_has_its_own_first_week() -> None:
    assert of_one("+++00+++") == (True, False, 3, 3, 5)


def test_weeks_that_are_not_known_count_neither_way() -> None:
    assert of_one("++?") == (False, False, 0, 2, 0)
    assert of_one("++?+") == (True, False, 3, 3, 0)
    assert of_one("?+++") == (True, False, 3, 3, 1)
    assert of_one("+++?") == (True, True, 3, 3, 0)
    assert of_one("+++0?0") == (False, True, 4, 0, 0)


def test_who_is_not_in_the_snapshot_has_neither_run_nor_episode() -> None:
    assert of_one("++-") == (False, False, 0, 0, -1)
    assert of_one("++-++") == (False, False, 0, 2, 3)
    assert of_one("+++-") == (False, True, 3, 0, 0)
    assert of_one("+++-+") == (False, False, 0, 1, 4)
    assert of_one("+++0-+++0") == (True, True, 4, 0, 5)


def test_a_rule_of_one_week_starts_and_ends_at_once() -> None:
    assert of_one("+", 1, 1) == (True, False, 1, 1, 0)
    assert of_one("+0", 1, 1) == (False, True, 1, 0, 0)
    assert of_one("+00", 1, 1) == (False, False, 0, 0, -1)


def test_every_unit_is_followed_on_its_own() -> None:
    found = follow("=+++", "++++", "+++0", "-+++")
    assert found.active.tolist() == [True] * 4
    assert found.was_active.tolist() == [False, True, True, False]
    assert found.weeks.tolist() == [3, 4, 4, 3]
    assert found.running.tolist() == [3, 4, 0, 3]
    assert found.since.tolist() == [1, 0, 0, 1]


def begun(unit: str, cool_off: int, calendar: list[int] | None = None) -> list[int]:
    """Positions in which an episode of a rule of one week began."""
    weeks = np.array([list(unit)])
    known = np.ones(weeks.shape, dtype=bool)
    number = None if calendar is None else np.array(calendar)
    states = week_by_week(weeks == "+", weeks == "0", known, known, 1, 1, cool_off, number)
    return [week for week, state in enumerate(states) if state.active[0] and not state.was_active[0]]


def test_no_episode_starts_within_the_cool_off_of_the_start_of_the_one_before() -> None:
    assert begun("+0+0+0+", cool_off=0) == [0, 2, 4, 6]
    assert begun("+0+0+0+", cool_off=4) == [0, 4]
    assert begun("+0+0+0+", cool_off=5) == [0, 6]
    assert begun("+++++0+", cool_off=4) == [0, 6]


def test_what_still_holds_after_the_cool_off_starts_then_and_counts_all_its_weeks() -> None:
    weeks = np.array([list("+0=+++")])
    known = np.ones(weeks.shape, dtype=bool)
    found = sustained_states(weeks == "+", weeks == "0", known, known, 1, 1, 5)
    assert (found.active[0], found.was_active[0]) == (True, False)
    assert (found.weeks[0], found.since[0]) == (3, 3)


def test_weeks_without_a_snapshot_pass_for_the_cool_off() -> None:
    assert begun("+0+", cool_off=4) == [0]
    assert begun("+0+", cool_off=4, calendar=[10, 11, 14]) == [0, 2]
    assert begun("+0+", cool_off=4, calendar=[10, 11, 13]) == [0]


def rises_of(*capacity: float, calendar: list[int] | None = None, apart: int = 2, mean_of: int = 2) -> list[float]:
    weeks = np.arange(len(capacity)) if calendar is None else np.array(calendar)
    found = rises_between_means(np.array([capacity], dtype=float), weeks, apart, mean_of)[0]
    return [float(rise) for rise in found]


def test_a_rise_is_between_means_of_weeks() -> None:
    # 92 and 96 against 90 alone; 96 and 100 against 90 and 92; 100 and 98 against 92 and 96.
    np.testing.assert_array_equal(rises_of(90, 92, 96, 100, 98), [NO, NO, 94 - 90, 98 - 91, 99 - 94])


def test_a_rise_over_one_week_of_figures_is_their_difference() -> None:
    np.testing.assert_array_equal(rises_of(90, 92, 96, 100, mean_of=1), [NO, NO, 6, 8])


def test_missing_weeks_do_not_shift_the_calendar() -> None:
    # Weeks 5, 6, 8, 9: week 8 has itself against 5 and 6; week 9 has 8 and 9 against 6 alone.
    np.testing.assert_array_equal(rises_of(90, 92, 96, 100, calendar=[5, 6, 8, 9]), [NO, NO, 96 - 91, 98 - 92])


def test_a_side_without_any_figure_makes_no_rise() -> None:
    np.testing.assert_array_equal(rises_of(90, NO, NO, 100, calendar=[0, 1, 2, 3]), [NO, NO, NO, 10])
    np.testing.assert_array_equal(rises_of(NO, NO, 90, 95, 99), [NO, NO, NO, NO, 97 - 90])
    np.testing.assert_array_equal(rises_of(90, 91, 95, calendar=[0, 1, 6]), [NO, NO, NO])


def test_every_unit_has_its_own_rise() -> None:
    found = rises_between_means(np.array([[90.0, 95, 97], [80, NO, 70], [NO, NO, NO]]), np.arange(3), 2, 1)
    np.testing.assert_array_equal(found[:, 2], [7, -10, NO])


def usual(changes: Any, size: Any, calendar: list[int] | None = None, **given: Any) -> Floats:
    """What units usually move, with figures small enough to check."""
    moves: Floats = np.array(changes, dtype=float)
    weeks: Counts = np.arange(moves.shape[1]) if calendar is None else np.array(calendar)
    staff = np.broadcast_to(np.array(size, dtype=float).reshape(len(moves), -1), moves.shape)
    small = {"bands": 2, "units_a_band": 2, "least_size": 5, "history": 10, "least_history": 1, "judged": 100}
    return usual_changes(moves, weeks, staff, **{**small, **given})[0]


def test_the_usual_change_is_a_deviation_that_one_outlier_does_not_move() -> None:
    # Median 0; deviations 1, 0, 1, 50, 2: their median is 1.
    found = usual([[-1, 0, 1, 50, -2]], [10])
    assert found[0, 4] == pytest.approx(1.4826)


def test_what_all_move_alike_is_not_unusual() -> None:
    found = usual([[4, 5, 6, 5, 5]], [10])
    assert found[0, 4] == pytest.approx(0)


def test_small_units_are_compared_with_small_ones_and_large_with_large() -> None:
    changes = [[1, -1, 1, -1], [6, -6, 6, -6], [1, -1, 1, -1], [6, -6, 6, -6]]
    found = usual(changes, [100, 10, 100, 10])
    assert found[:, 3].tolist() == pytest.approx([1.4826, 6 * 1.4826, 1.4826, 6 * 1.4826])


def test_in_one_band_a_unit_of_four_times_the_people_usually_moves_half_as_much() -> None:
    # Times the square root of its size each of them moves by 20: what chance does to people averages out.
    found = usual([[10, -10, 10, -10], [5, -5, 5, -5], [2.5, -2.5, 2.5, -2.5]], [4, 16, 64], bands=1, least_size=4)
    assert found[:, 3].tolist() == pytest.approx([10 * 1.4826, 5 * 1.4826, 2.5 * 1.4826])
    alone = usual([[10, -10, 10, -10], [5, -5, 5, -5]], [16, 64], bands=1)
    assert alone[0, 3] == pytest.approx(2 * alone[1, 3])


def test_units_of_one_size_are_in_one_band() -> None:
    changes = [[1, -1], [1, -1], [6, -6], [6, -6], [6, -6]]
    found = usual(changes, [10, 10, 10, 10, 10])
    assert found[:, 1].tolist() == pytest.approx([6 * 1.4826] * 5)
    assert found[:, 1].tolist() == usual(changes[::-1], [10] * 5)[:, 1].tolist()


def bands_of(*sizes: float, bands: int, units_a_band: int = 2) -> str:
    """A letter for each unit, the same for units of one band; each moves as its place says, for its size."""
    changes = [[place / math.sqrt(size), -place / math.sqrt(size)] for place, size in enumerate(sizes, start=1)]
    moves = usual(changes, sizes, bands=bands, units_a_band=units_a_band)[:, 1] * np.sqrt(sizes)
    moves = moves.round(9).tolist()
    return "".join("abcdef"[sorted(set(moves)).index(move)] for move in moves)


def test_bands_are_as_many_as_there_may_be_and_of_equal_numbers_of_units() -> None:
    assert bands_of(10, 20, 30, 40, 50, 60, bands=3) == "aabbcc"
    assert bands_of(10, 20, 30, 40, 50, 60, bands=2) == "aaabbb"
    assert bands_of(10, 20, 30, 40, 50, 60, bands=2, units_a_band=1) == "aaabbb"


def test_few_units_share_fewer_bands() -> None:
    assert bands_of(10, 20, 30, 40, 50, bands=3) == "aabbb"
    assert bands_of(10, 20, 30, bands=3) == "aaa"
    assert bands_of(10, 20, 30, bands=3, units_a_band=1) == "abc"


def test_a_band_that_ties_leave_too_small_joins_the_next() -> None:
    assert bands_of(10, 20, 20, 20, 20, bands=2) == "aaaaa"
    assert bands_of(10, 11, 12, 13, 13, 13, bands=3) == "aabbbb"


def test_units_too_small_to_judge_are_held_against_the_smallest_and_teach_nothing() -> None:
    changes = [[1, -1], [1, -1], [6, -6], [6, -6], [90, -90]]
    found = usual(changes, [100, 100, 5, 5, 4])
    assert found[4, 1] == found[2, 1] == pytest.approx(6 * 1.4826)
    assert np.isnan(usual(changes, [4, 4, 4, 4, 4])).all()


def test_a_unit_of_unknown_size_has_no_usual_change() -> None:
    found = usual([[1, -1], [1, -1]], [[10, 10], [10, NO]])
    assert not np.isnan(found[0, 1])
    assert np.isnan(found[1, 1])


def test_only_weeks_of_the_calendar_inside_the_history_count() -> None:
    changes = [[60, -60, 1, -1]]
    assert usual(changes, [10], history=2)[0, 3] == pytest.approx(1.4826)
    assert usual(changes, [10], history=4)[0, 3] > 40
    assert usual(changes, [10], history=4, calendar=[0, 1, 4, 5])[0, 3] == pytest.approx(1.4826)


def test_too_little_history_says_nothing() -> None:
    changes = [[NO, NO, 1, -1, 2]]
    np.testing.assert_array_equal(np.isnan(usual(changes, [10], least_history=3)), [[True] * 4 + [False]])
    np.testing.assert_array_equal(np.isnan(usual(changes, [10], judged=2)), [[True] * 3 + [False] * 2])


def test_without_any_change_there_is_no_usual_one() -> None:
    assert np.isnan(usual([[NO, NO], [NO, NO]], [10, 20])).all()
    assert np.isnan(usual([[NO, NO], [NO, NO]], [10, 20], least_history=0)).all()


def judged(capacity: Any, size: Any = 20, **given: Any) -> Rising:
    """Rises over two weeks by more than three times the usual ones and five points, from 95% and 5 people."""
    figures: Floats = np.array(capacity, dtype=float)
    numbers = {
        "apart": 2,
        "mean_of": 1,
        "times_usual": 3,
        "least_rise": 5,
        "least_capacity": 95,
        "least_size": 5,
        "clear_share": 0.5,
        "bands": 8,
        "units_a_band": 2,
        "history": 20,
        "least_history": 1,
        "judged": 100,
    }
    staff = np.broadcast_to(np.array(size, dtype=float), figures.shape)
    return detect_rises(figures, np.arange(figures.shape[1]), staff, **{**numbers, **given})


CALM = [[97.0, 98, 97, 98, 97, 98]] * 8
"""Units that have never moved in two weeks: their usual change is 0."""


def on_last(*last: float, calm: Any = CALM, **given: Any) -> tuple[bool, bool]:
    """Whether a unit with these last weeks is on and off in the last one, among calm ones."""
    start = calm[0][: -len(last)]
    found = judged([[*start, *last], *calm], **given)
    return bool(found.on[0, -1]), bool(found.off[0, -1])


def test_a_rise_of_five_points_where_nothing_ever_moves_is_rising() -> None:
    assert on_last(103.0) == (True, False)
    assert on_last(102.9) == (False, False)


def test_it_is_no_longer_rising_when_the_rise_is_under_its_share_of_the_limit() -> None:
    assert on_last(100.5) == (False, False)
    assert on_last(100.4) == (False, True)
    assert on_last(99.9, clear_share=0.4) == (False, True)
    assert on_last(100.0, clear_share=0.4) == (False, False)


def test_a_rise_that_ends_under_full_capacity_is_not_told() -> None:
    low = (np.array(CALM) - 10).tolist()
    assert on_last(94.9, calm=low) == (False, False)
    assert on_last(95.0, calm=low) == (True, False)


def test_too_few_people_are_never_rising() -> None:
    assert judged([[*CALM[0][:-1], 110], *CALM], size=5).on[0, -1]
    assert not judged([[*CALM[0][:-1], 110], *CALM], size=4).on.any()


def test_a_rise_must_be_more_than_so_many_times_the_usual_one() -> None:
    # Changes over two weeks are 3, 0 and -3 in turn: the median deviation is 3. Seven units have ten changes each, of
    # which every other is independent: 34 degrees of freedom.
    lively = [[100.0, 100, 103] * 4] * 6
    found = judged([[*lively[0][:-1], 113], *lively])
    assert found.usual[0, -1] == pytest.approx(3 * 1.4826)
    assert found.limit[0, -1] == pytest.approx(9 * 1.4826 * (1 + (3**2 + 1) / (4 * 34)))
    assert found.rise[0, -1] == 13
    assert not found.on[0, -1]
    assert judged([[*lively[0][:-1], 115], *lively]).on[0, -1]


def test_the_less_there_was_to_learn_from_the_wider_is_the_limit() -> None:
    lively = [100.0, 100, 103] * 20
    found = [judged([lively[-weeks:]] * units) for weeks, units in ((6, 1), (12, 1), (12, 6), (60, 6))]
    widths = [one.limit[0, -1] / (3 * one.usual[0, -1]) for one in found]
    assert widths == sorted(widths, reverse=True)
    # Of four changes of one unit two are independent: one degree of freedom.
    assert widths[0] == pytest.approx(1 + (3**2 + 1) / 4)
    assert 1 < widths[-1] < 1.05


def test_what_cannot_be_compared_is_not_judged() -> None:
    found = judged([[NO] * 6, *CALM])
    assert np.isnan(found.rise[0]).all()
    assert not found.on[0].any()
    assert not found.off[0].any()
    assert np.isnan(judged([[*CALM[0][:-1], NO], *CALM], mean_of=2).rise[0, -1])


def test_a_first_week_has_nothing_to_compare_with() -> None:
    found = judged([[120.0], [90.0]])
    assert not found.on.any()
    assert np.isnan(found.limit).all()


def test_what_comes_later_changes_nothing_that_was_judged_before() -> None:
    random = np.random.default_rng(5)
    capacity = 100 + np.cumsum(random.normal(0, 2, (12, 60)), axis=1)
    size = random.integers(4, 40, (12, 60)).astype(float)
    calendar = np.delete(np.arange(63), [20, 40, 41])
    numbers: dict[str, Any] = {
        "apart": 4,
        "mean_of": 2,
        "times_usual": 2,
        "least_rise": 3,
        "least_capacity": 95,
        "least_size": 5,
        "clear_share": 0.5,
        "bands": 3,
        "units_a_band": 2,
        "history": 20,
        "least_history": 4,
    }
    today = detect_rises(capacity, calendar, size, judged=15, **numbers)
    weeks = np.flatnonzero(~np.isnan(today.rise).all(axis=0))
    assert len(weeks) == 15
    for week in weeks.tolist():
        past = slice(max(0, week - 40), week + 1)
        then = detect_rises(capacity[:, past], calendar[past], size[:, past], judged=1, **numbers)
        np.testing.assert_array_equal(then.rise[:, -1], today.rise[:, week])
        np.testing.assert_array_equal(then.usual[:, -1], today.usual[:, week])
        np.testing.assert_array_equal(then.on[:, -1], today.on[:, week])
        np.testing.assert_array_equal(then.off[:, -1], today.off[:, week])
    assert today.on.any()
