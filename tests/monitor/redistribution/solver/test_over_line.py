"""Cases that had to be placed and found no place under the line."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.loads import find_unplaced, percentages
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.highs import Clock
from monitor.redistribution.solver.over_line import place_the_rest
from monitor.redistribution.solver.solve import Solution, solve
from tests.oracle.card import Row

from ..clusters import cluster, whole_service
from ..offices import ask, away, case, cases, person
from ..posing import posed


def solved(people: list[Row], held: list[Row], *more: Row, **limits: object) -> tuple[Problem, Solution]:
    problem = posed(ask(people, held, *more, **limits))
    return problem, solve(problem)


def receivers(problem: Problem, solution: Solution, flags: "np.ndarray") -> set[str]:
    return set(problem.posts["om_code"].to_numpy()[solution.holder[flags]])


def filled(number: int) -> list[Row]:
    """A and B with so many cases each."""
    return [*cases(number, "A"), *cases(number, "B")]


def most_under_line() -> int:
    """The most cases of ``case`` that a half-time PO may hold at the line."""
    problem = posed(ask([person("A")], cases(1)))
    return int(problem.people["available"].iloc[0] * problem.line / 100 / problem.cases["points"].iloc[0])


def test_a_case_goes_over_the_line_if_no_one_under_it_can_take_it() -> None:
    full = most_under_line()
    problem, solution = solved([person("A"), person("B")], [*filled(full), case("X1", None)], elective_moves=0)
    assert find_unplaced(problem, solution.holder).sum() == 0
    assert problem.cases["crn"][solution.over_line].tolist() == ["X1"]
    assert percentages(problem, solution.holder).max() > 110


def test_a_case_goes_under_the_line_even_to_another_office_if_that_is_the_only_place() -> None:
    full = most_under_line()
    people = [person("A"), person("B"), person("F", "T3")]
    problem, solution = solved(people, [*filled(full), case("X1", None)], elective_moves=0)
    assert not solution.over_line.any()
    assert receivers(problem, solution, solution.holder != problem.start) == {"F"}


def test_moves_by_choice_make_room_before_anything_goes_over_the_line() -> None:
    full = most_under_line()
    people = [person("A"), person("B"), person("C", grade="PSO")]
    risky = case("X1", None, rosh="high")
    _, without = solved(people, [*filled(full), risky], elective_moves=0)
    problem, solution = solved(people, [*filled(full), risky])
    assert without.over_line.sum() == 1
    assert not solution.over_line.any()
    assert percentages(problem, solution.holder).max() <= 110


def test_cases_that_only_one_person_may_take_go_to_that_person_over_the_line() -> None:
    full = most_under_line()
    people = [person("P", "T5"), person("Z", "T5", hours="0")]
    problem, solution = solved(people, [*cases(full, "P", "T5"), *cases(3, "Z", "T5")])
    assert solution.over_line.sum() == 3
    assert receivers(problem, solution, solution.over_line) == {"P"}


def test_over_the_line_cases_take_as_many_weeks_as_the_intake_asks() -> None:
    full = most_under_line()
    held = [*cases(full, "A"), *cases(5, None)]
    problem, solution = solved([person("A")], held, intake=2)
    assert (int(solution.over_line.sum()), solution.weeks) == (5, 3)
    assert int(find_unplaced(problem, solution.holder).sum()) == 0


@pytest.mark.parametrize("seed", [1, 3, 6])
@pytest.mark.parametrize("budget", [0, 10, None])
def test_no_one_is_taken_over_the_line_by_choice(seed: int, budget: int | None) -> None:
    problem = posed(whole_service(cluster(seed, 500, 12, 2), elective_moves=budget))
    solution = solve(problem)
    before, after = percentages(problem, problem.start), percentages(problem, solution.holder)
    by_need = np.zeros(len(problem.people), dtype=bool)
    by_need[problem.posts["person"].to_numpy()[solution.holder[solution.over_line]]] = True
    taken = (after > np.maximum(before, 110) + 1e-9) & ~by_need
    assert problem.people["om_code"][taken].tolist() == []


def test_a_person_who_gives_a_heavy_row_away_may_take_other_cases_and_is_not_over_the_line() -> None:
    # A may not keep the row of thirty cases, and it lifts P over the line. Only with it gone does A take X1 and X2.
    held = [case("X0", number_of_cases=30), case("X1", None), case("X2", None)]
    barred = frozenset({("X0", "A"), ("X1", "P"), ("X2", "P")})
    problem, solution = solved([person("A"), person("P")], held, elective_moves=0, intake=30, barred=barred)
    assert find_unplaced(problem, solution.holder).sum() == 0
    assert problem.cases["crn"][solution.over_line].tolist() == ["X0"]
    assert percentages(problem, solution.holder)[0] < 110


def test_a_case_goes_under_the_line_where_another_has_made_room_in_the_last_step() -> None:
    # While no line is kept, X1 goes to P in the same office at no cost; F is under the line, in another office.
    people = [person("F", "T3"), person("P"), person("Q", "T4")]
    held = [*cases(12, "P"), case("X0", "F", "T3", number_of_cases=30), case("X1", None)]
    limits = {"elective_moves": 0, "intake": 30, "between_clusters": True, "margin": Fraction(50)}
    problem, solution = solved(people, held, barred=frozenset({("X0", "F"), ("X0", "P"), ("X1", "Q")}), **limits)
    assert find_unplaced(problem, solution.holder).sum() == 0
    assert problem.cases["crn"][solution.over_line].tolist() == ["X0"]
    assert receivers(problem, solution, problem.cases["crn"].eq("X1").to_numpy()) == {"F"}


def test_a_case_with_a_place_under_the_line_goes_there_when_there_is_no_time_to_search() -> None:
    problem = posed(ask([person("A"), person("B")], [case("X1", None)]))
    stopped = Clock(seconds_left=lambda: 0.0, cancelled=lambda: True)
    holder, over, weeks = place_the_rest(problem, problem.start, 1, stopped)
    assert (find_unplaced(problem, holder).sum(), over.sum(), weeks) == (0, 0, 1)


def test_nothing_goes_over_the_line_when_someone_is_away_and_there_is_room() -> None:
    people = [person("A"), person("B"), person("C")]
    problem, solution = solved(people, filled(12), away("A"))
    assert not solution.over_line.any()
    assert receivers(problem, solution, solution.holder != problem.start) == {"B", "C"}


def test_a_person_above_the_line_who_gives_more_takes_a_case_that_has_no_other_place() -> None:
    # A gives the heaviest case away and could only take X1 at a price above that of an unplaced case, were it not for
    # the price of points above the line. A ends lower than before: nothing goes over the line.
    held = [*cases(3), case("L1", tier="1", rosh="low"), case("H1", tier="4", rosh="high"), case("X1", None, tier="3")]
    people = [person("A", hours="3.7"), person("B")]
    problem, solution = solved(people, held, elective_moves=1, barred=frozenset({("X1", "B")}))
    assert find_unplaced(problem, solution.holder).sum() == 0
    assert not solution.over_line.any()
    before, after = percentages(problem, problem.start)[0], percentages(problem, solution.holder)[0]
    assert 110 < after < before


def test_a_case_that_weighs_nothing_never_goes_over_the_line() -> None:
    split = [person("A", hours="3.7"), person("A", "T2", hours="3.7")]
    held = [*cases(40, tier="C2"), case("X1", None, tier="C2", activity="warrant")]
    whole = posed(ask(split, held, policy="wmt"))
    # The published points are whole numbers; with decimals the tool rounds each post.
    problem = replace(whole, unit=whole.unit / 2)
    solution = solve(problem)
    assert not room_under_line(problem).receives.any()
    assert find_unplaced(problem, solution.holder).sum() == 0
    assert not solution.over_line.any()
