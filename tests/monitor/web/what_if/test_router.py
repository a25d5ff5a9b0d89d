"""The planner's pages: built from forms, solved behind them, settled, compared, taken out, and for nobody else."""

import csv
import html
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
import sqlalchemy
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from monitor.operations.retention import apply_retention
from monitor.redistribution import repository
from monitor.redistribution.plan import plan_of
from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.compare import compare
from monitor.redistribution.results.record import unpacked
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.app import make_app
from monitor.web.charts.trade_off import curve_drawing
from monitor.web.what_if.plan_pages import side_by_side
from monitor.web.what_if.text import told_here, verdict
from monitor.web.what_if.worker import FURTHER
from tests.monitor.conftest import AS_AT, WEEK, Home, everything_in

from ..conftest import NOW, PEOPLE, sign_in, token_in

both_databases = pytest.mark.both_databases


@dataclass
class Planner:
    """A planner at the pages."""

    browser: TestClient
    app: FastAPI
    home: Home

    def get(self, path: str, status: int = 200, **words: Any) -> str:
        answer = self.browser.get(path, params=words or None)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def send(self, path: str, status: int = 303, **form: Any) -> str:
        """Where a form leads, or what its page says."""
        form["csrf"] = token_in(self.browser.get("/definitions").text)
        answer = self.browser.post(path, data=form, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else html.unescape(answer.text)

    def new(self, unit: str = "cluster/C1", name: str = "Two away") -> str:
        """The address of a new what-if."""
        return self.send("/what-if/new", name=name, unit=unit)

    def solved(self, scenario: str) -> str:
        """The address of the plan of a what-if, once it is there with all that is said about it."""
        path = self.send(f"{scenario}/solve")
        self.app.state.planning.finish()
        assert self.plan(path).state == PlanState.DONE, self.plan(path).message
        return path

    def plan(self, path: str) -> PlanRow:
        found = repository.plan(self.home.store.engine, number_in(path))
        assert found is not None
        return found

    def row(self, path: str) -> ScenarioRow:
        found = repository.scenario(self.home.store.engine, number_in(path))
        assert found is not None
        return found

    def rows(self, path: str, table: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.browser.get(path, params={"table": table, "format": "csv"}).text)))


def number_in(path: str) -> int:
    return int(path.partition("?")[0].rpartition("/")[2])


def planner_of(home: Home, name: str = "planner", now: datetime = NOW) -> Planner:
    home.settings.people_file.write_text(
        PEOPLE + "  - {email: second@example.org, name: Second Planner, role: planner, area: all}\n", encoding="utf-8"
    )
    app = make_app(home.settings, home.store, lambda: now)
    # What else is said of a plan takes longer than the plan, and one test is about it.
    app.state.planning.further = ()
    return Planner(sign_in(app, name), app, home)


def another(planner: Planner, name: str) -> Planner:
    return Planner(sign_in(planner.app, name), planner.app, planner.home)


@pytest.fixture
def planner(home: Home) -> Iterator[Planner]:
    made = planner_of(home)
    yield made
    made.app.state.planning.close()


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("absent", {"om_code": "M1", "reason": "sickness"}, {"absent": {"om_code": "M1", "reason": "sickness"}}),
    (
        "absent",
        {
            "om_code": "M2",
            "reason": "other",
            "from-day": "1",
            "from-month": "11",
            "from-year": "2026",
            "until-day": "24",
            "until-month": "12",
            "until-year": "2026",
        },
        {"absent": {"om_code": "M2", "from": "2026-11-01", "until": "2026-12-24", "reason": "other"}},
    ),
    (
        "joins",
        {"team_code": "T2", "grade": "PO", "contracted_hours": "22.2", "name": "New Hand"},
        {"joins": {"team_code": "T2", "grade": "PO", "contracted_hours": 22.2, "name": "New Hand"}},
    ),
    ("leaves", {"om_code": "M1", "team_code": "T2"}, {"leaves": {"om_code": "M1", "team_code": "T2"}}),
    (
        "hours",
        {"post": '["M2", "T2"]', "contracted_hours": "30"},
        {"hours": {"om_code": "M2", "team_code": "T2", "contracted_hours": 30.0}},
    ),
    ("team", {"team_code": "T2", "to_office": "O2"}, {"team": {"team_code": "T2", "to_office": "O2"}}),
    (
        "widen",
        {"team_type": "custody", "takes": ["omu", "ppu"]},
        {"widen": {"team_type": "custody", "takes": ["omu", "ppu"]}},
    ),
    (
        "policy",
        {"number": '["tier_points", "4", "community"]', "value": "90"},
        {"policy": {"tier_points": {"4": {"community": 90.0}}}},
    ),
    ("policy", {"number": '["default_hours"]', "value": "35"}, {"policy": {"default_hours": 35.0}}),
    (
        "arrivals",
        {"team_code": "T1", "cases": "3", "tier": "3", "rosh": "medium", "setting": "community"},
        {"arrivals": {"team_code": "T1", "tier": "3", "rosh": "medium", "setting": "community", "cases": 3}},
    ),
    ("threshold", {"over": "115%"}, {"threshold": {"over": 115.0}}),
    (
        "move",
        {"crn": " X000103 ", "post": '["M2", "T2"]'},
        {"move": {"crn": "X000103", "to_om_code": "M2", "to_team_code": "T2"}},
    ),
    ("pin", {"crn": "X000103"}, {"pin": {"crn": "X000103"}}),
    ("pin-person", {"om_code": "M3"}, {"pin": {"om_code": "M3"}}),
    ("bar", {"crn": "X000103", "om_code": "M2"}, {"bar": {"crn": "X000103", "om_code": "M2"}}),
]


