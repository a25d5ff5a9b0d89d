"""No pin, bar or limit leaves a dangerous case without hours in silence: it is refused, or a planner answers for it."""

from typing import Any

import numpy as np
import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.scenario.accepted_risk import (
    author_faults,
    find_dangers,
    find_limit_dangers,
    is_dangerous,
    list_accepted,
    risk_faults,
    without_accepted_risks,
)
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.model import AskedLimits, Scenario
from monitor.redistribution.scenario.remarks import AcceptedRisk
from monitor.redistribution.scenario.yaml_file import parse_scenario, scenario_yaml
from tests.oracle.card import Row

from ..offices import ask, away, case, person
from ..posing import posed

OUT = "; {out}, or accept the risk and write why (accept_risk)"
WHY = "(high RoSH, highest tier or MAPPA)"


def scenario(*changes: dict[str, Any], **facts: Any) -> Scenario:
    return parse_scenario({"name": "Tried", "scope": "all", "changes": list(changes)} | facts, "tried")


def absent_a(*held: Row, **locks: Any) -> Problem:
    """A is away; B may take what A holds."""
    return posed(ask([person("A"), person("B")], list(held), away("A"), **locks))


def pinned(*crns: str) -> dict[str, Any]:
    return {"crns": frozenset(crns)}


def says(problem: Problem, *changes: dict[str, Any]) -> list[Fault]:
    return risk_faults(find_dangers(scenario(*changes), problem))


@pytest.mark.parametrize(
    ("facts", "dangerous"),
    [
        ({"rosh": "high"}, True),
        ({"rosh": "very_high"}, True),
        ({"rosh": "low", "rosh_delius": "high"}, True),
        ({"rosh": None}, True),
        ({"tier": "4"}, True),
        ({"mappa_level": "1"}, True),
        ({"mappa_level": "unrecorded"}, True),
        ({"rosh": "medium", "tier": "3"}, False),
        ({"rosh": "low", "tier": None}, False),
    ],
)
def test_a_case_is_dangerous_by_its_rosh_its_tier_or_mappa(facts: Row, dangerous: bool) -> None:
    problem = absent_a(case("X1", **facts), **pinned("X1"))
    assert is_dangerous(problem).tolist() == [dangerous]
    assert bool(says(problem, {"pin": {"crn": "X1"}})) == dangerous


def test_a_pin_that_leaves_a_dangerous_case_with_the_absent_is_refused_with_the_way_out() -> None:
    problem = absent_a(case("X1", rosh="high"), **pinned("X1"))
    assert says(problem, {"absent": {"om_code": "A"}}, {"pin": {"crn": "X1"}}) == [
        Fault(
            2,
            "pin.crn",
            f"leaves X1 with A, who has no available hours: a dangerous case {WHY}{OUT.format(out='remove the pin')}",
            f"leaves X1 with A, who has no available hours: a dangerous case {WHY}",
        )
    ]


def test_a_pin_of_an_unallocated_case_names_no_one() -> None:
    problem = absent_a(case("X1", None, rosh="high"), **pinned("X1"))
    (fault,) = says(problem, {"pin": {"crn": "X1"}})
    assert fault.says.startswith("leaves X1 with no one: a dangerous case")


def test_a_pin_with_someone_who_has_hours_is_no_danger() -> None:
    problem = posed(ask([person("A"), person("B")], [case("X1", rosh="high")], crns=frozenset({"X1"})))
    assert says(problem, {"pin": {"crn": "X1"}}) == []


def test_a_pinned_person_without_hours_is_one_fault_that_names_five_cases() -> None:
    held = [case(f"X{number}", rosh="high") for number in range(7)]
    (fault,) = says(absent_a(*held, om_codes=frozenset({"A"})), {"pin": {"om_code": "A"}})
    assert (fault.place, fault.key) == (1, "pin.om_code")
    assert fault.says.startswith("leaves X0, X1, X2, X3, X4 and 2 more with A, who has no available hours: 7 dangerous")


@pytest.mark.parametrize(
    ("change", "locks", "key", "out"),
    [
        ({"bar": {"crn": "X1", "om_code": "B"}}, {"barred": frozenset({("X1", "B")})}, "bar.crn", "remove the bar"),
        ({"pin": {"om_code": "B"}}, {"om_codes": frozenset({"B"})}, "pin.om_code", "remove the pin"),
    ],
)
def test_keeping_off_the_only_person_who_may_take_it_is_refused(
    change: dict[str, Any], locks: dict[str, Any], key: str, out: str
) -> None:
    (fault,) = says(absent_a(case("X1", rosh="high"), case("X2", rosh="low"), **locks), change)
    leaves = f"leaves X1 with A, who has no available hours: a dangerous case {WHY}"
    assert fault == Fault(1, key, leaves + OUT.format(out=out), leaves)


