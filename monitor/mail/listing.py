"""List and count the messages of the outbox, without their bytes."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Select, func, select, tuple_
from sqlmodel import col

from monitor.snapshots.mail_tables import OutboxMessage

Scope = tuple[str, str]
"""Level and codes of the units of a message, as ``monitor.mail.outbox.scope_codes`` gives them."""


@dataclass(frozen=True)
class MessageLine:
    """One message of the outbox without its bytes."""

    id: int
    digest: str
    period: date
    revision: int
    recipient: str
    scope_level: str
    scope_code: str
    subject: str
    state: str
    reason: str | None
    queued_at: datetime
    sent_at: datetime | None
    attempts: int


def scopes_in_outbox(engine: Engine) -> list[Scope]:
    """List every scope that has a message, once."""
    query = select(col(OutboxMessage.scope_level), col(OutboxMessage.scope_code)).distinct()
    with engine.connect() as connection:
        return [(level, codes) for level, codes in connection.execute(query)]


def latest_messages(engine: Engine, most: int) -> list[MessageLine]:
    """List the last messages, latest period first."""
    return _lines(engine, _select_lines().limit(most))


def latest_messages_for(engine: Engine, recipient: str, scopes: Collection[Scope], most: int) -> list[MessageLine]:
    """List the last messages that went to an address, in capitals or not, or that are for one of the scopes."""
    own = func.lower(col(OutboxMessage.recipient)) == recipient.casefold()
    of_scope = tuple_(col(OutboxMessage.scope_level), col(OutboxMessage.scope_code)).in_(scopes)
    return _lines(engine, _select_lines().where(own | of_scope).limit(most))


def count_by_state(engine: Engine) -> dict[str, int]:
    """Count the messages in each state; a state without messages is left out."""
    query = select(col(OutboxMessage.state), func.count()).group_by(col(OutboxMessage.state))
    with engine.connect() as connection:
        return {state: int(count) for state, count in connection.execute(query)}


def _select_lines() -> Select[Any]:
    # Without the bytes: those of a few hundred messages are tens of megabytes that no list shows.
    columns = (getattr(OutboxMessage, field.name) for field in fields(MessageLine))
    return select(*columns).order_by(
        col(OutboxMessage.period).desc(), col(OutboxMessage.queued_at).desc(), col(OutboxMessage.recipient)
    )


def _lines(engine: Engine, query: Select[Any]) -> list[MessageLine]:
    with engine.connect() as connection:
        return [MessageLine(**row._mapping) for row in connection.execute(query)]
