"""Why a case stays: true, and in words."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.redistribution.results.tables.unmoved import FULL, Shortage, find_shortages, list_unmoved
from monitor.redistribution.solver.solve import solve
from tests.oracle.card import Row

from ...offices import LONG_AGO, ask, case, cases, person
from ...posing import posed
from .test_moves import PAIR, solved


def why(people: list[Row], held: list[Row], *more: Row, crn: str = "X1", **limits: Any) -> str:
    """Why one case stays."""
    return list_unmoved(*solved(people, held, *more, **limits)).set_index("crn")["why"][crn]


@pytest.mark.parametrize(
    ("given", "limits", "said"),
    [
        ({}, {"crns": frozenset({"X1"})}, "it was pinned: this one stays"),
        ({}, {"om_codes": frozenset({"A"})}, "its offender manager neither gives nor takes"),
        ({"number_of_cases": 3}, {}, "the row stands for several cases and is moved only where it must be"),
        ({"activity": "warrant"}, {}, "it weighs nothing at present, so that moving it would relieve no one"),
        ({"om_code": "H", "team_code": "T5"}, {}, "no one else in reach may take it"),
        ({"om_code": "B"}, {}, "moving it would relieve no one by as much as the move would cost"),
        ({}, {"elective_moves": 0}, "only what has to be placed moves in this plan"),
        ({"mappa_level": "1"}, {"elective_moves": 1}, "all moves by choice are spent on others"),
        ({"tier": "1"}, {"intake": 1}, FULL),
    ],
)
def test_why_a_case_stays(given: Row, limits: Row, said: str) -> None:
    people = [*PAIR, person("H", "T5")]
    assert why(people, [case("X1", **given), *cases(29)], **limits) == said


def test_a_case_stays_with_an_overloaded_person_if_no_one_would_stay_under_the_line_with_it() -> None:
    said = why(PAIR, [case("X1"), *cases(29), *cases(22, "B")])
    assert said == "those who could take it with gain would end over the line, or higher above it"


def test_what_is_at_its_most_dangerous_stays() -> None:
    fields = {"rosh": "very_high", "mappa_level": "2", "sentence_start": LONG_AGO}
    assert why(PAIR, [case("X1", **fields), *cases(30)]).startswith("very high RoSH under MAPPA with an assessment due")


@pytest.mark.parametrize(
    ("given", "people", "said"),
    [
        (
            {"rosh": "high"},
            [person("C", grade="PSO")],
            "no one in reach may take it: it needs a PO with available hours, not newly qualified, in a team of type "
            "omu, in cluster C1, not pinned and not barred from it",
        ),
        (
            {"mappa_level": "3"},
            [person("D", grade="TPO")],
            "no one in reach may take it: it needs anyone but a trainee with available hours, in a team of type omu, "
            "in cluster C1, not pinned and not barred from it",
        ),
    ],
)
def test_why_nobody_may_take_what_must_be_placed(given: Row, people: list[Row], said: str) -> None:
    assert why(people, [case("X1", None, **given)]) == said


def test_intake_is_named_only_where_it_binds() -> None:
    held = [case("X1", None, tier="4"), *cases(20, None, tier="4")]
    said = list_unmoved(*solved([person("A")], held, intake=1)).query("unplaced")["why"]
    assert set(said) == {"only a PO may take it, and no PO in reach has room for another new case in these 13 weeks"}
    full = list_unmoved(*solved([person("A", hours="3.7")], [*cases(12), case("X1", None)])).query("unplaced")["why"]
    assert full.tolist() == [
        "everyone in reach with room would carry more than 310% of capacity with it "
        "(a place would cost more than 3,000)"
    ]


@pytest.mark.parametrize(("held", "row"), [(24, 1), (22, 4)])
def test_without_time_the_plan_does_not_blame_anybody(held: int, row: int) -> None:
    # With the cost of points over the line the row of four would be dearer than no place; without it, it is not.
    unplaced = case("X1", None, number_of_cases=row)
    problem = posed(ask(PAIR, [*cases(held), *cases(held, "B"), unplaced], elective_moves=0))
    assert list_unmoved(problem, solve(problem, lambda: True)).query("unplaced")["why"].tolist() == [
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
    assert find_shortages(problem, solution.holder) == [
        Shortage("Office O1", only_po=False, points=53, cases=1),
        Shortage("Office O1", only_po=True, points=150, cases=2),
    ]
    placed = problem.cases.assign(post=0)
    assert find_shortages(problem, np.zeros(len(placed), dtype=np.int64)) == []


def test_untouched_rows_say_whether_they_could_have_moved() -> None:
    held = [*cases(29), case("X1", None, rosh="high"), case("X2", number_of_cases=2)]
    problem, solution = solved([person("A", grade="PSO"), person("B", grade="PSO")], held, elective_moves=1)
    table = list_unmoved(problem, solution).set_index("crn")
    assert table.loc["X1", ["unplaced", "could_move"]].tolist() == [True, False]
    assert table.loc["X2", ["unplaced", "could_move"]].tolist() == [False, False]
    assert table.drop(index=["X1", "X2"])["could_move"].all()
    assert pd.isna(table.loc["X1", "om_code"])
