"""Signing in, headers, warnings, files, and what stands where there is no page."""

import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from monitor.operations.run_ledger import RunState
from monitor.operations.weekly_run import run_if_due
from monitor.snapshots.tables import Run
from monitor.web.app import make_app
from tests.monitor.conftest import FORMULA, Answer, Home, little_london
from tests.monitor.extracts.small import a_case, write_csv
from tiering.faults import ConfigFault

from .conftest import HERE, NOW, PEOPLE, SignIn, browser_at, sign_in, token_in


def served(home: Home, now: datetime = NOW, host: str = "127.0.0.1", **change: Any) -> FastAPI:
    """The pages of a home with some settings changed, at some time."""
    (home.settings.people_file).write_text(PEOPLE, encoding="utf-8")
    settings = home.with_settings(**{"base_url": "https://hotspots.example.org", **change})
    return make_app(settings, home.store, lambda: now, host)


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nowhere", "/static/hotspots.css", "/area/S", "/overdue?format=csv"]
)
def test_every_answer_carries_the_security_headers(path: str, signed_in: SignIn) -> None:
    headers = signed_in("north").get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    kept = "public, max-age=3600" if path.startswith("/static/") else "no-store"
    assert headers["cache-control"] == kept
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/", "/office/O2", "/offender-manager/M1", "/definitions", "/sign-in"])
def test_no_page_has_script_or_style_of_its_own(path: str, signed_in: SignIn) -> None:
    page = signed_in("planner").get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|(?:href|src|action)=\"https?:", page)


def test_the_cookie_is_for_these_pages_only_and_no_script_reads_it(pages: FastAPI, home: Home) -> None:
    cookie = browser_at(pages).get("/sign-in").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    proxied = browser_at(served(home, auth="proxy"), "https://hotspots.example.org")
    answer = proxied.get("/", headers={"X-Auth-Request-Email": "north@example.org"})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_whoever_is_not_signed_in_signs_in_first_and_comes_to_the_page_they_wanted(pages: FastAPI) -> None:
    browser = browser_at(pages)
    answer = browser.get("/overdue?rosh=high", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Foverdue%3Frosh%3Dhigh")
    page = browser.get(answer.headers["location"]).text
    form = {"csrf": token_in(page), "email": "north@example.org", "next": "/overdue?rosh=high"}
    assert 'name="next" value="/overdue?rosh=high"' in page
    after = browser.post("/sign-in", data=form)
    assert (after.status_code, str(after.url)) == (200, f"{HERE}/overdue?rosh=high")


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil.example", "/a\nb"])
def test_nobody_is_led_to_another_site_by_signing_in(to: str, pages: FastAPI) -> None:
    browser = browser_at(pages)
    form = {"csrf": token_in(browser.get("/sign-in").text), "email": "north@example.org", "next": to}
    answer = browser.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("token", [None, "", "guessed"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_a_form_without_the_secret_of_the_session_does_nothing(path: str, token: str | None, pages: FastAPI) -> None:
    browser = sign_in(pages, "north")
    form = {"email": "planner@example.org", "next": "/"} | ({} if token is None else {"csrf": token})
    assert browser.post(path, data=form).status_code == 403
    assert "Director North" in browser.get("/").text
    assert browser_at(pages).post(path, data=form).status_code == 403


def test_signing_out_ends_it(pages: FastAPI) -> None:
    browser = sign_in(pages, "north")
    browser.post("/sign-out", data={"csrf": token_in(browser.get("/").text)})
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_a_session_ends_after_its_hours(home: Home) -> None:
    now = [NOW]
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(home.settings, home.store, lambda: now[0]), "north")
    now[0] = NOW + timedelta(hours=7, minutes=59)
    assert browser.get("/", follow_redirects=False).status_code == 200
    now[0] = NOW + timedelta(hours=8)
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_a_cookie_signed_with_another_secret_is_worth_nothing(home: Home) -> None:
    cookies = sign_in(served(home), "planner").cookies
    browser = browser_at(served(home))
    browser.cookies.update(cookies)
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_whoever_leaves_the_people_file_sees_nothing_any_more(home: Home) -> None:
    browser = sign_in(served(home), "north")
    home.settings.people_file.write_text("people: []\n", encoding="utf-8")
    assert browser.get("/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("address", "client", "headers"),
    [
        ("http://127.0.0.1:8000", "10.1.2.3", {}),
        ("http://rebound.example:8000", "127.0.0.1", {}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"Forwarded": "for=10.1.2.3"}),
    ],
)
def test_local_sign_in_is_for_this_machine_only(
    address: str, client: str, headers: dict[str, str], pages: FastAPI
) -> None:
    answer = browser_at(pages, address, client).get("/sign-in", headers=headers)
    assert (answer.status_code, "csrf" in answer.text) == (403, False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "hotspots.example.org", "::"])
