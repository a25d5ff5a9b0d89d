"""The outbox: digests queued as final bytes, claimed before sending, sent once, recorded."""

import hashlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from alerts.delivery import Outcome, Result, SmtpServer, file_name, send, write_to_folder
from alerts.digest import Wording, write_digest
from alerts.message import compose
from alerts.picture import Picture
from alerts.privacy import leaks_to_reader, scope_named
from alerts.routing import Person, scope_of
from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage
from tiering.policy import PolicyFault

WEEKLY = "weekly"
QUEUED, SENDING, SENT, FAILED, IN_DOUBT, SUPPRESSED = "queued", "sending", "sent", "failed", "in_doubt", "suppressed"
CLAIMED, DATA = "claimed", "data"
LEASE = timedelta(minutes=10)
RETRY_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)


class ClaimLost(Exception):
    """The claim on a message ran out and another sender has it now."""


@dataclass(frozen=True)
class Delivered:
    """What became of one message; ``detail``: where it went, or the server's words."""

    recipient: str
    state: str
    detail: str


def smtp_server(settings: Settings) -> SmtpServer | None:
    """The mail server that is set; None: mail goes to the outbox folder. Raises PolicyFault when it cannot be used."""
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


def write_messages(
    picture: Picture, readers: Sequence[Person], settings: Settings, red_line: float, now: datetime
) -> list[OutboxMessage]:
    """The digest of each reader as a message to queue; one that would give away what it must not is suppressed.

    red_line: per cent of capacity above which the policy calls a unit red.
    """
    wording = Wording(settings.marking, settings.base_url, settings.small_team, red_line)
    return [_written(picture, person, settings, wording, now) for person in readers]


def deliver(store: Store, settings: Settings, clock: Callable[[], datetime]) -> Iterator[Delivered]:
    """Send every message that is due, one recipient at a time; yields what became of each.

    The claim is committed before anything is sent, and phase "data" before the message itself: a process that dies
    before that leaves the message to be sent again, one that dies after it leaves it in doubt, for the operator.
    """
    server = smtp_server(settings)
    if server is not None and settings.people_file.name == "people.example.yaml":
        raise PolicyFault(
            [f"{settings.people_file}: nobody in the example is real; set HOTSPOTS_PEOPLE before sending"]
        )
    release_expired(store, clock())
    while (message := _claim(store, clock())) is not None:
        try:
            result = _carry(message, server, settings, store)
        except ClaimLost as lost:
            yield Delivered(message.recipient, SENDING, str(lost))
            continue
        yield _record(store, message, result, clock())
        if result.outcome is Outcome.TRANSPORT:
            return


def release_expired(store: Store, now: datetime) -> None:
    """Queue again what a dead sender had claimed and not begun; hold what it had begun as in doubt."""
    for phase, state in ((CLAIMED, QUEUED), (DATA, IN_DOUBT)):
        expired = (
            update(OutboxMessage)
            .where(
                col(OutboxMessage.state) == SENDING,
                col(OutboxMessage.lease_until) < now,
                col(OutboxMessage.phase) == phase,
            )
            .values(state=state, reason="the sender stopped before it could record the outcome")
        )
        with store.engine.begin() as connection:
            connection.execute(expired)


def messages(store: Store) -> list[OutboxMessage]:
    """Every message there is, newest period first."""
    query = select(OutboxMessage).order_by(col(OutboxMessage.period).desc(), col(OutboxMessage.recipient))
    with Session(store.engine) as session:
        return list(session.exec(query))


def _written(picture: Picture, person: Person, settings: Settings, wording: Wording, now: datetime) -> OutboxMessage:
    scope = scope_named([(level.value, code) for level, code in scope_of(person)], picture.organisation)
    digest = write_digest(picture, scope, person.name, wording)
    message_id = _message_id(picture, person, settings.mail_from)
    reason = f"{person.role.value} of {scope.name}: weekly digest"
    content = compose(digest, settings.mail_from, person.email, message_id, now, reason)
    own_words = f"{settings.marking} {settings.mail_from} {settings.base_url}"
    found = leaks_to_reader(content, picture, scope, person.name, own_words)
    return OutboxMessage(
        digest=WEEKLY,
        period=picture.as_at,
        revision=picture.revision,
        recipient=person.email,
        snapshot_id=0,
        scope_level=scope.level,
        scope_code=",".join(scope.codes),
        subject=digest.subject,
        message_id=message_id,
        message=b"" if found else content,
        sha256=hashlib.sha256(content).hexdigest(),
        state=SUPPRESSED if found else QUEUED,
        reason=_would_give_away(found) if found else None,
        queued_at=now,
        send_after=now,
    )


