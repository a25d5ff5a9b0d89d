"""Scenarios read from YAML, every fault reported at once with its key, value and way out, and written back."""

from pathlib import Path

import pytest

from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.redistribution.scenario.yaml_file import (
    LARGEST_FILE,
    load_scenario,
    parse_scenario,
    read_scenario,
    scenario_yaml,
)

EXAMPLE = Path(__file__).parents[4] / "config" / "scenario.example.yaml"


FULL = """\
name: Everything at once
author: A Planner
as_at: 2026-11-20
revision: 2
plan_for: 2026-12-01
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
    with pytest.raises(ScenarioFault) as raised:
        read_scenario(text, "here.yaml")
    return raised.value.faults


def test_a_scenario_written_down_reads_back_the_same() -> None:
    scenario = read_scenario(FULL, "here.yaml")
    assert read_scenario(scenario_yaml(scenario), "again.yaml") == scenario
    assert scenario_yaml(scenario) == scenario_yaml(read_scenario(scenario_yaml(scenario), "again.yaml"))


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
        "changes.2.hours.contracted_hours: '22.2': should be a number in plain digits, without quotes",
        "limits.elective_moves: -60: should be a whole number of moves from 0, or the words no limit",
        "limits.intake: 6.5: should be a whole number",
        "limits.gap: True: should be a number in plain digits, without quotes",
        "scop: is not a key here (did you mean scope?); the keys are name, author, as_at, revision, plan_for, "
        "policy_fingerprint, prices_fingerprint, scope, changes, limits, robust, based_on",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "here.yaml: not valid YAML"),
        ("name: A\nname: B\nscope: all\n", "here.yaml: not valid YAML"),
        ("", "here.yaml: the file: it is empty: should be keys with a value each, such as name: Hackney"),
        ("- name", "here.yaml: the file: ['name']: should be keys with a value each, such as name: Hackney"),
        ("name: A\nscope: all\nchanges:\n", "changes: it is empty: should be a list: one entry per line, with a dash"),
        ("name: [A]\nscope: all\n", "name: ['A']: should be text; put it in quotes"),
        (f"name: {'A' * 500}\nscope: all\n", "is too long; write at most 120"),
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
        with pytest.raises(ScenarioFault) as raised:
            load_scenario(tmp_path / name)
        said[name] = raised.value.faults[0]
    assert "there is no such file; start from config/scenario.example.yaml" in said["nowhere.yaml"]
    assert "is not UTF-8 text" in said["latin.yaml"]
    assert "is larger than" in said["large.yaml"]


def test_a_form_says_the_same_as_a_file() -> None:
    made = parse_scenario({"name": "N", "scope": {"cluster": "C02"}, "changes": [{"pin": {"crn": "X1"}}]}, "the form")
    assert made == read_scenario("name: N\nscope: {cluster: C02}\nchanges: [{pin: {crn: X1}}]\n", "here.yaml")
    assert isinstance(made, Scenario)
