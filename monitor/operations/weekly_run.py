"""The weekly job: find out whether this week's run is due and not done, claim it in the run table, and do it once."""

import shlex
from collections.abc import Callable
from datetime import datetime

from alerts.digest.no_figures import Cause
from alerts.wording import count_of
from monitor import logs
from monitor.extracts import NO_INSISTENCE, ExtractRefused, Insistence
from monitor.operations.due_times import latest_due, today_in
from monitor.operations.run_ledger import (
    JOB,
    Failure,
    RunOutcome,
    RunState,
    RunStatus,
    claim,
    fail,
    finish,
    iso_week,
    last_run,
    reason_of,
)
from monitor.operations.watched_place.next_extract import find_extract
from monitor.operations.watched_place.place import NoExtract, SourceUnreadable, WatchedPlace
from monitor.run import Outcome, Request, take_snapshot
from monitor.safe_text import without_secrets
from monitor.settings import Settings
from monitor.signals import Stopped
from monitor.snapshots.store import Store
from monitor.table_bounds import table_bounds
from tiering.faults import ConfigFault, UserFault


def run_if_due(
    store: Store, settings: Settings, clock: Callable[[], datetime], *, insistence: Insistence = NO_INSISTENCE
) -> RunOutcome:
    """Run the latest week that is due, unless it is done or another process runs it; try a failed week again.

    - The outcome and the run table quote no row of a refused extract, because both end up in logs.
    - Raises any error that is not a UserFault, once it is recorded.
    """
    now = clock()
    due_at = latest_due(now, settings)
    week = iso_week(due_at.date())
    earlier = _earlier_due(store, due_at)
    held = claim(store, JOB, due_at, now)
    if held is not None:
        return held
    again = ""
    if earlier is not None:
        reason = _describe_new_run_day(earlier, due_at)
        logs.log_event("run day changed", "warning", week=week, reason=reason)
        again = f"; {reason}"
    request: Request | None = None
    try:
        request = _find_extract(settings, due_at, now, insistence)
        with logs.log_duration("run", week=week, state="done") as facts:
            outcome = take_snapshot(request, settings, store, now)
            facts.update(facts_of(outcome))
    except UserFault as fault:
        failure = _refusal(fault, request) if isinstance(fault, ExtractRefused) else _user_failure(fault)
        fail(store, JOB, week, now, clock(), failure)
        # One fault per line; if they quote rows, only their number and the command that shows them.
        detail = reason_of(failure) if failure.command else "\n".join(fault.faults)
        return RunOutcome(RunState.FAILED, detail, week)
    except BaseException as error:
        fail(store, JOB, week, now, clock(), _breakdown(error))
        raise
    snapshot = outcome.snapshot
    finish(store, JOB, week, now, clock(), f"snapshot of {snapshot.as_at}", snapshot.id)
    return RunOutcome(RunState.DONE, f"{week}: snapshot of {snapshot.as_at}, revision {snapshot.revision}{again}", week)


def facts_of(outcome: Outcome) -> logs.Facts:
    """What the log says about a run."""
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


def _find_extract(settings: Settings, due_at: datetime, now: datetime, insistence: Insistence) -> Request:
    """What to run for the week: the newest extract of the watched place, if it is this week's."""
    if settings.source is None:
        raise ConfigFault(["HOTSPOTS_SOURCE: not set; name the folder or prefix in which the weekly extracts arrive"])
    try:
        place = WatchedPlace(settings.source, table_bounds(settings), now)
        extract = find_extract(place, due_at, today_in(settings, now))
        return Request(extract.address, extract.as_at, settings.policy, settings.columns, insistence)
    except ExtractRefused as refused:
        logs.log_event(
            "run", "warning", state="no extract", week=iso_week(due_at.date()), reason="; ".join(refused.faults)
        )
        raise


def _refusal(refused: ExtractRefused, request: Request | None) -> Failure:
    """Say why an extract was refused.

    request: None if the extract was not read; the faults of one that was read may quote rows.
    """
    cause = {NoExtract: Cause.NOT_ARRIVED, SourceUnreadable: Cause.BROKEN_OFF}.get(type(refused), Cause.REFUSED)
    if request is None:
        return Failure("; ".join(refused.faults), cause, faults=refused.told)
    shown = without_secrets(request.extract)
    command = shlex.join(["hotspots", "run", "--extract", shown, "--as-at", request.as_at.isoformat()])
    return Failure(f"{count_of(len(refused.faults), 'fault')} in {shown}", cause, command, refused.told)


def _user_failure(fault: UserFault) -> Failure:
    """Say why the settings or the configuration made a run fail; this quotes no row."""
    return Failure("; ".join(fault.faults), Cause.BROKEN_OFF, faults=ExtractRefused(fault.faults).told)


def _breakdown(error: BaseException) -> Failure:
    """Say why a run stopped in the middle; only a text about a file or a network is repeated, as others quote rows."""
    if isinstance(error, Stopped):
        # The signal was meant for the program, not for the week: the run counts as not started.
        return Failure(str(error), Cause.NOT_STARTED)
    detail = f": {error}" if isinstance(error, OSError) else ""
    return Failure(f"{type(error).__name__}{detail}", Cause.BROKEN_OFF)


def _earlier_due(store: Store, due_at: datetime) -> datetime | None:
    """The earlier due time in the same week for which the week is already done; None if there is none."""
    run = last_run(store, iso_week(due_at.date()))
    if run is None or run.status != RunStatus.DONE or run.due_at >= due_at:
        return None
    return run.due_at.astimezone(due_at.tzinfo)


def _describe_new_run_day(earlier: datetime, due_at: datetime) -> str:
    was, now = f"{earlier:%A %Y-%m-%d %H:%M}", f"{due_at:%A %Y-%m-%d %H:%M}"
    return f"the run day was changed: this week was done for {was} and is done again for {now}"
