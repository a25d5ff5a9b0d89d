"""The run table: one row per job and ISO week, claimed by one process at a time, with its outcome."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from alerts.digest.no_figures import Cause
from monitor import logs, processes
from monitor.clock import LONGEST_WAIT
from monitor.extracts import FaultLines
from monitor.snapshots.database import patiently
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Run

JOB = "weekly"
"""The job of the weekly run."""

HEARTBEAT = "heartbeat"
"""The job of the request after a good week."""

LEASE = timedelta(minutes=30)
"""Many times as long as a national extract takes. Only a run on another machine counts as running for so long: a run
whose process on this machine has ended is taken over at once."""


class RunStatus(StrEnum):
    """The status of a run, as the database stores it."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RunState(StrEnum):
    """The result of asking for the weekly run."""

    DONE_BEFORE = "done before"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class RunOutcome:
    """A state, the same in words for the operator, and the ISO week."""

    state: RunState
    detail: str
    week: str = ""


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    message: in words that quote no row.
    cause: of a weekly run.
    command: what to run to see every fault.
    faults: one by one, in words that quote no row.
    """

    message: str
    cause: Cause | None = None
    command: str | None = None
    faults: FaultLines | None = None


def iso_week(day: date) -> str:
    """The ISO week of a day: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def last_run(store: Store, week: str, job: str = JOB) -> Run | None:
    """The row of a job's week."""
    with Session(store.engine) as session:
        return session.get(Run, (job, week))


def run_for(store: Store, due_at: datetime, job: str = JOB) -> Run | None:
    """The run of a job that was due at that time, or later in the week if the run day was changed since."""
    query = select(Run).where(col(Run.job) == job, col(Run.due_at) >= due_at.astimezone(UTC))
    with Session(store.engine) as session:
        return session.exec(query.order_by(col(Run.iso_week).desc())).first()


def cause_of(run: Run | None) -> Cause | None:
    """Why a week has no figures, from its weekly run or the lack of one; None if the run is done or running."""
    if run is None:
        return Cause.NOT_STARTED
    return None if run.cause is None else Cause(run.cause)


def reason_of(run: Run | Failure) -> str:
    """The outcome of a run in words, with the command that shows every fault."""
    return f"{run.message or ''}{f'; see them with: {run.command}' if run.command else ''}"


def faults_of(run: Run) -> FaultLines:
    """The faults that made a run fail, in words that quote no row."""
    stored = json.loads(run.faults or '{"lines": [], "count": 0}')
    return FaultLines(tuple(stored["lines"]), stored["count"])


def refusal_number(run: Run) -> int:
    """Which of the different refusals in its week a refused run stands for: 1 for the first."""
    known, this = _refusals(run), _refusal_key(run.message or "", run.faults)
    return known.index(this) + 1 if this in known else 1


def claim(store: Store, job: str, due_at: datetime, now: datetime) -> RunOutcome | None:
    """Claim a job's run for a due time; None if this process now has it, else why it has not.

    A week that was done for an earlier due time is done again, because the run day was changed since.
    """
    week = iso_week(due_at.date())
    later = run_for(store, due_at, job)
    if later is not None and later.status == RunStatus.DONE:
        return _outcome_of_done(later)
    mine: dict[str, Any] = {
        "status": RunStatus.RUNNING,
        "owner": processes.this_process(),
        "started_at": now,
        "lease_until": now + LEASE,
        "due_at": due_at.astimezone(UTC),
    }
    if _insert(store, job, week, mine) or _take_over(store, job, week, mine):
        return None
    run = last_run(store, week, job)
    if run is not None and run.status == RunStatus.DONE:
        return _outcome_of_done(run)
    by = "another process" if run is None else processes.for_people(run.owner)
    return RunOutcome(RunState.HELD, f"{week} is being run by {by}", week)


def is_abandoned(run: Run, now: datetime) -> bool:
    """Whether a run is marked as running although no process runs it: its lease is over, or its process has ended.

    A process has one run at a time. So another run of this process is abandoned too: it was left behind because the
    database could not be reached at its end.
    """
    left = run.owner == processes.this_process() or processes.is_gone(run.owner) is True
    return run.status == RunStatus.RUNNING and (left or not now <= run.lease_until <= now + LONGEST_WAIT)


