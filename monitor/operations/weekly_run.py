"""The weekly job: whether this week's run is due and not done, claimed in the run table, done once."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import fsspec
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from alerts.digest.notice import Cause
from monitor import logs, processes
from monitor.clock import LONGEST_WAIT
from monitor.extracts import ExtractRefused, FaultLines
from monitor.run import Outcome, Request, take_snapshot
from monitor.safe_text import without_secrets
from monitor.settings import Settings
from monitor.signals import Stopped
from monitor.snapshots.database import patiently
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Run
from tiering.faults import ConfigFault

JOB = "weekly"
LEASE = timedelta(minutes=30)
FRESH = timedelta(days=7)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NONE_ARRIVED = "has arrived"
_NO_EXTRACT = "holds no extract with its as-at date in its name"
_REFUSED = "fault(s) in"
_FUTURE = "is dated in the future"
_STOPPED = "stopped by SIG"


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


def run_if_due(
    store: Store, settings: Settings, clock: Callable[[], datetime], *, accept_swing: bool = False
) -> RunOutcome:
    """Run the latest week that is due, unless it is done or another process is at it; a failed one is tried again.

    What the answer and the run table say of a refused extract quotes no row of it: both end up in logs.
    """
    now = clock()
    due_at = latest_due(now, settings)
    week = iso_week(due_at.date())
    before = _done_for(store, due_at)
    held = claim(store, JOB, due_at, now)
    if held is not None:
        return held
    again = ""
    if before is not None:
        reason = _again(before, due_at)
        logs.log_event("run day changed", "warning", week=week, reason=reason)
        again = f"; {reason}"
    today = today_in(settings, now)
    try:
        request = _request(settings, due_at, today, accept_swing)
        with logs.log_duration("run", week=week, state="done") as facts:
            outcome = _taken(request, settings, store, now)
            facts.update(facts_of(outcome))
    except (ExtractRefused, ConfigFault) as fault:
        why = {"message": "; ".join(fault.faults), "faults": _kept(fault)}
        finish(store, JOB, week, now, status="failed", finished_at=clock(), **why)
        return RunOutcome(RunState.FAILED, "\n".join(fault.faults), week)
    except BaseException as error:
        # Only what names a file or a network is told: other errors may quote rows.
        detail = f": {error}" if isinstance(error, OSError) else ""
        message = str(error) if isinstance(error, Stopped) else f"{type(error).__name__}{detail}"
        finish(store, JOB, week, now, status="failed", finished_at=clock(), message=message)
        raise
    snapshot = outcome.snapshot
    taken = f"snapshot of {snapshot.as_at}"
    finish(store, JOB, week, now, status="done", finished_at=clock(), message=taken, snapshot_id=snapshot.id)
    return RunOutcome(RunState.DONE, f"{week}: snapshot of {snapshot.as_at}, revision {snapshot.revision}{again}", week)


def latest_due(now: datetime, settings: Settings) -> datetime:
    """The last time up to ``now`` at which the weekly run was due, on the clocks of the settings' time zone."""
    zone = ZoneInfo(settings.timezone)
    here = now.astimezone(zone)
    back = (here.weekday() - _WEEKDAYS.index(settings.run_day)) % 7
    due = datetime.combine(here.date() - timedelta(days=back), settings.run_time, tzinfo=zone)
    if due.astimezone(UTC) > now:
        due = datetime.combine(due.date() - timedelta(days=7), settings.run_time, tzinfo=zone)
    return due


def next_due(now: datetime, settings: Settings) -> datetime:
    """The first time after ``now`` at which the weekly run is due."""
    latest = latest_due(now, settings)
    return datetime.combine(latest.date() + timedelta(days=7), settings.run_time, tzinfo=latest.tzinfo)


def today_in(settings: Settings, now: datetime) -> date:
    """The date on the clocks of the settings' time zone."""
    return now.astimezone(ZoneInfo(settings.timezone)).date()


