"""The penalty of a load: nothing below the first line, then ever steeper."""

from fractions import Fraction

import numpy as np
import pytest

from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.penalty import curve_at, edges, penalties, slopes, total_penalty

from ..offices import AS_AT
from ..posing import CONFIG

COSTS = load_costs(CONFIG, AS_AT)


def test_below_the_first_line_nothing_costs_anything() -> None:
    assert penalties(np.array([0.0, 35.0, 70.0]), COSTS).tolist() == [0, 0, 0]


def test_every_point_more_costs_more_than_the_one_before() -> None:
    rises = slopes(COSTS)
    assert len(rises) == len(edges(COSTS))
    assert (np.diff(rises) >= 0).all()
    assert rises[-1] > rises[0] == 0


def test_at_the_edges_it_is_the_curve_itself_and_never_below_it_in_between() -> None:
    at_edges = edges(COSTS)
    assert penalties(at_edges, COSTS) == pytest.approx(curve_at(at_edges, COSTS))
    between = (at_edges[1:] + at_edges[:-1]) / 2
    assert (penalties(between, COSTS) >= curve_at(between, COSTS) - 1e-9).all()


def test_an_even_load_costs_less_than_an_uneven_one() -> None:
    able = [Fraction(1000), Fraction(1000)]
    even, uneven = ([Fraction(1200), Fraction(1200)], [Fraction(1400), Fraction(1000)])
    assert total_penalty(even, able, COSTS) < total_penalty(uneven, able, COSTS)


def test_it_is_of_the_percentage_and_not_of_the_points() -> None:
    half = total_penalty([Fraction(650)], [Fraction(500)], COSTS)
    assert half == total_penalty([Fraction(1300)], [Fraction(1000)], COSTS) > 0


def test_a_table_of_percentages_keeps_its_shape() -> None:
    assert penalties(np.array([[70.0, 120.0], [80.0, 200.0]]), COSTS).shape == (2, 2)