def test_every_change_is_made_by_a_form_and_taken_out_again(planner: Planner) -> None:
    path = planner.new()
    for kind, form, expected in CHANGES:
        planner.get(f"{path}/add/{kind}")
        assert planner.send(f"{path}/add/{kind}", **form) == f"{path}?said=added"
        scenario = read_scenario(planner.row(path).text, "kept")
        (change,) = scenario.changes
        assert change.model_dump(mode="json", by_alias=True, exclude_unset=True) == expected
        page = planner.get(path, said="added")
        assert "The change is in the list." in page
        assert f"Change {len(scenario.changes)}" in page
        planner.send(f"{path}/remove", place=1, version=planner.row(path).version)
        assert read_scenario(planner.row(path).text, "kept").changes == ()


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("absent", {"reason": "other"}, "om_code", "Select offender manager"),
    ("absent", {"om_code": "M99", "reason": "other"}, "om_code", "Offender manager: choose one that is there"),
    (
        "absent",
        {"om_code": "M1", "reason": "other", "from-day": "31", "from-month": "2", "from-year": "2026"},
        "from",
        "First day of the absence must be a real date, like 27 3 2026",
    ),
    (
        "absent",
        {"om_code": "M1", "reason": "other", "from-day": "31"},
        "from",
        "First day of the absence must include a month and year",
    ),
    (
        "absent",
        {
            "om_code": "M1",
            "reason": "other",
            **{f"from-{part}": value for part, value in (("day", "2"), ("month", "12"), ("year", "2026"))},
            **{f"until-{part}": value for part, value in (("day", "1"), ("month", "12"), ("year", "2026"))},
        },
        "",
        "Until is 2026-12-01, before from, 2026-12-02; write the last day of the absence",
    ),
    (
        "joins",
        {"team_code": "T1", "grade": "PO", "contracted_hours": "full"},
        "contracted_hours",
        "Contracted hours a week must be a number, like 22.2",
    ),
    (
        "joins",
        {"team_code": "T1", "grade": "PO", "contracted_hours": "900"},
        "contracted_hours",
        "Contracted hours a week: should be less than or equal to",
    ),
    ("widen", {"team_type": "custody"}, "takes", "Select cases of these teams"),
    (
        "policy",
        {"number": '["default_hours"]', "value": "35.12345"},
        "value",
        "has more than 3 decimals; write 35.123",
    ),
    (
        "arrivals",
        {"team_code": "T1", "cases": "1.5", "tier": "3", "rosh": "low", "setting": "custody"},
        "cases",
        "How many cases must be a whole number, like 6",
    ),
    ("threshold", {"over": ""}, "over", "Enter per cent of capacity"),
    ("threshold", {"over": "nan"}, "over", "Per cent of capacity must be a number, like 22.2"),
    ("move", {"crn": "X999999", "post": '["M2", "T2"]'}, "crn", "'X999999' is no case of the snapshot of 2026-11-20"),
    ("move", {"crn": "X000001", "post": '["M2", "T1"]'}, "post", "Who takes it: choose one that is there"),
    ("pin", {"crn": "x" * 300}, "crn", "CRN must be 200 characters or less"),
    ("pin", {"crn": "X\0"}, "crn", "CRN: holds characters that cannot be printed"),
]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(planner: Planner) -> None:
    path = planner.new()
    for kind, form, field, says in WRONG:
        page = planner.send(f"{path}/add/{kind}", 400, **form)
        assert "<title>Error: " in page
        summary = page.partition('class="govuk-error-summary"')[2].partition("</ul>")[0]
        assert says in summary
        if field:
            assert f'href="#{field}"' in summary
            assert f'id="{field}-error"' in page
            assert f'id="{field}"' in page
        for name in {"contracted_hours", "cases", "value"} & form.keys():
            assert f'value="{form[name]}"' in page
    assert planner.row(path).version == 1


