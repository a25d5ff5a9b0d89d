"""Queue notices by email when a week has no figures or when messages are stuck, each only once."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from alerts.digest.message.mime import compose
from alerts.digest.no_figures import Cause
from alerts.digest.notice import (
    Notice,
    absent_readers_notice,
    clock_jump_notice,
    failed_run_notice,
    incomplete_figures_notice,
    late_run_notice,
    no_figures_notice,
    not_in_figures_notice,
    refused_run_notice,
    stuck_email_notice,
    write_notice,
)
from alerts.digest.settings import Contact
from alerts.intake_gaps import describe_gaps
from alerts.people import Person, Role, load_people
from alerts.recipients import absence_in_words
from monitor import logs
from monitor.clock import CONFIRM, Jump
from monitor.clock import NOTICE as CLOCK
from monitor.mail.cadence import due_readers
from monitor.mail.outbox import add_event, message_id_of, messages, write_transaction
from monitor.mail.writing import queue_notice
from monitor.operations.absent_readers import absence_lines, find_absent_readers
from monitor.operations.due_times import has_figures, is_late, latest_due
from monitor.operations.run_ledger import (
    RunStatus,
    cause_of,
    faults_of,
    iso_week,
    reason_of,
    refusal_number,
    run_for,
)
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Run

NO_FIGURES = "no-figures"
RUN_REFUSED, RUN_FAILED, RUN_LATE = "run-refused", "run-failed", "run-late"
MAIL_STUCK = {
    MessageState.FAILED: "mail-failed",
    MessageState.IN_DOUBT: "mail-in-doubt",
    MessageState.SUPPRESSED: "mail-suppressed",
}
READERS_ABSENT, NOT_IN_FIGURES = "readers-absent", "not-in-figures"
NOT_COMPLETE = "figures-not-complete"
SUPPRESSED_MAIL = MAIL_STUCK[MessageState.SUPPRESSED]
TO_OPERATORS = frozenset((RUN_REFUSED, RUN_FAILED, RUN_LATE, CLOCK, NOT_COMPLETE, READERS_ABSENT, *MAIL_STUCK.values()))
_REMEMBERED = timedelta(days=14)


@dataclass(frozen=True)
class QueuedNotice:
    """A queued notice: its kind, its date, and the number of its recipients."""

    kind: str
    period: date
    people: int


@dataclass(frozen=True)
class _Due:
    kind: str
    period: date
    notice: Notice
    people: Sequence[Person]
    revision: int = 1


def queue_notices(store: Store, settings: Settings, now: datetime) -> list[QueuedNotice]:
    """Queue the notices that operators and readers should get and have not had yet; this sends nothing.

    - To the operators: this week's run was refused, failed or is late; or messages failed, are in doubt or were
      suppressed; or the latest snapshot is not complete, or has no units of some readers.
    - To every reader whose digest is due: there are no figures this week, or none of the reader's own units.
    - Each goes once per event and week, however often this runs.
    - Another refusal in the same week is another event.
    - Raises ConfigFault if the people file cannot be used.
    """
    people = load_people(settings.people_file, settings.mail_domains)
    due = [
        *_run_notices(store, settings, people, now),
        *_gap_notices(store, settings, people),
        *_absence_notices(store, settings, people, now),
        *_mail_notices(store, people, now),
    ]
    return _queue_all(store, settings, due, now)


def queue_notices_after_run(store: Store, settings: Settings, now: datetime) -> list[QueuedNotice]:
    """Queue what is due after a run by hand: figures that are not complete, readers without a digest; sends nothing.

    Raises ConfigFault when the people file cannot be used.
    """
    people = load_people(settings.people_file, settings.mail_domains)
    stuck = (notice for notice in _mail_notices(store, people, now) if notice.kind == SUPPRESSED_MAIL)
    due = [*_gap_notices(store, settings, people), *_absence_notices(store, settings, people, now), *stuck]
    return _queue_all(store, settings, due, now)


def queue_clock_notice(store: Store, settings: Settings, jump: Jump) -> list[QueuedNotice]:
    """Queue a notice to the operators that the clock has jumped, once per jump; this sends nothing.

    Raises ConfigFault if the people file cannot be used.
    """
    notice = clock_jump_notice(jump.now, jump.known, CONFIRM)
    operators = _operators(load_people(settings.people_file, settings.mail_domains))
    # The last known moment stays the same while the clock is in doubt, so it identifies the jump at every check.
    return _queue_all(store, settings, [_Due(CLOCK, jump.known.date(), notice, operators, 1 + jump.ahead)], jump.now)


def _queue_all(store: Store, settings: Settings, due: Sequence[_Due], now: datetime) -> list[QueuedNotice]:
    """Queue the notices that are not in the outbox yet."""
    known = _already_queued(store, due)
    queued: Counter[tuple[str, date]] = Counter()
    for notice in due:
        for person in notice.people:
            if (notice.kind, notice.period, notice.revision, person.email) not in known:
                queued[notice.kind, notice.period] += _queue(store, settings, notice, person, now)
    notices = [QueuedNotice(kind, period, count) for (kind, period), count in queued.items() if count]
    for queued_notice in notices:
        kind, period, count = queued_notice.kind, queued_notice.period, queued_notice.people
        logs.log_event("notice", "warning", state=MessageState.QUEUED, digest=kind, period=period, count=count)
    return notices


def _run_notices(store: Store, settings: Settings, people: Sequence[Person], now: datetime) -> Iterator[_Due]:
    """Notices about this week's run; none if no source is watched."""
    if settings.source is None:
        return
    due_at = latest_due(now, settings)
    day, week = due_at.date(), iso_week(due_at.date())
    run = run_for(store, due_at)
    if run is not None and run.status == RunStatus.DONE:
        _withdraw(store, NO_FIGURES, day, "the figures of this week are there", now)
    cause = cause_of(run)
    operators = _operators(people)
    if cause is Cause.REFUSED and run is not None:
        yield _Due(RUN_REFUSED, day, _refusal_notice(run, week, settings), operators, refusal_number(run))
    elif cause is Cause.BROKEN_OFF:
        yield _Due(RUN_FAILED, day, failed_run_notice(week, _reason(run)), operators)
    if cause is None or has_figures(store, due_at) or not is_late(due_at, settings, now):
        return
    newest = store.newest()
    # Before the first snapshot no reader expects a digest.
    readers = [] if newest is None else due_readers(store, _digest_readers(people), day)
    reason = _reason(run) if cause is not Cause.NOT_STARTED else ""
    yield _Due(
        RUN_LATE, day, late_run_notice(week, f"{due_at:%A %d %B %Y, %H:%M}", cause, reason, len(readers)), operators
    )
    if newest is not None:
        yield _Due(NO_FIGURES, day, no_figures_notice(day, newest.as_at, cause), readers)