def test_local_sign_in_is_not_served_to_others(host: str, home: Home) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_AUTH"):
        served(home, host=host)
    served(home, host=host, auth="proxy")


def test_oidc_without_a_provider_is_refused_in_words(home: Home) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_OIDC"):
        served(home, auth="oidc")


@pytest.mark.parametrize(
    ("client", "header", "status"),
    [
        ("127.0.0.1", {"X-Auth-Request-Email": "North@Example.org"}, 200),
        ("127.0.0.1", {"X-Auth-Request-Email": "nobody@example.org"}, 403),
        ("127.0.0.1", {"X-Auth-Request-Email": ""}, 403),
        ("127.0.0.1", {}, 403),
        ("10.1.2.3", {"X-Auth-Request-Email": "north@example.org"}, 403),
        ("10.1.2.3", {"X-Auth-Request-Email": "north@example.org", "X-Forwarded-For": "127.0.0.1"}, 403),
    ],
)
def test_the_header_of_a_proxy_is_believed_from_the_proxy_only(
    client: str, header: dict[str, str], status: int, home: Home
) -> None:
    browser = browser_at(served(home, auth="proxy"), "https://hotspots.example.org", client)
    assert browser.get("/", headers=header).status_code == status


def test_a_proxy_elsewhere_and_its_header_can_be_named(home: Home) -> None:
    app = served(home, auth="proxy", proxy_from=("10.1.0.0/16",), proxy_header="X-Who")
    browser = browser_at(app, "https://hotspots.example.org", "10.1.2.3")
    assert browser.get("/", headers={"X-Who": "north@example.org"}).status_code == 200
    browser = browser_at(app, "https://hotspots.example.org", "127.0.0.1")
    assert browser.get("/", headers={"X-Who": "north@example.org"}).status_code == 403


@pytest.mark.parametrize(("days", "warned"), [(10, False), (11, True)])
def test_old_figures_say_so_on_every_page(days: int, warned: bool, home: Home) -> None:
    # The snapshot is of 20 November.
    now = NOW - timedelta(days=2) + timedelta(days=days)
    browser = sign_in(served(home, now), "north")
    for path in ("/", "/office/O1", "/offender-manager/M1", "/overdue", "/definitions", "/search?q=T1"):
        assert (f"These figures are {days} days old" in browser.get(path).text) is warned


def test_a_failed_run_is_said_on_every_page_and_explained_to_the_operator(home: Home) -> None:
    app = served(home)
    assert "failed" not in sign_in(app, "north").get("/").text
    with Session(home.store.engine) as session, session.begin():
        session.add(
            Run(job="weekly", iso_week="2026-W47", status="failed", owner="here:1", attempt=1, started_at=NOW,
                lease_until=NOW, due_at=NOW, message="3 fault(s) in extracts/2026-11-22 <b>")
        )  # fmt: skip
    for path in ("/", "/team/T1", "/overdue"):
        assert "The last weekly run (2026-W47) failed" in sign_in(app, "north").get(path).text
    assert "3 fault(s)" not in sign_in(app, "north").get("/snapshots").text
    told = sign_in(app, "operator").get("/snapshots").text
    assert "3 fault(s) in extracts/2026-11-22 &lt;b&gt;" in told


