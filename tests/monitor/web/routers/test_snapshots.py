"""The page of snapshots: why a run failed, how the service stands, also before the first snapshot."""

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from monitor.operations.run_ledger import RunState
from monitor.operations.weekly_run import run_if_due
from monitor.snapshots.tables import Run
from monitor.web.app import make_app
from tests.monitor.conftest import Home, little_london
from tests.monitor.extracts.small import a_case, write_csv

from ..conftest import NOW, SignIn, served, sign_in


def test_a_failed_run_is_said_on_every_page_and_explained_to_the_operator(home: Home) -> None:
    app = served(home)
    assert "failed" not in sign_in(app, "north").get("/").text
    with Session(home.store.engine) as session, session.begin():
        session.add(
            Run(job="weekly", iso_week="2026-W47", status="failed", owner="here:1", attempt=1, started_at=NOW,
                lease_until=NOW, due_at=NOW, message="3 faults in extracts/2026-11-22 <b>")
        )  # fmt: skip
    for path in ("/", "/team/T1", "/overdue"):
        assert "The last weekly run (2026-W47) failed" in sign_in(app, "north").get(path).text
    assert "3 faults" not in sign_in(app, "north").get("/snapshots").text
    told = sign_in(app, "operator").get("/snapshots").text
    assert "3 faults in extracts/2026-11-22 &lt;b&gt;" in told


def test_an_operator_reads_every_fault_of_a_refused_extract_and_no_row_of_it(home: Home, tmp_path: Path) -> None:
    cases = [a_case(f"X0007{number:02}", tier="9") for number in range(12)]
    write_csv(tmp_path / "2026-11-23", little_london(cases=cases))
    settings = home.with_settings(source=str(tmp_path))
    assert run_if_due(home.store, settings, lambda: datetime(2026, 11, 23, 6, tzinfo=UTC)).state is RunState.FAILED
    page = html.unescape(sign_in(served(home), "operator").get("/snapshots").text)
    assert 'href="#why-2026-W48"' in page
    assert "Why 2026-W48 failed" in page
    assert "cases.tier: 12 of 34 rows in cases.csv are rejected: is not one of" in page
    assert "for example line 24; map them under values:" in page
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


def test_the_operator_reads_how_the_service_stands_and_a_director_does_not(signed_in: SignIn) -> None:
    page = signed_in("operator").get("/snapshots").text
    for fact in ("Service status", "email: 2 queued, 4 superseded", "database: schema", "disk: archive"):
        assert fact in page
    assert "the last snapshot is" not in page
    assert "Service status" not in signed_in("north").get("/snapshots").text


def test_what_needs_a_person_stands_first_for_the_operator(home: Home) -> None:
    late = make_app(home.settings, home.store, lambda: NOW + timedelta(days=30))
    page = sign_in(late, "operator").get("/snapshots").text
    assert "Action needed" in page
    assert "the last snapshot is 32 days old" in page
