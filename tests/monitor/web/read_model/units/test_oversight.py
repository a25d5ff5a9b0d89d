"""What is owed beyond assessments: taken, stored, verified, exported, on the page of a unit and in the API."""

import re
from collections.abc import Iterator
from datetime import date
from math import isnan
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.detection.overdue import OVERSIGHT_COUNTS
from monitor.operations.checks.verify import verify
from monitor.snapshots.exports.export import table_of
from monitor.web.pages.supervision.sheet import MOST
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.units.oversight import oversight_by_unit, oversight_of
from tests.monitor.conftest import PEOPLE, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, write_csv

from ...conftest import served, sign_in
from ...pages.conftest import read

RECORDED: dict[str, list[dict[str, Any]]] = {
    "enforcement": [
        {"crn": "X000001", "kind": "breach", "occurred_on": date(2026, 10, 1), "action_by": None, "acted_on": None},
        {"crn": "X000002", "kind": "breach", "occurred_on": date(2026, 11, 16), "action_by": None, "acted_on": None},
    ],
    "contacts": [{"crn": "X000501", "planned_on": date(2026, 11, 2), "kept": True, "kind": "office"}],
    "oversight": [{"crn": None, "om_code": "M1", "kind": "supervision", "done_on": date(2026, 9, 1)}],
}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The little service with records beyond assessments; not to be changed."""
    folder = tmp_path_factory.mktemp("watched")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, PEOPLE)
        tables = little_london(cases=[a_case("X000501", tier="4", rosh="high", licence_copy=False)])
        tables["cases"] = [{"licence_copy": None} | case for case in tables["cases"]]
        home.take(write_csv(folder / "extract", tables | RECORDED))
        yield home
        home.store.engine.dispose()


@pytest.fixture(scope="module")
def north(watched: Home) -> TestClient:
    return sign_in(served(watched), "north")


def test_a_unit_has_its_rules_most_overdue_of_high_risk_first(watched: Home) -> None:
    week = SnapshotCache(watched.store).week()
    assert week is not None
    rules = oversight_of(week, "area", "N")
    late = dict(zip(rules["rule"], rules["overdue"], strict=True))
    assert late == {
        "contact_tier_4": 13,
        "breach_action": 1,
        "breach_resolved": 1,
        "contact_tier_3": 1,
        "contact_tier_2": 1,
        "supervision": 1,
    }
    assert rules["high_risk_overdue"].tolist() == [13, 1, 1, 1, 0, 0]
    assert oversight_of(week, "team", "T4")["rule"].tolist() == ["contact_tier_3"]


def test_every_figure_is_stored_and_calculated_again(watched: Home) -> None:
    verdict = verify(watched.store, watched.newest)
    assert verdict.differences == []
    units = watched.store.units(watched.newest.id or 0).set_index(["level", "code"])
    assert units.loc[("area", "N"), OVERSIGHT_COUNTS[:2]].tolist() == [18, 16]
    assert units.loc[("area", "S"), OVERSIGHT_COUNTS[:2]].tolist() == [2, 2]


def test_what_is_late_can_be_exported_with_its_reason_and_its_officer(watched: Home) -> None:
    table = table_of(watched.store, watched.newest, "oversight").set_index("rule")
    assert table.loc["supervision", ["status", "om_code", "days_overdue"]].tolist() == ["late", "M1", 38]
    assert table.loc["supervision", ["crn"]].isna().all()
    late = table.loc[["breach_action"]].set_index("crn")
    assert late.loc["X000001", ["status", "days_overdue"]].tolist() == ["late", 36]
    rates = table_of(watched.store, watched.newest, "oversight_rates")
    assert set(rates["level"]) == {"team", "office", "cluster", "area", "all"}
    findings = table_of(watched.store, watched.newest, "findings")
    assert findings.loc[findings["finding"].eq("licence_copy_missing"), "crn"].tolist() == ["X000501"]


def test_the_page_of_a_unit_shows_it_next_to_overdue_assessments_and_no_person(north: TestClient) -> None:
    page = read(north.get("/area/N").text)
    assert "Other work overdue" in page
    assert "Enforcement, contacts and oversight" in page
    assert "Breach action 1 1 " in page
    assert "X000001" not in page
    file = north.get("/area/N", params={"format": "csv", "table": "oversight_rates"}).text.splitlines()
    assert len(file) == 7


def test_the_start_page_rolls_it_up_by_part_and_by_rule(north: TestClient) -> None:
    page = read(north.get("/").text)
    assert "By cluster, most overdue of high RoSH first" in page
    assert "Cluster 1 18 16 " in page
    assert "Breach action 1 1 " in page
    assert "X000001" not in page[page.index("By cluster, most overdue") :]
    file = north.get("/", params={"format": "csv", "table": "oversight_rates"}).text.splitlines()
    assert len(file) == 7


def test_units_are_rolled_up_and_several_of_a_level_are_added_up(watched: Home) -> None:
    week = SnapshotCache(watched.store).week()
    assert week is not None
    teams = [("team", code, f"Team {code}") for code in ("T3", "T1", "T4")]
    rolled = oversight_by_unit(week, teams)
    assert [(unit.code, unit.overdue, unit.high_risk_overdue) for unit in rolled] == [
        ("T1", 17, 16),
        ("T4", 2, 2),
        ("T3", 1, 0),
    ]
    one, other = (oversight_of(week, "area", code).set_index("rule") for code in ("N", "S"))
    both = oversight_of(week, "area", "N", "S").set_index("rule")
    assert set(both.index) == set(one.index) | set(other.index)
    for rule, row in both.iterrows():
        parts = [rates.loc[rule] for rates in (one, other) if rule in rates.index]
        assert row["overdue"] == sum(part["overdue"] for part in parts)
        fell_due, on_time = (sum(part[name] for part in parts) for name in ("fell_due", "on_time"))
        assert isnan(row["percentage"]) if not fell_due else row["percentage"] == 100 * on_time / fell_due


def test_an_officer_sees_what_they_owe_longest_overdue_first_and_an_spo_the_same(watched: Home) -> None:
    for name in ("officer", "planner"):
        browser = sign_in(served(watched), name)
        page = read(browser.get("/offender-manager/M1").text)
        section = page[page.index("Longest overdue first, then what is due") :].partition("Findings")[0]
        breach, supervision = "Breach action X000001 Very high 15 October 2026 36 ", "Supervision Not about a case"
        assert 0 < section.index(supervision) < section.index(breach)
        rows = browser.get("/offender-manager/M1", params={"format": "csv", "table": "oversight"}).text.splitlines()
        assert len(rows) == section.count(" 2026 ") + 1


def test_the_api_lists_what_the_reader_may_see(north: TestClient) -> None:
    answer = north.get("/api/v1/oversight", params={"rule": "breach_action"}).json()
    assert {row["code"] for row in answer["items"]} <= {"N", "C1", "O1", "O2", "T1", "T2", "T3"}
    assert next(row for row in answer["items"] if row["code"] == "N")["high_risk_overdue"] == 1


def test_the_policy_page_has_the_rules_in_force(north: TestClient) -> None:
    page = read(north.get("/policy").text)
    assert "Breach action begun" in page
    assert "MAPPA review, level 2" not in page


def test_a_service_that_records_nothing_has_none_of_it(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    assert oversight_of(week, "area", "N").empty
    assert week.parameters.oversight == ()
    assert home.store.units(home.newest.id or 0)["oversight_overdue"].isna().all()
    north = sign_in(served(home), "north")
    for path in ("/", "/area/N", "/offender-manager/M1"):
        assert "Enforcement, contacts and oversight" not in north.get(path).text


def test_the_sheet_for_supervision_names_what_is_overdue_high_rosh_first(north: TestClient) -> None:
    page = north.get("/sheet?unit=offender_manager/M1").text
    line = re.search("Enforcement, contacts and oversight overdue</strong>: (.*?)</li>", page)
    assert line is not None
    owed = line[1].split(", ")
    assert re.fullmatch(r"contact tier 4 X\d+ \(\d+ days?\)", owed[0])
    assert len(owed) == MOST
    assert re.search(r" and \d+ more$", owed[-1])
    assert (
        "oversight overdue</strong>: contact tier 2 X000103 (262 days)<"
        in north.get("/sheet?unit=offender_manager/M3").text
    )


def test_late_work_beyond_assessments_makes_a_hot_caseload_hot_and_late(watched: Home) -> None:
    hotspots = watched.store.hotspots(watched.newest.id or 0)
    late = hotspots[hotspots["rule"].eq("hot_and_late") & hotspots["level"].eq("offender_manager")].iloc[0]
    assert late["code"] == "M1"
    assert "other overdue items of high RoSH cases" in late["reason"]
    assert late["value"] > late["high_risk_overdue"]
