"""What attackers and accidents send: hosts, headers, cookies, numbers, encodings and codes."""

import html
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.requests import Request
from starlette.testclient import TestClient

from monitor.operations.backup import back_up, restore
from monitor.operations.retention import apply_retention
from monitor.reference.inspections import load_inspections
from monitor.settings import load_settings
from monitor.web.app import make_app
from monitor.web.auth.permissions import People
from monitor.web.pages.policy.sources import config_file
from monitor.web.urls import path_asked
from monitor.web.what_if.fields import FORMS, LIMITS, Form
from tests.monitor.conftest import AS_AT, Home, Template, _leave_out_settings, home_in
from tests.monitor.extracts.small import a_case, a_post, a_team, an_assessment, write_csv
from tiering.faults import ConfigFault
from tiering.policies.policy_files import WeightingsFile

from .conftest import HERE, NOW, PEOPLE, InPlace, SignIn, browser_at, listening, sign_in, token_in
from .conftest import copied as copied_service

PROXIED = "https://hotspots.example.org"
LOST = """\
  - {email: lost@example.org, name: Lost Director, role: director, area: GONE}
  - {email: lost.aco@example.org, name: Lost Chief, role: aco, cluster: GONE}
  - {email: lost.spo@example.org, name: Lost Spo, role: spo, teams: [GONE, LOST]}
  - {email: lost.planner@example.org, name: Lost Planner, role: planner, area: GONE}
  - {email: lost.officer@example.org, name: Lost Officer, role: offender_manager, om_code: GONE}
  - {email: half@example.org, name: Half Spo, role: spo, teams: [T1, GONE]}
"""


def served(home: Home, people: str = PEOPLE, **change: Any) -> FastAPI:
    home.settings.people_file.write_text(people, encoding="utf-8")
    return make_app(home.with_settings(**{"base_url": PROXIED, **change}), home.store, lambda: NOW)


@pytest.fixture(scope="module")
def proxied(service: Home) -> FastAPI:
    """The pages behind a proxy that says who asks."""
    return served(service, auth="proxy")


# Hosts and redirects


@pytest.mark.parametrize("path", ["/overdue/", "/", "/sign-in", "/static/hotspots.css", "/api/v1/units", "/nowhere/"])
@pytest.mark.parametrize("host", ["evil.org", "evil.org:443", "hotspots.example.org.evil.org", "", "evil.org/x", "["])
def test_no_other_host_is_answered_and_none_is_led_there(path: str, host: str, proxied: FastAPI) -> None:
    browser = browser_at(proxied, PROXIED)
    headers = {"host": host, "X-Auth-Request-Email": "north@example.org"}
    answer = browser.get(path, headers=headers, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers, "evil" in answer.text) == (400, False, False)


