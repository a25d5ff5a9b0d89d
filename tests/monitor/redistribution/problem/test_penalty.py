"""The penalty of a load: nothing below the first line, then ever steeper."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.penalty import curve_at, penalty_of

from ..offices import AS_AT
from ..posing import CONFIG

COSTS = load_costs(CONFIG, AS_AT)
LINE = 110.0
PENALTY = penalty_of(COSTS, LINE)


def test_below_the_first_line_nothing_costs_anything() -> None:
    assert PENALTY.at(np.array([0.0, 35.0, 70.0])).tolist() == [0, 0, 0]


def test_every_point_more_costs_more_than_the_one_before() -> None:
    rises = PENALTY.slopes
    assert len(rises) == len(PENALTY.edges)
    assert (np.diff(rises) >= 0).all()
    assert rises[-1] > rises[0] == 0


def expected(percentages: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The smooth strain and the price of every point above the line."""
    return curve_at(percentages, COSTS) + COSTS.over_line * np.maximum(percentages - LINE, 0)


def test_at_the_edges_it_is_the_curve_itself_and_never_below_it_in_between() -> None:
    at_edges = PENALTY.edges
    assert PENALTY.at(at_edges) == pytest.approx(expected(at_edges))
    between = (at_edges[1:] + at_edges[:-1]) / 2
    assert (PENALTY.at(between) >= expected(between) - 1e-9).all()


def test_an_even_load_costs_less_than_an_uneven_one() -> None:
    able = [Fraction(1000), Fraction(1000)]
    even, uneven = ([Fraction(1200), Fraction(1200)], [Fraction(1400), Fraction(1000)])
    assert PENALTY.total(even, able) < PENALTY.total(uneven, able)


def test_it_is_of_the_percentage_and_not_of_the_points() -> None:
    half = PENALTY.total([Fraction(650)], [Fraction(500)])
    assert half == PENALTY.total([Fraction(1300)], [Fraction(1000)]) > 0


def test_a_table_of_percentages_keeps_its_shape() -> None:
    assert PENALTY.at(np.array([[70.0, 120.0], [80.0, 200.0]])).shape == (2, 2)


def test_just_above_the_line_every_point_costs_its_price_more_than_just_below_it() -> None:
    below, above = PENALTY.at(np.array([110.0, 111.0])) - PENALTY.at(np.array([109.0, 110.0]))
    assert above - below > COSTS.over_line


def test_a_line_that_is_no_edge_of_the_strain_becomes_one() -> None:
    other = penalty_of(COSTS, 101.25)
    assert 101.25 in other.edges
    assert other.at(np.array([101.25])) < other.at(np.array([102.25])) - COSTS.over_line
