"""The sender: claims one message at a time, carries it to its one recipient, and records what became of it."""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, or_, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from alerts.people import Person, load_people
from monitor.clock import LONGEST_WAIT
from monitor.mail.backoff import GIVE_UP_AFTER, is_given_up, is_well, leave_alone, left_alone, pause
from monitor.mail.eligibility import newer, objection
from monitor.mail.outbox import note, switched_off, with_bytes, writing
from monitor.mail.smtp import Outcome, Result, SmtpServer, file_name, masked, send, write_to_folder
from monitor.processes import for_people, is_gone, this_process
from monitor.settings import Settings
from monitor.snapshots.message_state import ClaimPhase, MessageState
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage
from tiering.faults import ConfigFault

LEASE = timedelta(minutes=10)
"""Longer than the mail server can keep a sender waiting, before DATA and after it."""

_BEHIND_THE_OTHERS = timedelta(seconds=1)
_CLAIM_TRIES = 20
_CHANCE = random.SystemRandom()
_STATE_AFTER = {
    Outcome.SENT: MessageState.SENT,
    Outcome.REFUSED_RECIPIENT: MessageState.FAILED,
    Outcome.IN_DOUBT: MessageState.IN_DOUBT,
    Outcome.DEFERRED_RECIPIENT: MessageState.QUEUED,
    Outcome.TRANSPORT: MessageState.QUEUED,
}


class ClaimLost(Exception):
    """The claim on a message ran out and another sender has it now."""


@dataclass(frozen=True)
class Delivered:
    """What became of one message; ``detail``: where it went, the server's words, or why it was not sent, masked.

    number, digest: which message it is, for a log, which names no recipient.
    """

    recipient: str
    state: str
    detail: str
    number: int | None = None
    digest: str = ""


def smtp_server(settings: Settings) -> SmtpServer | None:
    """The mail server that is set; None: mail goes to the outbox folder. Raises ConfigFault when it cannot be used."""
    if settings.smtp_host is None:
        return None
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        username=settings.smtp_username,
        password=None if settings.smtp_password is None else settings.smtp_password.get_secret_value(),
        ca_file=settings.smtp_ca_file,
    )


def deliver(
    store: Store,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    jitter: Callable[[], float] = _CHANCE.random,
    at_once: bool = False,
    copies_to: str | None = None,
    only: str | None = None,
) -> Iterator[Delivered]:
    """Send every message that is due, one recipient at a time; yields what became of each.

    The claim is committed before anything is sent, and phase "data" before the message itself: a process that dies
    before that leaves the message to be sent again, one that dies after it leaves it in doubt, for the operator.
    A fault of the server ends the round, and the server is left alone for a while; so it is when mail is switched off.
    at_once: also try what still waits for its next attempt. copies_to: only the trial copies to that address.
    only: the kind of message, where no other may be touched: nothing is released or given up by the clock then.
    Raises ConfigFault where the people file or the mail server cannot be used; nothing is sent then.
    """
    server = smtp_server(settings)
    if server is not None and settings.people_file.name == "people.example.yaml":
        raise ConfigFault(
            [f"{settings.people_file}: no one in the example is real; set HOTSPOTS_PEOPLE before sending"]
        )
    readers = _Readers(settings.people_file)
    if only is None:
        release_expired(store, clock())
    started = clock()
    if not at_once and left_alone(store, server_name(settings), started) is not None:
        return
    wanted = [] if at_once else [_has_waited(started)]
    if only is not None:
        wanted.append(col(OutboxMessage.digest) == only)
    if copies_to is not None:
        wanted += [col(OutboxMessage.redirected_from).is_not(None), col(OutboxMessage.recipient) == copies_to]
    tried: list[int] = []
    answered = False
    while switched_off(settings) is None:
        people = readers.now()
        message = _claim(store, clock(), [*wanted, col(OutboxMessage.id).not_in(tried)])
        if message is None or message.id is None:
            return
        tried.append(message.id)
        held = _held(store, message, people, settings)
        if held is not None:
            yield _settle(store, message, *held, clock())
            continue
        try:
            result = _carry(message, server, settings, store, clock)
        except ClaimLost as lost:
            yield _told(message, MessageState.SENDING, str(lost))
            continue
        delivered = _record(store, message, result, clock(), jitter)
        if result.outcome is Outcome.TRANSPORT:
            leave_alone(store, server_name(settings), masked(result.detail), clock(), jitter)
            yield delivered
            if only is None:
                yield from _give_up_the_old(store, result.detail, clock())
            return
        if not answered:
            is_well(store, server_name(settings))
            answered = True
        yield delivered


