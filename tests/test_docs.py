"""The documentation against the program: what exists is explained, and what is explained exists."""

import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.main import get_command

from alerts.detection.hotspots import CLEARED, CONTINUING, NEW
from alerts.detection.rules import load_rules
from alerts.risk_limits.definitions import UNITS, Measure
from monitor.cli.main import app
from monitor.cli.session import Exit
from monitor.extracts import read_extract
from monitor.questions.question import load_questions
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.penalty import penalty_of
from monitor.redistribution.results.figures import METRICS
from monitor.redistribution.results.move_notes import NOTES
from monitor.redistribution.results.tables.moves import COLUMNS as MOVES
from monitor.redistribution.scenario.model import AskedLimits, Change, Scenario
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.settings import Settings
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.message_state import MessageState
from tiering import terms
from tiering.capacity import available_points, reduction_hours
from tiering.caseload import TABLES
from tiering.findings import FINDINGS
from tiering.points import weigh_cases
from tiering.policies.policy_files import load_policy
from tiering.timeliness.assessments import assessment_items

ROOT = Path(__file__).parents[1]
NEWEST = date(2026, 11, 20)
NUMBER_WORDS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 16: "sixteen"}
REPLACED = r"\b(?:looks|rooms?|shelf|doors?|sight|letterbox|strains?|prices?|untouched)\b"
"""Words of the first version that have been replaced: access log, spare capacity, cache, route, visibility, cost ..."""
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("config/**/*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("tests/**/*.md"),
]


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """What stands below a heading of a page, up to the next heading."""
    match = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,6}} |\Z)", page(name), re.MULTILINE | re.DOTALL)
    assert match, f"{name} has no section {heading!r}"
    return match[2]


def table_rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def row_of(text: str, first_cell: str) -> list[str]:
    rows = [row for row in table_rows(text) if row[0] == first_cell]
    assert len(rows) == 1, f"{len(rows)} rows start with {first_cell}"
    return rows[0]


def options_of(command: Any) -> list[str]:
    return [option for param in command.params for option in (*param.opts, *param.secondary_opts)]


@cache
def commands() -> dict[str, set[str]]:
    """Every command with its options; those of a group after its name."""
    group: Any = get_command(app)
    named = {
        f"{name} {part}".strip(): command
        for name, member in group.commands.items()
        for part, command in getattr(member, "commands", {"": member}).items()
    }
    # A group that can be run alone is a command as well.
    alone = {
        name: member for name, member in group.commands.items() if getattr(member, "invoke_without_command", False)
    }
    named |= {name: group.commands[name] for name in alone}
    return {
        name: {option for option in options_of(command) if option.startswith("--")} for name, command in named.items()
    }


def command_in(words: list[str]) -> str:
    """The command that the words start with, or nothing."""
    longest_first = sorted(commands(), key=len, reverse=True)
    return next((name for name in longest_first if name.split() == words[: len(name.split())]), "")


def code_of(text: str) -> Iterator[str]:
    """Code spans, and the lines of shell blocks."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def without_code(text: str) -> str:
    """A page without code and without the addresses of its links."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`|\]\([^)]*\)", "", text)


def calls_of(text: str) -> Iterator[list[str]]:
    """The words after ``hotspots`` in every call of the program that a page shows."""
    for code in code_of(text):
        for part in re.split(r"[|;&]|\bdo\b", code.partition(" #")[0]):
            words = part.split()
            if words and words[0].rpartition("/")[2] == "hotspots":
                yield words[1:]


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_every_command_is_in_the_table_of_commands(name: str) -> None:
    first_cells = {" ".join(row[0].strip("`").split()[:2]) for row in table_rows(section(name, "Commands"))}
    assert {f"hotspots {command.split()[0]}" for command in commands()} <= first_cells


@pytest.mark.parametrize("command", commands())
def test_every_option_is_in_the_runbook_beside_its_command(command: str) -> None:
    rows = table_rows(section("docs/operating.md", "Commands"))
    shown = [(row[0].strip("`").split(), row[1]) for row in rows]
    documented = " ".join(
        options for words, options in shown if words[0] == "hotspots" and command_in(words[1:]) == command
    )
    assert any(command_in(words[1:]) == command for words, _ in shown)
    assert {option for option in commands()[command] if not re.search(rf"{option}(?![\w-])", documented)} == set()


