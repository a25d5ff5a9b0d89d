"""What is said of each move, and of what stays: true, in words, and of people supervised nothing but the case."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.moves import COLUMNS, moves, untouched
from monitor.redistribution.results.unmoved import FULL, short_of
from monitor.redistribution.solver.solve import Solution, solve
from tests.oracle.card import Row

from ..clusters import cluster, whole_service
from ..offices import AS_AT, LONG_AGO, ask, away, case, cases, person
from ..posing import posed

PAIR = [person("A"), person("B")]


def solved(people: list[Row], held: list[Row], *more: Row, **limits: Any) -> tuple[Problem, Solution]:
    problem = posed(ask(people, held, *more, **limits))
    return problem, solve(problem)


def reason(people: list[Row], held: list[Row], *more: Row, crn: str = "X1", **limits: Any) -> str:
    """Why one case moves."""
    return moves(*solved(people, held, *more, **limits)).set_index("crn")["reason"][crn]


def why(people: list[Row], held: list[Row], *more: Row, crn: str = "X1", **limits: Any) -> str:
    """Why one case stays."""
    return untouched(*solved(people, held, *more, **limits)).set_index("crn")["why"][crn]


def test_a_case_nobody_holds() -> None:
    assert reason([person("B")], [case("X1", None)]) == (
        "must move: nobody holds it; to B from 0% to 5% of capacity; same team; medium RoSH, tier 2; no assessment due"
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
    table = moves(*solved(PAIR, cases(28), elective_moves=2))
    assert set(table["reason"]) == {
        "relieves A (136% of capacity before, 127% after all moves); B goes from 0% to 10% of capacity; same team; "
        "medium RoSH, tier 2; no assessment due"
    }


def test_a_code_of_several_words_stays_whole() -> None:
    table = moves(*solved([person("A"), person("B 90% of")], cases(28), elective_moves=2))
    assert {said.split("; ")[1] for said in table["reason"]} == {"B 90% of goes from 0% to 10% of capacity"}


def test_a_case_that_makes_room_for_what_must_be_placed() -> None:
    held = [*cases(24), *cases(3, None, rosh="high")]
    said = reason([person("A"), person("C", grade="PSO")], held, crn="A00", elective_moves=1)
    assert said.startswith("makes room at A for what is moved there (117% of capacity before, ")


def test_a_row_of_several_cases_and_a_case_of_another_cluster() -> None:
    held = [case("X1", None, number_of_cases=2)]
    said = reason([person("G", "T4")], held, between_clusters=True)
    assert "another cluster; medium RoSH, tier 2; the row counts 2 cases; no assessment due" in said


@pytest.mark.parametrize(("team_code", "cost"), [("T1", 13), ("T2", 13), ("T3", 21), ("T4", 43)])
def test_a_move_costs_its_way_too(team_code: str, cost: float) -> None:
    table = moves(*solved([person("B", team_code)], [case("X1", None)], between_clusters=True))
    assert table["cost"].tolist() == [cost]


def test_codes_that_would_break_a_line_are_written_on_one() -> None:
    said = reason([person("=A\n1"), person("B")], [case("X1", "=A\n1")], away("=A\n1"))
    assert said.startswith("must move: =A 1 has no available hours")


def test_every_move_of_a_cluster_has_one_line_that_no_spreadsheet_reckons_with() -> None:
    problem = posed(whole_service(cluster(7, 900, 18, 3), elective_moves=30))
    solution = solve(problem)
    table = moves(problem, solution)
    assert table.columns.tolist() == COLUMNS
    assert table["reason"].str.match("^(must move: |relieves |makes room ).+").all()
    assert not table["reason"].str.contains("[\n\r]|nan|None|NaT").any()
    assert not any(table["reason"].str.contains(crn).any() for crn in problem.cases["crn"].iloc[:50])
    still = untouched(problem, solution)
    assert sorted([*table["crn"], *still["crn"]]) == problem.cases["crn"].tolist()
    assert still["why"].str.len().gt(0).all()


def test_nothing_moves_and_nothing_stays_where_there_is_nothing() -> None:
    problem, solution = solved(PAIR, [])
    assert (len(moves(problem, solution)), len(untouched(problem, solution))) == (0, 0)


@pytest.mark.parametrize(
    ("given", "limits", "said"),
    [
        ({}, {"crns": frozenset({"X1"})}, "it was pinned: this one stays"),
        ({}, {"om_codes": frozenset({"A"})}, "its offender manager neither gives nor takes"),
        ({"number_of_cases": 3}, {}, "the row stands for several cases and is moved only where it must be"),
        ({"activity": "warrant"}, {}, "it weighs nothing at present, so that moving it would relieve nobody"),
        ({"om_code": "H", "team_code": "T5"}, {}, "nobody else in reach may take it"),
        ({"om_code": "B"}, {}, "moving it would relieve nobody by as much as the move would cost"),
        ({}, {"elective_moves": 0}, "all elective moves are spent on others"),
        ({"tier": "1"}, {"intake": 1}, FULL),
    ],
)
def test_why_a_case_stays(given: Row, limits: Row, said: str) -> None:
    people = [*PAIR, person("H", "T5")]
    assert why(people, [case("X1", **given), *cases(29)], **limits) == said


def test_what_is_at_its_most_dangerous_stays() -> None:
    given = {"rosh": "very_high", "mappa_level": "2", "sentence_start": LONG_AGO}
    assert why(PAIR, [case("X1", **given), *cases(30)]).startswith("very high RoSH under MAPPA with an assessment due")


@pytest.mark.parametrize(
    ("given", "people", "said"),
    [
        (
            {"rosh": "high"},
            [person("C", grade="PSO")],
            "nobody in reach may take it: it needs a PO with available hours, not newly qualified, in a team of type "
            "omu, in cluster C1, not pinned and not barred from it",
        ),
        (
            {"mappa_level": "3"},
            [person("D", grade="TPO")],
            "nobody in reach may take it: it needs anybody but a trainee with available hours, in a team of type omu, "
            "in cluster C1, not pinned and not barred from it",
        ),
    ],
)
def test_why_nobody_may_take_what_must_be_placed(given: Row, people: list[Row], said: str) -> None:
    assert why(people, [case("X1", None, **given)]) == said


def test_intake_is_named_only_where_it_binds() -> None:
    held = [case("X1", None, tier="4"), *cases(20, None, tier="4")]
    said = untouched(*solved([person("A")], held, intake=1)).query("unplaced")["why"]
    assert set(said) == {"only a PO may take it, and no PO in reach has room for another new case in these 13 weeks"}
    full = untouched(*solved([person("A", hours="3.7")], [*cases(12), case("X1", None)])).query("unplaced")["why"]
    assert full.tolist() == [
        "everybody in reach with room would carry more than 310% of capacity with it "
        "(a place would cost more than 3,000)"
    ]


def test_without_time_the_plan_does_not_blame_anybody() -> None:
    problem = posed(ask(PAIR, [case("X1", None)]), seconds=0)
    assert untouched(problem, solve(problem))["why"].tolist() == [
        "no place was found for it in the time given and within the gap asked for"
    ]


def test_what_is_short_is_told_by_office_and_grade() -> None:
    held = [
        case("X1", None, rosh="high"),
        case("X2", None, rosh="high"),
        case("X3", None, "T3"),
        case("X4", None, "T5"),
    ]
    problem, solution = solved([person("C", "T3", grade="PSO")], held)
    assert short_of(problem, solution.holder) == [
        "short of 53 points in Office O1: 1 case without a place",
        "short of 150 PO points in Office O1: 2 cases without a place",
    ]
    placed = problem.cases.assign(post=0)
    assert short_of(problem, np.zeros(len(placed), dtype=np.int64)) == []


def test_untouched_rows_say_whether_they_could_have_moved() -> None:
    held = [*cases(29), case("X1", None, rosh="high"), case("X2", number_of_cases=2)]
    problem, solution = solved([person("A", grade="PSO"), person("B", grade="PSO")], held, elective_moves=1)
    table = untouched(problem, solution).set_index("crn")
    assert table.loc["X1", ["unplaced", "could_move"]].tolist() == [True, False]
    assert table.loc["X2", ["unplaced", "could_move"]].tolist() == [False, False]
    assert table.drop(index=["X1", "X2"])["could_move"].all()
    assert pd.isna(table.loc["X1", "om_code"])
