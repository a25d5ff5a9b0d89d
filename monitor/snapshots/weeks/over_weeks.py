"""Read the stored figures of many weeks at once: only the columns and levels that are asked for."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, Date, Engine, select
from sqlmodel import SQLModel, col

from monitor.snapshots.tables import ArchivedFrame, Snapshot

TABLES = {"units": "unit_workload", "hotspots": "hotspot", "timeliness": "timeliness"}
"""The table of the database behind each frame of a snapshot that is stored in it."""


@dataclass(frozen=True)
class StoredWeek:
    """One stored snapshot of a series of weeks, without its figures.

    * cases, rejected, rows_read: of its run; rows of all tables of the extract
    """

    id: int
    as_at: date
    revision: int
    policy: str
    policy_fingerprint: str
    weights_fingerprint: str
    content_hash: str
    cases: int
    rejected: int
    rows_read: int


def find_weeks(
    engine: Engine, first: date | None, last: date | None, *, every_revision: bool = False
) -> list[StoredWeek]:
    """Find the home's snapshots between two dates, both included, oldest first: the last of each ISO week.

    * every_revision: also the earlier revisions, and the earlier dates of the same week.
    """
    names = StoredWeek.__dataclass_fields__.keys() - {"cases", "rejected", "rows_read"}
    fields = [name for name in StoredWeek.__dataclass_fields__ if name in names]
    query = select(*(getattr(Snapshot, name) for name in fields), col(Snapshot.summary)).where(
        col(Snapshot.comparison) == ""
    )
    if first is not None:
        query = query.where(col(Snapshot.as_at) >= first)
    if last is not None:
        query = query.where(col(Snapshot.as_at) <= last)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(col(Snapshot.as_at), col(Snapshot.revision))).all()
    weeks = [_week_of(dict(zip(fields, row[:-1], strict=True)), json.loads(row[-1])) for row in rows]
    if every_revision:
        return weeks
    return list({week.as_at.isocalendar()[:2]: week for week in weeks}.values())


def _week_of(values: dict[str, Any], summary: dict[str, Any]) -> StoredWeek:
    counted = {name: summary[name] for name in ("cases", "rejected", "rows_read")}
    return StoredWeek(**(values | counted))


def read_columns(
    engine: Engine,
    frame: str,
    names: Sequence[str],
    weeks: Sequence[StoredWeek],
    levels: Collection[str] = (),
    codes: Collection[str] = (),
) -> Iterator[tuple[StoredWeek, list[tuple[Any, ...]]]]:
    """Read columns of one frame of the database, week by week: the rows of each week, one column after another.

    * frame: a key of ``TABLES``
    * levels, codes: of the units to read; empty for all
    """
    columns = SQLModel.metadata.tables[TABLES[frame]].columns
    query = select(*(columns[name] for name in names))
    if levels:
        query = query.where(columns["level"].in_(levels))
    if codes:
        query = query.where(columns["code"].in_(codes))
    has_dates = any(isinstance(columns[name].type, Date) for name in names)
    with engine.connect() as connection:
        for week in weeks:
            rows = _fetch(connection.execute(query.where(columns["snapshot_id"] == week.id)), has_dates)
            yield week, list(zip(*rows, strict=True)) if rows else [()] * len(names)


def _fetch(result: CursorResult[Any], has_dates: bool) -> Sequence[Sequence[Any]]:
    """Fetch the rows of a result.

    * has_dates: whether a column holds dates, which the driver of SQLite gives as text
    """
    if has_dates or result.cursor is None:
        return result.all()
    # Straight from the driver: with a Row of SQLAlchemy for each, millions of figures take five times as long.
    rows: Sequence[Sequence[Any]] = result.cursor.fetchall()
    return rows


def find_files(engine: Engine, frame: str, weeks: Sequence[StoredWeek]) -> dict[int, str]:
    """Find the content hash of an archived frame of each of these weeks whose rows are still there, by snapshot id."""
    query = select(col(ArchivedFrame.snapshot_id), col(ArchivedFrame.sha256)).where(
        col(ArchivedFrame.name) == frame,
        col(ArchivedFrame.removal_id).is_(None),
        col(ArchivedFrame.snapshot_id).in_([week.id for week in weeks]),
    )
    with engine.connect() as connection:
        return {number: sha256 for number, sha256 in connection.execute(query) if sha256}
