"""Cases that must be placed, one by one to whom they add least."""

import numpy as np
import pytest

from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.loads import find_unplaced, whole_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.first_fit import place_one_by_one
from tests.oracle.card import Row

from ..clusters import cluster, whole_service
from ..offices import ask, case, cases, person
from ..posing import posed


def placed(people: list[Row], held: list[Row], **limits: object) -> tuple[Problem, dict[str, str]]:
    problem = posed(ask(people, held, **limits))
    holder = place_one_by_one(problem, room_under_line(problem), 1)
    codes = problem.posts["om_code"].to_numpy()
    return problem, {
        crn: codes[post] if post >= 0 else "" for crn, post in zip(problem.cases["crn"], holder, strict=True)
    }


def test_a_case_goes_to_the_least_loaded_and_nothing_else_moves() -> None:
    _, holders = placed([person("A"), person("B"), person("C")], [*cases(4), *cases(2, "B"), case("X1", None)])
    assert holders.pop("X1") == "C"
    assert {crn[0] == code for crn, code in holders.items()} == {True}


def test_the_nearest_of_those_who_carry_the_same_takes_it() -> None:
    people = [person("A"), person("F", "T3"), person("G", "T4")]
    held = [*cases(20), *cases(20, "F", "T3"), *cases(19, "G", "T4"), case("X1", None)]
    _, holders = placed(people, held, between_clusters=True)
    assert holders["X1"] == "A"


def test_no_one_takes_more_than_the_intake() -> None:
    _, holders = placed([person("A"), person("B")], cases(9, None), intake=4)
    assert sorted(holders.values()) == [""] + 4 * ["A"] + 4 * ["B"]


@pytest.mark.parametrize("seed", range(1, 9))
def test_it_keeps_the_line_and_leaves_no_case_that_still_fits(seed: int) -> None:
    problem = posed(whole_service(cluster(seed, 400, 10, 2)))
    room = room_under_line(problem)
    holder = place_one_by_one(problem, room, 13)
    held = whole_loads(problem, holder)
    assert (held[room.receives] <= room.most[room.receives]).all()
    moved = holder != problem.start
    assert problem.cases["forced"][moved].all()
    person_of = problem.posts["person"].to_numpy()
    for row in np.flatnonzero(find_unplaced(problem, holder)):
        takers = person_of[problem.eligible[problem.cases["kind"].iloc[row]]]
        fits = room.receives[takers] & (held[takers] + problem.cases["exact"].iloc[row] <= room.most[takers])
        assert not fits.any()