def test_an_operator_reads_every_fault_of_a_refused_extract_and_no_row_of_it(home: Home, tmp_path: Path) -> None:
    cases = [a_case(f"X0007{number:02}", tier="9") for number in range(12)]
    write_csv(tmp_path / "2026-11-23", little_london(cases=cases))
    settings = home.with_settings(source=str(tmp_path))
    assert run_if_due(home.store, settings, lambda: datetime(2026, 11, 23, 6, tzinfo=UTC)).state is RunState.FAILED
    page = html.unescape(sign_in(served(home), "operator").get("/snapshots").text)
    assert 'href="#why-2026-W48"' in page
    assert "Why 2026-W48 failed" in page
    for line in range(24, 36):
        assert f"cases.csv: line {line}, tier: is not one of" in page
    assert "X0007" not in page
    assert "palmistry" not in page
    assert "line 24" not in sign_in(served(home), "north").get("/snapshots").text


def test_before_the_first_snapshot_an_operator_still_reads_why_there_is_none(new_home: Home, tmp_path: Path) -> None:
    settings = new_home.with_settings(source=str(tmp_path))
    assert run_if_due(new_home.store, settings, lambda: NOW).state is RunState.FAILED
    operator = sign_in(served(new_home), "operator")
    page = operator.get("/").text
    assert "holds no extract with its as-at date in its name" in page
    assert "There is no snapshot yet" in page
    assert operator.get("/digests").status_code == 503
    assert sign_in(served(new_home), "planner").get("/snapshots").status_code == 503


def test_an_earlier_week_is_shown_as_one_and_links_stay_in_it(signed_in: SignIn) -> None:
    page = signed_in("north").get("/?as_at=2026-11-13").text
    assert "You are looking at an earlier snapshot. The newest is of 20 November 2026." in page
    assert 'href="/cluster/C1?as_at=2026-11-13"' in page
    assert "as at 13 November 2026" in page


@pytest.mark.parametrize("path", ["/nowhere", "/?as_at=2020-01-01", "/?as_at=yesterday", "/overdue?format=pdf",
                                  "/overdue?format=csv&table=cases", "/overdue?unit=nothing/T1"])  # fmt: skip
def test_what_is_not_there_is_said_in_words(path: str, signed_in: SignIn) -> None:
    answer = signed_in("planner").get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_what_is_forbidden_does_not_say_whether_it_exists(signed_in: SignIn) -> None:
    there, nowhere = signed_in("north").get("/team/T4"), signed_in("north").get("/team/T9")
    assert (there.status_code, nowhere.status_code) == (403, 403)
    assert there.text.replace("T4", "T9") == nowhere.text


def test_before_the_first_snapshot_the_pages_say_so(new_home: Home) -> None:
    answer = sign_in(served(new_home), "north").get("/")
    assert (answer.status_code, "There is no snapshot yet" in answer.text) == (503, True)


def test_names_are_shown_as_they_are_written_and_never_run(signed_in: SignIn, home: Home) -> None:
    page = signed_in("north").get("/cluster/C1").text
    assert html.escape(FORMULA, quote=False).replace('"', "&#34;") in page
    assert FORMULA not in page
    answer = signed_in("planner").get("/search", params={"q": "<script>alert(1)</script>"})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    person = signed_in("south").get("/offender-manager/M6").text
    assert "Fay &#39;Zed&#39; Örnsköld" in person
    assert "\u202e" not in person


@pytest.mark.parametrize(
    ("path", "table"), [("/cluster/C1", "parts"), ("/office/O2", "people"), ("/overdue", "overdue")]
)
def test_a_table_downloads_as_csv_and_as_a_workbook_with_its_date(path: str, table: str, signed_in: SignIn) -> None:
    browser = signed_in("north")
    answer = browser.get(path, params={"format": "csv", "table": table})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{table}-2026-11-20.csv"'
    heading, *lines = answer.text.splitlines()
    assert heading.startswith("as_at,")
    assert lines
    assert all(line.startswith("2026-11-20,") for line in lines)
    book = browser.get(path, params={"format": "xlsx", "table": table})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert sheet.max_row == len(lines) + 1