def iso_week(day: date) -> str:
    """The ISO week of a day: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def newest_extract(source: str) -> tuple[str, date]:
    """The newest extract of a watched folder or prefix and its as-at date; raises ExtractRefused when there is none.

    Each extract in it (a folder, a zip file or a workbook) carries its as-at date in its name.
    """
    shown = without_secrets(source)
    try:
        files, root = fsspec.url_to_fs(source)
        entries = files.ls(root, detail=True)
    except Exception as error:  # every kind of store has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {error}"]) from None
    names = [entry["name"].rstrip("/") for entry in entries if _may_be_extract(entry)]
    dated = {name: found for name in names if (found := _dated(name.rpartition("/")[2])) is not None}
    if not dated:
        raise ExtractRefused([f"{shown}: {_NO_EXTRACT}, such as 2026-11-20"])
    name = max(dated, key=lambda one: (dated[one], one))
    return str(files.unstrip_protocol(name)) if "://" in source else name, dated[name]


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


def cause_of(run: Run | None) -> Cause | None:
    """Why a week has no figures, as its run tells; None where it is done or at work."""
    if run is None:
        return Cause.NOT_STARTED
    if run.status != "failed":
        return None
    said = run.message or ""
    if said.startswith(_STOPPED):
        return Cause.NOT_STARTED
    if _NONE_ARRIVED in said or _NO_EXTRACT in said:
        return Cause.NOT_ARRIVED
    return Cause.REFUSED if _REFUSED in said or _FUTURE in said else Cause.BROKEN_OFF


def has_figures(store: Store, due_at: datetime) -> bool:
    """Whether there is a snapshot fresh enough for the week due then, whoever took it."""
    newest = store.newest()
    return newest is not None and due_at.date() - newest.as_at < FRESH


def facts_of(outcome: Outcome) -> logs.Facts:
    """What the log says of a run."""
    summary = outcome.summary
    return {
        "as_at": summary.as_at,
        "revision": summary.revision,
        "unchanged": outcome.unchanged,
        "cases": summary.cases,
        "rejected": summary.rejected,
        "findings": summary.findings,
        "digests_queued": summary.digests_queued,
    }


def _taken(request: Request, settings: Settings, store: Store, now: datetime) -> Outcome:
    try:
        return take_snapshot(request, settings, store, now)
    except ExtractRefused as refused:
        shown = without_secrets(request.extract)
        again = shlex.join(["hotspots", "run", "--extract", shown, "--as-at", request.as_at.isoformat()])
        raise ExtractRefused(
            [f"{len(refused.faults)} {_REFUSED} {shown}; see them with: {again}"], refused.told
        ) from None


def _kept(fault: ExtractRefused | ConfigFault) -> str:
    """The faults one by one, for the run table: no row in them, no address and nothing like a CRN."""
    told = fault.told if isinstance(fault, ExtractRefused) else ExtractRefused(fault.faults).told
    return json.dumps({"lines": [logs.masked(line) for line in told.lines], "count": told.count})


def _request(settings: Settings, due_at: datetime, today: date, accept_swing: bool) -> Request:
    try:
        return _arrived(settings, due_at, today, accept_swing)
    except ExtractRefused as none:
        logs.log_event(
            "run", "warning", state="no extract", week=iso_week(due_at.date()), reason="; ".join(none.faults)
        )
        raise


def _arrived(settings: Settings, due_at: datetime, today: date, accept_swing: bool) -> Request:
    if settings.source is None:
        raise ConfigFault(["HOTSPOTS_SOURCE: not set; name the folder or prefix in which the weekly extracts arrive"])
    extract, as_at = newest_extract(settings.source)
    shown = without_secrets(extract)
    if as_at > today:
        raise ExtractRefused([f"{shown}: {_FUTURE}; no later week could be taken: correct its name"])
    if due_at.date() - as_at >= FRESH:
        due = f"{due_at:%Y-%m-%d %H:%M}"
        raise ExtractRefused([f"{shown}: the newest extract is of {as_at}; none for the run due {due} {_NONE_ARRIVED}"])
    return Request(extract, as_at, settings.policy, settings.columns, accept_swing)


def _may_be_extract(entry: Mapping[str, Any]) -> bool:
    """Whether it is a folder, a zip file or a workbook, and not one that is still being written."""
    name = PurePosixPath(entry["name"])
    return not name.name.startswith(".") and (entry["type"] == "directory" or name.suffix.lower() in (".zip", ".xlsx"))


def _dated(name: str) -> date | None:
    found = _DATE.search(name)
    try:
        return None if found is None else date.fromisoformat(found.group())
    except ValueError:
        return None


def changed_from(run: Run | None, settings: Settings) -> datetime | None:
    """The time for which a run was due, where no run is due at such a time any more: the run day was changed since."""
    if run is None or run.due_at is None or latest_due(run.due_at, settings) == run.due_at:
        return None
    return run.due_at.astimezone(ZoneInfo(settings.timezone))


def _done_for(store: Store, due_at: datetime) -> datetime | None:
    """The earlier due time of the same week for which it was done already; None where there is none."""
    run = last_run(store, iso_week(due_at.date()))
    if run is None or run.status != "done" or run.due_at is None or run.due_at >= due_at:
        return None
    return run.due_at.astimezone(due_at.tzinfo)


def _again(before: datetime, due_at: datetime) -> str:
    was, now = f"{before:%A %Y-%m-%d %H:%M}", f"{due_at:%A %Y-%m-%d %H:%M}"
    return f"the run day was changed: this week was done for {was} and is done again for {now}"


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
