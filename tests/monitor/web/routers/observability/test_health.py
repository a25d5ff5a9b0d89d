"""What machines read: alive, ready, and counts that name no one."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from monitor.web.app import make_app
from tests.monitor.conftest import Home

from ...conftest import NOW, PEOPLE, browser_at, sign_in
from ...test_every_route_and_role import CASES, SURNAMES, UNITS

WATCHED = ["/healthz", "/readyz", "/metrics"]


def watched(home: Home, now: datetime = NOW, **change: Any) -> TestClient:
    """A person on this machine who watches the service."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    return browser_at(make_app(home.with_settings(**change), home.store, lambda: now))


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
    metrics = watcher.get("/metrics").text
    assert "\nhotspots_database_up 0.0\n" in metrics
    assert "hotspots_mail_messages" not in metrics


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
