"""What Prometheus reads: requests, the age of the figures, mail and runs, in its own text format."""

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import Session
from starlette.testclient import TestClient

from monitor.snapshots.tables import Run
from monitor.web.app import make_app
from monitor.web.routers.observability.health import add_health
from monitor.web.routers.observability.metrics import Traffic, registry_of, write_metrics
from tests.monitor.conftest import Home

from ...conftest import HERE, NOW, PEOPLE, browser_at, sign_in

TYPES = {
    "hotspots_database_up": "gauge",
    "hotspots_snapshot_age_seconds": "gauge",
    "hotspots_mail_messages": "gauge",
    "hotspots_last_run_state": "gauge",
    "hotspots_last_run_started_timestamp_seconds": "gauge",
    "hotspots_http_requests": "counter",
    "hotspots_http_request_duration_seconds": "histogram",
}
"""By the name without the ending that the format adds."""

Samples = dict[str, float]


def sample(name: str, **labels: str) -> str:
    """Name and labels of a sample as one text."""
    return " ".join([name, *(f"{label}={labels[label]}" for label in sorted(labels))])


def samples_in(text: str) -> Samples:
    """Every sample of a text, each of a metric that docs/operating.md lists, and of the type it always had."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert TYPES[family.name] == family.type
        assert family.documentation
        for one in family.samples:
            assert sample(one.name, **one.labels) not in found
            found[sample(one.name, **one.labels)] = one.value
    return found


def samples(watcher: TestClient) -> Samples:
    answer = watcher.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return samples_in(answer.text)


def watcher_of(home: Home) -> TestClient:
    """A program on this machine that watches the service."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    return browser_at(make_app(home.settings, home.store, lambda: NOW))


def add_runs(home: Home) -> None:
    with Session(home.store.engine) as session, session.begin():
        for job, week, status in (("weekly", "2026-W46", "failed"), ("weekly", "2026-W47", "done"),
                                  ("heartbeat", "2026-W48", "failed")):  # fmt: skip
            session.add(Run(job=job, iso_week=week, status=status, owner="here:1", attempt=1, started_at=NOW,
                            lease_until=NOW, due_at=NOW))  # fmt: skip


def test_every_metric_is_there_and_no_other(home: Home) -> None:
    add_runs(home)
    watcher = watcher_of(home)
    watcher.get("/healthz")
    lines = watcher.get("/metrics").text.splitlines()
    types = dict(line.split()[2:4] for line in lines if line.startswith("# TYPE "))
    assert types == {name + ("_total" if kind == "counter" else ""): kind for name, kind in TYPES.items()}


def test_the_age_of_the_figures_and_the_state_of_mail_and_run_are_counted(home: Home) -> None:
    add_runs(home)
    found = samples(watcher_of(home))
    assert found["hotspots_database_up"] == 1
    assert found["hotspots_snapshot_age_seconds"] == (NOW - datetime(2026, 11, 20, tzinfo=UTC)).total_seconds()
    assert found[sample("hotspots_mail_messages", state="queued")] == 2
    assert found[sample("hotspots_mail_messages", state="failed")] == 0
    states = {state: found[sample("hotspots_last_run_state", state=state)] for state in ("running", "done", "failed")}
    assert states == {"running": 0, "done": 1, "failed": 0}
    assert found["hotspots_last_run_started_timestamp_seconds"] == NOW.timestamp()


def test_an_empty_store_has_no_age(new_home: Home) -> None:
    found = samples(watcher_of(new_home))
    assert found["hotspots_database_up"] == 1
    assert not any(name.startswith(("hotspots_snapshot_age", "hotspots_last_run")) for name in found)


def test_requests_are_counted_by_what_was_asked_and_how_it_ended(home: Home) -> None:
    app = make_app(home.settings, home.store, lambda: NOW)
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(app, "north")
    for path in ("/team/T1", "/team/T2", "/team/T4", "/api/v1/units/team/T1", "/nowhere/X000001", "/static/icon.svg"):
        browser.get(path)
    browser.request("X000001", "/team/T1")
    found = samples(browser)

    def of(method: str, route: str, status: int) -> float:
        return found[sample("hotspots_http_requests_total", method=method, route=route, status=str(status))]

    assert of("GET", "/team/{code:path}", 200) == 2
    assert of("GET", "/team/{code:path}", 403) == 1
    assert of("GET", "/api/v1/units/{level}/{code:path}", 200) == 1
    assert of("GET", "other", 404) == 1
    assert of("GET", "/static", 200) == 1
    assert of("other", "/team/{code:path}", 405) == 1
    name = "hotspots_http_request_duration_seconds"
    of_team = {"route": "/team/{code:path}"}
    assert found[sample(f"{name}_count", **of_team)] == found[sample(f"{name}_bucket", le="+Inf", **of_team)] == 4


def test_two_applications_count_for_themselves(home: Home) -> None:
    first, second = watcher_of(home), watcher_of(home)
    first.get("/healthz")
    name = sample("hotspots_http_requests_total", method="GET", route="/healthz", status="200")
    assert samples(first)[name] == 1
    assert name not in samples(second)


def test_a_refused_request_is_counted_too(home: Home) -> None:
    app = make_app(home.settings, home.store, lambda: NOW)
    browser_at(app, client="10.1.2.3").get("/overdue")
    found = samples(browser_at(app))
    assert found[sample("hotspots_http_requests_total", method="GET", route="other", status="403")] == 1


def test_how_long_an_answer_takes_falls_into_its_bucket(home: Home) -> None:
    ticks = iter([0.0, 0.3, 10.0, 22.0, 30.0, 30.0])
    app = FastAPI()
    add_health(app, home.settings, home.store, lambda: NOW, lambda: next(ticks))
    watcher = TestClient(app, base_url=HERE, client=("127.0.0.1", 1))
    watcher.get("/healthz")
    watcher.get("/healthz")
    found = samples(watcher)
    name = "hotspots_http_request_duration_seconds"
    edges = ("0.01", "0.03", "0.1", "0.3", "1.0", "3.0", "10.0", "+Inf")
    counts = [found[sample(f"{name}_bucket", le=edge, route="/healthz")] for edge in edges]
    assert counts == [0, 0, 0, 1, 1, 1, 1, 2]
    assert found[sample(f"{name}_sum", route="/healthz")] == pytest.approx(12.3)


def test_quotes_and_line_ends_stay_inside_a_label() -> None:
    traffic = Traffic()
    traffic.count("GET", 'a"b\\c\nd', 200, 0.1)
    found = samples_in(write_metrics(registry_of(traffic)).decode())
    assert found[sample("hotspots_http_requests_total", method="GET", route='a"b\\c\nd', status="200")] == 1
