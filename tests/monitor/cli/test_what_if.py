"""``hotspots what-if`` as a planner calls it: what it prints, what it writes, and words for every fault."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.main import get_command

from monitor.cli.main import app
from monitor.redistribution.plan import Plan, make_plan
from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.results.move_notes import NOTES
from monitor.redistribution.results.tables.moves import COLUMNS
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import load_scenario

from ..conftest import AS_AT, Answer, Home

Program = Callable[..., Answer]

COMMANDS = ("solve", "moves", "export", "compare", "curve", "resources", "who", "apply")


@pytest.fixture(scope="module", autouse=True)
def _each_scenario_solved_once() -> Iterator[None]:
    """Find the plan of a scenario once: the tests ask for it again in another form.

    All start from the one snapshot of the little service, so that a scenario alone decides its plan.
    """
    known: dict[tuple[str, str], Plan] = {}

    def planned(scenario: Scenario, baseline: Baseline, costs: Costs, named: str) -> Plan:
        question = scenario.model_dump_json(), named
        if question not in known:
            known[question] = make_plan(scenario, baseline, costs, named)
        return known[question]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.redistribution.plan.make_plan", planned)
        yield


@pytest.fixture
def ask(hotspots: Program, service: Home) -> Callable[..., Answer]:
    """``hotspots what-if ...`` in the home of the little service."""
    return lambda *words: hotspots("what-if", *words, home=service)


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[..., Path]:
    """A scenario file of the first cluster."""

    def written(text: str = "", name: str = "tried.yaml") -> Path:
        (tmp_path / name).write_text(f"name: Tried\nscope: {{cluster: C1}}\n{text}", encoding="utf-8")
        return tmp_path / name

    return written


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_command_is_there_with_help_and_an_example_in_the_group() -> None:
    group: Any = get_command(app)
    what_if = group.commands["what-if"]
    assert set(what_if.commands) == set(COMMANDS)
    assert "Example: hotspots what-if solve config/scenario.example.yaml" in what_if.help
    assert all(len(command.help) > 40 for command in what_if.commands.values())


def test_help_loads_neither_the_solver_nor_what_tables_need() -> None:
    program = (
        "import sys; sys.argv = ['hotspots', 'what-if', 'solve', '--help']; from monitor.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, [one for one in ('highspy', 'numpy', 'pandas', "
        "'monitor.redistribution.plan') if one in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.splitlines()[-1] == "0 []"


def test_solve_says_what_was_found_and_what_to_do_next(ask: Program, scenario: Callable[..., Path]) -> None:
    file = scenario("limits: {elective_moves: 2}\n")
    answer = ask("solve", file)
    assert (answer.status, answer.err) == (0, "")
    assert "Tried: as at 2026-11-20 (revision 1), cluster C1" in answer.out
    assert "2 by choice (2 allowed)" in answer.out
    assert f"next: hotspots what-if moves {file}" in answer.out


def test_solve_as_json_is_one_object_with_every_figure(ask: Program, scenario: Callable[..., Path]) -> None:
    answer = ask("solve", scenario(), "--json")
    found = json.loads(answer.out)
    assert (answer.status, found["name"], found["as_at"]) == (0, "Tried", AS_AT.isoformat())
    assert list(found)[:3] == ["name", "as_at", "policy_fingerprint"]
    assert found["after"]["peak"] < found["before"]["peak"]


def test_a_scenario_that_was_saved_gives_the_same_moves_again(
    ask: Program, scenario: Callable[..., Path], tmp_path: Path
) -> None:
    file, saved = scenario("changes:\n  - absent: {om_code: P02}\n"), tmp_path / "saved.yaml"
    assert ask("solve", file, "--save", saved).status == 0
    assert load_scenario(saved).revision == 1
    assert ask("moves", saved).out == ask("moves", file).out != ""


def test_a_plan_is_judged_against_draws_if_asked(ask: Program, scenario: Callable[..., Path]) -> None:
    file = scenario("limits: {elective_moves: 3}\nrobust: 20\n")
    said = json.loads(ask("solve", file, "--json").out)["robust"]
    assert (said["draws"], said["weeks"]) == (20, 8)
    table = rows(ask("export", "robust", file).out)
    assert [row["level"] for row in table] == ["all"] + ["office"] * len(said["offices"])
    assert float(table[0]["after"]) == said["whole"]["after"]
    assert "in 20 draws of the next 8 weeks, no one over 110%:" in ask("solve", file).out
    assert "draws with no one over the line" in ask("compare", file, file).out
    without = scenario("limits: {elective_moves: 3}\n")
    assert json.loads(ask("solve", without, "--json").out)["robust"] is None
    refused = ask("export", "robust", without)
    assert refused.status == 2
    assert "write robust: 200 in it" in " ".join(refused.err.split())


def test_moves_are_the_same_as_csv_json_and_workbook(
    ask: Program, scenario: Callable[..., Path], tmp_path: Path
) -> None:
    file, out = scenario("limits: {elective_moves: 3}\n"), tmp_path / "moves.xlsx"
    as_csv = ask("moves", file)
    found = rows(as_csv.out)
    assert (as_csv.status, as_csv.err) == (0, "")
    assert list(found[0]) == [*COLUMNS, *NOTES]
    assert len(json.loads(ask("moves", file, "--format", "json").out)) == len(found)
    assert ask("moves", file, "--format", "xlsx", "--out", out).out == ""
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert sheet.max_row == len(found) + 1


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("people", ["om_code", "name", "team_code", "before_cases", "before_points"]),
        ("unmoved", ["crn", "om_code", "team_code", "points", "why", "unplaced"]),
        ("spare-capacity", ["team_code", "team_name", "team_type", "office_code", "cluster_code", "case_team_type"]),
    ],
)
def test_a_table_of_a_plan_is_written_with_its_columns(
    ask: Program, scenario: Callable[..., Path], table: str, columns: list[str]
) -> None:
    answer = ask("export", table, scenario("changes:\n  - pin: {crn: X000001}\nlimits: {elective_moves: 3}\n"))
    assert (answer.status, answer.err) == (0, "")
    assert list(rows(answer.out)[0])[: len(columns)] == columns


def test_a_workbook_of_a_plan_is_written_to_a_file(ask: Program, scenario: Callable[..., Path], tmp_path: Path) -> None:
    file, out = scenario("author: A Planner\nchanges:\n  - absent: {om_code: P02}\n"), tmp_path / "plan.xlsx"
    answer = ask("export", "workbook", file, "--out", out)
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[0] == "Summary"
    assert book.worksheets[0].oddHeader.center.text == "OFFICIAL-SENSITIVE"
    facts = {row[1]: row[2] for row in book["Summary"].values if row[1]}
    assert (facts["Plan"], facts["Scope"], facts["Made by"]) == ("Tried", "cluster C1", "A Planner")
    refused = ask("export", "workbook", file)
    assert refused.status == 2
    assert "is needed for a workbook" in refused.err


def test_a_curve_says_what_each_number_of_moves_gains(ask: Program, scenario: Callable[..., Path]) -> None:
    found = rows(ask("curve", scenario()).out)
    shares = [float(row["share_of_gain"]) for row in found]
    assert {"elective_moves", "objective", "bound", "share_of_gain", "peak", "over_110"} <= set(found[0])
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)


def test_two_scenarios_are_compared_in_words_and_as_tables(
    ask: Program, scenario: Callable[..., Path], tmp_path: Path
) -> None:
    a, b = scenario(name="a.yaml"), scenario("changes:\n  - absent: {om_code: P02}\n", "b.yaml")
    answer = ask("compare", a, b, "--out", tmp_path / "words.txt")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert "people whose load differs" in (tmp_path / "words.txt").read_text(encoding="utf-8")
    table = json.loads(ask("compare", a, b, "--json").out)
    assert {"level", "code", "before_points", "a_points", "b_points"} <= set(table[0])
    whole = rows(ask("compare", a, b, "--format", "csv", "--table", "whole").out)
    assert list(whole[0]) == ["figure", "before", "a", "b"]
    assert {"moves_elective", "moves_forced", "people_taken_over"} <= {row["figure"] for row in whole}


def test_resources_say_how_many_hours_and_as_which_changes_to_try_them(
    ask: Program, scenario: Callable[..., Path]
) -> None:
    file = scenario("changes:\n  - absent: {om_code: P01}\n  - absent: {om_code: P02}\n")
    text = ask("resources", file, "--line", "90")
    assert text.status == 0
    assert "hours a week" in text.out
    assert "  - joins: {team_code: T" in text.out
    found = rows(ask("resources", file, "--line", "90", "--format", "csv").out)
    assert f"{float(found[0]['hours']):,.1f} hours a week" in text.out


def test_apply_writes_the_extract_and_says_how_to_check_it(
    ask: Program, scenario: Callable[..., Path], service: Home, tmp_path: Path
) -> None:
    out = tmp_path / "applied"
    answer = ask("apply", scenario(), "--extract", service.extract, "--out", out)
    assert (answer.status, answer.err) == (0, "")
    assert f"hotspots run --extract {out} --as-at 2026-11-20 --policy london-2009" in answer.out
    assert {path.name for path in out.iterdir()} >= {"cases.csv", "manifest.json"}
    again = ask("apply", scenario(), "--extract", service.extract, "--out", out)
    assert (again.status, again.out) == (2, "")
    assert "is not empty; give a new folder with --out" in again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("solve", "nowhere.yaml"), "nowhere.yaml: there is no such file; start from config/scenario.example.yaml"),
        (("moves", "FILE", "--format", "pdf"), "'pdf' is not one of 'csv', 'json', 'xlsx'"),
        (
            ("moves", "FILE", "--out", "nowhere/moves.csv"),
            "cannot be written: No such file or directory; give a file in",
        ),
        (("solve", "FILE", "--save", "."), "cannot be written: Is a directory; give a file in a folder that is there"),
        (("export", "people", "FILE", "--line", "90"), "goes with the table spare-capacity only; leave it out"),
        (("export", "rooms", "FILE"), "'rooms' is not one of 'people', 'unmoved', 'spare-capacity', 'robust'"),
        (("compare", "FILE"), "Missing argument 'B'"),
        (("resources", "FILE", "--line", "0"), "Invalid value for '--line'"),
        (("apply", "FILE", "--extract", "nowhere", "--out", "o"), "nowhere: there is no such folder or file"),
        (("apply", "FILE", "--extract", "nowhere"), "Missing option '--out'"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_words(
    ask: Program, scenario: Callable[..., Path], words: tuple[str, ...], said: str
) -> None:
    answer = ask(*(scenario() if word == "FILE" else word for word in words))
    assert (answer.status, answer.out) == (2, "")
    assert said in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def test_every_fault_of_a_scenario_names_file_key_and_value(ask: Program, scenario: Callable[..., Path]) -> None:
    file = scenario("changes:\n  - absent: {om_code: P99}\n  - pin: {crn: X9}\n")
    answer = ask("solve", file)
    assert (answer.status, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert [line.startswith(f"{file}: changes.") for line in lines] == [True, True]
    assert ("'P99'" in lines[0], "'X9'" in lines[1]) == (True, True)


def test_an_accepted_risk_stands_first_among_the_messages_and_in_a_list(
    ask: Program, scenario: Callable[..., Path]
) -> None:
    pin = "  - pin: {crn: X000005, accept_risk: in custody}\n"
    file = scenario(f"author: Pat\nchanges:\n  - absent: {{om_code: P01}}\n{pin}")
    answer = json.loads(ask("solve", file, "--json").out)
    assert list(answer)[-2:] == ["messages", "accepted_risks"]
    says = "accepted risk: X000005 stays with P01, who has no available hours; accepted by Pat: in custody"
    assert answer["messages"][0] == says
    risk = {"crn": "X000005", "om_code": "P01", "accepted_by": "Pat", "reason": "in custody"}
    assert answer["accepted_risks"] == [risk]
    moves = ask("moves", file)
    assert {row["accepted_risk"] for row in rows(moves.out) if row["from_om_code"] == "P01"} == {
        "X000005 stays: in custody (accepted by Pat)"
    }
    assert moves.err.splitlines()[0] == says
    silent = ask("solve", scenario("changes:\n  - absent: {om_code: P01}\n  - pin: {crn: X000005}\n"))
    assert silent.status == 2
    assert "changes.2.pin.crn: leaves X000005 with P01" in silent.err


def test_who_lists_the_people_who_may_take_a_case_and_why_the_rest_may_not(ask: Program) -> None:
    answer = ask("who", "X000900")
    assert (answer.status, answer.err) == (0, "")
    head, _, counted, first, *rest = answer.out.splitlines()
    assert head == "X000900: unallocated in T1, as at 20 November 2026"
    assert counted == "may take it, best first: 6"
    assert first.split()[0] == "P02"
    assert re.search(r" [0-9.]+% to [0-9.]+%", first)
    assert rest[rest.index("may not take it:") :] == [
        "may not take it:",
        "     1  a ppu team does not take the cases of a omu team; widen it if it should",
        "     1  an SPO holds no cases",
        "     1  no one without available hours takes a case",
    ]


def test_who_as_json_is_one_object_with_documented_keys(ask: Program) -> None:
    answer = json.loads(ask("who", "X000900", "--json", "--as-at", AS_AT).out)
    assert list(answer) == ["crn", "as_at", "held_by", "receivers", "refused"]
    assert (answer["crn"], answer["as_at"], answer["held_by"]) == ("X000900", str(AS_AT), None)
    keys = ["om_code", "team_code", "grade", "office", "before", "after", "price", "over_line", "reasons_against"]
    assert all(list(receiver) == keys for receiver in answer["receivers"])
    assert answer["refused"][0] == {
        "reason": "a ppu team does not take the cases of a omu team; widen it if it should",
        "people": 1,
    }


def test_who_looks_in_the_scope_given_and_beyond_the_cluster_if_it_is_wider(ask: Program) -> None:
    def takers(*scope: str) -> set[str]:
        answer = json.loads(ask("who", "X000001", "--json", *scope).out)
        assert answer["held_by"] == "P01"
        return {receiver["om_code"] for receiver in answer["receivers"]}

    assert takers() == {"P02", "P03", "P05", "P06"}
    assert takers("--scope", "office:O1") == {"P02", "P03"}
    assert takers("--scope", "all") == {"P02", "P03", "P05", "P06", "P08", "P09"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("X999999",), "'X999999' is no case of the snapshot of 2026-11-20; write a CRN as the extract has it"),
        (("X000001", "--scope", "office:O2"), "X000001 is in team T1, outside the scope"),
        (
            ("X000001", "--scope", "C1"),
            "'C1' is no scope; write team:CODE, office:CODE, cluster:CODE",
        ),
        (("X000001", "--scope", "office:O9"), "'O9' is no office of the snapshot"),
    ],
)
def test_a_case_or_scope_that_is_not_there_ends_with_status_2(ask: Program, words: tuple[str, ...], says: str) -> None:
    answer = ask("who", *words)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
