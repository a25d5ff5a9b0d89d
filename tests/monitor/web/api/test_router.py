"""The API: the stored figures as they are, in parts, with problems in words, and a document that is true."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from monitor.operations.retention import apply_retention
from monitor.snapshots.tables import LookedAt
from monitor.web.app import make_app
from monitor.web.read_model.cache import SnapshotCache
from tests.monitor.conftest import WEEK, Home

from ..conftest import NOW, PEOPLE, SignIn, browser_at, sign_in

ADDRESSES = [
    "/api/v1/snapshots",
    "/api/v1/units",
    "/api/v1/units/office/O1",
    "/api/v1/hotspots",
    "/api/v1/timeliness",
    "/api/v1/oversight",
    "/api/v1/team-types",
    "/api/v1/limits",
    "/api/v1/overdue",
    "/api/v1/findings",
    "/api/v1/offender-managers/M1",
    "/api/openapi.json",
]
LISTS = [path for path in ADDRESSES if path.count("/") == 3]


def asked(signed_in: SignIn, path: str, who: str = "planner", **words: Any) -> Any:
    answer = signed_in(who).get(path, params=words)
    assert answer.status_code == 200, answer.text
    return answer.json()


def problem(answer: Any) -> tuple[int, str]:
    """Status and detail of a problem, which says the same status twice and who it is for nowhere."""
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["type"] == "about:blank"
    return said["status"], said["detail"]


def test_figures_are_unrounded_dates_iso_and_what_is_missing_is_null(signed_in: SignIn, service: Home) -> None:
    week = SnapshotCache(service.store).week()
    assert week is not None
    stored = week.unit("office", "O1")
    assert stored is not None
    found = asked(signed_in, "/api/v1/units/office/O1")
    assert (found["as_at"], found["revision"]) == ("2026-11-20", 1)
    assert found["unit"]["capacity_percentage"] == stored.capacity_percentage == pytest.approx(131.188365051903)
    assert found["unit"]["span"] is None
    assert found["unit"]["longest_wait_days"] is None
    assert isinstance(found["unit"]["inexperienced"], int)
    assert [line["as_at"] for line in found["weeks"]] == ["2026-11-06", "2026-11-13", "2026-11-20"]
    assert {one["weeks_ahead"] for one in found["forecast"]} >= {1, 2}
    assert {(one["rule"], one["code"]) for one in found["hotspots"]} >= {("over_threshold", "O1")}
    assert {one["code"] for one in found["timeliness"]} == {"O1"}
    standing = found["standing_causes"]
    assert sum(part["points"] for part in standing) == pytest.approx(found["unit"]["total_points"])
    assert sum(part["percentage_points"] for part in standing) == pytest.approx(stored.capacity_percentage)
    # The three weeks hold the same rows, so nothing but their dates could have changed anything.
    assert {part["part"] for part in found["causes"]} <= {"duties", "sickness", "other_reductions"}
    change = found["change"]
    assert sum(part["points"] for part in change["parts"]) == pytest.approx(change["now"] - change["before"])
    available = sum(part["points"] for part in change["available_parts"])
    assert available == pytest.approx(change["available_now"] - change["available_before"])


def test_an_offender_manager_has_cases_posts_assessments_and_findings(signed_in: SignIn) -> None:
    found = asked(signed_in, "/api/v1/offender-managers/M1", "spo1")
    assert found["unit"]["name"] == "Ann Arbuthnot"
    assert [post["team_code"] for post in found["posts"]] == ["T1", "T2"]
    assert found["posts"][0]["qualified_on"] == "2015-09-01"
    assert sum(case["points"] for case in found["cases"]) == found["unit"]["case_points"]
    assert len(found["overdue"]) == found["unit"]["overdue"]
    assert {one["finding"] for one in found["findings"]} == {
        "mappa_level_unrecorded",
        "rosh_above_tier",
        "tier_changed",
    }
    assert found["hidden_cases"] == 0


def test_an_offender_manager_reads_their_own_page_as_a_program_does(signed_in: SignIn) -> None:
    assert asked(signed_in, "/api/v1/offender-managers/M5", "officer5")["unit"]["code"] == "M5"


@pytest.mark.parametrize("path", LISTS)
def test_the_parts_of_a_list_make_the_whole(path: str, signed_in: SignIn) -> None:
    whole = asked(signed_in, path, limit=1000)
    assert whole["total"] == len(whole["items"])
    assert whole["next"] is None
    browser, found, following = signed_in("planner"), [], f"{path}?limit={1 + whole['total'] // 3}"
    while following:
        part = browser.get(following).json()
        assert part["total"] == whole["total"]
        found += part["items"]
        following = part["next"]
    assert found == whole["items"]


def test_filters_narrow_a_list(signed_in: SignIn) -> None:
    def of(path: str, **words: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = asked(signed_in, f"/api/v1/{path}", limit=1000, **words)["items"]
        return items

    assert {one["code"] for one in of("units", level="team", parent_code="O1")} == {"T1", "T2"}
    assert {one["band"] for one in of("units", band="red")} == {"red"}
    assert {one["rule"] for one in of("hotspots", rule="no_capacity")} == {"no_capacity"}
    assert of("hotspots", status="cleared") == []
    assert {(one["level"], one["code"]) for one in of("timeliness", level="office", code="O3")} == {("office", "O3")}
    assert {one["rule"] for one in of("timeliness", rule="full_analysis_high")} == {"full_analysis_high"}
    assert {one["crn"] for one in of("findings", finding="tier_missing")} == {"X000104"}
    assert {one["office_code"] for one in of("overdue", unit="office/O1")} == {"O1"}
    assert {one["rosh"] for one in of("overdue", rosh="high")} <= {"high", "very_high"}
    days = [one["days_overdue"] for one in of("overdue", sort="days")]
    assert days == sorted(days, reverse=True)


def test_an_earlier_week_is_answered_for_its_date(signed_in: SignIn) -> None:
    found = asked(signed_in, "/api/v1/units", as_at="2026-11-13", limit=1)
    assert found["as_at"] == "2026-11-13"
    assert "as_at=2026-11-13" in found["next"]


def test_a_hotspot_does_not_name_the_unit_above_to_who_may_not_see_it(signed_in: SignIn) -> None:
    def above(who: str) -> set[str | None]:
        items = asked(signed_in, "/api/v1/hotspots", who, limit=1000)["items"]
        return {one["explained_by"] for one in items if one["code"] == "M1"}

    assert "O1" in above("spo1")
    assert above("spo2") == {"T1", None}


def test_counts_of_a_snapshot_are_for_those_who_see_everything(signed_in: SignIn) -> None:
    for who, cases in (("planner", 53), ("operator", 53), ("north", None)):
        assert asked(signed_in, "/api/v1/snapshots", who)["items"][0]["cases"] == cases


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_stranger_is_told_to_sign_in_whatever_they_ask(path: str, pages: FastAPI) -> None:
    stranger = browser_at(pages)
    for words in ({}, {"limit": "none", "as_at": "yesterday"}):
        assert problem(stranger.get(path, params=words)) == (401, "Sign in first.")


def test_behind_a_proxy_who_is_named_asks(home: Home) -> None:
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = browser_at(
        make_app(home.with_settings(auth="proxy", base_url="https://h.example.org"), home.store, lambda: NOW),
        "https://h.example.org",
    )
    spo = {"X-Auth-Request-Email": "spo2@example.org"}
    assert browser.get("/api/v1/units/team/T1", headers=spo).status_code == 200
    assert problem(browser.get("/api/v1/units/team/T2", headers=spo))[0] == 403
    assert problem(browser.get("/api/v1/units/team/T1"))[0] == 403


def test_what_is_forbidden_is_answered_as_what_does_not_exist(signed_in: SignIn) -> None:
    browser = signed_in("spo2")
    there, nowhere = browser.get("/api/v1/units/team/T4"), browser.get("/api/v1/units/team/T9")
    assert problem(there)[0] == 403
    assert there.text == nowhere.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/units/team/T9", 404),
        ("/api/v1/offender-managers/M99", 404),
        ("/api/v1/units?as_at=2020-01-01", 404),
        ("/api/v1/nothing", 404),
        ("/api/v2/units", 404),
        ("/api/", 404),
        ("/api/v1/units/area/a%0Ab", 404),
        ("/api/v1/units?as_at=yesterday", 422),
        ("/api/v1/units?limit=0", 422),
        ("/api/v1/units?limit=1001", 422),
        ("/api/v1/units?offset=-1", 422),
        ("/api/v1/units?level=street", 422),
        ("/api/v1/units/street/1", 422),
        ("/api/v1/overdue?unit=O1", 422),
        ("/api/v1/overdue?sort=name", 422),
    ],
)
def test_what_cannot_be_answered_is_a_problem_in_words(path: str, status: int, signed_in: SignIn) -> None:
    said, detail = problem(signed_in("planner").get(path))
    assert said == status
    assert detail.endswith(".")


def test_every_wrong_parameter_is_named(signed_in: SignIn) -> None:
    answer = signed_in("planner").get("/api/v1/units?limit=0&level=street&as_at=x")
    assert {one["parameter"] for one in answer.json()["errors"]} == {"limit", "level", "as_at"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_can_be_changed(method: str, path: str, signed_in: SignIn) -> None:
    answer = signed_in("planner").request(method, path)
    assert problem(answer) == (405, "The API is read only.")
    assert answer.headers["allow"] == "GET"


def test_before_the_first_snapshot_there_is_a_problem(new_home: Home) -> None:
    new_home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(new_home.settings, new_home.store, lambda: NOW), "planner")
    for path in LISTS:
        assert problem(browser.get(path))[0] == 503


def test_cases_of_a_week_that_were_removed_are_said_to_be_gone(home: Home) -> None:
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    settings = home.with_settings(keep_cases_weeks=1)
    apply_retention(home.store, settings, NOW + WEEK)
    browser = sign_in(make_app(settings, home.store, lambda: NOW), "planner")
    status, detail = problem(browser.get("/api/v1/overdue?as_at=2026-11-06"))
    assert status == 410
    assert "were removed" in detail
    assert browser.get("/api/v1/overdue").status_code == 200


def test_a_look_is_written_down_and_so_is_a_refusal(home: Home) -> None:
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(home.settings, home.store, lambda: NOW), "spo2")
    for path in ("units/team/T1", "offender-managers/M1", "offender-managers/M5", "units/team/T4", "overdue"):
        browser.get(f"/api/v1/{path}")
    with Session(home.store.engine) as session:
        looks = [(one.page, one.level, one.code, one.allowed) for one in session.exec(select(LookedAt))]
    assert looks == [
        ("/api/v1/offender-managers/{code}", "offender_manager", "M1", True),
        ("/api/v1/offender-managers/{code}", "offender_manager", "M5", False),
        ("/api/v1/units/{level}/{code}", "team", "T4", False),
        ("/api/v1/overdue", "team", "T1", True),
    ]


def test_a_list_of_offender_managers_is_written_down_and_one_of_units_is_not(home: Home) -> None:
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(home.settings, home.store, lambda: NOW), "spo1")
    for path in ("units?level=team", "hotspots?level=office", "units?level=area&band=red", "timeliness?level=team"):
        assert browser.get(f"/api/v1/{path}").status_code == 200
    for path in ("units", "units?level=offender_manager&limit=1", "hotspots"):
        assert browser.get(f"/api/v1/{path}").status_code == 200
    with Session(home.store.engine) as session:
        looks = [(one.who, one.page, one.level, one.code) for one in session.exec(select(LookedAt))]
    assert looks == [
        ("spo1@example.org", "/api/v1/units", "office", "O1"),
        ("spo1@example.org", "/api/v1/units", "office", "O1"),
        ("spo1@example.org", "/api/v1/hotspots", "office", "O1"),
    ]


def test_the_document_names_every_address_and_what_it_answers(pages: FastAPI, signed_in: SignIn) -> None:
    document = asked(signed_in, "/api/openapi.json", "operator")
    described = {path.replace("{code}", "{code:path}") for path in document["paths"]}
    served = {route.path for route in pages.routes if route.path.startswith("/api/v1/")}  # type: ignore[attr-defined]
    assert described == served
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        assert set(methods) == {"get"}
        answers = methods["get"]["responses"]
        assert set(answers) == {"200", "401", "403", "404", "410", "422", "503"}
        assert answers["422"]["content"]["application/problem+json"]["schema"] == {
            "$ref": "#/components/schemas/Problem"
        }
    assert {"Problem", "Faults", "UnitRow", "OffenderManagerAnswer"} <= set(schemas)
    assert all(reference.rpartition("/")[2] in schemas for reference in references(document))


def references(part: Any) -> list[str]:
    """Every place of the document that another part of it points to."""
    if isinstance(part, dict):
        here = [part["$ref"]] if "$ref" in part else []
        return here + [one for value in part.values() for one in references(value)]
    return [one for value in part for one in references(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("path", [*ADDRESSES, "/api/v1/none"])
def test_an_answer_carries_the_headers_of_the_pages(path: str, signed_in: SignIn) -> None:
    headers = signed_in("planner").get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "script-src" not in headers["content-security-policy"]


def test_limits_are_those_that_the_page_shows_with_dates_or_null(signed_in: SignIn) -> None:
    found = asked(signed_in, "/api/v1/limits", "north")["items"]
    assert {(row["level"], row["code"]) for row in found} == {("area", "N"), ("all", "all")}
    assert {row["since"] is None for row in found} == {True, False}
    assert all((row["since"] is None) == (not row["breached"]) == (row["weeks"] == 0) for row in found)
    assert asked(signed_in, "/api/v1/limits", "north", level="all")["total"] < len(found)


def test_types_of_team_have_their_figures(signed_in: SignIn) -> None:
    (row,) = asked(signed_in, "/api/v1/team-types", "aco1", level="cluster")["items"]
    assert (row["code"], row["team_type"], row["teams"]) == ("C1", "omu", 3)
    assert row["overdue_per_100_cases"] == pytest.approx(100 * row["overdue"] / row["cases"])
