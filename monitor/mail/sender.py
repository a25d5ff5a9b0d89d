"""The sender: carries one claimed message at a time to its one recipient, and records what became of it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from monitor.mail.backoff import (
    GIVE_UP_AFTER,
    forget_faults,
    give_up_reason,
    is_given_up,
    pause,
    pause_server,
    server_pause,
)
from monitor.mail.claims import (
    ClaimLost,
    begin_data,
    claim_next,
    close_claim,
    has_waited,
    release_expired,
    sender_name,
)
from monitor.mail.eligibility import Readers, reason_to_hold
from monitor.mail.folder import file_name, write_to_folder
from monitor.mail.outbox import add_event, switch_off_reason, write_transaction
from monitor.mail.smtp import Outcome, Result, SmtpServer, masked, send
from monitor.settings import Settings
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage
from tiering.faults import ConfigFault

_BEHIND_THE_OTHERS = timedelta(seconds=1)
"""Enough: whatever else is due at this moment goes first."""

_CHANCE = random.SystemRandom()
_STATE_AFTER = {
    Outcome.SENT: MessageState.SENT,
    Outcome.REFUSED_RECIPIENT: MessageState.FAILED,
    Outcome.IN_DOUBT: MessageState.IN_DOUBT,
    Outcome.DEFERRED_RECIPIENT: MessageState.QUEUED,
    Outcome.TRANSPORT: MessageState.QUEUED,
}


@dataclass(frozen=True)
class Delivered:
    """What became of one message.

    detail: where it went, the server's words, or why it was not sent, masked. number, digest: which message it is, for
    a log, which names no recipient.
    """

    recipient: str
    state: str
    detail: str
    number: int | None = None
    digest: str = ""

    @classmethod
    def of(cls, message: OutboxMessage, state: str, detail: str) -> Self:
        return cls(message.recipient, state, detail, message.id, message.digest)


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


def server_name(settings: Settings) -> str:
    """The name under which faults of the mail server that is set are stored."""
    return "outbox folder" if settings.smtp_host is None else f"{settings.smtp_host}:{settings.smtp_port}"


def name_of(message: OutboxMessage) -> str:
    """The name, without ending, of the files of a message."""
    period = message.period.isoformat() + ("" if message.revision == 1 else f"-revision-{message.revision}")
    return file_name(message.digest, period, message.recipient)


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

    A fault of the server ends the round, and the server is left alone for a while; so it is when mail is switched off.

    at_once: also try what still waits for its next attempt.
    copies_to: only the trial copies to that address.
    only: the kind of message, where no other may be touched: nothing is released or given up by the clock then.
    Raises ConfigFault where the people file or the mail server cannot be used; nothing is sent then.
    """
    server = smtp_server(settings)
    if server is not None and settings.people_file.name == "people.example.yaml":
        raise ConfigFault(
            [f"{settings.people_file}: no one in the example is real; set HOTSPOTS_PEOPLE before sending"]
        )
    readers = Readers(settings.people_file)
    if only is None:
        # First of all: what dead senders left is due in this round too.
        release_expired(store, clock())
    started = clock()
    if not at_once and server_pause(store, server_name(settings), started) is not None:
        return
    # By the time at which the round began: what is put off during it waits for the next round.
    wanted = [] if at_once else [has_waited(started)]
    if only is not None:
        wanted.append(col(OutboxMessage.digest) == only)
    if copies_to is not None:
        wanted += [col(OutboxMessage.redirected_from).is_not(None), col(OutboxMessage.recipient) == copies_to]
    tried: list[int] = []
    answered = False
    # Looked at before every message: mail that is switched off stops now, and not after this round.
    while switch_off_reason(settings) is None:
        people = readers.now()
        message = claim_next(store, clock(), [*wanted, col(OutboxMessage.id).not_in(tried)])
        if message is None or message.id is None:
            return
        tried.append(message.id)
        against = reason_to_hold(store, message, people, settings.mail_domains)
        if against is not None:
            yield _settle(store, message, *against, clock())
            continue
        try:
            result = _carry(message, server, settings, store, clock)
        except ClaimLost as lost:
            yield Delivered.of(message, MessageState.SENDING, str(lost))
            continue
        delivered = _record(store, message, result, clock(), jitter)
        if result.outcome is Outcome.TRANSPORT:
            pause_server(store, server_name(settings), masked(result.detail), clock(), jitter)
            yield delivered
            if only is None:
                yield from _give_up_old(store, result.detail, clock())
            return
        if not answered:
            # Once a round is enough, and spares a write for every message.
            forget_faults(store, server_name(settings))
            answered = True
        yield delivered