def test_a_named_move_that_no_rule_allows_is_refused_with_the_rule(planner: Planner) -> None:
    path = planner.new("area/N")
    planner.send(f"{path}/add/joins", team_code="T1", grade="PSO", contracted_hours="37")
    page = planner.send(f"{path}/add/move", 400, crn="X000001", post='["joins-1", "T1"]')
    assert "X000001 may not go to joins-1 in T1: the highest tier, and high or very high RoSH, go to a PO only" in page
    assert 'id="post-error"' in page


def test_a_change_on_which_another_rests_is_not_taken_out(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/joins", team_code="T1", grade="PO", contracted_hours="37")
    planner.send(f"{path}/add/move", crn="X000001", post='["joins-1", "T1"]')
    page = planner.send(f"{path}/remove", 409, place=1, version=planner.row(path).version)
    assert "Another change rests on this one, remove that first: 'joins-1' is no offender manager" in page


def test_limits_are_set_shown_and_checked(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/limits", elective_moves="60", gap="0.1", peak_first="yes", seconds="20", intake="", weeks="2")
    limits = read_scenario(planner.row(path).text, "kept").limits.model_dump(exclude_unset=True)
    assert limits == {"elective_moves": 60, "weeks": 2, "seconds": 20.0, "gap": 0.001, "peak_first": True}
    page = planner.get(path)
    for says in ("At most 60", "At most 6", "20 seconds", "0.1%", "At least 2, more if they are needed"):
        assert says in page
    assert 'value="0.1"' in planner.get(f"{path}/limits")
    page = planner.send(f"{path}/limits", 400, elective_moves="-1", gap="200", seconds="121")
    assert "must be a whole number, like 6" in page
    assert "The longest time must be 120 or less" in planner.send(f"{path}/limits", 400, seconds="121")
    assert "should be less than or equal to 1" in planner.send(f"{path}/limits", 400, gap="200")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "unit": "cluster/C1"}, "Enter name"),
        ({"name": "Away", "unit": ""}, "Select cluster, office or area"),
        ({"name": "Away", "unit": "cluster/C9"}, "choose one that is there"),
        ({"name": "A" * 121, "unit": "all/"}, "Name must be 120 letters or less, on one line"),
    ],
)
def test_a_new_what_if_needs_a_name_and_a_unit_of_ones_own(form: dict[str, str], says: str, planner: Planner) -> None:
    assert says in planner.send("/what-if/new", 400, **form)
    assert repository.scenarios(planner.home.store.engine) == []