def would_go(store: Store, settings: Settings, now: datetime) -> Iterator[tuple[OutboxMessage, Delivered]]:
    """Every message that ``deliver`` would take now, with what it would do short of sending; changes nothing."""
    people = load_people(settings.people_file)
    for number in due_numbers(store, now):
        with Session(store.engine) as session:
            message = session.get_one(OutboxMessage, number)
        held = _held(store, message, people, settings)
        yield message, _told(message, *(held or (MessageState.QUEUED, "would go now")))


def due_numbers(store: Store, now: datetime) -> list[int]:
    """Numbers of the messages that are due, in the order in which they go, trial copies left out."""
    claimed_by_the_dead = (col(OutboxMessage.phase) == ClaimPhase.CLAIMED) & _is_abandoned(store, now)
    waiting = (col(OutboxMessage.state) == MessageState.QUEUED) & _has_waited(now)
    query = (
        select(OutboxMessage.id)
        .where(waiting | claimed_by_the_dead, col(OutboxMessage.redirected_from).is_(None))
        .order_by(col(OutboxMessage.send_after), col(OutboxMessage.id))
    )
    with Session(store.engine) as session:
        return [number for number in session.exec(query) if number is not None]


def server_name(settings: Settings) -> str:
    """What the mail server that is set goes by in the books."""
    return "outbox folder" if settings.smtp_host is None else f"{settings.smtp_host}:{settings.smtp_port}"


def held_by_server(store: Store, settings: Settings, now: datetime) -> str | None:
    """Why the mail server is left alone, and until when, where somebody waits for it; None when it may be tried."""
    server = left_alone(store, server_name(settings), now)
    if server is None or not due_numbers(store, now):
        return None
    until = f"{server.not_before:%Y-%m-%d %H:%M:%S} UTC"
    return f"the mail server is left alone until {until} after {server.faults} fault(s): {server.reason}"


def release_expired(store: Store, now: datetime) -> None:
    """Queue again what a dead sender had claimed and not begun; hold what it had begun as in doubt.

    What is queued again goes behind the others: a message that kills its senders must not be in everybody's way, and
    after a day it fails like any other.
    """
    expired = (
        select(OutboxMessage.id, OutboxMessage.phase, OutboxMessage.queued_at)
        .where(_is_abandoned(store, now))
        .with_for_update(skip_locked=True)
    )
    with writing(store, patient=True) as connection:
        for number, phase, queued_at in connection.execute(expired).all():
            state, reason = (
                MessageState.IN_DOUBT if phase == ClaimPhase.DATA else MessageState.QUEUED,
                "the sender stopped before it could record the outcome",
            )
            if state == MessageState.QUEUED and is_given_up(queued_at, now):
                state, reason = MessageState.FAILED, _had_its_day(reason)
            values = {"state": state, "reason": reason, "phase": None, "send_after": now}
            connection.execute(update(OutboxMessage).where(col(OutboxMessage.id) == number).values(values))
            note(connection, number, now, (MessageState.SENDING, state), _ourselves(), reason)


def _has_waited(now: datetime) -> ColumnElement[bool]:
    """Whether a message has waited long enough, or was put off by a clock that was ahead."""
    return or_(col(OutboxMessage.send_after) <= now, col(OutboxMessage.send_after) > now + LONGEST_WAIT)


def _is_lapsed(now: datetime) -> ColumnElement[bool]:
    """Whether the claim on a message has run out, or was made by a clock that was ahead."""
    return or_(col(OutboxMessage.lease_until) < now, col(OutboxMessage.lease_until) > now + LONGEST_WAIT)