def _carry(
    message: OutboxMessage,
    server: SmtpServer | None,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
) -> Result:
    """Hand the message to the server, or write it to the outbox folder; raises ClaimLost, and then nothing has left."""
    if server is not None:
        return send(
            server, settings.mail_from, message.recipient, message.message, lambda: begin_data(store, message, clock())
        )
    # No phase is recorded for the folder: writing the same files twice does no harm.
    try:
        paths = write_to_folder(settings.outbox, name_of(message), message.message)
    except OSError as error:
        return Result(Outcome.TRANSPORT, f"{settings.outbox}: {error.strerror or type(error).__name__}")
    return Result(Outcome.SENT, f"written to {settings.outbox}: {', '.join(path.name for path in paths)}")


def _record(
    store: Store, message: OutboxMessage, result: Result, now: datetime, jitter: Callable[[], float]
) -> Delivered:
    """Record an outcome of the carrier, with when to try again where that is worth it."""
    state, detail = _STATE_AFTER[result.outcome], result.detail
    # A fault of the server says nothing about this recipient, who is not to wait longer for it.
    attempts = message.attempts + (result.outcome is not Outcome.TRANSPORT)
    if state == MessageState.QUEUED and is_given_up(message.queued_at, now):
        state, detail = MessageState.FAILED, give_up_reason(detail)
    values: dict[str, Any] = {"attempts": attempts}
    if state == MessageState.SENT:
        values["sent_at"] = now
    elif result.outcome is Outcome.DEFERRED_RECIPIENT:
        values["send_after"] = now + pause(attempts, jitter)
    elif state == MessageState.QUEUED:
        # A message on which the server breaks off must not be in everyone's way.
        values["send_after"] = now + _BEHIND_THE_OTHERS
    return _settle(store, message, state, detail, now, **values)


def _settle(
    store: Store, message: OutboxMessage, state: MessageState, detail: str, now: datetime, **values: Any
) -> Delivered:
    """Close the claim on a message, as long as it is still ours."""
    reason = masked(detail, message.recipient)
    if close_claim(store, message, state, reason, now, **values):
        return Delivered.of(message, state, reason)
    too_slow = "this sender was too slow and lost its claim; see the newer one"
    return Delivered.of(message, MessageState.IN_DOUBT, too_slow)


def _give_up_old(store: Store, fault: str, now: datetime) -> Iterator[Delivered]:
    """Messages that have waited a day for a server which is still not there: failed, for the operator."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.state == MessageState.QUEUED, col(OutboxMessage.queued_at) <= now - GIVE_UP_AFTER
    )
    with Session(store.engine) as session:
        old = list(session.exec(waiting.options(defer(OutboxMessage.message))))  # type: ignore[arg-type]
    reason = masked(give_up_reason(fault))
    for message in old:
        # Another sender may have claimed it since it was read, and may have a server that answers.
        still = (col(OutboxMessage.id) == message.id, col(OutboxMessage.state) == MessageState.QUEUED)
        with write_transaction(store, patient=True) as connection:
            given_up = update(OutboxMessage).where(*still).values(state=MessageState.FAILED, reason=reason)
            is_ours = connection.execute(given_up).rowcount == 1
            if is_ours:
                change = (MessageState.QUEUED, MessageState.FAILED)
                add_event(connection, message.id, now, change, sender_name(), reason)
        if is_ours:
            yield Delivered.of(message, MessageState.FAILED, reason)
