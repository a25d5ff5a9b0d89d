"""Solving: from nothing to do at all to more than can be done."""

from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from monitor.redistribution.problem.loads import find_unplaced, objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.people import tabulate_loads
from monitor.redistribution.solver.solve import Solution, better_of, solve
from tests.oracle.card import Row

from ..clusters import cluster, whole_service
from ..offices import ask, away, case, cases, duty, person
from ..posing import posed

PAIR = [person("A"), person("B")]


def moved(problem: Problem, solution: Solution) -> list[str]:
    """CRN and receiver of each move."""
    rows = np.flatnonzero((solution.holder != problem.start) & (solution.holder >= 0))
    to = problem.posts["om_code"].to_numpy()[solution.holder[rows]]
    return [f"{crn} {om_code}" for crn, om_code in zip(problem.cases["crn"].to_numpy()[rows], to, strict=True)]


def solved(people: list[Row], held: list[Row], *more: Row, **limits: Any) -> tuple[Problem, Solution]:
    problem = posed(ask(people, held, *more, **limits))
    return problem, solve(problem)


@pytest.mark.parametrize(
    ("people", "held"),
    [
        ([], []),
        ([], [case("X1", None)]),
        (PAIR, []),
        ([person("A", hours="0")], [case("X1")]),
        ([person("A")], cases(40)),
        (PAIR, [*cases(5), *cases(5, "B")]),
    ],
    ids=["nobody", "nobody for a case", "no case", "nobody with hours", "one person", "even already"],
)
def test_where_nothing_can_be_gained_nothing_moves(people: list[Row], held: list[Row]) -> None:
    problem, solution = solved(people, held)
    assert moved(problem, solution) == []
    assert (solution.status, solution.weeks) == ("optimal", 1)
    assert solution.gap < 1e-12
    assert solution.objective == objective(problem, problem.start)


def test_everybody_away_leaves_all_where_it_is_and_says_so() -> None:
    problem, solution = solved(PAIR, [*cases(3), case("X1", None)], away("A"), away("B"))
    assert int(find_unplaced(problem, solution.holder).sum()) == 4
    assert solution.objective == 4 * problem.costs.unplaced


def test_too_much_is_shared_with_whoever_has_room() -> None:
    problem, solution = solved(PAIR, cases(30), weeks=3)
    assert 8 < len(moved(problem, solution)) <= 15
    assert tabulate_loads(problem, solution.holder)["capacity_percentage"].max() < 90


def test_without_a_budget_only_what_must_move_does() -> None:
    problem, solution = solved(PAIR, [*cases(30), case("X1", None)], elective_moves=0)
    assert moved(problem, solution) == ["X1 B"]


def test_the_cases_that_are_cheapest_to_move_go() -> None:
    held = [*cases(28, rosh="low"), case("X1", mappa_level="1", rosh="low"), case("X2", rosh_delius="very_high")]
    problem, solution = solved(PAIR, held, elective_moves=6)
    assert {move[:1] for move in moved(problem, solution)} == {"A"}


def test_the_same_office_is_preferred() -> None:
    problem, solution = solved([*PAIR, person("F", "T3")], cases(30), elective_moves=3)
    assert {move[-1] for move in moved(problem, solution)} == {"B"}


def test_nobody_takes_more_in_a_week_than_can_be_read() -> None:
    problem, solution = solved(PAIR, cases(40, om_code=None), intake=6)
    assert solution.weeks == 4
    received = np.array(
        [
            [
                int(((problem.posts["om_code"].to_numpy()[solution.holder] == code) & (solution.week == week)).sum())
                for code in "AB"
            ]
            for week in range(1, 5)
        ]
    )
    assert received.max() <= 6
    assert received.sum() == 40


def test_a_plan_takes_no_longer_than_it_may() -> None:
    problem, solution = solved([person("A")], cases(20, om_code=None), intake=1)
    assert solution.weeks == problem.costs.most_weeks
    assert int(find_unplaced(problem, solution.holder).sum()) == 20 - problem.costs.most_weeks


def test_the_riskiest_come_first_when_a_plan_takes_weeks() -> None:
    held = [*cases(6, om_code=None), case("X1", None, rosh="very_high")]
    problem, solution = solved([person("A")], held, intake=1, weeks=7)
    assert solution.week[problem.cases["crn"].eq("X1")].tolist() == [1]


