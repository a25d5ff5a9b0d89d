"""The weekly job when its process is killed: the claim runs out, one other takes over, nothing is done twice."""

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ..clock import NOW
from ..monitor.conftest import PEOPLE, little_london
from ..monitor.extracts.small import write_csv
from .conftest import OUTBOX, RUN, database_of, opened, said, start, time_passes

LONG_ENOUGH = 60.0
TODAY = NOW.date()


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """A folder with nothing in it but people, and today's extract in the watched folder."""
    folder = tmp_path / "service"
    write_csv(folder / "arrivals" / TODAY.isoformat(), little_london())
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    with opened(folder):
        pass
    return folder


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.005)


def run_row(folder: Path) -> Any:
    with database_of(folder) as engine, engine.connect() as connection:
        return connection.execute(select(RUN).where(RUN.c.job == "weekly")).first()


def if_due(folder: Path) -> subprocess.Popen[str]:
    return start(folder, "run", "--if-due", source=folder / "arrivals")


def kept(folder: Path) -> tuple[list[tuple[date, int]], list[tuple[str, str]]]:
    """Date and revision of each snapshot, reader and state of each digest."""
    with opened(folder) as home:
        dates = [(one.as_at, one.revision) for day in home.store.dates() for one in home.store.revisions(day)]
    with database_of(folder) as engine, engine.connect() as connection:
        rows = connection.execute(select(OUTBOX).where(OUTBOX.c.digest == "weekly").order_by(OUTBOX.c.recipient))
        return dates, [(row.recipient, row.state) for row in rows]


def test_a_killed_claimants_week_is_held_until_its_lease_runs_out_and_then_done_once(due: Path) -> None:
    two = [if_due(due) for _ in range(2)]
    wait_until(lambda: (row := run_row(due)) is not None and row.status == "running")
    owner = int(run_row(due).owner.partition(":")[2])
    (claimant,) = [one for one in two if one.pid == owner]
    (other,) = [one for one in two if one.pid != owner]
    claimant.kill()
    assert claimant.wait() == -signal.SIGKILL
    claimant.communicate()
    held = said(other)
    assert held.status == 3
    assert f"is being run by {run_row(due).owner}" in held.out
    again = said(if_due(due))
    assert (again.status, kept(due)) == (3, ([], []))

    with database_of(due) as engine:
        time_passes(engine)
    answers = [said(one) for one in [if_due(due) for _ in range(3)]]
    assert sorted(one.status for one in answers) == [0, 3, 3]
    assert [one.err for one in answers] == [""] * 3
    row = run_row(due)
    assert (row.status, row.attempt) == ("done", 2)
    assert kept(due) == ([(TODAY, 1)], [("north@example.org", "queued"), ("south@example.org", "queued")])


def test_a_scheduler_that_was_killed_and_started_again_catches_up(due: Path) -> None:
    def schedule() -> subprocess.Popen[str]:
        return start(due, "schedule", source=due / "arrivals")

    killed = schedule()
    wait_until(lambda: (row := run_row(due)) is not None and row.status == "running")
    killed.kill()
    killed.communicate()
    with database_of(due) as engine:
        time_passes(engine)
    again = schedule()
    try:
        wait_until(lambda: [state for _, state in kept(due)[1]] == ["sent", "sent"])
    finally:
        again.send_signal(signal.SIGTERM)
        answer = said(again)
    assert answer.status == 0
    assert "Traceback" not in answer.err
    row = run_row(due)
    assert (row.status, row.attempt) == ("done", 2)
    assert kept(due)[0] == [(TODAY, 1)]
    assert len(list((due / "var" / "outbox").glob("weekly_*.eml"))) == 2
