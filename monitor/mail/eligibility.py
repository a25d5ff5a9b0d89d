"""Decide whether a queued message may still go: the latest one, to a reader with that scope, with safe bytes."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import or_
from sqlmodel import Session, col, select

from alerts.people import Person, Role, load_people
from monitor.mail.outbox import DIGESTS, codes_in, scope_codes
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store


class Readers:
    """The people file, read again whenever it changes: anyone removed from it gets nothing from then on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, ...] | None = None
        self._people: tuple[Person, ...] = ()

    def now(self) -> tuple[Person, ...]:
        """The people in the file; raises ConfigFault if it cannot be read."""
        try:
            status = self._path.stat()
            version = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            version = None
        # A file that is gone is read all the same, because reading it raises the fault that says so.
        if version is None or version != self._version:
            self._people = load_people(self._path)
            self._version = version
        return self._people


def reason_to_hold(
    store: Store, message: OutboxMessage, people: Collection[Person], domains: Collection[str]
) -> tuple[MessageState, str] | None:
    """The state and reason of a message that may no longer go; None if it may."""
    later = newer_digest(store, message)
    if later is not None:
        return MessageState.SUPERSEDED, f"a newer digest was queued: message {later}"
    against = objection(message, people, domains)
    return None if against is None else (MessageState.SUPPRESSED, f"not sent, {against}")


def objection(message: OutboxMessage, people: Collection[Person], domains: Collection[str]) -> str | None:
    """Why this message must not be sent to its recipient, in words for the operator; None if it may go.

    people: the people file as it is now.
    domains: those that email may go to; none allows every domain.

    A trial copy goes to the address that the operator named, so only its domain and its bytes are checked.
    """
    against = _of_the_domain(message, domains)
    if against is not None:
        return against
    if not message.message:
        return "its bytes are no longer kept"
    if hashlib.sha256(message.message).hexdigest() != message.sha256:
        return "its bytes are not those that were checked when it was queued"
    return None if message.redirected_from is not None else _of_the_reader(message, people)


def reader_objection(message: OutboxMessage, people: Collection[Person], domains: Collection[str]) -> str | None:
    """Why a message must not be sent to its recipient, whatever is in it; None when it may go."""
    return _of_the_domain(message, domains) or _of_the_reader(message, people)


def newer_digest(store: Store, message: OutboxMessage) -> int | None:
    """The number of a later digest to the same reader that has gone or will go; None if this one is the latest."""
    if message.digest not in DIGESTS:
        return None
    later = or_(
        col(OutboxMessage.period) > message.period,
        (col(OutboxMessage.period) == message.period) & (col(OutboxMessage.revision) > message.revision),
    )
    query = select(OutboxMessage.id).where(
        col(OutboxMessage.digest).in_(DIGESTS),
        OutboxMessage.recipient == message.recipient,
        OutboxMessage.state != MessageState.NOTHING_NEW,
        later,
    )
    with Session(store.engine) as session:
        return session.exec(query.order_by(col(OutboxMessage.id).desc())).first()


def _of_the_domain(message: OutboxMessage, domains: Collection[str]) -> str | None:
    domain = message.recipient.rpartition("@")[2].lower()
    return f"{domain} is not one of HOTSPOTS_MAIL_DOMAINS" if domains and domain not in domains else None


def _of_the_reader(message: OutboxMessage, people: Collection[Person]) -> str | None:
    person = next((reader for reader in people if reader.email.casefold() == message.recipient.casefold()), None)
    if person is None:
        return "the reader is no longer in the people file"
    if message.role is not None and person.role.value != message.role:
        return f"the reader is {person.role.value} now, it was written for a {message.role}"
    level, codes = scope_codes(person)
    if (level, set(codes_in(codes))) != (message.scope_level, set(codes_in(message.scope_code))):
        return "the reader has another scope now than when it was written"
    if person.role is not Role.OPERATOR and person.digest is None:
        return "the reader has no `digest` in the people file any more"
    return None
