"""The question: what must move, what stays, who may take what, and what each move costs."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from monitor.redistribution.problem.problem import Problem
from tests.oracle.card import Row

from ..offices import AS_AT, LONG_AGO, ask, away, case, cases, duty, person
from ..posing import posed


def asked(held: list[Row], *more: Row, people: list[Row] | None = None, **limits: Any) -> Problem:
    """A question about cases of A, beside whom there is one of every kind of receiver."""
    everybody = [
        person("A"),
        person("B"),
        person("C", grade="PSO"),
        person("D", grade="TPO"),
        person("E", qualified_on=AS_AT - timedelta(days=364)),
        person("F", "T3"),
        person("G", "T4"),
        person("H", "T5"),
        person("S", grade="SPO"),
        person("Z", hours="0"),
    ]
    return posed(ask(everybody if people is None else people, held, *more, **limits))


def takers(problem: Problem, row: int = 0) -> str:
    """Codes of the people who may take a case."""
    return "".join(problem.posts["om_code"][problem.eligible[problem.cases["kind"].iloc[row]]])


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "ABCDEF"),
        ({"tier": "4"}, "ABEF"),
        ({"rosh": "high"}, "ABF"),
        ({"rosh": "very_high"}, "ABF"),
        ({"rosh": None}, "ABF"),
        ({"rosh": "low", "rosh_delius": "high"}, "ABF"),
        ({"mappa_level": "1"}, "ABCDEF"),
        ({"mappa_level": "2"}, "ABCEF"),
        ({"mappa_level": "unrecorded"}, "ABCEF"),
        ({"om_code": "H", "team_code": "T5"}, "H"),
    ],
)
def test_the_rules_say_who_may_take_a_case(given: Row, who: str) -> None:
    assert takers(asked([case("X1", **given)])) == who


def test_a_case_leaves_its_cluster_only_where_that_is_allowed() -> None:
    assert "G" not in takers(asked([case("X1")]))
    assert "G" in takers(asked([case("X1")], between_clusters=True))


def test_an_experienced_officer_of_a_year_takes_high_rosh() -> None:
    year = [person("A"), person("E", qualified_on=AS_AT - timedelta(days=365)), person("U", qualified_on=None)]
    assert takers(asked([case("X1", rosh="high")], people=year)) == "AEU"


def test_nobody_locked_or_barred_takes_a_case() -> None:
    problem = asked([case("X1"), case("X2")], om_codes=frozenset({"B"}), barred=frozenset({("X1", "C")}))
    assert (takers(problem, 0), takers(problem, 1)) == ("ADEF", "ACDEF")


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        ({"rosh": "low"}, 10),
        ({}, 13),
        ({"rosh": "high"}, 35),
        ({"rosh": None}, 35),
        ({"rosh": "low", "rosh_delius": "very_high"}, 70),
        ({"mappa_level": "3"}, 28),
        ({"allocated_on": AS_AT - timedelta(days=90)}, 33),
        ({"allocated_on": AS_AT - timedelta(days=91)}, 13),
        ({"transferred_in_on": AS_AT}, 33),
        ({"setting": "custody", "release_on": AS_AT + timedelta(days=60)}, 38),
        ({"setting": "custody", "release_on": AS_AT + timedelta(days=61)}, 13),
        ({"setting": "community", "release_on": AS_AT}, 13),
        ({"sentence_start": LONG_AGO}, 21),
    ],
)
def test_what_makes_a_move_untimely_makes_it_dear(given: Row, cost: float) -> None:
    assert asked([case("X1", **given)]).cases["cost"].tolist() == [cost]


def test_cases_nobody_can_work_on_must_be_placed() -> None:
    held = [case("X1"), case("X2", None), case("X3", "Z"), case("X4", "C"), case("X5", "B")]
    problem = asked(held, away("C"), barred=frozenset({("X5", "B")}))
    assert problem.cases["forced"].tolist() == [False, True, True, True, True]


def test_locks_come_before_what_must_be_placed() -> None:
    held = [case("X1", None), case("X2", "Z"), case("X3", None)]
    problem = asked(held, crns=frozenset({"X1"}), om_codes=frozenset({"Z"}), fixed=(("X3", "B", "T1"),))
    assert problem.cases["forced"].tolist() == [False, False, False]
    assert problem.cases["why_locked"].tolist() == [
        "it was pinned: this one stays",
        "its offender manager neither gives nor takes",
        "it was moved by name",
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"number_of_cases": 2}, "stands for several cases"),
        ({"rosh": "very_high", "mappa_level": "1", "sentence_start": LONG_AGO}, "very high RoSH under MAPPA"),
        ({"activity": "warrant"}, "weighs nothing"),
    ],
)
def test_what_had_better_stay_moves_only_where_it_must(given: Row, why: str) -> None:
    held, waiting = asked([case("X1", **given), case("X2", None, **given)]).cases.itertuples()
    assert why in held.why_locked
    assert (held.forced, waiting.forced, waiting.locked) == (False, True, False)


def test_somebody_with_two_posts_is_one_person() -> None:
    people = [person("A"), person("A", "T2", hours="9.25"), person("B")]
    problem = asked([case("X1"), case("X2", team_code="T2")], duty("A", "2"), people=people)
    assert problem.posts["person"].tolist() == [0, 0, 1]
    first = problem.people.iloc[0]
    assert first["available"] == Fraction(3, 2) * problem.people["available"].iloc[1]
    assert first["fixed"] > 0


def test_what_is_held_outside_the_scope_weighs_but_does_not_move() -> None:
    people = [person("A"), person("A", "T3"), person("B")]
    whole = ask(people, [case("X1"), case("X2", team_code="T3")])
    problem = posed(whole._replace(teams=frozenset({"T1"})))
    assert problem.cases["crn"].tolist() == ["X1"]
    assert problem.people["outside_cases"].tolist() == [1, 0]
    assert float(problem.people["fixed"].iloc[0]) == problem.cases["points"].iloc[0]
    assert takers(problem) == "AB"


def test_points_are_whole_parts_that_come_out_exactly() -> None:
    problem = asked([*cases(3), case("X1", rosh="high")])
    exact = [Fraction(points) for points in problem.cases["points"]]
    assert [int(whole) * problem.unit for whole in problem.cases["exact"]] == exact


def test_a_person_stands_in_the_team_of_a_post_they_still_hold() -> None:
    people = [person("A", "T1", hours="37", left_on=AS_AT), person("A", "T2", hours="7.4")]
    posed_people = asked([case("X1", team_code="T2")], people=people).people
    assert posed_people["team_code"].tolist() == ["T2"]
