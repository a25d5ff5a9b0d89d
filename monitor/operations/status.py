"""Report whether all is well: last snapshot, coverage, weekly run, email, disk space, and what needs a person."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from alerts.digest.no_figures import Cause
from alerts.intake_gaps import describe_gaps
from alerts.people import load_people
from alerts.wording import count_of
from monitor.clock import find_jump
from monitor.mail.held import load_releases, release_in_words
from monitor.mail.outbox import messages, switch_off_reason
from monitor.operations.absent_readers import absence_lines, find_absent_readers
from monitor.operations.due_times import earlier_due_time, has_figures, is_late, latest_due, next_due, today_in
from monitor.operations.run_ledger import HEARTBEAT, RunStatus, cause_of, is_abandoned, iso_week, reason_of, run_for
from monitor.processes import for_people
from monitor.settings import Settings
from monitor.snapshots.archive import list_files
from monitor.snapshots.contracts.follow_through import PROPOSALS, SEARCH_FAILED
from monitor.snapshots.database import HEAD, revision
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.object_storage.connection import StorageOutOfReach
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import SYNTHETIC
from tiering.faults import ConfigFault

STALE_AFTER_DAYS = 10
"""A weekly snapshot older than this has missed its week: seven days, and three for a late extract."""

WAITS_AT_MOST = timedelta(days=1)
_MB = 1_000_000
_MOST_NAMED = 5


@dataclass(frozen=True)
class ProposalCounts:
    """For how many clusters a run looked for a proposal, and for how many it found none.

    - failed: the search ended in an error; out_of_work: the limit on work ended it too early.
    """

    clusters: int
    failed: int
    out_of_work: int


@dataclass(frozen=True)
class LastSnapshot:
    """The latest snapshot: its date, its age, and how much of the service it covers.

    damaged: its frames whose file in the archive is missing or altered.
    gaps: what its extract lacked although it was accepted, in words.
    proposals: None if the run made none, or from before there were any.
    """

    as_at: date
    revision: int
    age_days: int
    stale: bool
    policy: str
    made_up: bool
    cases: int
    offender_managers: int
    rejected: int
    teams_without_data: list[str]
    missing_weeks: list[str]
    damaged: list[str]
    gaps: list[str]
    proposals: ProposalCounts | None


@dataclass(frozen=True)
class WeeklyRun:
    """This week's run, if a source is watched.

    state: not yet, running, done or failed.
    reason: why it failed.
    heartbeat: the same states for the request after a good week; missing if no URL is set.
    changed_from: when the run was due, if the run day or time was changed since.
    next_extract: what the watched place would give next, in words; empty if it was not listed.
    """

    week: str
    state: str
    reason: str | None
    late: bool
    heartbeat: str | None
    next_run: datetime
    changed_from: datetime | None
    next_extract: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mail:
    """How many messages are in each state, since when the oldest waits, and what holds all email back.

    suppressed: addresses of the readers whose messages were suppressed, each once. releases: who released which message
    that the check for personal data had stopped, the oldest first.
    """

    states: dict[str, int]
    oldest_waiting: datetime | None
    switched_off: str | None
    suppressed: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiskSpace:
    """Bytes in the archive of case-level files, and free bytes on the disk of the home."""

    archive_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class ServiceStatus:
    """The facts, and what needs a person, which is nothing if all is well."""

    snapshot: LastSnapshot | None
    run: WeeklyRun | None
    mail: Mail
    schema: str
    room: DiskSpace
    needs_a_person: list[str]

    def facts(self) -> list[str]:
        """The facts in words, one line each."""
        return [*_snapshot_facts(self.snapshot), *_mail_facts(self.mail), *_run_facts(self.run), *_other_facts(self)]

    def as_json(self) -> dict[str, Any]:
        """The same facts for programs, dates in ISO form."""
        facts: dict[str, Any] = _plain(asdict(self))
        return facts


def status(
    store: Store, settings: Settings, now: datetime, today: date, next_extract: Sequence[str] = ()
) -> ServiceStatus:
    """What the operator wants to know at 7 on Monday.

    next_extract: from ``weekly_run.next_extract``, for callers that can wait for the watched place to be listed.
    """
    archive_bytes, out_of_reach = _measure_archive(store)
    snapshot, mail = _last_snapshot(store, today, is_readable=not out_of_reach), _mail(store, settings)
    run = _weekly_run(store, settings, now, next_extract)
    room = DiskSpace(archive_bytes, shutil.disk_usage(_nearest_existing(settings.home)).free)
    jump = find_jump(store, settings, now)
    wrong = [
        *([] if jump is None else [str(jump)]),
        *out_of_reach,
        *_snapshot_problems(snapshot),
        *_reader_problems(store, settings),
        *_mail_problems(mail, now),
        *_run_problems(store, settings, now),
    ]
    if room.free_bytes < settings.free_disk_mb * _MB:
        wrong.append(
            f"only {room.free_bytes // _MB:,} MB free on the disk of {settings.home}: "
            "free some space, or move HOTSPOTS_HOME"
        )
    return ServiceStatus(snapshot, run, mail, revision(store.engine) or "none", room, wrong)


def state_now(store: Store, settings: Settings, clock: Callable[[], datetime]) -> ServiceStatus:
    """Gather the same for this moment, in the time zone of the settings."""
    now = clock()
    return status(store, settings, now, today_in(settings, now))


def _last_snapshot(store: Store, today: date, *, is_readable: bool) -> LastSnapshot | None:
    """The latest snapshot; if its archive cannot be read, nothing is said about its files and proposals."""
    newest = store.newest()
    if newest is None or newest.id is None:
        return None
    summary, age = RunSummary.of_snapshot(newest), (today - newest.as_at).days
    damaged = store.damaged_frames(newest.id) if is_readable else []
    return LastSnapshot(
        as_at=newest.as_at,
        revision=newest.revision,
        age_days=age,
        stale=age > STALE_AFTER_DAYS,
        policy=newest.policy,
        made_up=newest.source == SYNTHETIC,
        cases=summary.cases,
        offender_managers=summary.offender_managers,
        rejected=summary.rejected,
        teams_without_data=list(summary.teams_without_data),
        missing_weeks=[week.isoformat() for week in summary.missing_weeks],
        damaged=damaged,
        gaps=describe_gaps(summary.gaps),
        proposals=None if not is_readable or PROPOSALS.name in damaged else _count_proposals(store, newest.id),
    )


def _count_proposals(store: Store, number: int) -> ProposalCounts | None:
    if not store.has_archived(number, PROPOSALS.name):
        return None
    proposals = store.archived_frame(number, PROPOSALS.name)
    without, failed = proposals["elective_moves"].isna(), proposals["status"].eq(SEARCH_FAILED)
    return ProposalCounts(len(proposals), int(failed.sum()), int((without & ~failed).sum()))


def _weekly_run(store: Store, settings: Settings, now: datetime, next_extract: Sequence[str]) -> WeeklyRun | None:
    if settings.source is None:
        return None
    due_at = latest_due(now, settings)
    week = iso_week(due_at.date())
    run, called = run_for(store, due_at), run_for(store, due_at, HEARTBEAT)
    return WeeklyRun(
        week=week if run is None else run.iso_week,
        state="not yet" if run is None else run.status,
        reason=reason_of(run) if run is not None and run.status == RunStatus.FAILED else None,
        late=(run is None or run.status != RunStatus.DONE) and is_late(due_at, settings, now),
        heartbeat=None if settings.heartbeat_url is None else "not yet" if called is None else called.status,
        next_run=next_due(now, settings),
        changed_from=earlier_due_time(run, settings),
        next_extract=tuple(next_extract),
    )


def _mail(store: Store, settings: Settings) -> Mail:
    query = select(col(OutboxMessage.state), func.count(), func.min(OutboxMessage.queued_at)).group_by(
        col(OutboxMessage.state)
    )
    with Session(store.engine) as session:
        counted = {state: (count, oldest) for state, count, oldest in session.exec(query)}
    states = {state: count for state, (count, _) in sorted(counted.items())}
    return Mail(
        states=states,
        oldest_waiting=counted[MessageState.QUEUED][1] if MessageState.QUEUED in counted else None,
        switched_off=switch_off_reason(settings),
        suppressed=tuple(dict.fromkeys(message.recipient for message in messages(store, [MessageState.SUPPRESSED]))),
        releases=tuple(
            f"message {number} {release_in_words(release)}" for number, release in load_releases(store).items()
        ),
    )


def _snapshot_problems(snapshot: LastSnapshot | None) -> Iterator[str]:
    if snapshot is None:
        yield "no snapshot yet: take one with `hotspots run`"
        return
    if snapshot.stale:
        yield f"the last snapshot is {count_of(snapshot.age_days, 'day')} old"
    yield from snapshot.gaps
    if snapshot.proposals is not None and snapshot.proposals.failed:
        failed = count_of(snapshot.proposals.failed, "cluster")
        yield f"the search for a proposal ended in an error for {failed}: see the log of the run"
    if snapshot.damaged:
        yield f"files of its archive are missing or altered ({', '.join(snapshot.damaged)}): restore them from a backup"


def _reader_problems(store: Store, settings: Settings) -> Iterator[str]:
    """Who gets no digest, or not all of it, because their units are not in the latest snapshot."""
    if settings.has_example_people:
        return
    try:
        people = load_people(settings.people_file, settings.mail_domains)
    except ConfigFault:
        yield f"{settings.people_file} cannot be used, so no email can be sent: see `hotspots check`"
        return
    yield from absence_lines(find_absent_readers(store, people))


def _mail_problems(mail: Mail, now: datetime) -> Iterator[str]:
    if mail.oldest_waiting is not None and now - mail.oldest_waiting > WAITS_AT_MOST:
        yield "email has been queued for more than a day: send it with `hotspots deliver`"
    for state in (MessageState.FAILED, MessageState.IN_DOUBT, MessageState.SUPPRESSED):
        if count := mail.states.get(state):
            to = f"; not sent to {_first_few(mail.suppressed)}" if state is MessageState.SUPPRESSED else ""
            yield f"{count_of(count, 'message')} {state.replace('_', ' ')}: see `hotspots digests`{to}"
    if mail.switched_off is not None:
        yield mail.switched_off


def _run_problems(store: Store, settings: Settings, now: datetime) -> Iterator[str]:
    """What is wrong with this week's run.

    Nothing is wrong while the run is still within its grace, or if the week's snapshot was taken by hand.
    """
    if settings.source is None:
        return
    due_at = latest_due(now, settings)
    week = iso_week(due_at.date())
    run = run_for(store, due_at)
    cause = cause_of(run)
    waits = cause in (Cause.NOT_ARRIVED, Cause.NOT_STARTED) and not is_late(due_at, settings, now)
    if cause is not None and not waits and not has_figures(store, due_at):
        yield f"the run of {week} has not been done{'' if run is None else f': {reason_of(run)}'}"
    elif run is not None and is_abandoned(run, now):
        owner = for_people(run.owner)
        yield f"the run of {week} stopped without recording a result ({owner}): `hotspots run --if-due` does it"


def _snapshot_facts(snapshot: LastSnapshot | None) -> Iterator[str]:
    if snapshot is None:
        yield "no snapshot yet"
        return
    yield (
        f"last snapshot: {snapshot.as_at}, revision {snapshot.revision}, {count_of(snapshot.age_days, 'day')} old"
        f"{' (stale)' if snapshot.stale else ''}, policy {snapshot.policy}{', made up' if snapshot.made_up else ''}"
    )
    yield (
        f"coverage: {count_of(snapshot.cases, 'case')}, {count_of(snapshot.offender_managers, 'offender manager')}, "
        f"{count_of(snapshot.rejected, 'row')} rejected, "
        f"{count_of(len(snapshot.teams_without_data), 'team')} without data"
    )
    if snapshot.missing_weeks:
        yield f"weeks without a snapshot: {', '.join(snapshot.missing_weeks)}"


def _proposals_found(counts: ProposalCounts) -> str:
    found = counts.clusters - counts.failed - counts.out_of_work
    ended = f"; {counts.failed} ended in an error" if counts.failed else ""
    ended += f"; {counts.out_of_work} ran out of work" if counts.out_of_work else ""
    return f"proposals: found for {found} of {count_of(counts.clusters, 'cluster')} with a lasting hotspot{ended}"


def _mail_facts(mail: Mail) -> Iterator[str]:
    if mail.states:
        counts = [f"{count} {state.replace('_', ' ')}" for state, count in mail.states.items()]
        waiting = f"; oldest queued {mail.oldest_waiting:%Y-%m-%d %H:%M} UTC" if mail.oldest_waiting else ""
        yield f"email: {', '.join(counts)}{waiting}"
    if mail.releases:
        yield f"released after a look: {count_of(len(mail.releases), 'message')}; last: {mail.releases[-1]}"


def _run_facts(run: WeeklyRun | None) -> Iterator[str]:
    if run is not None:
        heartbeat = f", heartbeat {run.heartbeat}" if run.heartbeat is not None else ""
        yield f"run of {run.week}: {run.state}{', late' if run.late else ''}{heartbeat}"
        yield f"next run: {run.next_run:%A %Y-%m-%d %H:%M %Z}"
        if run.changed_from is not None:
            yield f"the run day was changed: the last run was due {run.changed_from:%A %Y-%m-%d %H:%M %Z}"
        yield from (f"watched place: {line}" for line in run.next_extract)


def _other_facts(state: ServiceStatus) -> Iterator[str]:
    if state.snapshot is not None and state.snapshot.proposals is not None:
        yield _proposals_found(state.snapshot.proposals)
    newer = "" if state.schema == HEAD else f", this program has {HEAD}"
    yield f"database: schema {state.schema}{newer}"
    yield f"disk: archive {state.room.archive_bytes / _MB:,.1f} MB, {state.room.free_bytes // _MB:,} MB free"


def _first_few(addresses: Sequence[str]) -> str:
    """The first addresses of a list, and how many more there are."""
    more = len(addresses) - _MOST_NAMED
    return ", ".join([*addresses[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def _measure_archive(store: Store) -> tuple[int, list[str]]:
    """The size of the archive in bytes, and why it cannot be measured."""
    try:
        return sum(file.size for file in list_files(store.archive)), []
    except StorageOutOfReach as fault:
        return 0, [str(fault)]


def _nearest_existing(folder: Path) -> Path:
    """The folder, or the nearest folder above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return value.isoformat() if isinstance(value, date) else value
