"""The weekly job when its process is killed or told to stop: one other takes over at once, nothing is done twice."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.digest.no_figures import Cause
from monitor.processes import for_people

from ..clock import NOW
from ..monitor.conftest import PEOPLE, Answer, little_london
from ..monitor.extracts.small import write_csv
from .conftest import OUTBOX, RUN, database_of, opened, outbox, said, start

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
        time.sleep(0.05)


def run_row(folder: Path) -> Any:
    with database_of(folder) as engine, engine.connect() as connection:
        return connection.execute(select(RUN).where(RUN.c.job == "weekly")).first()


@contextmanager
def held_by_another(folder: Path) -> Iterator[None]:
    """The database, held by a program that began to write and does not end."""
    with closing(sqlite3.connect(folder / "var" / "hotspots.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


Program = Callable[..., Answer]


def if_due(folder: Path) -> subprocess.Popen[str]:
    return start(folder, "run", "--if-due", source=folder / "arrivals")


def if_due_here(folder: Path, hotspots: Program, people: str = "people.yaml") -> Answer:
    """The same in the process of the test, for an answer that no other process has a part in."""
    return hotspots("run", "--if-due", home=folder / "var", people=folder / people, source=folder / "arrivals")


def kept(folder: Path) -> tuple[list[tuple[date, int]], list[tuple[str, str]]]:
    """Date and revision of each snapshot, reader and state of each digest."""
    with opened(folder) as home:
        dates = [(one.as_at, one.revision) for day in home.store.dates() for one in home.store.revisions(day)]
    with database_of(folder) as engine, engine.connect() as connection:
        rows = connection.execute(select(OUTBOX).where(OUTBOX.c.digest == "weekly").order_by(OUTBOX.c.recipient))
        return dates, [(row.recipient, row.state) for row in rows]


def waiting_for_its_people(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """A run that has claimed its week, and now waits for someone to write the people file at the path returned."""
    people = folder / "people.yaml"
    people.rename(folder / "people")
    os.mkfifo(people)
    process = if_due(folder)
    wait_until(lambda: (row := run_row(folder)) is not None and row.status == "running")
    return process, people


def test_a_killed_claimants_week_is_free_at_once_and_then_done_once(due: Path, hotspots: Program) -> None:
    claimant, people = waiting_for_its_people(due)
    owner = for_people(run_row(due).owner)
    assert owner.endswith(f":{claimant.pid}")
    held = if_due_here(due, hotspots, "people")
    assert (held.status, f"is being run by {owner}" in held.out) == (3, True)
    claimant.kill()
    assert claimant.wait() == -signal.SIGKILL
    claimant.communicate()
    (due / "people").rename(people)

    answers = [said(one) for one in [if_due(due) for _ in range(2)]]
    assert sorted(one.status for one in answers) == [0, 3]
    assert [one.err for one in answers] == [""] * 2
    row = run_row(due)
    assert (row.status, row.attempt) == ("done", 2)
    assert kept(due) == ([(TODAY, 1)], [("north@example.org", "queued"), ("south@example.org", "queued")])


def test_a_run_that_is_told_to_stop_while_it_reads_frees_its_week(due: Path, hotspots: Program) -> None:
    for attempt, number in enumerate((signal.SIGHUP, signal.SIGINT), start=1):
        process, people = waiting_for_its_people(due)
        process.send_signal(number)
        # Service managers and terminals often signal twice.
        process.send_signal(number)
        answer = said(process)
        (due / "people").rename(people)
        assert answer == Answer(
            128 + number, "", f"stopped by {number.name} before it was done: run the command again\n"
        )
        row = run_row(due)
        assert (row.status, row.message, row.attempt) == ("failed", f"stopped by {number.name}", attempt)
    # It has not failed in a way that has to be reported to anyone.
    with database_of(due) as engine:
        assert outbox(engine) == {}
    answer = if_due_here(due, hotspots)
    assert (answer.status, answer.err, run_row(due).attempt) == (0, "", 3)
    assert "notice" not in answer.out
    assert kept(due)[0] == [(TODAY, 1)]


def test_a_run_that_is_told_to_stop_while_it_waits_to_write_frees_its_week_and_leaves_no_half_file(
    due: Path, hotspots: Program
) -> None:
    process, people = waiting_for_its_people(due)
    with held_by_another(due):
        (due / "people").rename(due / "people.real")
        with people.open("w", encoding="utf-8") as sink:
            (due / "people.real").rename(people)
            sink.write(PEOPLE)
        time.sleep(2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    answer = said(process)
    assert (answer.status, "Traceback" in answer.err) == (143, False)
    row = run_row(due)
    assert (row.status, row.cause, row.message) == ("failed", Cause.NOT_STARTED, "stopped by SIGTERM")
    assert kept(due) == ([], [])
    assert list((due / "var").rglob("*.part")) == []
    assert if_due_here(due, hotspots).status == 0


@pytest.mark.reads_clock
def test_a_scheduler_that_was_killed_and_started_again_catches_up(due: Path) -> None:
    def schedule() -> subprocess.Popen[str]:
        return start(due, "schedule", source=due / "arrivals")

    killed = schedule()
    wait_until(lambda: (row := run_row(due)) is not None and row.status == "running")
    killed.kill()
    killed.communicate()
    again = schedule()
    try:
        wait_until(lambda: [state for _, state in kept(due)[1]] == ["sent", "sent"])
    finally:
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGTERM):
            again.send_signal(number)
        answer = said(again)
    assert answer.status == 0
    assert "Traceback" not in answer.err
    row = run_row(due)
    assert (row.status, row.attempt) == ("done", 2)
    assert kept(due)[0] == [(TODAY, 1)]
    assert len(list((due / "var" / "outbox").glob("weekly_*.eml"))) == 2