class _Readers:
    """The people file, read again whenever it has changed: who is taken out of it gets nothing from then on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._people: tuple[Person, ...] = ()

    def now(self) -> tuple[Person, ...]:
        """Everybody in the file; raises ConfigFault when it cannot be read."""
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            seen = None
        if seen is None or seen != self._seen:
            self._people = load_people(self._path)
            self._seen = seen
        return self._people


def _ourselves() -> str:
    return for_people(this_process())


def _is_abandoned(store: Store, now: datetime) -> ColumnElement[bool]:
    """That a message is claimed although no sender is at it: the lease is over, or the sender's process has ended."""
    with Session(store.engine) as session:
        claimed = (
            select(col(OutboxMessage.claimed_by)).where(col(OutboxMessage.state) == MessageState.SENDING).distinct()
        )
        gone = [sender for sender in session.exec(claimed) if sender is not None and is_gone(sender)]
    is_over = or_(_is_lapsed(now), col(OutboxMessage.claimed_by).in_(gone))
    return and_(col(OutboxMessage.state) == MessageState.SENDING, is_over)


def _told(message: OutboxMessage, state: str, detail: str) -> Delivered:
    return Delivered(message.recipient, state, detail, message.id, message.digest)


def _claim(store: Store, now: datetime, wanted: Sequence[ColumnElement[bool]]) -> OutboxMessage | None:
    """The next message that is wanted, claimed for this process alone; None when there is none.

    One statement picks and claims. On PostgreSQL it passes over what another sender is claiming at this moment, and may
    then find nothing although something is left: it looks again.
    """
    next_one = (
        select(OutboxMessage.id)
        .where(col(OutboxMessage.state) == MessageState.QUEUED, *wanted)
        .order_by(col(OutboxMessage.send_after), col(OutboxMessage.id))
        .limit(1)
    )
    claim = (
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == next_one.with_for_update(skip_locked=True).scalar_subquery(),
            col(OutboxMessage.state) == MessageState.QUEUED,
        )
        .values(
            state=MessageState.SENDING,
            phase=ClaimPhase.CLAIMED,
            claimed_by=this_process(),
            claims=col(OutboxMessage.claims) + 1,
            lease_until=now + LEASE,
        )
        .returning(col(OutboxMessage.id))
    )
    for _ in range(_CLAIM_TRIES):
        with writing(store, patient=True) as connection:
            number = connection.execute(claim).scalar()
            if number is not None:
                note(connection, number, now, (MessageState.QUEUED, MessageState.SENDING), _ourselves())
        if number is not None:
            return with_bytes(store, number)
        with Session(store.engine) as session:
            if session.exec(next_one).first() is None:
                return None
    return None


def _held(
    store: Store, message: OutboxMessage, people: Collection[Person], settings: Settings
) -> tuple[str, str] | None:
    """The state and reason of a message that may no longer go; None when it may."""
    later = newer(store, message)
    if later is not None:
        return MessageState.SUPERSEDED, f"a newer digest was queued: message {later}"
    against = objection(message, people, settings.mail_domains)
    return None if against is None else (MessageState.SUPPRESSED, f"not sent, {against}")


def _carry(
    message: OutboxMessage,
    server: SmtpServer | None,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
) -> Result:
    if server is not None:
        return send(
            server, settings.mail_from, message.recipient, message.message, lambda: _begin(store, message, clock())
        )
    try:
        written = write_to_folder(settings.outbox, name_of(message), message.message)
    except OSError as error:
        return Result(Outcome.TRANSPORT, f"{settings.outbox}: {error.strerror or type(error).__name__}")
    return Result(Outcome.SENT, f"written to {settings.outbox}: {', '.join(path.name for path in written)}")


def dry_run(store: Store, settings: Settings, now: datetime) -> Iterator[Delivered]:
    """Write what ``deliver`` would send now to the folder of dry runs, emptied first; no message changes."""
    for old in settings.dry_run.glob("*"):
        if old.suffix in (".eml", ".html"):
            old.unlink()
    for message, would in would_go(store, settings, now):
        if would.state == MessageState.QUEUED:
            written = write_to_folder(settings.dry_run, name_of(message), message.message)
            yield _told(message, "would go", ", ".join(str(path) for path in written))
        else:
            yield _told(message, f"would be {would.state}", would.detail)


