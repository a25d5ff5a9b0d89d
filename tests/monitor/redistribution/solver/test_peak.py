"""The lowest peak first: what it lowers, what it costs, and what it may not cost."""

from dataclasses import replace

import pytest

from monitor.redistribution.problem.loads import find_unplaced
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.peak import peak_of
from monitor.redistribution.solver.solve import solve

from ..clusters import cluster, whole_service
from ..offices import AS_AT, ask, case, cases, person
from ..posing import posed


def first(problem: Problem) -> Problem:
    return replace(problem, limits=replace(problem.limits, peak_first=True))


@pytest.fixture(scope="module")
def office() -> Problem:
    return posed(whole_service(cluster(6, 900, 18, 3), elective_moves=15))


def test_the_peak_is_no_higher_and_the_plan_no_cheaper_than_without(office: Problem) -> None:
    usual, lowered = solve(office), solve(first(office))
    assert peak_of(office, lowered.holder) <= peak_of(office, usual.holder) + office.costs.peak_allowance
    assert lowered.objective >= usual.bound - 1e-6


def test_the_highest_falls_first_even_where_many_small_moves_would_gain_more() -> None:
    # Of two moves, one from each of two people would save most; the peak is one person's alone.
    people = [person("A", hours="37"), person("B", hours="37"), person("C"), person("D", grade="PSO")]
    held = [*cases(60), *cases(58, "B"), *cases(10, "C", rosh="high"), *cases(10, "D")]
    problem = posed(ask(people, held, elective_moves=2))
    lowered = solve(first(problem))
    assert peak_of(problem, lowered.holder) < peak_of(problem, problem.start)
    assert peak_of(problem, lowered.holder) <= peak_of(problem, solve(problem).holder) + 1


def test_the_cheapest_plan_may_go_no_further_than_a_little_above_the_lowest_peak() -> None:
    held = cases(8, rosh="very_high", mappa_level="1", allocated_on=AS_AT)
    problem = posed(ask([person("A"), person("B")], held))
    usual, lowered = (peak_of(problem, solve(one).holder) for one in (problem, first(problem)))
    assert usual == peak_of(problem, problem.start)
    assert lowered == pytest.approx(usual / 2)


def test_no_peak_is_low_because_somebody_is_left_without_an_offender_manager() -> None:
    problem = first(posed(ask([person("A")], [*cases(20), case("X1", None)])))
    solution = solve(problem)
    assert not find_unplaced(problem, solution.holder).any()


def test_without_hours_there_is_no_peak() -> None:
    problem = posed(ask([person("A", hours="0")], cases(2)))
    assert peak_of(problem, problem.start) == 0
    assert solve(first(problem)).holder.tolist() == problem.start.tolist()