def test_every_option_of_the_program_itself_is_in_the_runbook() -> None:
    group: Any = get_command(app)
    options = set(options_of(group))
    assert {"--config"} <= options
    assert {option for option in options if option not in section("docs/operating.md", "Commands")} == set()


@pytest.mark.parametrize("name", sorted(str(path.relative_to(ROOT)) for path in PAGES))
def test_every_call_that_a_page_shows_exists(name: str) -> None:
    for words in calls_of(page(name)):
        if words[:1] == ["--config"]:
            words = words[2:]
        if not words or words[0] in {"COMMAND", "..."} or words[0] in {"--help", "--install-completion", "--version"}:
            continue
        if words[1:] in ([], ["..."]) and any(name.startswith(f"{words[0]} ") for name in commands()):
            continue
        command = command_in(words)
        assert command, f"hotspots {' '.join(words)}"
        unknown = {word for word in words[1:] if word.startswith("--")} - commands()[command] - {"--help"}
        unknown -= parameters_of(words[1]) if command == "ask" and len(words) > 1 else set()
        assert not unknown, f"hotspots {' '.join(words)}"


def parameters_of(question: str) -> set[str]:
    """The options that the parameters of a shipped question add to ``hotspots ask``."""
    questions = load_questions(ROOT / "config")
    return {f"--{parameter.name}" for parameter in questions[question].parameters} if question in questions else set()


def test_every_shipped_question_is_explained_with_its_source() -> None:
    rows = {row[0].strip("`"): row[1:] for row in table_rows(section("docs/questions.md", "The shipped questions"))[2:]}
    questions = load_questions(ROOT / "config")
    assert rows == {name: [question.title, question.source] for name, question in questions.items()}


def test_every_make_target_that_a_page_shows_exists() -> None:
    targets = set(re.findall(r"^([\w./-]+):", page("Makefile"), re.MULTILINE))
    shown = {
        match[1] for path in PAGES for code in code_of(page_of(path)) if (match := re.match(r"make ([\w./-]+)", code))
    }
    assert {"demo", "test"} <= shown <= targets


def page_of(path: Path) -> str:
    return page(str(path.relative_to(ROOT)))


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_every_exit_status_is_explained(name: str) -> None:
    heading = "Exit statuses" if name == "README.md" else "Commands"
    assert {row[0] for row in table_rows(section(name, heading))} >= {str(status.value) for status in Exit}


def shown_default(value: Any) -> str:
    if value in (None, "", ()):
        return "not set"
    return f"`{value:%H:%M}`" if isinstance(value, time) else f"`{value}`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_runbook_with_its_default(name: str) -> None:
    _, default, means = row_of(section("docs/operating.md", "Settings"), f"`HOTSPOTS_{name.upper()}`")
    assert means
    if name != "config":
        assert default == shown_default(Settings.model_fields[name].default)


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    named = {name for path in PAGES for name in re.findall(r"HOTSPOTS_([A-Z][A-Z_]*[A-Z])", page_of(path))}
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_table_and_column_of_an_extract_is_in_the_runbook() -> None:
    described: dict[str, dict[str, str]] = {}
    for first, columns, needed, _ in table_rows(section("docs/operating.md", "The extract"))[2:]:
        if first:
            name = first.split("`")[1]
            assert TABLES[name].required != first.endswith("optional")
        for column in re.findall(r"`(\w+)`", columns):
            described.setdefault(name, {})[column] = needed
    needs = {True: "yes", False: ""}
    assert described == {
        table.name: {column.name: needs[column.required] for column in table.columns} for table in TABLES.values()
    }


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_every_table_that_can_be_exported_is_named_beside_the_command(name: str) -> None:
    row = next(row for row in table_rows(section(name, "Commands")) if row[0].strip("`").startswith("hotspots export"))
    assert {table for table in EXPORTS if not re.search(rf"\b{table}\b", row[-1])} == set()


@pytest.mark.parametrize("table", EXPORTS)
def test_every_exported_column_is_in_the_glossary(table: str) -> None:
    described = section("docs/glossary.md", "Exported columns")
    found = re.search(rf"^\*\*{table}\*\*(.*?)(?:\n\n|\Z)", described, re.MULTILINE | re.DOTALL)
    assert found
    assert set(EXPORTS[table].columns) - set(re.findall(r"`(\w+)`", found[1])) == set()


