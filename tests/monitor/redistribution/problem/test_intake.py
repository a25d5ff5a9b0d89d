"""New cases per week: how many each person receives, and in which week each case moves."""

import numpy as np

from monitor.redistribution.problem.intake import count_named_intake, count_received, schedule_weeks

from ..offices import ask, case, cases, person
from ..posing import posed


def test_a_row_of_several_cases_counts_as_so_many() -> None:
    problem = posed(ask([person("A"), person("B")], [case("X1", None, number_of_cases=3), case("X2", None)]))
    assert count_received(problem, np.array([1, 0])).tolist() == [1, 3]
    assert count_received(problem, problem.start).tolist() == [0, 0]


def test_named_moves_take_up_intake() -> None:
    problem = posed(ask([person("A"), person("B")], cases(3), fixed=(("A00", "B", "T1"),)))
    assert count_named_intake(problem).tolist() == [0, 1]


def test_what_must_move_and_the_riskiest_move_first() -> None:
    held = [case("X1", "A"), case("X2", None), case("X3", None, rosh="very_high")]
    problem = posed(ask([person("A"), person("B")], held, intake=1))
    assert schedule_weeks(problem, np.array([1, 1, 1]), 3).tolist() == [3, 2, 1]


def test_a_case_that_stays_has_no_week() -> None:
    problem = posed(ask([person("A")], cases(2), intake=1))
    assert schedule_weeks(problem, problem.start, 1).tolist() == [0, 0]
