"""People whom a search leaves above the line by a fraction of a point."""

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from monitor.redistribution.problem.loads import objective, percentages
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.highs import Clock
from monitor.redistribution.solver.last_relief import relieve_the_last
from monitor.redistribution.solver.solve import solve
from tests.oracle.card import Row

from ..offices import ask, case, cases, person
from ..posing import posed

CLOCK = Clock(lambda: 60.0, lambda: False)


def a_little_above(*more: Row, **limits: Any) -> Problem:
    """A is at 110.15% with 22 cases alike; B and C have room."""
    people = [person("A", hours="18"), person("B"), person("C")]
    return posed(ask(people, [*cases(22), *more], **limits))


def relieved(problem: Problem, holder: "np.ndarray", most_cost: float = inf) -> "np.ndarray":
    return relieve_the_last(problem, holder, 1, most_cost, CLOCK)


def test_a_person_above_the_line_by_less_than_a_move_costs_is_brought_to_it() -> None:
    problem = a_little_above()
    # Without a price that makes loads even, a fraction of a point above the line is cheaper than any move.
    cheap = replace(problem, costs=problem.costs.model_copy(update={"strain": {110: 0.0}, "over_line": 1.0}))
    assert 110 < percentages(cheap, solve(cheap).holder)[0] < 110.2
    after = relieved(cheap, cheap.start)
    assert percentages(cheap, after).max() <= 110
    assert int((after != cheap.start).sum()) == 1


def test_a_plan_above_the_cost_allowed_is_not_taken() -> None:
    problem = a_little_above(case("B01", "B"))
    now = objective(problem, problem.start)
    dear = replace(problem, costs=problem.costs.model_copy(update={"move": 5000.0}))
    priced = replace(dear, cases=dear.cases.assign(cost=dear.cases["cost"] + 5000))
    assert relieved(priced, priced.start, now + 4000).tolist() == priced.start.tolist()
    assert percentages(priced, relieved(priced, priced.start, now + 6000)).max() <= 110


def test_the_limit_of_moves_holds_and_a_move_that_only_evens_out_is_given_back() -> None:
    evened = case("B01", "B")
    problem = a_little_above(evened, elective_moves=1)
    plan = problem.start.copy()
    plan[problem.cases["crn"].eq("B01").to_numpy()] = problem.posts["om_code"].tolist().index("C")
    after = relieved(problem, plan)
    assert percentages(problem, after).max() <= 110
    assert int((after != problem.start).sum()) == 1


def test_someone_far_above_the_line_is_left_to_the_search() -> None:
    problem = posed(ask([person("A", hours="18"), person("B")], cases(24)))
    assert percentages(problem, problem.start)[0] > 115
    assert relieved(problem, problem.start).tolist() == problem.start.tolist()


def test_necessary_moves_stay_as_they_were_found() -> None:
    problem = a_little_above(case("X1", None))
    plan = problem.start.copy()
    row = int(np.flatnonzero(problem.cases["crn"].eq("X1"))[0])
    plan[row] = problem.posts["om_code"].tolist().index("C")
    after = relieved(problem, plan)
    assert after[row] == plan[row]
    assert percentages(problem, after).max() <= 110
