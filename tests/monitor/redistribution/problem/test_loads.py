"""What each person carries when the cases are held in a given way, and what that is worth."""

from fractions import Fraction

import numpy as np
import pytest

from monitor.redistribution.problem.loads import (
    find_unplaced,
    holder_after_named_moves,
    loads,
    move_costs,
    objective,
    percentages,
)

from ..offices import ask, case, cases, duty, person
from ..posing import posed

PEOPLE = [person("A"), person("B"), person("F", "T3"), person("G", "T4")]


def test_a_load_is_cases_and_duties() -> None:
    problem = posed(ask([person("A"), person("B")], cases(3), duty("B", "1")))
    carried = loads(problem, problem.start)
    assert carried[0] == 3 * 53
    assert carried[1] == problem.people["fixed"].iloc[1] > 0
    assert percentages(problem, problem.start)[0] == pytest.approx(float(Fraction(100 * 3 * 53, 1088)))


def test_a_named_move_is_done_before_any_other() -> None:
    problem = posed(ask(PEOPLE, [case("X1"), case("X2")], fixed=(("X2", "B", "T1"),)))
    holder = holder_after_named_moves(problem)
    assert problem.posts["om_code"].to_numpy()[holder].tolist() == ["A", "B"]


@pytest.mark.parametrize(("receiver", "way"), [("B", 0), ("F", 8), ("G", 30)])
def test_the_way_to_another_office_or_cluster_is_paid_once(receiver: str, way: float) -> None:
    problem = posed(ask(PEOPLE, [case("X1")], between_clusters=True))
    holder = np.flatnonzero(problem.posts["om_code"].eq(receiver))
    assert move_costs(problem, holder).tolist() == [13 + way]
    assert move_costs(problem, problem.start).tolist() == [0]


def test_the_objective_is_penalty_moves_and_cases_without_a_place() -> None:
    problem = posed(ask(PEOPLE, [case("X1", None), case("X2")]))
    assert find_unplaced(problem, problem.start).tolist() == [True, False]
    assert objective(problem, problem.start) == problem.costs.unplaced
    placed = np.where(problem.start < 0, 0, problem.start)
    assert objective(problem, placed) == move_costs(problem, placed).sum() == 13
