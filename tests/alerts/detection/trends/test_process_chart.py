"""XmR charts and peer funnels against figures worked out by hand."""

from typing import Any

import numpy as np
import pytest

from alerts.detection.trends.process_chart import Floats, ProcessChart, monthly, peer_funnel, process_chart

NO = np.nan


def chart(*points: float, **given: Any) -> ProcessChart:
    """The chart of one unit, with runs and trends of seven unless told otherwise."""
    return process_chart(np.array([points], dtype=float), **{"run_of": 7, "trend_of": 7} | given)


def line(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values[0]]


def marks(signs: Any) -> str:
    return "".join({1: "+", 0: ".", -1: "-"}[int(sign)] for sign in signs[0])


def test_limits_are_the_mean_and_so_many_mean_moving_ranges() -> None:
    # Mean 100; moving ranges 2, 4, 2, 0, 4, 6: mean 3; limits 100 -+ 2.66 x 3.
    found = chart(100, 102, 98, 100, 100, 104, 98, run_of=9, trend_of=9)
    mean = 702 / 7
    assert line(found.mean) == [round(mean, 4)] * 7
    assert line(found.lower) == [round(mean - 7.98, 4)] * 7
    assert line(found.upper) == [round(mean + 7.98, 4)] * 7


def test_a_moving_range_far_over_their_mean_is_screened_out_once() -> None:
    # Moving ranges 1, 1, 1, 1, 20, 1, 1, 1: mean 27 / 8 = 3.375, screened above 11.03; the seven left have mean 1.
    found = chart(10, 11, 10, 11, 10, 30, 31, 30, 31)
    mean = 174 / 9
    assert line(found.upper)[0] == round(mean + 2.66, 4)
    assert line(found.lower)[0] == round(mean - 2.66, 4)


def test_a_moving_range_below_the_screen_stays() -> None:
    # Moving ranges 1, 1, 1, 5: mean 2, screened above 6.53.
    assert line(chart(1, 2, 1, 2, 7).upper)[0] == round(2.6 + 2.66 * 2, 4)


def test_a_point_beyond_a_limit_is_marked_with_its_side() -> None:
    found = chart(*[100, 101] * 8, 120, 100, 80)
    assert marks(found.outside) == "." * 16 + "+.-"


def test_a_series_that_never_moves_has_its_limits_on_the_mean_and_no_signal() -> None:
    found = chart(*[100] * 8)
    assert line(found.upper) == line(found.lower) == [100] * 8
    assert {marks(each) for each in (found.outside, found.run, found.trend, found.near)} == {"." * 8}


def test_every_point_of_a_run_on_one_side_of_the_mean_is_marked() -> None:
    assert marks(chart(*[90] * 4, 100, *[110] * 4, run_of=4).run) == "----.++++"
    assert marks(chart(*[90] * 3, 100, *[110] * 3, run_of=4).run) == "......."


def test_a_missing_point_and_one_on_the_mean_break_a_run() -> None:
    assert marks(chart(90, 90, NO, 90, 110, 110, 100, 110, run_of=3).run) == "........"
    assert marks(chart(90, 90, 90, NO, 110, 110, 110, run_of=3).run) == "---.+++"


def test_every_point_of_a_trend_is_marked_and_equal_points_break_it() -> None:
    assert marks(chart(5, 1, 2, 3, 4, 2, trend_of=4).trend) == ".++++."
    assert marks(chart(5, 1, 2, 2, 4, 2, trend_of=4).trend) == "......"
    assert marks(chart(9, 8, 7, 6, 7, trend_of=4).trend) == "----."
    assert marks(chart(5, 1, 2, NO, 4, 5, trend_of=4).trend) == "......"


def test_a_peak_belongs_to_the_trend_that_led_to_it() -> None:
    assert marks(chart(1, 2, 3, 2, 1, trend_of=3).trend) == "+++--"


def test_two_of_three_near_a_limit_are_marked_when_all_three_are_on_one_side() -> None:
    # Mean 0, moving ranges of mean 3: the outer third is 5.32 to 7.98.
    quiet, baseline = [-1.5, 1.5] * 10, 20
    base = process_chart(np.array([[*quiet]]), run_of=9, trend_of=9)
    assert line(base.upper)[0] == pytest.approx(7.98)
    assert marks(chart(*quiet, 6, 1, 6, 0, baseline=baseline).near)[20:] == "+.+."
    assert marks(chart(*quiet, 6, -1, 6, 0, baseline=baseline).near)[20:] == "...."
    assert marks(chart(*quiet, -6, -6, -1, 0, baseline=baseline).near)[20:] == "--.."
    assert marks(chart(*quiet, 6, 9, 1, 0, baseline=baseline).near)[20:] == "...."
    assert marks(chart(*quiet, 5.3, 5.3, 1, 0, baseline=baseline).near)[20:] == "...."