def _gap_notices(store: Store, settings: Settings, people: Sequence[Person]) -> Iterator[_Due]:
    """A notice to the operators about what the extract of the latest snapshot lacked, once per revision."""
    newest = store.newest()
    if newest is None or settings.has_example_people:
        return
    gaps = RunSummary.of_snapshot(newest).gaps
    if describe_gaps(gaps):
        page = f"{settings.base_url}/data-quality/intake?as_at={newest.as_at}" if settings.base_url else ""
        notice = incomplete_figures_notice(newest.as_at, newest.revision, gaps, page=page)
        yield _Due(NOT_COMPLETE, newest.as_at, notice, _operators(people), newest.revision)


def _absence_notices(store: Store, settings: Settings, people: Sequence[Person], now: datetime) -> Iterator[_Due]:
    """Notices about readers whose units are not in the latest snapshot.

    Operators hear of everyone who is left out now. A reader hears of it if the run had no digest for them: not because
    the people file was made ready since for units that the next extract will have.
    """
    newest = store.newest()
    if newest is None or settings.has_example_people:
        return
    absences = find_absent_readers(store, people)
    without_digest = {reader.email for reader in RunSummary.of_snapshot(newest).absent_readers if reader.whole}
    due = {person.email for person in due_readers(store, _digest_readers(people), newest.as_at)}
    to_tell = [absence for absence in absences if absence.is_whole and absence.person.email in (without_digest & due)]
    stay = {absence.person.email for absence in to_tell}
    _withdraw(store, NOT_IN_FIGURES, newest.as_at, "the reader has other units now", now, keep=stay)
    operators = _operators(people)
    if absences:
        notice = absent_readers_notice(newest.as_at, absence_lines(absences), len(absences))
        yield _Due(READERS_ABSENT, newest.as_at, notice, operators, newest.revision)
    for absence in to_tell:
        notice = not_in_figures_notice(newest.as_at, absence_in_words(absence.units), operators_know=bool(operators))
        yield _Due(NOT_IN_FIGURES, newest.as_at, notice, [absence.person], newest.revision)


