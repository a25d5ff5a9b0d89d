"""Why a case moves: true, in words, and of people supervised nothing but the case."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from monitor.redistribution.results.tables.moves import list_moves
from tests.oracle.card import Row

from ...offices import AS_AT, LONG_AGO, away, case, cases, person
from .test_moves import PAIR, solved


def reason(people: list[Row], held: list[Row], *more: Row, crn: str = "X1", **limits: Any) -> str:
    """Why one case moves."""
    return list_moves(*solved(people, held, *more, **limits)).set_index("crn")["reason"][crn]


def test_a_case_nobody_holds() -> None:
    assert reason([person("B")], [case("X1", None)]) == (
        "must move: it is unallocated; to B from 0% to 5% of capacity; same team; medium RoSH, tier 2; "
        "no assessment due"
    )


def test_a_case_of_somebody_without_hours() -> None:
    held = [case("X1", tier=None, rosh=None, mappa_level="1", allocated_on=AS_AT - timedelta(days=20))]
    assert reason([person("A"), person("F", "T3")], held, away("A")) == (
        "must move: A has no available hours in T1; to F from 0% to 5% of capacity; other office of the same cluster; "
        "RoSH not classified, counted as high, no tier; MAPPA level 1; offender manager changed on 31 October 2026; "
        "no assessment due"
    )


def test_a_case_of_an_spo_at_work() -> None:
    said = reason([person("S", grade="SPO"), person("B")], [case("X1", "S")])
    assert said.startswith("must move: S has a target of 0 points, so no cases are expected there; to B from ")


def test_a_case_to_the_other_post_of_the_same_person() -> None:
    said = reason([person("A"), person("A", "T2")], [case("X1", team_code="T2")], away("A", team_code="T2"))
    assert said.startswith("must move: A has no available hours in T2, to another post of the same person; to A from ")
    assert "same office" in said


def test_a_case_barred_from_whoever_holds_it() -> None:
    said = reason(PAIR, [case("X1")], barred=frozenset({("X1", "A")}))
    assert said.startswith("must move: A and this case are kept apart; to B from 0%")


def test_a_case_moved_by_name_and_what_is_due() -> None:
    held = [case("X1", setting="custody", release_on=AS_AT + timedelta(days=30), sentence_start=LONG_AGO)]
    said = reason(PAIR, held, fixed=(("X1", "B", "T1"),))
    assert said.startswith("moved by name in the scenario; to B from 0%")
    assert "; release due on 20 December 2026; assessment overdue since " in said


def test_a_case_that_relieves_somebody() -> None:
    table = list_moves(*solved(PAIR, cases(28), elective_moves=2))
    assert set(table["reason"]) == {
        "relieves A (136% of capacity before, 127% after all moves); B goes from 0% to 10% of capacity; same team; "
        "medium RoSH, tier 2; no assessment due"
    }


def test_a_code_of_several_words_stays_whole() -> None:
    table = list_moves(*solved([person("A"), person("B 90% of")], cases(28), elective_moves=2))
    assert {said.split("; ")[1] for said in table["reason"]} == {"B 90% of goes from 0% to 10% of capacity"}


def test_a_case_that_makes_room_for_what_must_be_placed() -> None:
    held = [*cases(24), *cases(3, None, rosh="high")]
    said = reason([person("A"), person("C", grade="PSO")], held, crn="A00", elective_moves=1)
    assert said.startswith("frees capacity at A for what is moved there (117% of capacity before, ")


def test_a_row_of_several_cases_and_a_case_of_another_cluster() -> None:
    held = [case("X1", None, number_of_cases=2)]
    said = reason([person("G", "T4")], held, between_clusters=True)
    assert "another cluster; medium RoSH, tier 2; the row counts 2 cases; no assessment due" in said


@pytest.mark.parametrize("margin", [0, 10])
def test_a_case_that_has_no_place_under_the_line(margin: int) -> None:
    held = [*cases(22), case("X1", None)]
    said = reason([person("A")], held, margin=Fraction(margin))
    assert f"; above {110 - margin}%, because no one who may take it has room below; same team; " in said
    assert "has room below" not in reason([person("A")], [*cases(5), case("X1", None)], margin=Fraction(margin))


def test_codes_that_would_break_a_line_are_written_on_one() -> None:
    said = reason([person("=A\n1"), person("B")], [case("X1", "=A\n1")], away("=A\n1"))
    assert said.startswith("must move: =A 1 has no available hours")


@pytest.mark.parametrize(
    ("holders", "said"),
    [
        ("AB", ""),
        ("ABA", "already on the 3rd offender manager in a year; "),
        ("ABCA", "already on the 4th offender manager in a year; "),
        ("AB" * 5 + "A", "already on the 11th offender manager in a year; "),
        ("AB" * 10 + "A", "already on the 21st offender manager in a year; "),
    ],
)
def test_a_person_who_has_had_several_offender_managers(holders: str, said: str) -> None:
    words = reason(PAIR, [case("X1")], fixed=(("X1", "B", "T1"),), year=(("X1", tuple(holders)),))
    assert words.endswith(f"medium RoSH, tier 2; {said}no assessment due")
