"""What machines are told: alive, ready, and counts that name nobody."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import Session
from starlette.testclient import TestClient

from monitor.snapshots.tables import Run
from monitor.web.app import make_app
from monitor.web.routers.health import Traffic, add_health
from tests.monitor.conftest import Home

from ..conftest import HERE, NOW, PEOPLE, browser_at, sign_in
from ..test_scope import CASES, SURNAMES, UNITS

SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*)\})? ([0-9.e+-]+|\+Inf)$')
WATCHED = ["/healthz", "/readyz", "/metrics"]


def watched(home: Home, now: datetime = NOW, **change: Any) -> TestClient:
    """Somebody on this machine who watches the service."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    return browser_at(make_app(home.with_settings(**change), home.store, lambda: now))


def samples(watcher: TestClient) -> dict[str, float]:
    """Every sample of the metrics, each line of which is one, or says what the next ones are."""
    answer = watcher.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    told = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    assert told == {line.split()[2] for line in lines if line.startswith("# HELP ")}
    found = {}
    for line in (line for line in lines if not line.startswith("#")):
        parts = SAMPLE.match(line)
        assert parts, line
        assert re.sub(r"_(bucket|sum|count)$", "", parts[1]) in told or parts[1] in told
        found[line.rpartition(" ")[0]] = float(parts[3])
    assert len(found) == len([line for line in lines if not line.startswith("#")])
    return found


def test_a_service_with_fresh_figures_is_alive_and_ready(home: Home) -> None:
    watcher = watched(home)
    assert (watcher.get("/healthz").status_code, watcher.get("/healthz").text) == (200, "alive\n")
    answer = watcher.get("/readyz")
    ready = {"ready": True, "database": "reachable", "schema": answer.json()["schema"], "as_at": "2026-11-20"}
    assert (answer.status_code, answer.json()) == (200, {**ready, "age_days": 2, "wrong": []})


def test_before_the_first_snapshot_it_is_not_ready(new_home: Home) -> None:
    answer = watched(new_home).get("/readyz")
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["there is no snapshot yet"])


@pytest.mark.parametrize(("days", "status"), [(10, 200), (11, 503)])
def test_with_old_figures_it_is_not_ready(days: int, status: int, home: Home) -> None:
    answer = watched(home, NOW - timedelta(days=2) + timedelta(days=days)).get("/readyz")
    assert answer.status_code == status
    assert answer.json()["wrong"] == ([] if status == 200 else ["the last snapshot is 11 days old"])


def test_with_the_schema_of_another_program_it_is_not_ready(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = watched(home).get("/readyz")
    assert answer.status_code == 503
    assert "the schema is 9999" in answer.json()["wrong"][0]


def test_without_its_database_it_is_alive_not_ready_and_says_so(home: Home, tmp_path: Path) -> None:
    watcher = watched(home)
    home.store.engine.dispose()
    database = home.settings.home / "hotspots.db"
    database.unlink()
    database.mkdir()
    assert watcher.get("/healthz").status_code == 200
    answer = watcher.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "out of reach")
    assert str(database) not in answer.text
    assert samples(watcher)["hotspots_database_up"] == 0


def test_the_age_of_the_figures_and_the_state_of_mail_and_run_are_counted(home: Home) -> None:
    with Session(home.store.engine) as session, session.begin():
        for job, week, status in (("weekly", "2026-W46", "failed"), ("weekly", "2026-W47", "done"),
                                  ("heartbeat", "2026-W48", "failed")):  # fmt: skip
            session.add(Run(job=job, iso_week=week, status=status, owner="here:1", attempt=1, started_at=NOW,
                            lease_until=NOW, due_at=NOW))  # fmt: skip
    found = samples(watched(home))
    assert found["hotspots_database_up"] == 1
    assert found["hotspots_snapshot_age_seconds"] == (NOW - datetime(2026, 11, 20, tzinfo=UTC)).total_seconds()
    assert found['hotspots_mail_messages{state="queued"}'] == 2
    assert found['hotspots_mail_messages{state="failed"}'] == 0
    states = {state: found[f'hotspots_last_run_state{{state="{state}"}}'] for state in ("running", "done", "failed")}
    assert states == {"running": 0, "done": 1, "failed": 0}
    assert found["hotspots_last_run_started_timestamp_seconds"] == NOW.timestamp()