@pytest.mark.parametrize(
    ("name", "path", "tables"),
    [
        (
            "north",
            "/office/O1",
            {"parts", "people", "weeks", "reductions", "timeliness", "load", "changes", "forecast"},
        ),
        ("north", "/offender-manager/M1", {"posts", "changes", "cases", "overdue", "due_soon", "findings", "weeks"}),
        ("north", "/", {"parts", "hotspots", "timeliness", "weeks", "quadrant"}),
        ("north", "/snapshots", {"snapshots"}),
        ("operator", "/digests", {"digests"}),
    ],
)
def test_every_table_of_a_page_can_be_taken_along(name: str, path: str, tables: set[str], signed_in: SignIn) -> None:
    page = signed_in(name).get(path).text
    assert set(re.findall(r"table=(\w+)&amp;format=xlsx", page)) - {"forecast"} <= tables
    for table in tables:
        answer = signed_in(name).get(path, params={"format": "csv", "table": table})
        assert (answer.status_code, answer.text.count("\n") > 1 or table in ("due_soon", "changes")) == (200, True), (
            table
        )


def test_no_spreadsheet_takes_a_name_for_a_formula(signed_in: SignIn) -> None:
    browser = signed_in("north")
    text = browser.get("/cluster/C1?format=csv&table=parts").text
    assert "'=HYPERLINK" in text
    people = browser.get("/office/O2?format=csv&table=people").text
    assert "'-Cy Minusham" in people
    assert "'@Di Atterbury" in people
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/cluster/C1?format=xlsx&table=parts").content))
    assert [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"] == []  # type: ignore[union-attr]


def test_the_link_of_the_mail_leads_to_a_page(signed_in: SignIn, service: Home) -> None:
    linked = ("/area/N", "/cluster/C1", "/office/O1", "/definitions")
    assert [signed_in("north").get(path).status_code for path in linked] == [200] * 4


def test_a_reader_finds_their_own_digests_and_the_operator_everybodys(signed_in: SignIn) -> None:
    mine = signed_in("north").get("/digests").text
    assert "20 November 2026" in mine
    assert "south@example.org" not in mine
    everybodys = signed_in("operator").get("/digests").text
    assert "north@example.org" in everybodys
    assert "south@example.org" in everybodys
    assert "over 110%" not in everybodys


def test_serve_refuses_in_words(hotspots: Callable[..., Answer], home: Home) -> None:
    answer = hotspots("serve", "--host", "0.0.0.0", home=home)
    assert answer.status == 2
    assert "HOTSPOTS_AUTH" in answer.err


def test_pages_of_overdue_follow_each_other(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/overdue?page=99").text
    assert "Nothing is overdue here" not in page


def test_asking_twice_gives_the_same_page(signed_in: SignIn) -> None:
    browser: TestClient = signed_in("north")
    assert browser.get("/cluster/C1").text == browser.get("/cluster/C1").text


def test_a_page_that_fails_says_so_in_words_with_the_same_headers(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    browser = sign_in(served(home), "north")
    for file in home.settings.archive.rglob("*.parquet"):
        file.unlink()
    answer = browser.get("/offender-manager/M1")
    assert (answer.status_code, "Something went wrong" in answer.text) == (500, True)
    assert answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "a page failed: /offender-manager/{code:path}" in caplog.text
    assert "ArchiveDamaged" in caplog.text


def test_the_operator_reads_how_the_service_stands_and_a_director_does_not(signed_in: SignIn) -> None:
    page = signed_in("operator").get("/snapshots").text
    for fact in ("How the service stands", "mail: 2 queued, 4 superseded", "database: schema", "room: archive"):
        assert fact in page
    assert "the last snapshot is" not in page
    assert "How the service stands" not in signed_in("north").get("/snapshots").text


def test_what_needs_a_person_stands_first_for_the_operator(home: Home) -> None:
    late = make_app(home.settings, home.store, lambda: NOW + timedelta(days=30))
    page = sign_in(late, "operator").get("/snapshots").text
    assert "Needs a person" in page
    assert "the last snapshot is 32 days old" in page
