"""The rows of the access log: who looked at which person or case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlmodel import col

from monitor.snapshots.reach import out_of_reach_on_error
from monitor.snapshots.tables import LookedAt


def add_looks(engine: Engine, looks: Sequence[LookedAt]) -> None:
    """Store entries in a transaction of their own; raises OutOfReach if that cannot be done."""
    rows = [look.model_dump(exclude={"id"}) for look in looks]
    with out_of_reach_on_error(), engine.begin() as connection:
        connection.execute(insert(LookedAt), rows)


def read_looks(
    engine: Engine,
    columns: Sequence[str],
    since: datetime | None = None,
    before: datetime | None = None,
    who: str | None = None,
) -> list[tuple[Any, ...]]:
    """Read some columns of every entry, oldest first.

    * since, before: only entries from ``since`` on, and only those earlier than ``before``
    * who: an address, in capitals or not
    """
    query = select(*(getattr(LookedAt, name) for name in columns)).order_by(col(LookedAt.at), col(LookedAt.id))
    if since is not None:
        query = query.where(col(LookedAt.at) >= since)
    if before is not None:
        query = query.where(col(LookedAt.at) < before)
    if who is not None:
        query = query.where(func.lower(col(LookedAt.who)) == who.strip().lower())
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]
