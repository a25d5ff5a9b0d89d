"""Steps that make a plan better: they keep every rule and never cost anything."""

import numpy as np
import pytest

from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.loads import holder_after_named_moves, objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.first_fit import place_one_by_one
from monitor.redistribution.solver.improve import Integers, Space, improve, open_space
from monitor.redistribution.solver.milp import build
from monitor.redistribution.solver.solve import solve
from tests.oracle.card import Row

from ..clusters import cluster, whole_service
from ..offices import ask, away, case, cases, person
from ..posing import posed


def space_of(problem: Problem, weeks: int = 1) -> Space:
    room = room_under_line(problem)
    return open_space(problem, build(problem, weeks, room), room, weeks)


def improved(problem: Problem) -> tuple[Problem, dict[str, str]]:
    holder = improve(space_of(problem), holder_after_named_moves(problem), lambda plan: False)
    codes = [*problem.posts["om_code"], ""]
    return problem, {crn: codes[post] for crn, post in zip(problem.cases["crn"], holder, strict=True)}


@pytest.fixture(scope="module", params=[(1, None), (2, 5), (3, 0), (4, 1)], ids=str)
def large(request: pytest.FixtureRequest) -> tuple[Problem, Integers, Integers]:
    """A problem with a first plan and the improved one."""
    seed, moves = request.param
    problem = posed(whole_service(cluster(seed, 400, 10, 2), elective_moves=moves))
    first = place_one_by_one(problem, room_under_line(problem), 2)
    return problem, first, improve(space_of(problem, 2), first, lambda plan: False)


def test_the_improved_plan_keeps_the_rules_and_costs_less(large: tuple[Problem, Integers, Integers]) -> None:
    problem, first, plan = large
    space = space_of(problem, 2)
    assert space.fits(first)
    assert space.fits(plan)
    moved = np.flatnonzero(plan != problem.start)
    assert not problem.cases["locked"].to_numpy()[moved].any()
    assert problem.eligible[problem.cases["kind"].to_numpy()[moved], plan[moved]].all()
    assert objective(problem, plan) <= objective(problem, first)
    assert (objective(problem, plan) < objective(problem, first) - 1) or problem.limits.elective_moves == 0


def test_no_step_is_left_and_the_same_plan_has_the_same_steps(large: tuple[Problem, Integers, Integers]) -> None:
    problem, first, plan = large
    space = space_of(problem, 2)
    np.testing.assert_array_equal(improve(space, plan, lambda holder: False), plan)
    np.testing.assert_array_equal(improve(space, first, lambda holder: False), plan)
    np.testing.assert_array_equal(improve(space, first, lambda holder: True), first)


SMALL = [
    ([person("A"), person("B")], [*cases(10), *cases(2, "B")], {}),
    ([person("A"), person("B")], [*cases(12), *cases(3, "B"), case("X1", None)], {"elective_moves": 2}),
    ([person("A"), person("B"), person("C")], [*cases(6), *cases(9, "B"), case("X1", None)], {"intake": 1}),
]


@pytest.mark.parametrize(("people", "held", "limits"), SMALL)
def test_a_small_plan_is_the_cheapest(people: list[Row], held: list[Row], limits: dict[str, int]) -> None:
    problem = posed(ask(people, held, **limits))
    plan = improve(space_of(problem), problem.start, lambda holder: False)
    assert objective(problem, plan) == pytest.approx(solve(problem).objective)


def test_a_person_at_the_line_passes_a_case_on_to_take_the_one_that_only_they_may_take() -> None:
    # A is full and the only probation officer: the case of high RoSH fits only if one of A's goes on to B.
    problem = posed(
        ask([person("A"), person("B", grade="PSO")], [*cases(22), case("X1", None, rosh="high")], elective_moves=1)
    )
    _, holders = improved(problem)
    assert holders["X1"] == "A"
    assert sorted(holders.values()).count("B") == 1


def test_the_move_of_an_earlier_plan_stays_where_it_saves_nothing_to_break_it() -> None:
    held = [*cases(4), *cases(2, "B"), case("X1", None)]
    problem = posed(ask([person("A"), person("B"), person("C")], held, based_on=(("X1", "B", "T1"),)))
    assert improved(problem)[1]["X1"] == "B"


def test_the_cases_of_someone_away_find_a_place() -> None:
    problem = posed(ask([person("A"), person("B")], cases(3), away("A")))
    assert set(improved(problem)[1].values()) == {"B"}
