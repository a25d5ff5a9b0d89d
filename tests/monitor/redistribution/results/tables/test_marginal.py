"""What one more move would save and cost under a plan."""

import numpy as np
import pytest

from monitor.redistribution.problem.loads import objective
from monitor.redistribution.results.tables.marginal import Marginal

from ...offices import ask, case, cases, person
from ...posing import posed

PEOPLE = [person("A"), person("B"), person("F", "T3")]


def test_relief_less_cost_is_what_the_objective_falls_by() -> None:
    problem = posed(ask([person("A"), person("F", "T3")], cases(28)))
    one = problem.cases.iloc[[0]]
    moved = problem.start.copy()
    moved[0] = 1
    more = Marginal(problem, problem.start, 1)
    gain = objective(problem, problem.start) - objective(problem, moved)
    assert more.relief(one)[0] - more.costs(one)[0] == pytest.approx(gain)


def test_the_nearest_of_two_alike_is_the_cheapest() -> None:
    near, far = (posed(ask(people, cases(5))) for people in ([*PEOPLE[:2], PEOPLE[2]], [PEOPLE[0], PEOPLE[2]]))
    costs = [Marginal(problem, problem.start, 1).costs(problem.cases.iloc[[0]])[0] for problem in (near, far)]
    assert costs == [13, 13]
    full = np.array([False, True])
    assert Marginal(far, far.start, 1).costs(far.cases.iloc[[0]], full)[0] == 13 + far.costs.other_office


def test_nobody_with_intake_left_makes_a_move_infinitely_dear() -> None:
    problem = posed(ask(PEOPLE, cases(3), intake=0))
    more = Marginal(problem, problem.start, 1)
    assert more.costs(problem.cases).tolist() == [np.inf] * 3


def test_a_case_that_only_its_holder_may_have_has_no_others() -> None:
    problem = posed(ask([person("A"), person("C", grade="PSO")], [case("X1", rosh="high"), case("X2")]))
    assert Marginal(problem, problem.start, 1).others(problem.cases).tolist() == [False, True]