def test_every_word_of_the_field_is_in_the_glossary() -> None:
    words = {
        word.value
        for enum in vars(terms).values()
        if isinstance(enum, type) and enum.__module__ == terms.__name__
        for word in enum  # type: ignore[attr-defined]
    }
    words |= {terms.UNTIERED, terms.UNCLASSIFIED, *terms.MAPPA_LEVELS, NEW, CONTINUING, CLEARED}
    words |= set(MessageState)
    assert {word for word in words if f"`{word}`" not in page("docs/glossary.md")} == set()


def glossary_terms() -> list[str]:
    """The first cells of every table of the glossary, without the headings of the tables."""
    rows = table_rows(page("docs/glossary.md"))
    headings = {id(rows[place - 1]) for place, row in enumerate(rows) if set(row[0]) == {"-"}}
    return [row[0] for row in rows if id(row) not in headings and set(row[0]) != {"-"}]


def test_a_word_has_one_meaning_in_the_glossary() -> None:
    terms_there = [term.strip("`") for term in glossary_terms() if term != "empty"]
    assert len(terms_there) > 150
    assert sorted({term for term in terms_there if terms_there.count(term) > 1}) == []


def test_every_class_in_the_glossary_exists() -> None:
    rows = table_rows(section("docs/glossary.md", "In the code"))[2:]
    named = {name for row in rows for name in re.findall(r"`([A-Z]\w+)`", row[0])}
    assert {"Policy", "Fault", "Visibility"} <= named
    there = {
        name
        for package in ("tiering", "alerts", "monitor")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named <= there
    for row in rows:
        assert (ROOT / row[2].strip("`")).exists(), row[2]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_word_that_was_replaced_does_not_come_back(path: Path) -> None:
    text = without_code(path.read_text(encoding="utf-8"))
    assert re.findall(REPLACED, text, re.IGNORECASE) == []


@pytest.mark.parametrize("command", commands())
def test_a_word_that_was_replaced_does_not_come_back_in_the_help(command: str) -> None:
    group: Any = get_command(app)
    for part in command.split():
        group = group.commands[part]
    says = [group.help, *(getattr(option, "help", None) for option in group.params)]
    assert re.findall(REPLACED, " ".join(filter(None, says)), re.IGNORECASE) == []


def test_the_points_in_the_methodology_are_those_of_the_policy() -> None:
    policy = load_policy(ROOT / "config", "london-2009", NEWEST)
    points = section("docs/methodology.md", "Points of a case")
    for name, by_setting in (policy.tier_points | policy.rosh_points).items():
        assert row_of(points, name) == [name, *(str(by_setting[setting]) for setting in terms.Setting)]
    for activity, share in policy.activity_share.items():
        assert row_of(points, activity.value) == [activity.value, str(share)]
    duties = section("docs/methodology.md", "Duties")
    for kind, worth in policy.report_points.items():
        assert row_of(duties, f"`{kind}`")[1].split()[0] == str(worth)


@pytest.mark.parametrize("rule", load_policy(ROOT / "config", "london-2009", NEWEST).rules, ids=lambda rule: rule.name)
def test_every_assessment_rule_is_in_the_methodology_as_the_policy_has_it(rule: Any) -> None:
    _, kind, _, due, again = row_of(section("docs/methodology.md", "Assessments"), f"`{rule.name}`")
    unit = rule.due_unit.removesuffix("s") if rule.due == 1 else rule.due_unit
    assert (kind, due, again) == (f"`{rule.kind}`", f"{rule.due} {unit}", "yes" if rule.repeats else "")


def test_every_measure_of_a_limit_is_explained_with_its_unit() -> None:
    units = {row[0].strip("`"): row[1] for row in table_rows(section("config/README.md", "Limits of tolerable risk"))}
    explained = {row[0].strip("`") for row in table_rows(section("docs/methodology.md", "Limits of tolerable risk"))}
    assert {measure: units.get(measure) for measure in Measure} == UNITS
    assert set(Measure) <= explained
    assert {
        measure for measure in Measure if f"`{measure}`" not in row_of(page("docs/glossary.md"), "measure")[1]
    } == set()


def test_every_change_limit_and_figure_of_a_what_if_is_explained_to_planners() -> None:
    changes = {row[0].strip("`") for row in table_rows(section("docs/what_if.md", "Changes"))[2:]}
    limits = {row[0].strip("`") for row in table_rows(section("docs/what_if.md", "Limits"))[2:]}
    keys = " ".join(row[0] for row in table_rows(section("docs/what_if.md", "Ask"))[2:])
    figures = " ".join(row[0] for row in table_rows(section("docs/what_if.md", "What the answer means"))[2:])
    assert (changes, limits) == (set(Change.model_fields), set(AskedLimits.model_fields))
    assert set(re.findall(r"`(\w+)`", keys)) == set(Scenario.model_fields)
    assert {name for name in METRICS if f"`{name}`" not in figures} == set()
    assert {
        column for column in (*MOVES, *NOTES) if f"`{column}`" not in section("docs/what_if.md", "The commands")
    } == set()


@pytest.mark.parametrize("command", [name.split()[1] for name in commands() if name.startswith("what-if ")])
def test_every_what_if_command_is_explained_to_planners(command: str) -> None:
    rows = table_rows(section("docs/what_if.md", "The commands"))
    assert any(row[0].strip("`").split()[:3] == ["hotspots", "what-if", command] for row in rows)


def test_every_example_of_a_change_is_one_that_a_scenario_may_have() -> None:
    for kind, examples, _ in table_rows(section("docs/what_if.md", "Changes"))[2:]:
        for example in re.findall(r"`(\{.*?\})`", examples):
            text = f"name: N\nscope: all\nchanges:\n  - {kind.strip('`')}: {example}\n"
            assert read_scenario(text, "docs/what_if.md").changes[0].kind == kind.strip("`")


def test_what_is_left_out_of_a_scenario_is_what_the_page_says() -> None:
    usual = Limits(intake=load_costs(ROOT / "config", NEWEST).intake)
    for name, _, text in table_rows(section("docs/what_if.md", "Limits"))[2:]:
        # Words, which no limit of a search is.
        value = "no risk is accepted" if name == "`accept_risk`" else getattr(usual, name.strip("`"))
        shown = "no limit" if value is None else str(value).lower() if isinstance(value, bool | str) else f"{value:g}"
        assert re.match(rf"`?{re.escape(shown)}\b", text), name


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_is_in_the_methodology(finding: str) -> None:
    assert row_of(section("docs/methodology.md", "Findings"), f"`{finding}`")[1]


@pytest.mark.parametrize("rule", load_rules(ROOT / "config", NEWEST), ids=lambda rule: rule.name)
def test_every_hotspot_rule_is_in_the_methodology_with_its_levels_and_numbers(rule: Any) -> None:
    _, _, levels, numbers = row_of(section("docs/methodology.md", "Hotspot rules"), f"`{rule.name}`")
    stated = [f"{name} {value:g}" for name, value in rule.numbers.items()]
    stated += [f"escalate_at {' '.join(map(str, rule.escalate_at))}"] if rule.escalate_at else []
    assert numbers == ", ".join(stated)
    assert levels == ", ".join(level.replace("_", " ") for level in rule.levels)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as they are made of their words."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_worth_of_a_move_is_what_the_policy_says() -> None:
    """From a full-time offender manager to a colleague at 90 per cent of capacity, for one case of 53 points."""
    costs = load_costs(ROOT / "config", NEWEST)
    share = 100 * 53 / 2176

    def relief(percentage: float) -> float:
        before, after = ([percentage, 90.0], [percentage - share, 90.0 + share])
        penalty = penalty_of(costs, 110)
        return float(penalty.at(np.array(before)).sum() - penalty.at(np.array(after)).sum())

    text = " ".join(page("config/README.md").split())
    assert f"takes about {relief(140):.0f} off the penalty of the two, at 105 per cent {relief(105):.0f};" in text
    assert f"a plain move costs {costs.move:g}." in text
    worth = [f"{relief(percentage) / costs.move:.0f}" for percentage in (140, 105)]
    sentence = f"to a colleague at 90 is worth {worth[0]} plain moves, at 105 about {worth[1]}"
    assert sentence in page("config/redistribution.yaml")


def test_a_number_written_as_a_word_is_that_number() -> None:
    rules = {rule.name: rule for rule in load_rules(ROOT / "config", NEWEST)}
    hot = rules["over_threshold"]
    sentences = {
        "assessment rules, joined to load": len(load_policy(ROOT / "config", "london-2009", NEWEST).rules),
        f"weeks over {hot.number('threshold'):g} to begin": int(hot.number("weeks_on")),
        f"under {hot.number('clear_below'):g} to end": int(hot.number("weeks_off")),
    }
    for words, number in sentences.items():
        assert f"{NUMBER_WORDS[number]} {words}" in page("docs/deviations.md")


def test_no_page_counts_the_hotspot_rules_or_says_that_what_is_there_is_not() -> None:
    count = "|".join(NUMBER_WORDS.values())
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(rf"\b(?:{count}|\d+) (?:hotspot )?rules are fixed", text), path
        for name in {command.split()[0] for command in commands()}:
            assert not re.search(rf"`{name}[^`|]*` \| not there yet", text), (path, name)


def test_a_column_that_is_said_not_to_be_used_is_used_by_nothing() -> None:
    rows = [row for row in table_rows(page("docs/operating.md")) if "not used yet" in row[-1]]
    unused = {column for row in rows for column in re.findall(r"`(\w+)`", row[1])}
    assert "prolific" in unused
    for package in ("tiering", "alerts", "monitor"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "caseload.py" and path.parent.name not in ("sample", "draft"):
                assert not unused & set(re.findall(r"\w+", path.read_text(encoding="utf-8"))), path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_the_picture_of_the_digest_is_small() -> None:
    assert (ROOT / "docs" / "images" / "digest.png").stat().st_size <= 150_000


EXCHANGE_ONLINE = {"login.microsoftonline.com", "outlook.office365.com"}
"""The same for every organisation that uses it."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_no_host_and_no_folder_of_the_machine_it_was_written_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text)) - EXCHANGE_ONLINE
    assert [host for host in hosts if not host.endswith(("example.org", ".example"))] == []
    folders = set(re.findall(r"(?<![\w.~$/}])/(\w+)/", text))
    assert folders <= {"srv", "etc", "backup", "bin"}
    assert "../shared" not in text


@cache
def the_row() -> dict[str, str]:
    """The tables that docs/one_row.md quotes, as CSV."""
    return dict(re.findall(r"^`(\w+)\.csv`\n\n```csv\n(.*?)^```", page("docs/one_row.md"), re.MULTILINE | re.DOTALL))


def test_the_row_that_is_followed_has_the_points_and_due_dates_that_its_page_says(tmp_path: Path) -> None:
    for name, content in the_row().items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    policy = load_policy(ROOT / "config", "london-2009", NEWEST)
    caseload = read_extract(str(tmp_path), NEWEST, policy.tiers).caseload
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    managers = caseload.offender_managers
    lost = reduction_hours(caseload.reductions, managers, NEWEST)
    available = available_points(managers, lost, {"T0212": "omu"}, policy, NEWEST)

    assert f"= **{weighed.frame['points'][0]:g} points**" in section("docs/one_row.md", "2. Points")
    assert f"= **{float(available[0]):,g} available points**" in section("docs/one_row.md", "3. Workload")
    items = assessment_items(caseload, weighed, policy, NEWEST)
    rows = [row for row in table_rows(section("docs/one_row.md", "4. Assessments")) if row[0].startswith("`")]
    assert [(row[0].split("`")[1], row[1], row[2]) for row in rows] == [
        (rule, f"{due:%Y-%m-%d}", "not done" if pd.isna(done) else f"{done:%Y-%m-%d}")
        for rule, due, done in zip(items["rule"], items["due_on"], items["done_on"], strict=True)
    ]
    stated = {row[0].split("`")[1]: row[3] for row in rows}
    for rule, due, done, is_overdue in items[["rule", "due_on", "done_on", "overdue"]].itertuples(index=False):
        days = (pd.Timestamp(NEWEST) - due).days
        late = "not due yet" if pd.isna(done) else "on time" if done <= due else "done late"
        assert stated[rule] == (f"{days} days overdue" if is_overdue else late)
