"""The run table: one row per job and ISO week, claimed by one process at a time, and what became of it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor import processes
from monitor.clock import LONGEST_WAIT
from monitor.extracts import FaultLines
from monitor.snapshots.database import patiently
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Run

JOB = "weekly"
LEASE = timedelta(minutes=30)


class RunState(StrEnum):
    """What came of asking whether the weekly run is due."""

    DONE_BEFORE = "done before"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class RunOutcome:
    """A state, and the same in words for the operator; week: ISO."""

    state: RunState
    detail: str
    week: str = ""


def iso_week(day: date) -> str:
    """The ISO week of a day: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def last_run(store: Store, week: str, job: str = JOB) -> Run | None:
    """What the run table says of a job's week."""
    with Session(store.engine) as session:
        return session.get(Run, (job, week))


def run_for(store: Store, due_at: datetime, job: str = JOB) -> Run | None:
    """The run of a job that was due then, or at a later time: one day of the week after another was set.

    A run from before due times were kept counts for its whole week.
    """
    of_its_week = col(Run.due_at).is_(None) & (col(Run.iso_week) == iso_week(due_at.date()))
    query = select(Run).where(col(Run.job) == job, or_(col(Run.due_at) >= due_at.astimezone(UTC), of_its_week))
    with Session(store.engine) as session:
        return session.exec(query.order_by(col(Run.iso_week).desc())).first()


def faults_of(run: Run) -> FaultLines:
    """What made a run fail, fault by fault, as far as it was kept; quotes no row."""
    found = json.loads(run.faults or '{"lines": [], "count": 0}')
    return FaultLines(tuple(found["lines"]), found["count"])


def claim(store: Store, job: str, due_at: datetime, now: datetime) -> RunOutcome | None:
    """Claim what a job has to do at a due time; None when it is ours, else the answer why it is not.

    A week that was done for an earlier due time is done again: another run day was set since.
    """
    week, due = iso_week(due_at.date()), due_at.astimezone(UTC)
    done = run_for(store, due_at, job)
    if done is not None and done.status == "done":
        return _done_before(done)
    mine: dict[str, Any] = {
        "status": "running",
        "owner": processes.this_process(),
        "started_at": now,
        "lease_until": now + LEASE,
        "due_at": due,
    }
    try:
        with Session(patiently(store.engine)) as session, session.begin():
            session.add(Run(job=job, iso_week=week, attempt=1, **mine))
        return None
    except IntegrityError:
        pass
    run = last_run(store, week, job)
    is_over = or_(col(Run.lease_until) < now, col(Run.lease_until) > now + LONGEST_WAIT)
    if run is not None and is_abandoned(run, now):
        is_over |= (col(Run.owner) == run.owner) & (col(Run.started_at) == run.started_at)
    free = or_(
        col(Run.status) == "failed",
        (col(Run.status) == "running") & is_over,
        (col(Run.status) == "done") & (col(Run.due_at) < due),
    )
    take = update(Run).where(col(Run.job) == job, col(Run.iso_week) == week, free)
    with patiently(store.engine).begin() as connection:
        taken = connection.execute(
            take.values(**mine, attempt=Run.attempt + 1, finished_at=None, message=None, faults=None)
        )
    if taken.rowcount == 1:
        return None
    run = last_run(store, week, job)
    if run is not None and run.status == "done":
        return _done_before(run)
    by = "another process" if run is None else processes.for_people(run.owner)
    return RunOutcome(RunState.HELD, f"{week} is being run by {by}", week)


def is_abandoned(run: Run, now: datetime) -> bool:
    """Whether a run is marked as running although no process is at it: its lease is over, or its process has ended.

    A process has one run at a time, so a run of its own that it left behind, when the database was out of reach at the
    end, is none either.
    """
    left = run.owner == processes.this_process() or processes.is_gone(run.owner) is True
    return run.status == "running" and (left or not now <= run.lease_until <= now + LONGEST_WAIT)


def _done_before(run: Run) -> RunOutcome:
    done = f"{run.iso_week} was done at {run.finished_at:%Y-%m-%d %H:%M} UTC: {run.message}"
    return RunOutcome(RunState.DONE_BEFORE, done, run.iso_week)


def finish(store: Store, job: str, week: str, started_at: datetime, **outcome: Any) -> None:
    """Record the outcome, unless the lease ran out and another process has taken the week over."""
    ours = update(Run).where(
        col(Run.job) == job,
        col(Run.iso_week) == week,
        col(Run.owner) == processes.this_process(),
        col(Run.started_at) == started_at,
    )
    with patiently(store.engine).begin() as connection:
        connection.execute(ours.values(**outcome))
