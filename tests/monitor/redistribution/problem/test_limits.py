"""How far a plan may go, and what a planner has settled beforehand."""

from typing import Any

import numpy as np
import pytest

from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.scenario.model import AskedLimits
from monitor.redistribution.solver.solve import solve

from ..offices import AS_AT, ask, cases, person
from ..posing import CONFIG, posed


def moves_under(**limits: Any) -> set[tuple[str, str]]:
    """CRN and receiver of each move, when A holds 30 cases, and B and C of the same team none."""
    problem = posed(ask([person("A"), person("B"), person("C")], cases(30), **{"elective_moves": 6} | limits))
    solution = solve(problem)
    moved = np.flatnonzero((solution.holder != problem.start) & (solution.holder >= 0))
    to = problem.posts["om_code"].to_numpy()[solution.holder[moved]]
    return set(zip(problem.cases["crn"].to_numpy()[moved], to, strict=True))


def test_a_scenario_may_ask_for_every_limit_and_for_its_usual_value() -> None:
    usual = {name: getattr(Limits(), name) for name in AskedLimits.model_fields if name != "accept_risk"}
    # The limit on work is for runs, which set it themselves.
    assert set(usual) == set(vars(Limits())) - {"work"}
    assert AskedLimits.model_validate(usual).model_dump() == usual | {"accept_risk": None}


def test_the_usual_intake_is_that_of_the_configuration() -> None:
    assert Limits().intake == load_costs(CONFIG, AS_AT).intake


def test_nothing_is_settled_unless_a_planner_says_so() -> None:
    assert not any(vars(Locks()).values())
    moves = moves_under()
    assert len(moves) == 6
    assert {to for _, to in moves} <= {"B", "C"}


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        ({"crns": frozenset(f"A{place:02}" for place in range(28))}, {"A28", "A29"}),
        ({"om_codes": frozenset({"A"})}, set()),
        ({"elective_moves": 0, "fixed": (("A29", "B", "T1"),)}, {"A29"}),
        ({"elective_moves": 0, "barred": frozenset({("A07", "A")})}, {"A07"}),
    ],
    ids=["pinned cases", "a person who gives nothing", "a named move", "a case that may not stay"],
)
def test_what_is_settled_holds(settled: dict[str, Any], expected: set[str]) -> None:
    assert {crn for crn, _ in moves_under(**settled)} == expected


def test_a_person_who_is_barred_or_settled_takes_nothing() -> None:
    for settled, receiver in (("B", "C"), ("C", "B")):
        barred = frozenset((f"A{place:02}", settled) for place in range(30))
        assert {to for _, to in moves_under(barred=barred)} == {receiver}
        assert {to for _, to in moves_under(om_codes=frozenset({settled}))} == {receiver}
