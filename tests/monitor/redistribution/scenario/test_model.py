"""Scenarios: read from YAML, every fault told at once with its key, value and way out, and written back the same."""

from datetime import date

import pytest

from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.model import Change
from monitor.redistribution.scenario.yaml_file import (
    read_scenario,
    scenario_yaml,
)
from tiering.terms import Grade, Level, TeamType

from .test_yaml_file import FULL, faults_of


def fault_of(changes: str) -> str:
    """The one fault of a scenario with these changes."""
    (fault,) = faults_of(f"name: N\nscope: all\nchanges:\n  - {changes}\n")
    return fault


def test_everything_a_scenario_can_say_is_read() -> None:
    scenario = read_scenario(FULL, "here.yaml")
    assert (scenario.name, scenario.as_at, scenario.revision) == ("Everything at once", date(2026, 11, 20), 2)
    assert (scenario.scope.level, scenario.scope.codes) == (Level.CLUSTER, ("C02",))
    kinds = [change.kind for change in scenario.changes]
    assert set(kinds) == set(Change.model_fields)
    said = dict(zip(kinds, (change.what for change in scenario.changes), strict=True))
    assert (said["absent"].first, said["absent"].until) == (date(2026, 11, 1), date(2026, 12, 24))
    assert (said["joins"].grade, said["joins"].contracted_hours) == (Grade.PO, 37)
    assert said["widen"].takes == (TeamType.OMU,)
    assert said["policy"].tier_points == {"4": {"custody": 60}}
    assert said["arrivals"].tier == "3"
    assert scenario.limits.elective_moves == 60
    assert scenario.limits.peak_first is True


@pytest.mark.parametrize(
    ("scope", "level", "codes"),
    [
        ("all", Level.ALL, ()),
        ("{all: true}", Level.ALL, ()),
        ("{area: N}", Level.AREA, ("N",)),
        ("{office: F021}", Level.OFFICE, ("F021",)),
        ("{team: T0211}", Level.TEAM, ("T0211",)),
        ("{teams: [T0211, T0212]}", Level.TEAM, ("T0211", "T0212")),
    ],
)
def test_a_scope_is_one_unit_some_teams_or_everything(scope: str, level: Level, codes: tuple[str, ...]) -> None:
    scenario = read_scenario(f"name: N\nscope: {scope}\n", "here.yaml")
    assert (scenario.scope.level, scenario.scope.codes) == (level, codes)
    assert read_scenario(scenario_yaml(scenario), "again.yaml").scope == scenario.scope


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("absent: {om_code: 00012}", "changes.1.absent.om_code: 12: was read as a number; put it in quotes"),
        ("absent: {om_code: ''}", "changes.1.absent.om_code: '': is empty; write one"),
        ('absent: {om_code: "a\\tb"}', "holds characters that cannot be printed"),
        ("absent: {om_code: A, from: 2026-12-01, until: 2026-11-01}", "until is 2026-11-01, before from, 2026-12-01"),
        ("absent: {om_code: A, reason: golf}", "should be 'sickness', 'maternity'"),
        ("absent:", "is not one change; write one a line"),
        ("{absent: {om_code: A}, pin: {om_code: A}}", "is not one change; write one a line"),
        ("vanishes: {om_code: A}", "vanishes: is not a key here; the keys are absent, joins"),
        ("joins: {team_code: T, grade: PQ, contracted_hours: 37}", "'PQ': should be 'PO', 'PSO', 'TPO' or 'SPO'"),
        ("joins: {team_code: T, grade: PO, contracted_hours: 61}", "61: should be less than or equal to 60"),
        ("joins: {team_code: T, grade: PO, contracted_hours: .nan}", "contracted_hours: nan"),
        ("pin: {}", "names a case or a person: write crn or om_code, one of both"),
        ("pin: {crn: X1, om_code: A}", "names a case or a person"),
        ("policy: {tier_points: {4: {communal: 1}}}", "'communal': should be 'community', 'licence' or 'custody'"),
        ("policy: {rosh_points: {high: {custody: -1}}}", "-1: should be greater than or equal to 0"),
        ("policy: {bands: {red_above: 1}}", "bands: is not a key here; the keys are tier_points"),
        ("widen: {team_type: ppu, takes: []}", "changes.1.widen.takes: []: is empty; write one"),
        ("arrivals: {team_code: T, tier: 1, rosh: low, setting: community, cases: 0}", "cases: 0"),
        ("threshold: {over: 0}", "over: 0: should be greater than 0"),
    ],
)
def test_a_change_that_cannot_be_is_told_with_its_key_and_value(change: str, said: str) -> None:
    assert said in fault_of(change)


@pytest.mark.parametrize("draws", ["0", "2001", "1.5", "many", "true"])
def test_draws_are_from_1_to_2000(draws: str) -> None:
    (fault,) = faults_of(f"name: N\nscope: all\nrobust: {draws}\n")
    assert "robust: " in fault


def test_draws_are_none_unless_they_are_asked_for() -> None:
    assert read_scenario("name: N\nscope: all\n", "here.yaml").robust is None
    asked = read_scenario("name: N\nscope: all\nrobust: 2000\n", "here.yaml")
    assert asked.robust == 2000
    assert read_scenario(scenario_yaml(asked), "here.yaml") == asked


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("''", "is empty; write why the risk is accepted"),
        ("'  '", "is empty; write why the risk is accepted"),
        ("12", "was read as a number"),
        (f"'{'x' * 501}'", "is too long; write at most 500 characters"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "changes: [{{pin: {{crn: X1, accept_risk: {}}}}}]",
        "changes: [{{bar: {{crn: X1, om_code: A, accept_risk: {}}}}}]",
        "limits: {{accept_risk: {}}}",
    ],
)
def test_a_risk_is_accepted_with_a_reason_of_at_most_500_characters(text: str, reason: str, says: str) -> None:
    with pytest.raises(ScenarioFault) as raised:
        read_scenario(f"name: T\nscope: all\n{text.format(reason)}\n", "t.yaml")
    assert "accept_risk: " in raised.value.faults[0]
    assert says in raised.value.faults[0]
    longest = "x" * 500
    scenario = read_scenario(f"name: T\nscope: all\n{text.format(longest)}\n", "t.yaml")
    accepts = [scenario.limits, *(change.what for change in scenario.changes)]
    assert [part.accept_risk for part in accepts if part.accept_risk is not None] == [longest]