@pytest.mark.parametrize("host", ["hotspots.example.org", "HOTSPOTS.example.org:443", "inside.example", "127.0.0.1:80"])
def test_the_hosts_that_are_set_are_answered_with_relative_addresses(host: str, service: Home) -> None:
    browser = browser_at(served(service, auth="proxy", hosts=("inside.example",)), PROXIED)
    headers = {"host": host, "X-Auth-Request-Email": "north@example.org"}
    answer = browser.get("/overdue/?rosh=high", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/overdue?rosh=high")
    assert browser.get("/overdue", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["//evil.org/", "//evil.org//", "/nowhere/", "/static/", "/what-if/x/y/z/", "/%2F/"])
def test_nobody_is_led_on_from_where_there_is_nothing(path: str, signed_in: SignIn) -> None:
    answer = signed_in("planner").get(f"{HERE}{path}", follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_those_who_watch_ask_by_whatever_name_the_machine_has(proxied: FastAPI) -> None:
    browser = browser_at(proxied, "http://10.0.0.7:8000")
    assert [browser.get(path).status_code for path in ("/healthz", "/readyz", "/metrics", "/sign-in")] == [
        200, 200, 200, 400,
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["https://inside.example", "inside.example:8000", "a/b", "me@inside"])
def test_what_is_no_host_name_is_a_fault(value: str, own_environment: None) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_HOSTS"):
        load_settings(hosts=value)


@pytest.mark.parametrize("value", ["https://", "https://[", "https://me@host.example"])
def test_a_base_url_without_a_host_is_a_fault(value: str, own_environment: None) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_BASE_URL"):
        load_settings(base_url=value)


def test_a_path_is_taken_as_it_was_written_where_the_server_says_how() -> None:
    scope = {"type": "http", "path": "/team/a b/c", "headers": []}
    assert path_asked(Request(scope)) == "/team/a%20b/c"
    assert path_asked(Request({**scope, "raw_path": b"/team/a%20b%2Fc"})) == "/team/a%20b%2Fc"


# Who signs in


@pytest.mark.parametrize("second", ["planner@example.org", "north@example.org", "", "nobody@example.org"])
def test_a_proxy_that_names_two_names_nobody(second: str, proxied: FastAPI) -> None:
    browser = browser_at(proxied, PROXIED)
    name = "X-Auth-Request-Email"
    assert browser.get("/", headers=[(name, "north@example.org")]).status_code == 200
    for names in (("north@example.org", second), (second, "north@example.org")):
        assert browser.get("/", headers=[(name, one) for one in names]).status_code == 403
    assert browser.get("/", headers=[(name, f"north@example.org, {second}")]).status_code == 403


def copied(app: FastAPI, browser: TestClient) -> TestClient:
    """Another browser with the same cookies."""
    other = browser_at(app)
    other.cookies.update(browser.cookies)
    return other


def is_in(browser: TestClient) -> bool:
    return browser.get("/", follow_redirects=False).status_code == 200


def test_a_cookie_copied_before_signing_out_is_worth_nothing_after_it(home: Home) -> None:
    app = served(home)
    browser, another_of_mine = sign_in(app, "north"), sign_in(app, "north")
    thief = copied(app, browser)
    assert is_in(thief)
    browser.post("/sign-out", data={"csrf": token_in(browser.get("/").text)})
    assert [is_in(one) for one in (browser, thief, another_of_mine)] == [False, False, True]
    assert thief.get("/api/v1/units").status_code == 401


def test_a_cookie_from_before_signing_in_again_is_worth_nothing(home: Home) -> None:
    app = served(home)
    browser = sign_in(app, "north")
    before = copied(app, browser)
    form = {"csrf": token_in(browser.get("/sign-in").text), "email": "south@example.org", "next": "/"}
    browser.post("/sign-in", data=form)
    assert [is_in(browser), is_in(before)] == [True, False]


def test_the_session_of_somebody_who_left_does_not_come_back_with_them(home: Home) -> None:
    app = served(home)
    north, south = sign_in(app, "north"), sign_in(app, "south")
    home.settings.people_file.write_text(PEOPLE.replace("north@", "north.new@"), encoding="utf-8")
    assert is_in(south)
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    assert [is_in(north), is_in(south)] == [False, True]


def test_a_restart_with_the_same_secret_signs_nobody_out_and_a_restore_everybody(home: Home, tmp_path: Path) -> None:
    secret = {"session_secret": SecretStr("of the service")}
    browser = sign_in(served(home, **secret), "north")
    file, manifest = back_up(home.store, tmp_path / "backup.zip", NOW)
    assert "web_session" not in manifest.tables
    again = served(home, **secret)
    assert is_in(copied(again, browser))
    restore(home.store, file, NOW, replace=True)
    assert not is_in(copied(again, browser))


def test_retention_deletes_the_sessions_whose_time_is_over(home: Home) -> None:
    sign_in(served(home), "north")

    def left(now: Any, *, dry_run: bool) -> int:
        apply_retention(home.store, home.settings, now, dry_run=dry_run)
        with home.store.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM web_session").scalar_one())

    over = NOW + timedelta(hours=8)
    assert [left(over - timedelta(minutes=1), dry_run=False), left(over, dry_run=True)] == [1, 1]
    assert left(over, dry_run=False) == 0


# Files that change


def put_in_place(file: Path, text: str) -> None:
    """Another file in place of one, of the same size and time."""
    before = file.stat()
    assert len(text.encode()) == before.st_size
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(file)
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_somebody_taken_out_by_a_file_of_the_same_time_and_size_is_out(home: Home) -> None:
    app = served(home)
    browser = sign_in(app, "north")
    put_in_place(home.settings.people_file, PEOPLE.replace("north@example.org", "other@example.org"))
    assert not is_in(browser)
    assert is_in(sign_in(app, "other"))


def test_people_are_read_again_when_their_file_comes_back(tmp_path: Path) -> None:
    people = People(tmp_path / "people.yaml", ())
    with pytest.raises(ConfigFault, match="missing"):
        people.all()
    (tmp_path / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    assert len(people.all()) == len(people.addresses()) == 12


def test_a_file_of_the_configuration_in_place_of_another_of_the_same_time_is_read(home: Home, tmp_path: Path) -> None:
    for folder in ("inspections", "weightings"):
        (tmp_path / folder).mkdir()
    source = next((home.settings.config / "inspections").glob("*.yaml"))
    inspection = tmp_path / "inspections" / source.name
    text = source.read_text(encoding="utf-8")
    inspection.write_text(text, encoding="utf-8")
    (before,) = load_inspections(tmp_path)
    put_in_place(inspection, re.sub(r"(?m)^whole: (.)", "whole: X", text))
    (after,) = load_inspections(tmp_path)
    assert (after.whole[:1], after.whole[1:]) == ("X", before.whole[1:])

    weights = tmp_path / "weightings" / "london-2009.yaml"
    text = (home.settings.config / "weightings" / weights.name).read_text(encoding="utf-8")
    weights.write_text(text, encoding="utf-8")
    was = config_file(weights, WeightingsFile)
    assert was is not None
    put_in_place(weights, re.sub(r"(?m)^title: (.)", "title: X", text))
    now = config_file(weights, WeightingsFile)
    assert now is not None
    assert (now.title[:1], now.title[1:]) == ("X", was.title[1:])


# Numbers and forms


@pytest.fixture(scope="module")
def planned(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The pages of a service in which what-ifs are made."""
    with copied_service(_three_weeks, tmp_path_factory.mktemp("planned")) as made:
        yield served(made)


@pytest.fixture
def a_what_if(planned: FastAPI) -> tuple[FastAPI, str]:
    """The pages, and the path of a new what-if of the whole service."""
    app, browser = planned, sign_in(planned, "planner")
    form = {"csrf": token_in(browser.get("/what-if/new").text), "name": "Of all", "unit": "all/"}
    return app, browser.post("/what-if/new", data=form, follow_redirects=False).headers["location"]


NO_NUMBERS = ["None", "0", "-1", "4711", "1.0", "%C2%B2", "9" * 9, "9" * 10, "9" * 5000, "1e3", "true"]


def test_a_number_that_is_none_is_answered_as_what_is_forbidden(a_what_if: tuple[FastAPI, str]) -> None:
    app, there = a_what_if
    for name in ("planner.south", "north", "operator", "officer"):
        browser = sign_in(app, name)
        forbidden = browser.get(there)
        assert forbidden.status_code == 403
        for number in NO_NUMBERS:
            paths = [f"/what-if/{number}{end}" for end in ("", "/text", "/limits", "/add/pin")]
            paths += [f"/what-if/plan/{number}{end}" for end in ("", "/print", "/case")]
            for path in [*paths, f"/what-if/compare?a={number}"]:
                answer = browser.get(path)
                assert (answer.status_code, answer.text) == (403, forbidden.text), path[:40]
    for number in NO_NUMBERS:
        assert sign_in(app, "planner").get(f"/what-if/{number}").status_code == 404


def test_an_operator_learns_of_no_mail_by_its_number(signed_in: SignIn) -> None:
    numbers = re.findall(r'href="/digests/(\d+)', signed_in("operator").get("/digests").text)
    forbidden = signed_in("operator").get(f"/digests/{numbers[0]}/mail")
    assert forbidden.status_code == 403
    for number in NO_NUMBERS:
        answer = signed_in("operator").get(f"/digests/{number}/mail")
        assert (answer.status_code, answer.text) == (403, forbidden.text)


ENCODINGS = ["undefined", "idna", "punycode", "unicode_escape", "utf-7", "utf-16", "hex", "a\\0b", "latin-1", "\u00e9"]
KINDS_OF_FORM = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/json",
]
POSTS = ["/sign-in", "/sign-out", "/what-if/new", "/what-if/1/limits", "/digests/1/resend", "/api/v1/units"]


@pytest.mark.parametrize("path", [*POSTS, "/"])
def test_an_encoding_that_is_not_ours_is_refused_without_a_traceback(
    path: str, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in("planner")
    body = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\\ud800\r\n--x--\r\n'
    for form, encoding in product(KINDS_OF_FORM, ENCODINGS):
        headers = {"content-type": f"{form}; charset={encoding}".encode()}
        answer = browser.request("GET" if path == "/" else "POST", path, headers=headers, content=body)
        assert (answer.status_code, "could not be read" in answer.text) == (400, True), (form, encoding)
    assert caplog.text == ""


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; filename="f"\r\n\r\n\r\n--x--'),
        ("application/x-www-form-urlencoded", b"&".join([b"csrf=1"] * 1001)),
        ("application/x-www-form-urlencoded", b"csrf=" + b"1" * 1_100_000),
        ("application/x-www-form-urlencoded", b"csrf=" + b"1" * 3_200_000),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"csrf=%ff%00"),
        ("application/x-www-form-urlencoded", iter([b"csrf=", b"1"])),
    ],
)
def test_a_form_that_cannot_be_read_is_said_to_be_so(
    path: str, form: str, body: Any, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    answer = signed_in("planner").post(path, headers={"content-type": form}, content=body)
    assert answer.status_code in (400, 403, 405, 413)
    assert caplog.text == ""


def test_a_file_where_a_form_has_words_is_said_to_be_unreadable(signed_in: SignIn) -> None:
    answer = signed_in("operator").post("/digests/1/resend", files={"csrf": ("a.txt", b"x")})
    assert (answer.status_code, "could not be read" in answer.text, "<h1" in answer.text) == (400, True, True)


LONG = ["9" * 201, "9" * 5000, "-" + "9" * 5000, "1e400", "\u0661", "\u00b2", "\0", "nan", "0x10"]


def filled_with(form: Form, text: str) -> dict[str, str]:
    """A form with the same in every field, and in every part of a date."""
    parts = {"date": ("-day", "-month", "-year")}
    return {f"{one.name}{part}": text for one in form.fields for part in parts.get(one.kind, ("",))}


@pytest.mark.parametrize("number", LONG)
def test_a_number_of_any_length_in_a_form_is_refused_in_words(
    number: str, a_what_if: tuple[FastAPI, str], caplog: pytest.LogCaptureFixture
) -> None:
    app, there = a_what_if
    browser = sign_in(app, "planner")
    csrf = {"csrf": token_in(browser.get(there).text)}
    wrong = []
    for path, fields in (
        *((f"/add/{kind}", filled_with(form, number)) for kind, form in FORMS.items()),
        ("/limits", filled_with(LIMITS, number)),
        ("/remove", {"place": number, "version": number}),
    ):
        answer = browser.post(there + path, data={**csrf, **fields})
        # A digit of another script is a number; nothing else here is.
        if answer.status_code not in (400, 409) and not (number == "\u0661" and answer.status_code == 200):
            wrong.append((path, answer.status_code))
    assert wrong == []
    assert caplog.text == ""


# Readers whose units are not in the week


@pytest.fixture(scope="module")
def lost(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with copied_service(_three_weeks, tmp_path_factory.mktemp("lost")) as made:
        yield served(made, PEOPLE + LOST)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lost", "Your area GONE is not in these figures"),
        ("lost.aco", "Your cluster GONE is not in these figures"),
        ("lost.spo", "Your teams GONE and LOST are not in these figures"),
        ("lost.planner", "Your area GONE is not in these figures"),
        ("lost.officer", "Your code GONE is not in these figures"),
    ],
)
def test_a_reader_whose_units_are_not_in_the_week_reads_that(name: str, says: str, lost: FastAPI) -> None:
    browser = sign_in(lost, name)
    mine = {"lost.officer": "/offender-manager/GONE"}.get(name, "/overdue")
    for path in ("/", mine, "/search?q=x", "/?as_at=2026-11-13"):
        answer = browser.get(path)
        assert (answer.status_code, f">{says}</h1>" in answer.text) == (404, True), path
    assert "The latest figures" in browser.get(f"{mine}?as_at=2026-11-13").text
    assert ('href="/snapshots"' in browser.get("/").text) == (name != "lost.officer")
    assert f"{says}." in browser.get("/definitions").text
    units = browser.get("/api/v1/offender-managers/GONE" if name == "lost.officer" else "/api/v1/units")
    assert units.headers["content-type"] == "application/problem+json"
    assert units.status_code == 404
    assert units.json()["detail"].startswith(f"{says}. These figures are as at 20 November 2026, and the extract for")


def test_a_reader_of_two_units_reads_which_one_is_missing(lost: FastAPI) -> None:
    browser = sign_in(lost, "half")
    for path in ("/", "/overdue", "/team/T1"):
        answer = browser.get(path)
        assert (answer.status_code, "Your team GONE is not in these figures." in answer.text) == (200, True)
    assert browser.get("/team/GONE").status_code == 404


def test_a_planner_of_an_area_that_is_gone_reads_that_of_what_ifs(lost: FastAPI) -> None:
    for path in ("/what-if", "/what-if/new", "/what-if/1", "/what-if/compare"):
        assert sign_in(lost, "lost.planner").get(path).status_code == 404
        assert sign_in(lost, "lost").get(path).status_code == 403


# Codes of every kind

CODES = [".", "..", "a/b", "/", "a/", "a//b", "a/../b", "%2e", "50%", "a?b", "a#b", "a b", "é\u4e2d", "\\", "a;b=c",
         "a&b", '"><b>', "{code}", "static", "?code=.", "\U0001f600", "a+b", "x" * 400]  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A planner's browser at a service in which teams, offices, clusters, areas and people have odd codes.

    It is served as it is to readers: the test client reads the percent signs of an address twice.
    """
    teams = [
        a_team(code, f"O{place}", cluster_code="C1", area_code="N", area_name="North")
        | ({"office_code": code} if place % 2 else {})
        for place, code in enumerate(CODES)
    ]
    teams += [a_team("TX", "OX", cluster_code=".", cluster_name="Dot", area_code="..", area_name="Dots")]
    posts = [a_post(code, code, om_name="Odd Name") for code in CODES]
    cases = [a_case(f"X{number:06d}", om_code=code, team_code=code) for number, code in enumerate(CODES)]
    assessments = [an_assessment("X000001"), an_assessment("X000000")]
    tables = {"organisation": teams, "offender_managers": posts, "cases": cases, "assessments": assessments}
    folder = tmp_path_factory.mktemp("odd")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        home.take(write_csv(folder / "odd", tables), AS_AT)
        app = served(home)
    with listening(app) as address, httpx2.Client(base_url=address, follow_redirects=True) as browser:
        form = {"csrf": token_in(browser.get("/sign-in").text), "email": "planner@example.org", "next": "/"}
        assert browser.post("/sign-in", data=form).status_code == 200
        yield browser
    home.store.engine.dispose()


def test_links_open_whatever_the_code(odd: httpx2.Client) -> None:
    units = odd.get("/api/v1/units", params={"limit": 1000}).json()["items"]
    codes = {one["code"] for one in units}
    assert set(CODES) <= codes
    opened: set[str] = set()
    todo = {"/area/?code=..", "/cluster/C1", "/cluster/?code=."}
    for code in CODES:
        todo |= links_in(odd.get("/search", params={"q": code[:100]}).text)
    while todo - opened:
        path = (todo - opened).pop()
        opened.add(path)
        answer = odd.get(path)
        assert answer.status_code == 200, path[:80]
        of_page = links_in(answer.text) if answer.headers["content-type"].startswith("text/html") else set()
        # One file and one order of each unit: all of them are thousands.
        files = {link for link in of_page if "format=" in link and "table=weeks&format=csv" not in link}
        orders = {link for link in of_page if "sort=" in link and "sort=cases&order=ascending" not in link}
        todo |= of_page - files - orders
    assert {f"/team/{quote(code, safe='')}" for code in CODES[2:]} <= opened
    assert {"/team/?code=.", "/team/?code=..", "/offender-manager/?code=.", "/office/?code=.."} <= opened


def links_in(page: str) -> set[str]:
    """Links to pages and files of units and people."""
    kinds = "area|cluster|office|team|offender-manager"
    return set(map(html.unescape, re.findall(rf'href="(/(?:{kinds})/[^"]*)"', page)))


def test_a_page_of_an_odd_code_is_about_that_code(odd: httpx2.Client) -> None:
    for code in CODES:
        for level in ("team", "offender-manager"):
            path = f"/{level}/?code={code}" if code in (".", "..") else f"/{level}/{quote(code, safe='')}"
            table = "people" if level == "team" else "posts"
            answer = odd.get(path, params={"format": "csv", "table": table} | ({"code": code} if "?" in path else {}))
            assert answer.status_code == 200, code
            assert code in answer.text.replace('""', '"').replace("'", ""), code


def test_the_dots_of_a_code_stay_in_the_earlier_week(odd: httpx2.Client) -> None:
    page = odd.get(f"/cluster/?code=.&as_at={AS_AT}").text
    assert f'href="/area/?code=..&amp;as_at={AS_AT}"' in page


# Everything with anything

WEIRD = ["None", "-1", "9" * 5000, ".", "..", "%00", "%ff", "%E2%80%AE", "%0A", "a/b", "%F0%9F%98%80", "%27%3B", ""]
WORDS = ["as_at", "format", "table", "page", "limit", "offset", "unit", "rosh", "rule", "sort", "q", "level", "code",
         "a", "b", "as", "images", "refresh", "said", "next", "finding", "error", "band", "status"]  # fmt: skip


def of_routes(app: FastAPI, value: str) -> list[str]:
    """Every address that can be read, with a value in each gap."""
    paths = {one.path for one in app.routes if isinstance(one, APIRoute) and "GET" in one.methods}
    return sorted(re.sub(r"\{[^}]*\}", lambda _: value, path) for path in paths)


READERS = ["planner", "lost", "operator", "spo1", "lost.officer", "half"]


@pytest.mark.parametrize("name", READERS)
def test_no_address_with_any_value_is_an_error_of_the_program(
    name: str, lost: FastAPI, in_place: InPlace, caplog: pytest.LogCaptureFixture
) -> None:
    browser, asked = sign_in(lost, name), list[str]()
    for value in WEIRD[READERS.index(name) % 3 :: 3]:
        # The client takes no address of more than 65,536 characters.
        query = "&".join(f"{word}={value[:2000]}" for word in WORDS if word != "as_at")
        asked += [f"{path}?{words}" for path in of_routes(lost, value) for words in (query, f"as_at={value}")]
    wrong = [
        (answer.status_code, address[:100])
        for address, answer in zip(asked, in_place.answers(browser, asked), strict=True)
        if answer.status_code >= 500 or urlsplit(answer.headers.get("location", "")).netloc
    ]
    assert wrong == []
    assert caplog.text == ""


@pytest.mark.parametrize("word", WORDS)
def test_no_word_behind_the_question_mark_is_an_error_of_the_program(
    word: str, pages: FastAPI, signed_in: SignIn, in_place: InPlace
) -> None:
    paths = [path for path in of_routes(pages, "1") if "{" not in path]
    asked = [f"{path}?{word}={value}" for path in paths for value in ("9" * 5000, "%00", "%ED%A0%80", "[")]
    answers = in_place.answers(signed_in("planner"), asked)
    wrong = [address[:60] for address, answer in zip(asked, answers, strict=True) if answer.status_code >= 500]
    assert wrong == []
