"""The outbox: the messages that are queued, with the history of each."""

import csv
import hashlib
import io
from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import date, datetime

from sqlalchemy import Connection, insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from alerts.people import Cadence, Person
from alerts.recipients import scope_of
from monitor.settings import Settings
from monitor.snapshots.database import patiently
from monitor.snapshots.mail_tables import OutboxEvent, OutboxMessage
from monitor.snapshots.store import Store

DIGESTS = tuple(Cadence)
"""The kinds of message that are digests; every other kind is a notice, or a trial copy."""


def message_id_of(digest: str, period: date, revision: int, recipient: str, sender: str) -> str:
    """The Message-ID of a message: always the same for the same message, different for any other."""
    unique = hashlib.sha256("\n".join((digest, period.isoformat(), str(revision), recipient)).encode()).hexdigest()
    return f"<{digest.replace(':', '.')}.{period}.{revision}.{unique[:32]}@{sender.rpartition('@')[2]}>"


def scope_codes(person: Person) -> tuple[str, str]:
    """Level and codes of what a person may see, as a message stores them; both empty for an operator."""
    scope = scope_of(person)
    return (scope[0].level.value if scope else "", _as_text(sorted(unit.code for unit in scope)))


def codes_in(scope_code: str) -> list[str]:
    """Split what ``scope_codes`` joined into the codes of the units; none for an operator."""
    return next(csv.reader(io.StringIO(scope_code, newline="")), [])


def _as_text(codes: Collection[str]) -> str:
    """Join codes into one text with commas; a code with a comma of its own is quoted."""
    if not codes:
        return ""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(codes)
    return text.getvalue().removesuffix("\r\n")


def messages(store: Store, states: Collection[str] = (), as_at: date | None = None) -> list[OutboxMessage]:
    """List messages without their bytes, latest period first; only those of some states or of one date, if given."""
    query = select(OutboxMessage).options(defer(OutboxMessage.message, raiseload=True))  # type: ignore[arg-type]
    if states:
        query = query.where(col(OutboxMessage.state).in_(states))
    if as_at is not None:
        query = query.where(col(OutboxMessage.period) == as_at)
    newest_first = (col(OutboxMessage.period).desc(), col(OutboxMessage.recipient), col(OutboxMessage.id))
    with Session(store.engine) as session:
        return list(session.exec(query.order_by(*newest_first)))


def load_message(store: Store, number: int) -> OutboxMessage | None:
    """Load one message with its final bytes."""
    with Session(store.engine) as session:
        return session.get(OutboxMessage, number)


def history(store: Store, number: int) -> list[OutboxEvent]:
    """List every change of state of one message since it was queued, oldest first."""
    query = select(OutboxEvent).where(col(OutboxEvent.outbox_id) == number).order_by(col(OutboxEvent.id))
    with Session(store.engine) as session:
        return list(session.exec(query))


def write_transaction(store: Store, *, patient: bool = False) -> AbstractContextManager[Connection]:
    """Open a transaction that reads before it writes: on SQLite it is the only writer from its first statement.

    patient: wait for minutes if another program holds the database.
    """
    if patient:
        return patiently(store.engine).begin()
    return store.engine.execution_options(writes_first=True).begin()


def add_event(
    connection: Connection,
    number: int | None,
    at: datetime,
    change: tuple[str, str],
    by: str,
    reason: str | None = None,
) -> None:
    """Record one change of state, (from, to), in the transaction that makes it."""
    before, after = change
    row = {"outbox_id": number, "at": at, "from_state": before, "to_state": after, "by": by, "reason": reason}
    connection.execute(insert(OutboxEvent).values(row))


def switch_off_reason(settings: Settings) -> str | None:
    """What holds all email back, in words; None while email may leave."""
    if settings.mail == "off":
        return "email is switched off: HOTSPOTS_MAIL=off"
    if settings.mail_off_file.exists():
        return f"email is switched off: {settings.mail_off_file} is there"
    return None
