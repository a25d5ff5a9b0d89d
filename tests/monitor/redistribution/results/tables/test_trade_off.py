"""The curve: what the best so many moves would do."""

from itertools import count

import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.trade_off import BUDGETS, COLUMNS, sweep_budgets

from ...offices import ask, case, cases, person
from ...posing import posed


def office(people: int = 2, held: int = 30) -> Problem:
    return posed(ask([person(code) for code in "ABCD"[:people]], [*cases(held), case("X1", None)], intake=20))


def test_the_curve_begins_with_what_must_move_and_ends_where_nothing_more_is_gained() -> None:
    table = sweep_budgets(office(), (5, 2, None))
    assert table["budget"].astype(object).where(table["budget"].notna(), None).tolist() == [0, 2, 5, None]
    assert table["elective_moves"].iloc[:3].tolist() == [0, 2, 5]
    assert table["elective_moves"].iloc[3] > 5
    assert table["share_of_gain"].tolist() == sorted(table["share_of_gain"])
    assert (table["share_of_gain"].iloc[0], table["share_of_gain"].iloc[3]) == (0, 1)
    assert table["peak"].iloc[0] > table["peak"].iloc[3]
    assert list(table.columns) == COLUMNS
    assert table["over_line"].tolist() == [1, 1, 1, 0]
    assert table["points_over_line"].is_monotonic_decreasing
    assert table["points_over_line"].iloc[0] > 0
    assert table["points_over_line"].iloc[3] == 0


def test_the_first_moves_are_shown_ten_by_ten() -> None:
    assert BUDGETS == (0, 10, 20, 30, 40, 50, 60, 90, 120, None)


def test_a_curve_of_nothing_to_gain_is_whole_from_the_start() -> None:
    table = sweep_budgets(office(people=1), (3,))
    assert table["share_of_gain"].tolist() == [1, 1, 1]
    assert table["elective_moves"].tolist() == [0, 0, 0]


def test_a_cancelled_curve_comes_at_once_with_the_present_state() -> None:
    problem = office()
    table = sweep_budgets(problem, cancelled=lambda: True)
    assert table["elective_moves"].eq(0).all()
    assert table["objective"].nunique() == 1


@pytest.mark.parametrize("calls", [4, 8, 16])
def test_a_curve_cancelled_on_its_way_keeps_what_it_found(calls: int) -> None:
    asked = count()
    assert sweep_budgets(office(), cancelled=lambda: next(asked) >= calls)["objective"].is_monotonic_decreasing


@pytest.mark.parametrize("budgets", [(), (None,), (0,), (0, None, 0)])
def test_none_and_no_limit_are_always_there(budgets: tuple[int | None, ...]) -> None:
    assert sweep_budgets(office(), budgets)["budget"].fillna(-1).tolist() == [0, -1]