def test_the_text_is_taken_out_edited_and_pasted(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    file = planner.browser.get(f"{path}/text?format=yaml")
    assert file.headers["content-disposition"] == f'attachment; filename="what-if-{number_in(path)}.yaml"'
    assert read_scenario(file.text, "file").changes[0].kind == "pin"
    other = "name: Pasted\r\nas_at: 2026-11-13\r\nscope: {area: S}\r\nchanges:\r\n  - absent: {om_code: M5}\r\n"
    planner.send(f"{path}/text", text=other)
    row = planner.row(path)
    assert (row.name, row.as_at, row.scope_level, row.area_code) == ("Pasted", AS_AT - WEEK, "area", "S")
    assert "as at 13 November 2026 (revision 1)" in planner.get(path)
    for text, says in (
        ("name: [", "not valid YAML"),
        ("name: A\nscope: all\nnonsense: 1", "nonsense: is not a key here"),
        ("name: A\nscope: all\nas_at: 2026-01-01", "there is no snapshot of 2026-01-01"),
        ("name: A\nscope: all\nlimits: {seconds: 600}", "must be 120 or less on these pages"),
        ("name: A\nscope: {cluster: C9}", "'C9' is no cluster"),
        ("name: A\nscope: all\nchanges:\n  - pin: {crn: NONE}", "Change 1: 'NONE' is no case"),
    ):
        page = planner.send(f"{path}/text", 400, text=text)
        assert says in page
        assert text in page
    assert planner.row(path).version == row.version


def test_a_plan_is_found_kept_and_told_with_its_verdict_first(planner: Planner) -> None:
    before = everything_in(planner.home)
    planner.app.state.planning.further = FURTHER
    path = planner.new()
    plan = planner.solved(path)
    page = planner.get(plan)
    row = planner.plan(plan)
    figures = json.loads(row.figures or "")
    lead = page.partition('govuk-body-l">')[2].partition("</p>")[0]
    assert re.match(r"\d+ moves? ", lead)
    assert "proven" in lead
    assert (row.state, row.step, row.snapshot_id) == (PlanState.DONE, "", planner.row(path).snapshot_id)
    assert (row.policy_fingerprint, row.prices_fingerprint) == (
        figures["policy_fingerprint"],
        figures["prices_fingerprint"],
    )
    assert set(unpacked(row.answer, row.figures or "").tables) >= {
        *("moves", "people", "untouched", "units"),
        *("curve", "recruitment", "recruits", "room"),
    }
    for move in planner.rows(plan, "moves"):
        assert move["crn"] in page
        assert move["reason"][0].upper() + move["reason"][1:] in page
    assert "The best that so many moves can do" in page
    assert "Hours to recruit, by where they would all be" in page
    assert "Room up to 100% before any move" in page
    listed = planner.get("/what-if")
    assert "Two away" in listed
    assert "Found" in listed
    assert everything_in(planner.home) == before


def test_the_same_what_if_gives_the_same_answer_again(planner: Planner) -> None:
    path = planner.new("area/N")
    plans = [planner.plan(planner.solved(path)) for _ in range(2)]
    answers = [unpacked(plan.answer, plan.figures or "") for plan in plans]
    for name in ("moves", "people", "untouched", "units"):
        assert answers[0].tables[name].equals(answers[1].tables[name]), name
    assert plans[0].text == plans[1].text
    scenario = read_scenario(plans[0].text, "kept")
    assert (scenario.as_at, scenario.policy_fingerprint) == (AS_AT, plans[0].policy_fingerprint)
    other = plan_of(scenario, planner.home.store, planner.home.settings.config, "kept")
    assert other.moves.equals(answers[0].tables["moves"][other.moves.columns.tolist()])


def test_one_that_stays_is_settled_from_the_list_of_moves(planner: Planner) -> None:
    path = planner.new("area/N")
    plan = planner.solved(path)
    moved = [move["crn"] for move in planner.rows(plan, "moves")]
    assert planner.send(f"{plan}/stays", crn=moved[0]) == f"{path}?said=stays"
    assert f"Case {moved[0]} stays where it is" in planner.get(path, said="stays")
    assert "changed since" in planner.get(plan)
    assert planner.send(f"{plan}/stays", crn=moved[0]) == f"{path}?said=there"
    again = planner.solved(path)
    assert moved[0] not in [move["crn"] for move in planner.rows(again, "moves")]
    assert planner.send(f"{plan}/stays", om_code="M2") == f"{path}?said=stays"
    assert "M2" not in {move["to_om_code"] for move in planner.rows(planner.solved(path), "moves")}
    assert "is no case of the snapshot" in planner.send(f"{plan}/stays", 400, crn="NONE")


def test_every_table_can_be_taken_along_and_no_name_is_a_formula(planner: Planner) -> None:
    plan = planner.solved(planner.new("all/"))
    page = planner.get(plan)
    tables = set(re.findall(r"table=(\w+)", page))
    assert tables >= {"moves", "people", "units"}
    for table in tables:
        for form in ("csv", "xlsx"):
            assert planner.browser.get(plan, params={"table": table, "format": form}).status_code == 200
    names = {row["name"] for row in planner.rows(plan, "people")}
    assert "'+Bo Plussington" in names
    assert all(name[:1] not in "=+-@" for name in names)
    wanted = "crn,from_om_code,from_team_code,to_om_code,to_team_code,tier,rosh,setting,points,forced,cost,week,reason"
    headings = planner.browser.get(plan, params={"table": "moves", "format": "csv"}).text.splitlines()[0]
    assert headings == f"as_at,{wanted},from_name,to_name"
    planner.get(plan, 404, table="nonsense", format="csv")


def test_a_plan_is_printed_by_whoever_takes_the_cases(planner: Planner) -> None:
    plan = planner.solved(planner.new("area/N"))
    page = planner.get(f"{plan}/print")
    moves = planner.rows(plan, "moves")
    for code in {move["to_om_code"] for move in moves}:
        section = next(one for one in page.split("<section")[1:] if f"({code}, " in one.partition("</h2>")[0])
        taken = [move["crn"] for move in moves if move["to_om_code"] == code]
        assert all(crn in section for crn in taken)
        assert f"takes {len(taken)} case" in section


def test_two_plans_stand_side_by_side_as_the_terminal_compares_them(planner: Planner) -> None:
    first = planner.new("area/N", "As it is")
    copy = planner.send(f"{first}/copy").partition("?")[0]
    planner.send(f"{copy}/add/absent", om_code="M2", reason="other")
    plans = [planner.solved(path) for path in (first, copy)]
    numbers = {side: str(number_in(plan)) for side, plan in zip("ab", plans, strict=True)}
    page = planner.get("/what-if/compare", **numbers)
    assert "As it is, another way" in page
    rows = [planner.plan(plan) for plan in plans]
    answers = [unpacked(row.answer, row.figures or "") for row in rows]
    store, config = planner.home.store, planner.home.settings.config
    full = [plan_of(read_scenario(row.text, "kept"), store, config, "kept") for row in rows]
    expected = compare(full[0], full[1], ("a", "b"))
    assert side_by_side(answers[0], answers[1]).to_csv() == expected.to_csv()
    answer = planner.browser.get("/what-if/compare", params=numbers | {"table": "compare", "format": "csv"})
    assert len(answer.text.splitlines()) == len(expected) + 1


def test_plans_of_different_snapshots_are_not_compared(planner: Planner) -> None:
    paths = [planner.new(), planner.new()]
    planner.send(f"{paths[1]}/text", text="name: Earlier\nas_at: 2026-11-13\nscope: {cluster: C1}")
    a, b = (number_in(planner.solved(path)) for path in paths)
    assert "These two start from different snapshots" in planner.get("/what-if/compare", a=a, b=b)


def asked_elsewhere(planner: Planner, path: str) -> str:
    """A plan that another server process has taken up."""
    row = planner.row(path)
    number = repository.ask(planner.home.store.engine, row, row.author, "elsewhere:1", NOW)
    return f"/what-if/plan/{number}"


def test_a_plan_in_the_making_asks_again_can_be_watched_and_cancelled(planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    answer = planner.browser.get(plan)
    assert answer.headers["refresh"] == "3"
    assert "Waiting for its turn" in answer.text
    assert "refresh" not in planner.browser.get(plan, params={"refresh": "off"}).headers
    assert planner.send(f"{path}/solve") == plan
    assert planner.send(f"{plan}/cancel") == plan
    answer = planner.browser.get(plan)
    assert "refresh" not in answer.headers
    assert "Cancelled" in answer.text
    engine = planner.home.store.engine
    assert not repository.begin(engine, number_in(plan), "elsewhere:1", NOW)
    assert not repository.keep_up(engine, number_in(plan), "elsewhere:1", NOW)
    assert planner.plan(planner.solved(path)).id != number_in(plan)


def test_a_plan_whose_process_died_is_shown_as_broken_off_and_started_anew(planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    repository.begin(planner.home.store.engine, number_in(plan), "elsewhere:1", NOW)
    assert "Being solved" in planner.get(plan)
    later = planner_of(planner.home, now=NOW + repository.LEASE + timedelta(seconds=1))
    page = later.get(plan)
    assert "Broken off" in page
    assert "refresh" not in later.browser.get(plan).headers
    assert later.send(f"{path}/solve") != plan
    later.app.state.planning.close()


def test_a_server_that_ends_leaves_nothing_that_seems_to_be_solved_for_ever(home: Home) -> None:
    planner = planner_of(home)
    with planner.browser:
        path = planner.new("all/")
        plan = planner.send(f"{path}/solve")
    assert [one for one in threading.enumerate() if one.name.startswith("plan")] == []
    later = planner_of(home, now=NOW + repository.LEASE + timedelta(seconds=1))
    assert "refresh" not in later.browser.get(plan).headers
    assert later.plan(later.solved(path)).state == PlanState.DONE
    later.app.state.planning.close()


def test_what_cannot_be_solved_says_why(planner: Planner) -> None:
    path = planner.new()
    with Session(planner.home.store.engine) as session, session.begin():
        row = session.get_one(ScenarioRow, number_in(path))
        row.text = "name: Gone\nscope: {cluster: C1}\nchanges:\n  - absent: {om_code: NOBODY}\n"
    assert "'NOBODY' is no offender manager" in planner.get(path)
    plan = planner.send(f"{path}/solve")
    planner.app.state.planning.finish()
    page = planner.get(plan)
    assert "Not possible" in page
    assert "changes.1.absent.om_code: 'NOBODY' is no offender manager of the snapshot of 2026-11-20" in page
    assert "the scenario:" not in page


def test_two_windows_do_not_overwrite_each_other(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/add/pin", crn="X000103")
    stale = planner.row(path).version
    planner.send(f"{path}/add/pin", crn="X000104")
    assert "The list has changed meanwhile" in planner.send(f"{path}/remove", 409, place=1, version=stale)
    planner.send(f"{path}/remove", 409, place=3, version=stale + 1)
    assert len(read_scenario(planner.row(path).text, "kept").changes) == 2


@both_databases
def test_a_change_of_an_earlier_version_and_a_second_taking_are_refused(home: Home) -> None:
    engine = home.store.engine
    row = ScenarioRow(
        name="A",
        author="a@example.org",
        created_at=NOW,
        changed_at=NOW,
        version=1,
        snapshot_id=home.newest.id or 0,
        as_at=AS_AT,
        scope_level="all",
        scope_codes="[]",
        area_code="all",
        text="name: A\nscope: all\n",
    )
    number = repository.save(engine, row)
    assert repository.change(engine, number, 1, NOW, name="B")
    assert not repository.change(engine, number, 1, NOW, name="C")
    found = repository.scenario(engine, number)
    assert found is not None
    assert (found.name, found.version) == ("B", 2)
    plan = repository.ask(engine, found, "a@example.org", "one", NOW)
    assert not repository.begin(engine, plan, "another", NOW)
    assert repository.begin(engine, plan, "one", NOW)
    assert not repository.begin(engine, plan, "one", NOW)
    assert repository.answered(engine, plan, "one", NOW, figures="{}", answer=b"x", step="more")
    assert not repository.cancel(engine, plan, NOW)
    (told,) = repository.plans(engine, [number])[number]
    assert (told.state, told.step, repository.is_unfinished(told, NOW)) == (PlanState.DONE, "more", True)
    assert not repository.is_unfinished(told, NOW + 2 * repository.LEASE)


def test_only_whoever_saved_it_changes_it_and_others_try_another_way(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    second = another(planner, "second")
    page = second.get(path)
    assert "Find the best plan" not in page
    assert "This one stays" not in second.get(plan)
    for action, form in (
        ("add/pin", {"crn": "X000103"}),
        ("remove", {"place": 1, "version": 1}),
        ("limits", {"intake": "2"}),
        ("text", {"text": "name: Mine\nscope: all"}),
        ("solve", {}),
    ):
        assert "Only whoever saved a what-if changes it" in second.send(f"{path}/{action}", 403, **form)
    second.send(f"{plan}/cancel", 403)
    second.send(f"{plan}/stays", 403, crn="X000103")
    assert planner.row(path).version == 1
    copy = second.send(f"{path}/copy")
    row = second.row(copy)
    assert (row.name, row.author) == ("Two away, another way", "second@example.org")
    second.send(f"{copy.partition('?')[0]}/add/pin", crn="X000103")


ACTIONS = ["add/pin", "remove", "limits", "text", "copy", "solve"]


@pytest.mark.parametrize("token", [None, "guessed"])
def test_no_form_does_anything_without_the_secret_of_the_session(token: str | None, planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    form: dict[str, Any] = {"name": "B", "unit": "all/", "crn": "X000103", "text": "name: C\nscope: all", "intake": "1"}
    form |= {} if token is None else {"csrf": token}
    for address in ("/what-if/new", *(f"{path}/{one}" for one in ACTIONS), f"{plan}/cancel", f"{plan}/stays"):
        assert planner.browser.post(address, data=form).status_code == 403, address
    assert [row.version for row in repository.scenarios(planner.home.store.engine)] == [1]
    assert planner.plan(plan).state == PlanState.WAITING
    assert planner.browser.post("/what-if/new", headers={"content-length": "9999999"}, content=b"").status_code == 413


def looks(home: Home) -> list[tuple[Any, ...]]:
    query = sqlalchemy.text("SELECT who, page, level, code, crn, allowed FROM looked_at ORDER BY id")
    with home.store.engine.connect() as connection:
        return [(row[0].partition("@")[0], *row[1:5], bool(row[5])) for row in connection.execute(query)]


def test_every_look_at_a_plan_is_on_record_and_every_refusal(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    planner.browser.get(plan, params={"table": "moves", "format": "csv"})
    planner.get(f"{plan}/print")
    planner.get(path)
    planner.send(f"{path}/add/pin", 400, crn="x999")
    another(planner, "planner.south").get(plan, 403)
    another(planner, "spo1").get(path, 403)
    assert looks(planner.home)[-6:] == [
        ("planner", f"{plan}?table=moves&format=csv", "cluster", "C1", None, True),
        ("planner", f"{plan}/print", "cluster", "C1", None, True),
        ("planner", path, "cluster", "C1", None, True),
        ("planner", f"{path}/add/pin", "cluster", "C1", "X999", True),
        ("planner.south", plan, "", "", None, False),
        ("spo1", path, "", "", None, False),
    ]


SOUTH = "name: Mine\nscope: {area: S}\n"


OUTSIDE = [
    ("name: Mine\nscope: all", "is more than you see"),
    ("name: Mine\nscope: {cluster: C1}", "'C1' is no cluster of the snapshot"),
    ("name: Mine\nscope: {teams: [T4, T1]}", "'T1' is no team of the snapshot"),
    (SOUTH + "changes:\n  - absent: {om_code: M1}", "'M1' is no offender manager of the snapshot"),
    (SOUTH + "changes:\n  - joins: {om_code: M1, team_code: T4, grade: PO, contracted_hours: 1}", "'M1' is no"),
    (SOUTH + "changes:\n  - team: {team_code: T4, to_office: O1}", "'O1' is no office of the snapshot"),
    (SOUTH + "changes:\n  - team: {team_code: T1, to_office: O3}", "'T1' is no team of the snapshot"),
    (SOUTH + "changes:\n  - pin: {crn: X000001}", "'X000001' is no case of the snapshot"),
    (SOUTH + "changes:\n  - move: {crn: X000105, to_om_code: M2, to_team_code: T2}", "'M2' is no offender manager"),
    (SOUTH + "changes:\n  - bar: {crn: X000103, om_code: M5}", "'X000103' is no case of the snapshot"),
]


def test_what_is_outside_the_area_is_told_as_if_it_were_not_there(planner: Planner) -> None:
    south = another(planner, "planner.south")
    path = south.new("area/S", "South")
    for text, says in OUTSIDE:
        page = south.send(f"{path}/text", 400, text=text)
        assert says in page, text
        for word in ("Arbuthnot", "Plussington", "T2,", "did you mean"):
            assert word not in page, text


def test_a_planner_of_one_area_sees_plans_of_that_area_only(planner: Planner) -> None:
    everywhere = planner.new("all/", "Everything")
    south = another(planner, "planner.south")
    own = south.new("office/O3", "South alone")
    listed = south.get("/what-if")
    assert "South alone" in listed
    assert "Everything" not in listed
    south.get(everywhere, 403)
    south.get("/what-if/4711", 403)
    planner.get("/what-if/4711", 404)
    planner.get(f"/what-if/{2**40}", 404)
    assert "South alone" in planner.get("/what-if")
    plan = planner.solved(planner.send(f"{own}/copy").partition("?")[0])
    assert "X000106" in south.get(plan)


def test_the_words_of_what_ifs_go_with_the_rows_of_their_snapshot(planner: Planner) -> None:
    path, young = planner.new(), planner.new(name="Young")
    planner.send(f"{path}/text", text="name: Old\nas_at: 2026-11-06\nscope: {cluster: C1}")
    plan = planner.solved(path)
    home = planner.home
    settings = home.with_settings(keep_cases_weeks=1)
    assert apply_retention(home.store, settings, NOW, dry_run=True).what_ifs == 2
    assert planner.row(path).text
    assert apply_retention(home.store, settings, NOW).what_ifs == 2
    assert apply_retention(home.store, settings, NOW).what_ifs == 0
    row = planner.plan(plan)
    assert (row.text, row.answer, row.removal_id) == ("", b"", 1)
    assert (planner.row(path).text, json.loads(row.figures or "")["name"]) == ("", "Old")
    assert planner.row(young).text
    page = planner.get(path)
    assert "was removed with the rows of its snapshot" in page
    for address in (plan, f"{plan}/print", f"{path}/text"):
        planner.get(address, 404)
    planner.send(f"{path}/copy", 404)
    planner.send(f"{path}/solve", 404)
    assert "Old" in planner.get("/what-if")


def test_a_page_of_a_what_if_has_no_script_or_style_of_its_own(planner: Planner) -> None:
    path = planner.new()
    plan = planner.solved(path)
    for address in ("/what-if", "/what-if/new", path, f"{path}/add/absent", f"{path}/text", plan, f"{plan}/print"):
        page = planner.browser.get(address).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|http-equiv", page), address


def test_names_that_are_markup_are_shown_as_they_are(planner: Planner) -> None:
    path = planner.new(name="<b>Bold</b> & more")
    assert "<b>Bold</b>" not in planner.browser.get(path).text
    planner.send(f"{path}/add/joins", team_code="T1", grade="PO", contracted_hours="37", name='"><i>Eve')
    assert "<i>" not in planner.browser.get(path).text
    assert "<i>" not in planner.browser.get(planner.solved(path)).text


def test_where_there_is_no_snapshot_there_is_nothing_to_try(new_home: Home) -> None:
    planner = planner_of(new_home)
    assert "There is no snapshot yet" in planner.get("/what-if", 503)


def figures(before: int, after: int, **more: Any) -> dict[str, Any]:
    """The figures of a plan of 60 moves."""
    sides = {"before": {"over_line": before, "peak": 160.0}, "after": {"over_line": after, "peak": 121.5}}
    usual = {"over_line": 110.0, "moves_elective": 40, "moves_forced": 19, "moves_named": 1, "unplaced": 0}
    return usual | {"status": "within gap", "gap": 0.0033} | sides | more


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (
            figures(14, 3),
            "60 moves bring 14 people over 110% down to 3; within 0.4% of the best possible, proven.",
        ),
        (
            figures(1, 0, moves_elective=1, moves_forced=0, moves_named=0, status="optimal", gap=0.0, unplaced=1),
            "1 move brings 1 person over 110% down to nobody; no plan does better, proven. "
            "1 case that should be placed cannot be.",
        ),
        (
            figures(9, 9, status="time limit", gap=0.05),
            "60 moves leave 9 people over 110%, as before, but the highest load falls from 160.0% to 121.5%; "
            "within 5% of the best possible, and the time was up before it was proven more closely.",
        ),
        (
            figures(9, 12),
            "60 moves leave 12 people over 110%, where 9 were, but the highest load falls from 160.0% to 121.5%; "
            "within 0.4% of the best possible, proven.",
        ),
        (figures(0, 0), "60 moves keep everybody at 110% or below; within 0.4% of the best possible, proven."),
        (
            figures(2, 2, moves_elective=0, moves_forced=0, moves_named=0, status="optimal"),
            "Nothing moves: 2 people are over 110%, and no move allowed is worth making; no plan does better, proven.",
        ),
    ],
)
def test_the_verdict_says_what_moves_what_that_does_and_how_sure_it_is(told: dict[str, Any], says: str) -> None:
    assert verdict(told) == says


def test_the_curve_says_how_few_moves_bring_most_of_the_gain() -> None:
    curve = pd.DataFrame({"elective_moves": [0, 10, 30, 60, 170], "share_of_gain": [0.0, 0.25, 0.5, 0.79, 1.0]})
    drawing = curve_drawing(curve)
    assert drawing is not None
    assert drawing.says == "60 moves that need not be bring 79% of what is to be gained; the full gain takes 170."
    assert [tick.says for tick in drawing.columns] == ["0", "50", "100", "150"]
    heights = [y for _, y in drawing.dots]
    assert heights == sorted(heights, reverse=True)
    assert (drawing.dots[0][1], drawing.dots[-1][0]) == (drawing.rows[0].at, drawing.right)
    assert curve_drawing(curve.head(1)) is None


def test_messages_name_people_and_what_stands_on_the_page() -> None:
    names = {("offender_manager", "00611"): "Ann Arbuthnot"}
    said = "still over 110%: 00611 131.6%, 00604 125.7% and 69 more; see what more would do: hotspots what-if curve"
    assert told_here(said, names) == (
        "Still over 110%: Ann Arbuthnot (00611) 131.6%, 00604 125.7% and 69 more; see below what more would do"
    )
    taken = "taken over 110% by the plan itself: 00611 from 100.4% to 117.7%"
    assert told_here(taken, names).endswith("itself: Ann Arbuthnot (00611) from 100.4% to 117.7%")