def _would_give_away(found: Sequence[str]) -> str:
    """Why a message is suppressed: what kind of thing stands where, and never the thing itself."""
    kinds = sorted({hit.partition(":")[0] for hit in found})
    return f"not sent, it would give away {'; '.join(kinds)}"


def _message_id(picture: Picture, person: Person, sender: str) -> str:
    """The same for the same digest of the same snapshot, and different for any other."""
    parts = (WEEKLY, picture.as_at.isoformat(), str(picture.revision), person.email)
    unique = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return f"<{WEEKLY}.{picture.as_at}.{picture.revision}.{unique}@{sender.rpartition('@')[2]}>"


def _claim(store: Store, now: datetime) -> OutboxMessage | None:
    """The next message that is due, claimed for this process alone; None when nothing is due."""
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.state == QUEUED, OutboxMessage.send_after <= now)
        .order_by(col(OutboxMessage.send_after), col(OutboxMessage.id))
    )
    while True:
        with Session(store.engine) as session:
            message = session.exec(due).first()
        if message is None:
            return None
        message.claimed_by = f"{socket.gethostname()}:{os.getpid()}"
        message.attempts += 1
        claim = (
            update(OutboxMessage)
            .where(col(OutboxMessage.id) == message.id, col(OutboxMessage.state) == QUEUED)
            .values(
                state=SENDING,
                phase=CLAIMED,
                claimed_by=message.claimed_by,
                attempts=message.attempts,
                lease_until=now + LEASE,
            )
        )
        with store.engine.begin() as connection:
            if connection.execute(claim).rowcount == 1:
                return message


def _carry(message: OutboxMessage, server: SmtpServer | None, settings: Settings, store: Store) -> Result:
    domain = message.recipient.rpartition("@")[2].lower()
    if settings.mail_domains and domain not in settings.mail_domains:
        return Result(Outcome.REFUSED_RECIPIENT, f"{domain} is not one of HOTSPOTS_MAIL_DOMAINS")
    if server is None:
        period = message.period.isoformat() + ("" if message.revision == 1 else f"-revision-{message.revision}")
        name = file_name(message.digest, period, message.recipient)
        written = write_to_folder(settings.outbox, name, message.message)
        return Result(Outcome.SENT, ", ".join(str(path) for path in written))
    return send(server, settings.mail_from, message.recipient, message.message, lambda: _begin(store, message))


def _begin(store: Store, message: OutboxMessage) -> None:
    """Say that the message itself goes out next; raises ClaimLost, and nothing is sent, when another has taken it."""
    if not _change(store, message, phase=DATA):
        raise ClaimLost(f"message {message.id} was taken over by another sender")


def _change(store: Store, message: OutboxMessage, **values: Any) -> bool:
    """Change a message as long as this claim on it holds; whether it did."""
    ours = update(OutboxMessage).where(
        col(OutboxMessage.id) == message.id,
        col(OutboxMessage.state) == SENDING,
        col(OutboxMessage.claimed_by) == message.claimed_by,
        col(OutboxMessage.attempts) == message.attempts,
    )
    with store.engine.begin() as connection:
        return connection.execute(ours.values(**values)).rowcount == 1


def _record(store: Store, message: OutboxMessage, result: Result, now: datetime) -> Delivered:
    state = {
        Outcome.SENT: SENT,
        Outcome.REFUSED_RECIPIENT: FAILED,
        Outcome.IN_DOUBT: IN_DOUBT,
        Outcome.DEFERRED_RECIPIENT: QUEUED,
        Outcome.TRANSPORT: QUEUED,
    }[result.outcome]
    if state == QUEUED and now >= message.queued_at + GIVE_UP_AFTER:
        state = FAILED
    send_after = now + RETRY_AFTER if state == QUEUED else message.send_after
    sent_at = now if state == SENT else None
    if not _change(store, message, state=state, reason=result.detail, sent_at=sent_at, send_after=send_after):
        return Delivered(message.recipient, IN_DOUBT, "this sender was too slow and lost its claim; see the newer one")
    return Delivered(message.recipient, state, result.detail)