def _mail_notices(store: Store, people: Sequence[Person], now: datetime) -> Iterator[_Due]:
    """Notices to the operators about messages of the last two weeks; never about a message to an operator."""
    stuck: dict[tuple[str, date, int], list[int]] = {}
    for message in messages(store, tuple(MAIL_STUCK)):
        of_readers = message.digest not in TO_OPERATORS and message.redirected_from is None
        if message.id is not None and of_readers and message.queued_at > now - _REMEMBERED:
            stuck.setdefault((message.state, message.period, message.revision), []).append(message.id)
    for (state, period, revision), numbers in sorted(stuck.items()):
        yield _Due(
            MAIL_STUCK[MessageState(state)],
            period,
            stuck_email_notice(state, sorted(numbers), period),
            _operators(people),
            revision,
        )


def _refusal_notice(run: Run, week: str, settings: Settings) -> Notice:
    message, command = (logs.mask(text or "") for text in (run.message, run.command))
    faults = faults_of(run)
    page = f"{settings.base_url}/snapshots" if settings.base_url else ""
    return refused_run_notice(week, message, command, faults=faults.lines, count=faults.count, page=page)


def _operators(people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.role is Role.OPERATOR]


def _digest_readers(people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.digest is not None]


def _reason(run: Run | None) -> str:
    return "" if run is None else logs.mask(reason_of(run))


def _already_queued(store: Store, due: Sequence[_Due]) -> set[tuple[str, date, int, str]]:
    """Which of these notices are in the outbox already: kind, date, revision, recipient."""
    kinds = {notice.kind for notice in due}
    return {
        (message.digest, message.period, message.revision, message.recipient)
        for period in {notice.period for notice in due}
        for message in messages(store, as_at=period)
        if message.digest in kinds
    }


def _queue(store: Store, settings: Settings, due: _Due, person: Person, now: datetime) -> bool:
    written = write_notice(due.notice, person.name, settings.marking, Contact(settings.contact, settings.reply_to))
    message_id = message_id_of(due.kind, due.period, due.revision, person.email, settings.mail_from)
    reason = f"{person.role.value}: {due.kind.replace('-', ' ')}"
    return queue_notice(
        store,
        digest=due.kind,
        period=due.period,
        revision=due.revision,
        person=person,
        subject=written.subject,
        message_id=message_id,
        content=compose(written, settings.mail_from, person.email, message_id, now, reason, settings.reply_to),
        now=now,
    )


def _withdraw(store: Store, kind: str, day: date, reason: str, now: datetime, keep: Collection[str] = ()) -> None:
    """Supersede the notices of a kind that still wait, for they are no longer true; not those to addresses to keep."""
    waiting = [
        message.id
        for message in messages(store, (MessageState.QUEUED,), as_at=day)
        if message.digest == kind and message.id is not None and message.recipient not in keep
    ]
    for number in waiting:
        still_waits = update(OutboxMessage).where(
            col(OutboxMessage.id) == number, col(OutboxMessage.state) == MessageState.QUEUED
        )
        with write_transaction(store) as connection:
            if connection.execute(still_waits.values(state=MessageState.SUPERSEDED, reason=reason)).rowcount == 1:
                add_event(connection, number, now, (MessageState.QUEUED, MessageState.SUPERSEDED), "notices", reason)