def test_a_named_move_is_made_and_its_receiver_takes_so_much_less() -> None:
    problem, solution = solved(PAIR, cases(30), fixed=(("A29", "B", "T1"),), intake=3)
    assert len(moved(problem, solution)) == 3
    assert "A29 B" in moved(problem, solution)


def test_a_named_move_of_more_than_fits_is_made_within_the_weeks_of_the_plan() -> None:
    problem, solution = solved(PAIR, [case("X1", number_of_cases=30)], fixed=(("X1", "B", "T1"),), intake=2, weeks=2)
    assert (moved(problem, solution), solution.week.tolist(), solution.weeks) == (["X1 B"], [2], 2)


def test_nothing_locked_moves() -> None:
    held = cases(30)
    problem, solution = solved(PAIR, held, crns=frozenset(row["crn"] for row in held[:29]))
    assert moved(problem, solution) == ["A29 B"]
    assert moved(*solved(PAIR, held, om_codes=frozenset({"B"}))) == []


def test_the_cases_of_a_post_without_hours_may_go_to_the_other_post_of_the_same_person() -> None:
    people = [person("A"), person("A", "T2")]
    problem, solution = solved(people, [case("X1", team_code="T2")], away("A", team_code="T2"))
    assert moved(problem, solution) == ["X1 A"]
    assert problem.posts["team_code"].iloc[solution.holder[0]] == "T1"


def test_a_case_goes_to_another_cluster_only_where_that_is_allowed() -> None:
    people = [person("A"), person("G", "T4")]
    assert moved(*solved(people, cases(30))) == []
    assert moved(*solved(people, cases(30), between_clusters=True))


def test_duties_count_towards_what_somebody_carries() -> None:
    people = [*PAIR, person("C")]
    problem, solution = solved(people, cases(30), duty("C", "40"), elective_moves=4)
    assert {move[-1] for move in moved(problem, solution)} == {"B"}


@pytest.fixture(scope="module")
def large() -> Problem:
    return posed(whole_service(cluster(5, 1500, 30, 3)), seconds=60)


def test_without_any_time_only_what_must_be_placed_moves(large: Problem) -> None:
    solution = solve(replace(large, limits=replace(large.limits, seconds=0)))
    moves = solution.holder != large.start
    assert (moves == large.cases["forced"].to_numpy(dtype=bool)).all()
    assert solution.status == "time limit"
    assert solution.bound <= solution.objective == objective(large, solution.holder)


@pytest.mark.parametrize("calls", [0, 1, 3, 6, 20])
def test_whoever_cancels_is_heard_soon_and_gets_a_plan(large: Problem, calls: int) -> None:
    asked = count()
    hard = replace(large, limits=replace(large.limits, gap=0.0, seconds=60))
    solution = solve(hard, lambda: next(asked) >= calls)
    assert solution.status == "cancelled"
    assert next(asked) < calls + 200
    assert solution.objective == objective(large, solution.holder)
    assert solution.bound <= solution.objective <= objective(large, large.start)


def test_a_plan_known_beforehand_is_never_made_worse(large: Problem) -> None:
    best = solve(large)
    again = solve(replace(large, limits=replace(large.limits, seconds=0)), known=best.holder)
    assert again.holder.tolist() == best.holder.tolist()


@pytest.mark.parametrize(("gap", "is_taken"), [(1.0, False), (0.001, True)])
def test_a_cheaper_plan_without_a_proof_replaces_none_that_has_one(gap: float, is_taken: bool) -> None:
    problem, found = solved(PAIR, cases(5))
    again = replace(found, objective=found.objective - 1, gap=gap)
    assert better_of(problem, found, again) is (again if is_taken else found)


WARRANT = {"activity": "warrant", "rosh": "high"}


@pytest.mark.parametrize(("grade", "receiver"), [("PO", "B"), ("PSO", "A")])
def test_a_case_without_points_goes_to_one_above_the_line_only_if_it_must(grade: str, receiver: str) -> None:
    people = [person("A"), person("B", "T3", grade=grade)]
    problem, solution = solved(people, [*cases(40), case("X1", None, **WARRANT)], elective_moves=0)
    assert problem.cases.set_index("crn").at["X1", "exact"] == 0
    assert moved(problem, solution) == [f"X1 {receiver}"]
    assert not solution.over_line.any()


def test_the_same_question_has_the_same_answer(large: Problem) -> None:
    first, second = solve(large), solve(large)
    assert first.holder.tolist() == second.holder.tolist()
    assert (first.objective, first.bound, first.gap) == (second.objective, second.bound, second.gap)
    assert first.status == "within gap"
