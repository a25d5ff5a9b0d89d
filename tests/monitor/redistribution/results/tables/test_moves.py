"""The moves of a plan: the reason for each, in words without anything about a person but the case; and their effect."""

from typing import Any

import pandas as pd
import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.moves import COLUMNS, carry_out, caseload_after, list_moves
from monitor.redistribution.results.tables.unmoved import list_unmoved
from monitor.redistribution.solver.solve import Solution, solve
from tests.oracle.card import Row

from ....conftest import AS_AT, Home
from ...clusters import cluster, whole_service
from ...offices import ask, case, person
from ...posing import posed
from ...service import moves_of, plan_for

PAIR = [person("A"), person("B")]


def solved(people: list[Row], held: list[Row], *more: Row, **limits: Any) -> tuple[Problem, Solution]:
    problem = posed(ask(people, held, *more, **limits))
    return problem, solve(problem)


@pytest.mark.parametrize(("team_code", "cost"), [("T1", 13), ("T2", 13), ("T3", 21), ("T4", 43)])
def test_a_move_costs_its_way_too(team_code: str, cost: float) -> None:
    table = list_moves(*solved([person("B", team_code)], [case("X1", None)], between_clusters=True))
    assert table["cost"].tolist() == [cost]


def test_every_move_of_a_cluster_has_one_line_that_no_spreadsheet_reckons_with() -> None:
    problem = posed(whole_service(cluster(8, 600, 14, 3), elective_moves=30))
    solution = solve(problem)
    table = list_moves(problem, solution)
    assert table.columns.tolist() == COLUMNS
    assert table["reason"].str.match("^(must move: |relieves |frees capacity ).+").all()
    assert not table["reason"].str.contains("[\n\r]|nan|None|NaT").any()
    assert not any(table["reason"].str.contains(crn).any() for crn in problem.cases["crn"].iloc[:50])
    still = list_unmoved(problem, solution)
    assert sorted([*table["crn"], *still["crn"]]) == problem.cases["crn"].tolist()
    assert still["why"].str.len().gt(0).all()


def test_nothing_moves_and_nothing_stays_where_there_is_nothing() -> None:
    problem, solution = solved(PAIR, [])
    assert (len(list_moves(problem, solution)), len(list_unmoved(problem, solution))) == (0, 0)


def test_moves_are_told_in_the_columns_that_programmes_rely_on_and_in_words(service: Home) -> None:
    moves = moves_of(plan_for(service))
    assert list(moves.columns) == COLUMNS
    assert COLUMNS == [
        "crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code", "tier", "rosh", "setting", "points",
        "forced", "cost", "week", "reason",
    ]  # fmt: skip
    assert moves[["week", "crn"]].equals(moves[["week", "crn"]].sort_values(["week", "crn"]))
    assert (moves["reason"].str.len() > 20).all()
    assert not moves["reason"].str.contains(r"\bnan\b|^row").any()


def test_a_case_that_moves_has_its_receiver_from_the_as_at_date_on(service: Home) -> None:
    caseload = plan_for(service).baseline.caseload
    moves = pd.DataFrame({"crn": ["X000001"], "to_om_code": ["P02"], "to_team_code": ["T1"]})
    cases = carry_out(caseload, moves, AS_AT).cases.set_index("crn")
    assert cases.loc["X000001", ["om_code", "team_code"]].tolist() == ["P02", "T1"]
    assert cases.loc["X000001", "allocated_on"] == pd.Timestamp(AS_AT)
    rest = caseload.cases.set_index("crn").drop(index="X000001")
    pd.testing.assert_frame_equal(cases.drop(index="X000001"), rest)


def test_a_case_that_is_not_there_cannot_move(service: Home) -> None:
    moves = pd.DataFrame({"crn": ["NONE"], "to_om_code": ["P02"], "to_team_code": ["T1"]})
    with pytest.raises(KeyError, match="NONE"):
        carry_out(plan_for(service).baseline.caseload, moves, AS_AT)


def test_the_caseload_after_a_plan_is_that_of_its_moves(service: Home) -> None:
    plan = plan_for(service)
    by_list = carry_out(plan.applied.caseload, moves_of(plan), AS_AT)
    pd.testing.assert_frame_equal(caseload_after(plan).cases, by_list.cases)
