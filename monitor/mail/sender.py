"""The sender: hand over one claimed message at a time for its one recipient, and record the outcome."""

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
from monitor.mail.log_in.log_in_settings import log_in_faults, token_source
from monitor.mail.log_in.tokens import tokens_of
from monitor.mail.outbox import add_event, switch_off_reason, write_transaction
from monitor.mail.smtp import SendOutcome, SendResult, SmtpServer, mask_reply, send
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from tiering.faults import ConfigFault

_BEHIND_THE_OTHERS = timedelta(seconds=1)
"""One second is enough: whatever else is due at this moment goes first."""

_CHANCE = random.SystemRandom()
_STATE_AFTER = {
    SendOutcome.SENT: MessageState.SENT,
    SendOutcome.REFUSED_RECIPIENT: MessageState.FAILED,
    SendOutcome.IN_DOUBT: MessageState.IN_DOUBT,
    SendOutcome.DEFERRED_RECIPIENT: MessageState.QUEUED,
    SendOutcome.TRANSPORT: MessageState.QUEUED,
}


@dataclass(frozen=True)
class Delivery:
    """The outcome of one message.

    detail: where it went, the server's words, or why it was not sent, masked.
    number, digest: identify the message in a log, which names no recipient.
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
    """The mail server in the settings, None for the outbox folder; raises ConfigFault if a setting is wrong."""
    if settings.smtp_host is None:
        return None
    faults = log_in_faults(settings)
    source = None if faults else token_source(settings)
    try:
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            username=None if faults else settings.smtp_username,
            password=None if faults or settings.smtp_password is None else settings.smtp_password.get_secret_value(),
            ca_file=settings.smtp_ca_file,
            tokens=None if source is None else tokens_of(source),
        )
    except ConfigFault as fault:
        raise ConfigFault([*faults, *fault.faults]) from None
    if faults:
        raise ConfigFault(faults)
    return server


def server_name(settings: Settings) -> str:
    """The name under which faults of the present mail server are stored."""
    return "outbox folder" if settings.smtp_host is None else f"{settings.smtp_host}:{settings.smtp_port}"


def name_of(message: OutboxMessage) -> str:
    """The name of the files of a message, without an ending."""
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
) -> Iterator[Delivery]:
    """Send every message that is due, one recipient at a time, and yield the outcome of each.

    at_once: also try what still waits for its next attempt.
    copies_to: send only the trial copies to that address.
    only: the one kind of message to touch. Nothing is then released or given up because of the time.

    - A fault of the server ends the round, and the server is left alone for a while.
    - The round also ends as soon as email is switched off.
    - Raises ConfigFault if the people file or the mail server cannot be used; nothing is sent then.
    """
    server = smtp_server(settings)
    if server is not None and settings.people_file.name == "people.example.yaml":
        raise ConfigFault(
            [f"{settings.people_file}: no one in the example is real; set HOTSPOTS_PEOPLE before sending"]
        )
    readers = Readers(settings.people_file)
    if only is None:
        # First of all, because what dead senders left behind is due in this round too.
        release_expired(store, clock())
    started = clock()
    if not at_once and server_pause(store, server_name(settings), started) is not None:
        return
    # The time at which the round began decides, so that what is put off during it waits for the next round.
    wanted = [] if at_once else [has_waited(started)]
    if only is not None:
        wanted.append(col(OutboxMessage.digest) == only)
    if copies_to is not None:
        wanted += [col(OutboxMessage.redirected_from).is_not(None), col(OutboxMessage.recipient) == copies_to]
    tried: list[int] = []
    answered = False
    # Checked before every message, so that email stops as soon as it is switched off, not after this round.
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
            yield Delivery.of(message, MessageState.SENDING, str(lost))
            continue
        delivered = _record(store, message, result, clock(), jitter)
        if result.outcome is SendOutcome.TRANSPORT:
            pause_server(store, server_name(settings), mask_reply(result.detail), clock(), jitter)
            yield delivered
            if only is None:
                yield from _give_up_old(store, result.detail, clock())
            return
        if not answered:
            # Once per round is enough, and saves a write for every message.
            forget_faults(store, server_name(settings))
            answered = True
        yield delivered


def _carry(
    message: OutboxMessage,
    server: SmtpServer | None,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
) -> SendResult:
    """Hand the message to the server, or write it to the outbox folder.

    Raises ClaimLost if another sender has taken the message over; nothing has left then.
    """
    if server is not None:
        return send(
            server, settings.mail_from, message.recipient, message.message, lambda: begin_data(store, message, clock())
        )
    # The folder needs no phase DATA: writing the same files twice does no harm.
    try:
        paths = write_to_folder(settings.outbox, name_of(message), message.message)
    except OSError as error:
        return SendResult(SendOutcome.TRANSPORT, f"{settings.outbox}: {error.strerror or type(error).__name__}")
    return SendResult(SendOutcome.SENT, f"written to {settings.outbox}: {', '.join(path.name for path in paths)}")


def _record(
    store: Store, message: OutboxMessage, result: SendResult, now: datetime, jitter: Callable[[], float]
) -> Delivery:
    """Record the outcome of a send, and when to try again if that may help."""
    state, detail = _STATE_AFTER[result.outcome], result.detail
    # A fault of the server says nothing about this recipient, so it does not lengthen this recipient's pause.
    attempts = message.attempts + (result.outcome is not SendOutcome.TRANSPORT)
    if state == MessageState.QUEUED and is_given_up(message.queued_at, now):
        state, detail = MessageState.FAILED, give_up_reason(detail)
    values: dict[str, Any] = {"attempts": attempts}
    if state == MessageState.SENT:
        values["sent_at"] = now
    elif result.outcome is SendOutcome.DEFERRED_RECIPIENT:
        values["send_after"] = now + pause(attempts, jitter)
    elif state == MessageState.QUEUED:
        # A message on which the server breaks off goes behind the others, so that it does not block them.
        values["send_after"] = now + _BEHIND_THE_OTHERS
    return _settle(store, message, state, detail, now, **values)


def _settle(
    store: Store, message: OutboxMessage, state: MessageState, detail: str, now: datetime, **values: Any
) -> Delivery:
    """Close the claim on a message if it is still this sender's."""
    reason = mask_reply(detail, message.recipient)
    if close_claim(store, message, state, reason, now, **values):
        return Delivery.of(message, state, reason)
    too_slow = "this sender was too slow and lost its claim; see the newer one"
    return Delivery.of(message, MessageState.IN_DOUBT, too_slow)


def _give_up_old(store: Store, fault: str, now: datetime) -> Iterator[Delivery]:
    """Mark messages as failed, for the operator, that have waited a day for a server that still does not answer."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.state == MessageState.QUEUED, col(OutboxMessage.queued_at) <= now - GIVE_UP_AFTER
    )
    with Session(store.engine) as session:
        old = list(session.exec(waiting.options(defer(OutboxMessage.message))))  # type: ignore[arg-type]
    reason = mask_reply(give_up_reason(fault))
    for message in old:
        # Another sender may have claimed it since it was loaded, and may reach a server that answers.
        still = (col(OutboxMessage.id) == message.id, col(OutboxMessage.state) == MessageState.QUEUED)
        with write_transaction(store, patient=True) as connection:
            given_up = update(OutboxMessage).where(*still).values(state=MessageState.FAILED, reason=reason)
            is_ours = connection.execute(given_up).rowcount == 1
            if is_ours:
                change = (MessageState.QUEUED, MessageState.FAILED)
                add_event(connection, message.id, now, change, sender_name(), reason)
        if is_ours:
            yield Delivery.of(message, MessageState.FAILED, reason)