def test_lines_and_signals_begin_anew_at_a_known_event() -> None:
    found = chart(10, 12, 10, 12, 50, 54, 50, 54, rebased_at=[4], run_of=5)
    assert line(found.mean) == [11] * 4 + [52] * 4
    assert line(found.upper) == [16.32] * 4 + [62.64] * 4
    assert marks(found.run) == marks(found.outside) == "." * 8
    assert marks(chart(10, 12, 10, 12, 50, 54, 50, 54).outside) == "----++++"


def test_a_baseline_holds_later_points_against_the_first_ones() -> None:
    found = chart(10, 12, 10, 12, 50, baseline=4)
    assert line(found.mean) == [11] * 5
    assert marks(found.outside) == "....+"


def test_too_few_points_have_a_mean_and_no_limits() -> None:
    one, none = chart(10), chart(NO, NO, NO)
    assert line(one.mean) == [10]
    assert np.isnan(one.upper).all()
    assert np.isnan(none.mean).all()
    assert marks(none.outside) == "..."


def test_every_unit_has_its_own_chart() -> None:
    found = process_chart(np.array([[10.0, 12, 10, 12], [20, 20, NO, 26]]), run_of=7, trend_of=7)
    assert found.mean[:, 0].tolist() == [11, 22]
    assert found.upper[:, 0].tolist() == pytest.approx([16.32, 22])


def test_a_month_is_the_mean_of_the_weeks_that_have_figures() -> None:
    weeks = np.array([[100, 102, NO, 110.0], [NO, NO, 80, NO]])
    found = monthly(weeks, np.array([7, 7, 7, 9]))
    np.testing.assert_array_equal(found, [[101, 110], [80, NO]])


def funnel(values: list[float], errors: list[float]) -> Any:
    column: tuple[Floats, Floats] = np.array([values]).T, np.array([errors]).T
    return peer_funnel(*column, 3)


def test_units_that_differ_no_more_than_their_errors_need_no_tau() -> None:
    # Weights 1, 1, 1/4: centre (99.5 + 100.5 + 25.25) / 2.25; Q is 0.72, under 2.
    found = funnel([99.5, 100.5, 101], [1, 1, 2])
    centre = (99.5 + 100.5 + 101 / 4) / 2.25
    assert found.tau.tolist() == [0]
    assert found.centre.tolist() == pytest.approx([centre])
    assert found.upper[:, 0].tolist() == pytest.approx([centre + 3, centre + 3, centre + 6])
    assert found.lower[:, 0].tolist() == pytest.approx([centre - 3, centre - 3, centre - 6])


def test_units_that_differ_by_more_widen_the_funnel() -> None:
    # Weights 1: Q = 100 + 0 + 100 = 200, less 2 degrees; over 3 - 3 / 3 = 2: tau squared 99.
    found = funnel([90, 100, 110], [1, 1, 1])
    assert found.tau.tolist() == pytest.approx([99**0.5])
    assert found.upper[:, 0].tolist() == pytest.approx([130] * 3)


def test_tau_weighs_units_more_evenly_than_their_errors_do() -> None:
    # Weights 1, 1, 1/4: fixed centre 220 / 2.25, Q = 1375.56 - 2 (rounded), over 2.25 - 2.0625 / 2.25.
    values, weights = np.array([80.0, 120, 80]), np.array([1, 1, 0.25])
    fixed = 220 / 2.25
    tau2 = ((weights * (values - fixed) ** 2).sum() - 2) / (2.25 - 2.0625 / 2.25)
    shares = 1 / (np.array([1, 1, 4]) + tau2)
    found = funnel([80, 120, 80], [1, 1, 2])
    assert found.tau.tolist() == pytest.approx([tau2**0.5])
    assert found.centre.tolist() == pytest.approx([(shares * values).sum() / shares.sum()])


def test_a_unit_beyond_the_funnel_is_marked_and_one_without_figures_is_not() -> None:
    found = funnel([100] * 30 + [NO, 109, 91], [1] * 33)
    assert found.outside[:, 0].tolist() == [0] * 31 + [1, -1]
    assert np.isnan(found.upper[30, 0])


def test_a_month_without_any_figures_has_no_funnel() -> None:
    found = funnel([NO, NO], [1, 1])
    assert np.isnan(found.centre).all()
    assert found.outside.tolist() == [[0], [0]]
