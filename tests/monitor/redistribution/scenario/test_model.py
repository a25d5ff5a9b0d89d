"""Scenarios: read from YAML, every fault told at once with its key, value and way out, and written back the same."""

from datetime import date
from pathlib import Path

import pytest

from monitor.redistribution.scenario.model import Change, Scenario
from monitor.redistribution.scenario.yaml_file import LARGEST_FILE, load_scenario, read_scenario, scenario_of, written
from tiering.faults import ConfigFault
from tiering.terms import Grade, Level, TeamType

EXAMPLE = Path(__file__).parents[4] / "config" / "scenario.example.yaml"
FULL = """\
name: Everything at once
author: A Planner
as_at: 2026-11-20
revision: 2
scope: {cluster: C02}
changes:
  - absent: {om_code: "00012", from: 2026-11-01, until: 2026-12-24, reason: sickness}
  - joins: {team_code: T0211, grade: PO, contracted_hours: 37, name: New PO}
  - leaves: {om_code: "00013", on: 2026-11-19}
  - hours: {om_code: "00031", team_code: T0212, contracted_hours: 22.2}
  - team: {team_code: T0212, to_office: F022}
  - widen: {team_type: substance_misuse, takes: [omu]}
  - policy: {tier_points: {4: {custody: 60}}, rosh_points: {unclassified: {custody: 1.5}}, default_hours: 36}
  - arrivals: {team_code: T0211, tier: 3, rosh: medium, setting: community, cases: 12}
  - threshold: {over: 105}
  - move: {crn: X000123, to_om_code: "00044", to_team_code: T0212}
  - pin: {crn: X000555}
  - pin: {om_code: "00044"}
  - bar: {crn: X000556, om_code: "00044"}
limits: {elective_moves: 60, intake: 6, weeks: 2, seconds: 10, gap: 0.005, peak_first: true, between_clusters: false}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(ConfigFault) as raised:
        read_scenario(text, "here.yaml")
    return raised.value.faults


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


def test_a_scenario_written_down_reads_back_the_same() -> None:
    scenario = read_scenario(FULL, "here.yaml")
    assert read_scenario(written(scenario), "again.yaml") == scenario
    assert written(scenario) == written(read_scenario(written(scenario), "again.yaml"))


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
    assert read_scenario(written(scenario), "again.yaml").scope == scenario.scope


def test_the_shipped_example_is_a_scenario_and_so_is_every_line_it_suggests() -> None:
    assert load_scenario(EXAMPLE).limits.elective_moves == 60
    every = EXAMPLE.read_text(encoding="utf-8").replace("\n# - ", "\n  - ")
    kinds = {change.kind for change in read_scenario(every, "here.yaml").changes}
    assert kinds == set(Change.model_fields)


def test_every_fault_is_told_at_once() -> None:
    found = faults_of(
        """\
as_at: 2026-02-30
scop: all
scope: {borough: Hackney}
changes:
  - absent: {om_code: "00012", form: 2026-11-01}
  - hours: {om_code: "00031", contracted_hours: "22.2"}
limits: {elective_moves: -60, intake: 6.5, gap: true}
"""
    )
    assert [fault.removeprefix("here.yaml: ") for fault in found] == [
        "name: is missing; write it",
        "as_at: '2026-02-30': is not a date from 1900 to 2199; write it as 2026-11-20",
        "scope: {'borough': 'Hackney'}: 'borough' is not a scope; write one of {cluster: C02}, {office: F021}, "
        "{area: N}, {teams: [T0211, T0212]} or all",
        "changes.1.absent.form: is not a key here (did you mean from?); the keys are om_code, from, until, reason",
        "changes.2.hours.team_code: is missing; write it",
        "changes.2.hours.contracted_hours: '22.2': should be a valid number",
        "limits.elective_moves: -60: should be greater than or equal to 0",
        "limits.intake: 6.5: should be a valid integer",
        "limits.gap: True: should be a valid number",
        "scop: is not a key here (did you mean scope?); the keys are name, author, as_at, revision, "
        "policy_fingerprint, prices_fingerprint, scope, changes, limits",
    ]


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "here.yaml: not valid YAML"),
        ("name: A\nname: B\nscope: all\n", "here.yaml: not valid YAML"),
        ("", "here.yaml: the file: None"),
        ("- name", "here.yaml: the file: ['name']"),
        ("&a [*a, *a]", "here.yaml: the file:"),
        ("!!python/object/apply:os.system ['true']", "here.yaml: not valid YAML"),
    ],
)
def test_what_is_no_scenario_at_all_is_said_in_words(text: str, said: str) -> None:
    assert said in faults_of(text)[0]


def test_a_text_that_grows_without_bounds_is_told_in_a_few_words() -> None:
    layers = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    assert all(len(fault) < 800 for fault in faults_of(f"a0: &a0 [x]\n{layers}\nscope: *a11\n"))


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    said = {}
    files = {"nowhere.yaml": None, "latin.yaml": b"name: Caf\xe9\n", "large.yaml": b"#" * (LARGEST_FILE + 1)}
    for name, content in files.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigFault) as raised:
            load_scenario(tmp_path / name)
        said[name] = raised.value.faults[0]
    assert "there is no such file; start from config/scenario.example.yaml" in said["nowhere.yaml"]
    assert "is not UTF-8 text" in said["latin.yaml"]
    assert "is larger than" in said["large.yaml"]


def test_a_form_says_the_same_as_a_file() -> None:
    made = scenario_of({"name": "N", "scope": {"cluster": "C02"}, "changes": [{"pin": {"crn": "X1"}}]}, "the form")
    assert made == read_scenario("name: N\nscope: {cluster: C02}\nchanges: [{pin: {crn: X1}}]\n", "here.yaml")
    assert isinstance(made, Scenario)
