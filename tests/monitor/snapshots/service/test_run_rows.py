"""What pages and watchers read of the runs."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.snapshots.service.run_rows import failed_week, last_status, latest_runs
from monitor.snapshots.tables import Run

from ...conftest import NOW, Home

pytestmark = pytest.mark.both_databases


def add_runs(home: Home, *runs: tuple[str, str, str]) -> None:
    """Runs of a job and ISO week, each begun an hour after the one before."""
    with Session(home.store.engine) as session, session.begin():
        for hours, (job, week, status) in enumerate(runs):
            began = NOW + timedelta(hours=hours)
            session.add(Run(job=job, iso_week=week, status=status, owner="here:1", attempt=1, started_at=began,
                            lease_until=began, due_at=began))  # fmt: skip


def test_nothing_has_run_yet(new_home: Home) -> None:
    engine = new_home.store.engine
    assert (latest_runs(engine, "weekly", 9), failed_week(engine, "weekly"), last_status(engine, "weekly")) == (
        [],
        None,
        None,
    )


def test_the_latest_runs_come_newest_first_without_those_of_another_job(new_home: Home) -> None:
    add_runs(
        new_home,
        ("weekly", "2026-W45", "done"),
        ("weekly", "2026-W46", "failed"),
        ("heartbeat", "2026-W46", "done"),
        ("weekly", "2026-W47", "done"),
    )
    engine = new_home.store.engine
    assert [run.iso_week for run in latest_runs(engine, "weekly", 9)] == ["2026-W47", "2026-W46", "2026-W45"]
    assert [run.iso_week for run in latest_runs(engine, "weekly", 1)] == ["2026-W47"]
    assert failed_week(engine, "weekly") is None


def test_a_failed_heartbeat_is_not_a_failed_run(new_home: Home) -> None:
    add_runs(new_home, ("weekly", "2026-W47", "done"), ("heartbeat", "2026-W47", "failed"))
    engine = new_home.store.engine
    assert failed_week(engine, "weekly") is None
    assert failed_week(engine, "heartbeat") == "2026-W47"
    assert last_status(engine, "weekly") == ("done", NOW)
