"""What a planner settles about cases: one thing about each case at a time, and what contradicts it gives way."""

from typing import Any

import pytest

from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import parse_scenario
from monitor.web.what_if.edits import (
    CaseMove,
    Edit,
    PlacedChange,
    crn_of,
    leave_out,
    settle_moves,
    settled_cases,
    without_change,
)

MOVE = CaseMove("X1", "M2", "T2")
PIN = {"pin": {"crn": "X1"}}
BAR = {"bar": {"crn": "X1", "om_code": "M2"}}
BAR_OTHER = {"bar": {"crn": "X1", "om_code": "M3"}}
FIX = {"move": {"crn": "X1", "to_om_code": "M2", "to_team_code": "T2"}}
FIX_OTHER = {"move": {"crn": "X1", "to_om_code": "M3", "to_team_code": "T3"}}
AWAY = {"absent": {"om_code": "M1"}}
PERSON = {"pin": {"om_code": "M1"}}


def scenario_of(*changes: dict[str, Any]) -> Scenario:
    return parse_scenario({"name": "Trial", "scope": "all", "changes": list(changes)}, "trial")


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ([], Edit.PIN, [PIN]),
        ([], Edit.BAR, [BAR]),
        ([], Edit.FIX, [FIX]),
        ([AWAY, PERSON], Edit.PIN, [AWAY, PERSON, PIN]),
        ([PIN], Edit.PIN, [PIN]),
        ([BAR], Edit.BAR, [BAR]),
        ([FIX], Edit.FIX, [FIX]),
        ([FIX], Edit.PIN, [PIN]),
        ([FIX_OTHER], Edit.FIX, [FIX]),
        ([PIN], Edit.FIX, [FIX]),
        ([PIN], Edit.BAR, [BAR]),
        ([FIX], Edit.BAR, [BAR]),
        ([FIX_OTHER], Edit.BAR, [FIX_OTHER, BAR]),
        ([BAR], Edit.FIX, [FIX]),
        ([BAR_OTHER], Edit.FIX, [BAR_OTHER, FIX]),
        ([BAR_OTHER], Edit.BAR, [BAR_OTHER, BAR]),
        ([BAR], Edit.PIN, [BAR, PIN]),
    ],
)
def test_what_contradicts_it_gives_way(before: list[Any], edit: Edit, after: list[Any]) -> None:
    assert settle_moves(scenario_of(*before), edit, [MOVE]) == scenario_of(*after)


def test_other_cases_stay_settled_and_several_are_settled_at_once() -> None:
    others = scenario_of({"pin": {"crn": "X2"}}, {"bar": {"crn": "X2", "om_code": "M2"}})
    both = settle_moves(others, Edit.BAR, [MOVE, CaseMove("X3", "M3", "T3")])
    assert both.changes == scenario_of(
        {"pin": {"crn": "X2"}}, {"bar": {"crn": "X2", "om_code": "M2"}}, BAR, {"bar": {"crn": "X3", "om_code": "M3"}}
    ).changes  # fmt: skip


def test_a_person_is_left_out_once() -> None:
    once = leave_out(scenario_of(PIN), "M1")
    assert once == scenario_of(PIN, PERSON)
    assert leave_out(once, "M1") == once


def test_a_change_is_taken_out_by_its_place() -> None:
    assert without_change(scenario_of(AWAY, PIN, PERSON), 2) == scenario_of(AWAY, PERSON)


def test_what_is_settled_has_its_place_and_its_case() -> None:
    scenario = scenario_of(AWAY, PIN, PERSON, FIX_OTHER)
    settled = list(settled_cases(scenario))
    assert settled == [PlacedChange(place, scenario.changes[place - 1]) for place in (2, 3, 4)]
    assert [crn_of(placed.change) for placed in settled] == ["X1", None, "X1"]