def test_requests_are_counted_by_what_was_asked_and_how_it_ended(home: Home) -> None:
    app = make_app(home.settings, home.store, lambda: NOW)
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(app, "north")
    for path in ("/team/T1", "/team/T2", "/team/T4", "/api/v1/units/team/T1", "/nowhere/X000001", "/static/icon.svg"):
        browser.get(path)
    browser.request("X000001", "/team/T1")
    found = samples(browser)
    counted = {key: value for key, value in found.items() if key.startswith("hotspots_http_requests_total")}

    def of(method: str, route: str, status: int) -> float:
        return counted[f'hotspots_http_requests_total{{method="{method}",route="{route}",status="{status}"}}']

    assert of("GET", "/team/{code:path}", 200) == 2
    assert of("GET", "/team/{code:path}", 403) == 1
    assert of("GET", "/api/v1/units/{level}/{code:path}", 200) == 1
    assert of("GET", "other", 404) == 1
    assert of("GET", "/static", 200) == 1
    assert of("other", "/team/{code:path}", 405) == 1
    name = 'hotspots_http_request_duration_seconds_{}{{route="/team/{{code:path}}"{}}}'
    assert found[name.format("count", "")] == found[name.format("bucket", ',le="+Inf"')] == 4


def test_a_refused_request_is_counted_too(home: Home) -> None:
    app = make_app(home.settings, home.store, lambda: NOW)
    browser_at(app, client="10.1.2.3").get("/overdue")
    found = samples(browser_at(app))
    assert found['hotspots_http_requests_total{method="GET",route="other",status="403"}'] == 1


def test_how_long_an_answer_takes_falls_into_its_bucket(home: Home) -> None:
    ticks = iter([0.0, 0.3, 10.0, 22.0, 30.0, 30.0])
    app = FastAPI()
    add_health(app, home.settings, home.store, lambda: NOW, lambda: next(ticks))
    watcher = TestClient(app, base_url=HERE, client=("127.0.0.1", 1))
    watcher.get("/healthz")
    watcher.get("/healthz")
    found = samples(watcher)
    name = 'hotspots_http_request_duration_seconds_bucket{{route="/healthz",le="{}"}}'
    assert [found[name.format(edge)] for edge in ("0.1", "0.3", "10", "+Inf")] == [0, 1, 1, 2]
    assert found['hotspots_http_request_duration_seconds_sum{route="/healthz"}'] == pytest.approx(12.3)


def test_quotes_and_line_ends_stay_inside_a_label() -> None:
    traffic = Traffic()
    traffic.count("GET", 'a"b\\c\nd', 200, 0.1)
    assert all(SAMPLE.match(line) for line in traffic.lines() if not line.startswith("#"))


def test_nothing_of_a_caseload_is_told(home: Home) -> None:
    app = make_app(home.settings, home.store, lambda: NOW)
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(app, "planner")
    browser.get("/offender-manager/M1")
    browser.get("/api/v1/offender-managers/M5")
    browser.get("/search?q=X000105")
    told = " ".join(browser.get(path).text for path in WATCHED)
    codes = [code for codes in UNITS.values() for code in codes]
    crns = [crn for of_team in CASES.values() for crn in of_team]
    assert [
        word for word in [*codes, *crns, *SURNAMES.values(), "example.org"] if re.search(rf"\b{word}\b", told)
    ] == []


@pytest.mark.parametrize(
    ("client", "headers", "metrics_from", "status"),
    [
        ("127.0.0.1", {}, (), 200),
        ("::1", {}, (), 200),
        ("10.1.2.3", {}, (), 403),
        ("10.1.2.3", {}, ("10.1.0.0/16",), 200),
        ("127.0.0.1", {}, ("10.1.0.0/16",), 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.9.9.9"}, (), 403),
        ("127.0.0.1", {"Forwarded": "for=10.9.9.9"}, (), 403),
    ],
)
def test_counts_are_for_this_machine_or_who_is_named_and_not_through_a_proxy(
    client: str, headers: dict[str, str], metrics_from: tuple[str, ...], status: int, home: Home
) -> None:
    app = make_app(
        home.with_settings(auth="proxy", base_url="https://h.example.org", metrics_from=metrics_from),
        home.store,
        lambda: NOW,
    )
    watcher = browser_at(app, "https://hotspots.example.org", client)
    assert [watcher.get(path, headers=headers).status_code for path in WATCHED] == [200, status, status]
    if status == 403:
        assert "hotspots_" not in watcher.get("/metrics", headers=headers).text


@pytest.mark.parametrize("path", WATCHED)
def test_a_watcher_need_not_read_the_answer(path: str, home: Home) -> None:
    answer = watched(home).head(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_an_empty_store_has_no_age(new_home: Home) -> None:
    found = samples(watched(new_home))
    assert found["hotspots_database_up"] == 1
    assert not any(name.startswith(("hotspots_snapshot_age", "hotspots_last_run")) for name in found)