def finish(
    store: Store,
    job: str,
    week: str,
    started_at: datetime,
    finished_at: datetime,
    message: str,
    snapshot_id: int | None = None,
) -> None:
    """Record that a claimed run is done.

    started_at: when it was claimed.
    snapshot_id: of the snapshot that it took.
    """
    _record(store, job, week, started_at, finished_at, RunStatus.DONE, message=message, snapshot_id=snapshot_id)


def fail(store: Store, job: str, week: str, started_at: datetime, finished_at: datetime, failure: Failure) -> None:
    """Record that a claimed run failed, and why; addresses and anything like a CRN are masked first.

    started_at: when it was claimed.
    """
    faults = None
    if failure.faults is not None:
        lines = [logs.mask(line) for line in failure.faults.lines]
        faults = json.dumps({"lines": lines, "count": failure.faults.count})
    refused = failure.cause is Cause.REFUSED
    refusals = _with_refusal(last_run(store, week, job), _refusal_key(failure.message, faults)) if refused else {}
    _record(
        store,
        job,
        week,
        started_at,
        finished_at,
        RunStatus.FAILED,
        cause=failure.cause,
        message=failure.message,
        command=failure.command,
        faults=faults,
        **refusals,
    )


def _with_refusal(run: Run | None, key: str) -> dict[str, str]:
    """What to store of the refusals of a week, this one among them; a run of its own holds the row."""
    known = [] if run is None else _refusals(run)
    return {"refusals": json.dumps(known if key in known else [*known, key])}


def _refusals(run: Run) -> list[str]:
    return [str(key) for key in json.loads(run.refusals or "[]")]


def _refusal_key(message: str, faults: str | None) -> str:
    """The same for the same faults in the same file; message, faults: as the run table holds them."""
    return hashlib.sha256(f"{message}\0{faults}".encode()).hexdigest()[:16]


def _insert(store: Store, job: str, week: str, mine: Mapping[str, Any]) -> bool:
    """Claim a week that has no row; False if it has one.

    The key of the row is the lock: if several processes find the week empty, the database lets only one insert it.
    """
    try:
        with Session(patiently(store.engine)) as session, session.begin():
            session.add(Run(job=job, iso_week=week, attempt=1, **mine))
    except IntegrityError:
        return False
    return True


def _take_over(store: Store, job: str, week: str, mine: Mapping[str, Any]) -> bool:
    """Claim a week whose run failed, was abandoned, or was done for an earlier due time; False for any other week."""
    now, run = mine["started_at"], last_run(store, week, job)
    is_over = or_(col(Run.lease_until) < now, col(Run.lease_until) > now + LONGEST_WAIT)
    if run is not None and is_abandoned(run, now):
        # Owner and start identify the run, because another process may have taken the week over since it was read.
        is_over |= (col(Run.owner) == run.owner) & (col(Run.started_at) == run.started_at)
    free = or_(
        col(Run.status) == RunStatus.FAILED,
        (col(Run.status) == RunStatus.RUNNING) & is_over,
        (col(Run.status) == RunStatus.DONE) & (col(Run.due_at) < mine["due_at"]),
    )
    take = update(Run).where(col(Run.job) == job, col(Run.iso_week) == week, free)
    empty = dict.fromkeys(("finished_at", "cause", "message", "command", "faults"))
    with patiently(store.engine).begin() as connection:
        return connection.execute(take.values(**mine, **empty, attempt=Run.attempt + 1)).rowcount == 1


def _record(
    store: Store, job: str, week: str, started_at: datetime, finished_at: datetime, status: RunStatus, **values: Any
) -> None:
    """Record the outcome, unless the lease has ended and another process has taken the week over."""
    ours = update(Run).where(
        col(Run.job) == job,
        col(Run.iso_week) == week,
        col(Run.owner) == processes.this_process(),
        col(Run.started_at) == started_at,
    )
    with patiently(store.engine).begin() as connection:
        connection.execute(ours.values(status=status, finished_at=finished_at, **values))


def _outcome_of_done(run: Run) -> RunOutcome:
    done = f"{run.iso_week} was done at {run.finished_at:%Y-%m-%d %H:%M} UTC: {run.message}"
    return RunOutcome(RunState.DONE_BEFORE, done, run.iso_week)