def name_of(message: OutboxMessage) -> str:
    """The name, without ending, of the files of a message."""
    period = message.period.isoformat() + ("" if message.revision == 1 else f"-revision-{message.revision}")
    return file_name(message.digest, period, message.recipient)


def _begin(store: Store, message: OutboxMessage, now: datetime) -> None:
    """Say that the message itself goes out next, and take the time for it.

    Raises ClaimLost, and nothing is sent, when another has taken it.
    """
    ours = _of_this_claim(message).where(col(OutboxMessage.state) == MessageState.SENDING)
    with store.engine.begin() as connection:
        if connection.execute(ours.values(phase=ClaimPhase.DATA, lease_until=now + LEASE)).rowcount != 1:
            raise ClaimLost(f"message {message.id} was taken over by another sender")


def _of_this_claim(message: OutboxMessage) -> Update:
    return update(OutboxMessage).where(
        col(OutboxMessage.id) == message.id,
        col(OutboxMessage.claimed_by) == message.claimed_by,
        col(OutboxMessage.claims) == message.claims,
    )


def _record(
    store: Store, message: OutboxMessage, result: Result, now: datetime, jitter: Callable[[], float]
) -> Delivered:
    state, detail = _STATE_AFTER[result.outcome], result.detail
    attempts = message.attempts + (result.outcome is not Outcome.TRANSPORT)
    if state == MessageState.QUEUED and is_given_up(message.queued_at, now):
        state, detail = MessageState.FAILED, _had_its_day(detail)
    values: dict[str, Any] = {"attempts": attempts}
    if state == MessageState.SENT:
        values["sent_at"] = now
    elif result.outcome is Outcome.DEFERRED_RECIPIENT:
        values["send_after"] = now + pause(attempts, jitter)
    elif state == MessageState.QUEUED:
        # Behind the others: a message on which the server breaks off must not be in everybody's way.
        values["send_after"] = now + _BEHIND_THE_OTHERS
    return _settle(store, message, state, detail, now, **values)


def _had_its_day(detail: str) -> str:
    return f"not taken within {GIVE_UP_AFTER.total_seconds() / 3600:g} hours: {detail}"


def _settle(store: Store, message: OutboxMessage, state: str, detail: str, now: datetime, **values: Any) -> Delivered:
    """Record what became of a claimed message, as long as nobody has claimed or decided anything since.

    A sender that was so slow that its message was held as in doubt still knows better than anybody.
    """
    reason = masked(detail, message.recipient)
    with writing(store, patient=True) as connection:
        before = connection.execute(
            select(OutboxMessage.state)
            .where(col(OutboxMessage.id) == message.id, col(OutboxMessage.claims) == message.claims)
            .with_for_update()
        ).scalar()
        if before not in (MessageState.SENDING, MessageState.IN_DOUBT):
            return _told(
                message, MessageState.IN_DOUBT, "this sender was too slow and lost its claim; see the newer one"
            )
        connection.execute(_of_this_claim(message).values(state=state, reason=reason, phase=None, **values))
        note(connection, message.id, now, (before, state), _ourselves(), reason)
    return _told(message, state, reason)


def _give_up_the_old(store: Store, fault: str, now: datetime) -> Iterator[Delivered]:
    """Messages that have waited a day for a server which is still not there: failed, for the operator."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.state == MessageState.QUEUED, col(OutboxMessage.queued_at) <= now - GIVE_UP_AFTER
    )
    with Session(store.engine) as session:
        old = list(session.exec(waiting.options(defer(OutboxMessage.message))))  # type: ignore[arg-type]
    reason = masked(_had_its_day(fault))
    for message in old:
        still = (col(OutboxMessage.id) == message.id, col(OutboxMessage.state) == MessageState.QUEUED)
        with writing(store, patient=True) as connection:
            given_up = update(OutboxMessage).where(*still).values(state=MessageState.FAILED, reason=reason)
            is_ours = connection.execute(given_up).rowcount == 1
            if is_ours:
                note(connection, message.id, now, (MessageState.QUEUED, MessageState.FAILED), _ourselves(), reason)
        if is_ours:
            yield _told(message, MessageState.FAILED, reason)