def test_a_bar_that_leaves_others_and_a_case_that_no_rule_lets_go_are_not_refused() -> None:
    barred: Any = {"barred": frozenset({("X1", "B")})}
    change = {"bar": {"crn": "X1", "om_code": "B"}}
    others = posed(ask([person("A"), person("B"), person("C")], [case("X1", rosh="high")], away("A"), **barred))
    assert says(others, change) == []
    no_rule = posed(ask([person("A"), person("B", grade="PSO")], [case("X1", rosh="high")], away("A"), **barred))
    assert says(no_rule, change) == []


def test_a_named_move_of_a_pinned_case_is_no_danger() -> None:
    problem = absent_a(case("X1", rosh="high"), fixed=(("X1", "B", "T1"),), **pinned("X1"))
    assert says(problem, {"pin": {"crn": "X1"}}) == []


def test_a_risk_accepted_by_one_decision_is_accepted_and_says_who_and_why() -> None:
    problem = absent_a(case("X1", rosh="high"), case("X2", rosh="high"), om_codes=frozenset({"A"}), **pinned("X1"))
    accepted = {"pin": {"crn": "X1", "accept_risk": "visited daily by the police"}}
    tried = scenario({"pin": {"om_code": "A"}}, accepted, author="Pat")
    dangers = find_dangers(tried, problem)
    (fault,) = risk_faults(dangers)
    assert fault.says.startswith("leaves X2 with A")
    assert list_accepted(tried, dangers) == [
        AcceptedRisk(crn="X1", om_code="A", accepted_by="Pat", reason="visited daily by the police", place=2)
    ]


def test_cases_with_the_absent_and_with_no_one_stand_in_one_fault() -> None:
    problem = posed(
        ask(
            [person("A"), person("B")],
            [case("X1", rosh="high"), case("X2", None, rosh="high")],
            away("A"),
            om_codes=frozenset({"B"}),
        )
    )
    (fault,) = says(problem, {"pin": {"om_code": "B"}})
    assert fault.says.startswith("leaves X1, X2 with A, who has no available hours, or with no one: 2 dangerous cases")


def test_whoever_accepts_a_risk_has_a_name() -> None:
    pin = {"pin": {"crn": "X1", "accept_risk": "watched"}}
    (fault,) = author_faults(scenario(pin))
    assert (fault.place, fault.key) == (0, "author")
    assert author_faults(scenario(limits={"accept_risk": "watched"})) == [fault]
    assert author_faults(scenario(pin, author="Pat")) == []
    assert author_faults(scenario({"pin": {"crn": "X1"}}, {"absent": {"om_code": "A"}})) == []


def unplaced(intake: int, mappa: str | None = "1", available: bool = True) -> tuple[Problem, np.ndarray]:
    """A is away; B takes so many cases a week, and the plan leaves X1 where it is."""
    takers = [person("A"), person("B", grade="PO" if available else "PSO")]
    problem = posed(ask(takers, [case("X1", rosh="high", mappa_level=mappa)], away("A"), intake=intake))
    return problem, problem.start


def test_an_intake_below_the_usual_that_leaves_a_dangerous_case_is_refused() -> None:
    problem, holder = unplaced(0)
    dangers = find_limit_dangers(AskedLimits(intake=0), problem, holder, 13)
    assert risk_faults(dangers) == [
        Fault(
            0,
            "limits.intake",
            f"leaves X1 with A, who has no available hours: a dangerous case {WHY}"
            + OUT.format(out="raise the limit, or leave it out"),
            f"leaves X1 with A, who has no available hours: a dangerous case {WHY}",
        )
    ]


def test_a_limit_is_not_to_blame_if_it_is_the_usual_one_or_if_no_one_may_take_the_case() -> None:
    problem, holder = unplaced(0)
    assert find_limit_dangers(AskedLimits(), problem, holder, 13) == []
    assert find_limit_dangers(AskedLimits(intake=6), problem, holder, 13) == []
    roomy, at_start = unplaced(1)
    assert find_limit_dangers(AskedLimits(intake=1), roomy, at_start, 1) == []
    no_one, still = unplaced(0, available=False)
    assert find_limit_dangers(AskedLimits(intake=0), no_one, still, 13) == []
    placed = holder.copy()
    placed[0] = 1
    assert find_limit_dangers(AskedLimits(intake=0), problem, placed, 13) == []


def test_a_copy_accepts_nothing() -> None:
    tried = scenario(
        {"pin": {"crn": "X1", "accept_risk": "watched"}},
        {"bar": {"crn": "X1", "om_code": "B", "accept_risk": "watched"}},
        {"absent": {"om_code": "A"}},
        limits={"intake": 3, "accept_risk": "watched"},
    )
    copy = without_accepted_risks(tried)
    assert "accept_risk" not in scenario_yaml(copy)
    changes = {"pin": {"crn": "X1"}}, {"bar": {"crn": "X1", "om_code": "B"}}, {"absent": {"om_code": "A"}}
    assert copy == scenario(*changes, limits={"intake": 3})
