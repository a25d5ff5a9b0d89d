"""Store a snapshot in one transaction, and read snapshots back as frames."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import pandas as pd
import sqlalchemy
from sqlalchemy import Connection, Engine, make_url, update
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alerts.people import Cadence
from monitor.snapshots.archive import (
    Place,
    clear_abandoned,
    find_missing,
    keep,
    keep_all,
    list_files,
    read_whole,
    recall,
)
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import HOTSPOTS, TIMELINESS, UNITS
from monitor.snapshots.database import connect, insert_rows, patiently
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.ownership import own_archive
from monitor.snapshots.tables import ArchivedFrame, Removal, Snapshot
from tiering.caseload import TABLES, Caseload, Kind, complete_table
from tiering.faults import UserFault


class RowsRemoved(UserFault):
    """The retention has removed these case-level rows."""

    def __init__(self, snapshot: Snapshot, removal: Removal) -> None:
        self.as_at = snapshot.as_at
        self.removed_on = removal.removed_at.date()
        self.weeks = removal.keep_cases_weeks
        super().__init__(
            [
                f"the case-level rows of the snapshot of {snapshot.as_at}, revision {snapshot.revision}, were removed "
                f"on {removal.removed_at:%Y-%m-%d} by the retention of {removal.keep_cases_weeks} weeks "
                "(HOTSPOTS_KEEP_CASES_WEEKS); the figures of its units are still there"
            ]
        )


class DatabaseMissing(UserFault):
    """The SQLite file is missing although its archive exists.

    A new file would not know which messages were sent, so every reader would get the last digest twice.
    """

    def __init__(self, file: Path, archive: Place) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: {file} is not there, and {archive} holds files of its snapshots: put it back, "
                "run hotspots restore, or set HOTSPOTS_HOME to another folder"
            ]
        )


@dataclass(frozen=True)
class StoredFigures:
    """Every frame of one snapshot: units, hotspots and timeliness for the database, the rest for the archive."""

    units: pd.DataFrame
    hotspots: pd.DataFrame
    timeliness: pd.DataFrame
    archived: Mapping[str, pd.DataFrame] = field(default_factory=dict)


class Store:
    """The database of snapshots, and the archive of their case-level frames."""

    def __init__(self, url: str, archive: Place, alternatives: Path | None = None, *, restoring: bool = False) -> None:
        """Open the store; raises DatabaseMissing, unless a backup is about to be restored.

        * alternatives: the folder of alternative histories; next to a folder of the archive unless given
        """
        if not restoring and (gone := lost_file(url, archive)) is not None:
            raise DatabaseMissing(gone, archive)
        self.engine: Engine = connect(url)
        self.archive = archive
        self._alternatives = alternatives

    @property
    def alternatives(self) -> Path:
        """The folder of alternative histories; it need not exist."""
        if self._alternatives is not None:
            return self._alternatives
        if isinstance(self.archive, str):
            raise ValueError("the archive is in object storage, and no folder of alternative histories was given")
        return self.archive.parent / "alternatives"

    def newest(self, as_at: date | None = None, comparison: str = "") -> Snapshot | None:
        """The latest revision of the home's snapshot for that date, or for the latest date of all.

        * comparison: a policy, to search the comparisons under it instead.
        """
        query = _snapshots_under(comparison).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        with Session(self.engine) as session:
            return session.exec(query).first()

    def of_policy(self, policy: str, as_at: date | None = None) -> Snapshot | None:
        """The latest snapshot under that policy, the home's own or a comparison, for that date or of all."""
        query = select(Snapshot).where(col(Snapshot.policy) == policy)
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        order = (col(Snapshot.as_at).desc(), col(Snapshot.comparison), col(Snapshot.revision).desc())
        with Session(self.engine) as session:
            return session.exec(query.order_by(*order)).first()

    def revisions(self, as_at: date, comparison: str = "") -> list[Snapshot]:
        """Every snapshot for that date, first revision first: the home's, or the comparisons under that policy."""
        query = _snapshots_under(comparison).where(col(Snapshot.as_at) == as_at).order_by(col(Snapshot.revision))
        with Session(self.engine) as session:
            return list(session.exec(query))

    def dates(self) -> list[date]:
        """As-at dates of the home's snapshots, oldest first."""
        query = select(col(Snapshot.as_at)).where(col(Snapshot.comparison) == "")
        with Session(self.engine) as session:
            return list(session.exec(query.distinct().order_by(col(Snapshot.as_at))))

    def newest_before(self, as_at: date, *, inclusive: bool = False) -> Snapshot | None:
        """The home's latest snapshot for a date before ``as_at``, or on it if ``inclusive``."""
        before = col(Snapshot.as_at) <= as_at if inclusive else col(Snapshot.as_at) < as_at
        query = _snapshots_under("").where(before).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        with Session(self.engine) as session:
            return session.exec(query).first()

    def units(self, snapshot_id: int) -> pd.DataFrame:
        """The workload of every unit of a snapshot, sorted by level and code."""
        return self._read(UNITS, snapshot_id)

    def hotspots(self, snapshot_id: int) -> pd.DataFrame:
        """The hotspots of a snapshot, sorted by rule, level and code."""
        return self._read(HOTSPOTS, snapshot_id)

    def timeliness(self, snapshot_id: int) -> pd.DataFrame:
        """The timeliness figures of a snapshot, sorted by level, code and rule."""
        return self._read(TIMELINESS, snapshot_id)

    def archived_frame(self, snapshot_id: int, name: str) -> pd.DataFrame:
        """Read an archived frame of a snapshot; raises RowsRemoved, or ArchiveDamaged for a missing or altered file."""
        with Session(self.engine) as session:
            entry = session.get_one(ArchivedFrame, (snapshot_id, name))
            if entry.removal_id is not None:
                raise RowsRemoved(session.get_one(Snapshot, snapshot_id), session.get_one(Removal, entry.removal_id))
        return recall(self.archive, entry.sha256)

    def has_archived(self, snapshot_id: int, name: str) -> bool:
        """Whether a snapshot has an archived frame of that name; snapshots of earlier versions lack some."""
        with Session(self.engine) as session:
            return session.get(ArchivedFrame, (snapshot_id, name)) is not None

    def caseload(self, snapshot_id: int) -> Caseload:
        """Read the accepted rows that a snapshot was taken from; raises RowsRemoved or ArchiveDamaged."""
        names = [
            name
            for name, table in TABLES.items()
            if not table.added or self.has_archived(snapshot_id, f"extract_{name}")
        ]
        tables = {name: self.archived_frame(snapshot_id, f"extract_{name}") for name in names}
        return Caseload(**{name: complete_table(name, frame) for name, frame in tables.items()})

    def damaged_frames(self, snapshot_id: int) -> list[str]:
        """List the names of the archived frames of a snapshot whose file is missing or altered."""
        query = select(col(ArchivedFrame.name), col(ArchivedFrame.sha256)).where(
            col(ArchivedFrame.snapshot_id) == snapshot_id, col(ArchivedFrame.removal_id).is_(None)
        )
        with Session(self.engine) as session:
            files = list(session.exec(query))
        damaged = {
            name for name, content in read_whole(self.archive, {sha256 for _, sha256 in files}) if content is None
        }
        return sorted(name for name, sha256 in files if sha256 in damaged)

    def save(self, snapshot: Snapshot, figures: StoredFigures, messages: Iterable[OutboxMessage]) -> Snapshot:
        """Store the snapshot with all its figures and queued messages, wholly or not at all.

        Digests to the same reader that still wait for an earlier period or revision are superseded.
        """
        own_archive(self.engine, self.archive)
        clear_abandoned(self.archive)
        # The files first, because they mean nothing until the one transaction names them.
        files = keep_all(self.archive, figures.archived)
        of_units = [
            _Columns(UNITS, figures.units),
            _Columns(HOTSPOTS, figures.hotspots),
            _Columns(TIMELINESS, figures.timeliness),
        ]
        with Session(patiently(self.engine), expire_on_commit=False) as session, session.begin():
            session.add(snapshot)
            session.flush()
            if snapshot.id is None:
                raise AssertionError("a flushed snapshot has an id")
            number = snapshot.id
            for columns in of_units:
                columns.insert(session, number)
            for name, sha256 in files.items():
                rows = len(figures.archived[name])
                session.add(ArchivedFrame(snapshot_id=number, name=name, sha256=sha256, rows=rows))
            session.flush()
            # Again, because the retention may have removed a file meanwhile; from here on the transaction holds it.
            gone = find_missing(self.archive, files.values())
            for name in (name for name, sha256 in files.items() if sha256 in gone):
                keep(self.archive, figures.archived[name])
            for message in messages:
                if message.state != MessageState.NOTHING_NEW:
                    _supersede(session, message)
                message.snapshot_id = number
                session.add(message)
        return snapshot

    def _read(self, contract: DerivedFrame, snapshot_id: int) -> pd.DataFrame:
        """Read a frame of the database with the columns of its contract, sorted by its key."""
        columns = _TABLES[contract.name].columns
        query = sqlalchemy.select(*(columns[name] for name in contract.column_names))
        with self.engine.connect() as connection:
            frame = _rows(connection, query.where(columns["snapshot_id"] == snapshot_id))
        return frame.astype(contract.dtypes).sort_values(list(contract.key), ignore_index=True)


def _snapshots_under(comparison: str) -> SelectOfScalar[Snapshot]:
    """The home's own snapshots, or the comparisons under that policy."""
    return select(Snapshot).where(col(Snapshot.comparison) == comparison)


def lost_file(url: str, archive: Place) -> Path | None:
    """The SQLite file that is missing although its archive has files; None if it exists, or for another database."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite" or not made.database:
        return None
    file = Path(made.database)
    if file.exists():
        return None
    if isinstance(archive, str):
        return file if list_files(archive) else None
    is_neighbour = file.absolute().parent == archive.absolute().parent
    return file if is_neighbour and next(archive.glob("*/*.parquet"), None) else None


def _rows(connection: Connection, query: "sqlalchemy.Select[Any]") -> pd.DataFrame:
    """Read the rows of a query as a frame, column by column: made from Row objects, the frame would be far slower."""
    result = connection.execute(query)
    names = list(result.keys())
    columns = zip(*result.all(), strict=True)
    return pd.DataFrame(dict(zip(names, columns, strict=False)), columns=names)


def next_revision(newest: Snapshot | None) -> int:
    """The revision of a changed snapshot for the same date."""
    return 1 if newest is None else newest.revision + 1


def same_input(newest: Snapshot | None, content_hash: str, policy_fingerprint: str, rules_fingerprint: str) -> bool:
    """Whether a snapshot was calculated from the same rows, by the same policy and rules."""
    return newest is not None and (newest.content_hash, newest.policy_fingerprint, newest.rules_fingerprint) == (
        content_hash,
        policy_fingerprint,
        rules_fingerprint,
    )


_TABLES: Final[dict[str, sqlalchemy.Table]] = {
    contract.name: SQLModel.metadata.tables[name]
    for contract, name in ((UNITS, "unit_workload"), (HOTSPOTS, "hotspot"), (TIMELINESS, "timeliness"))
}
"""The table of each frame that is stored in the database."""


class _Columns:
    """The columns of one frame of a snapshot, ready before the transaction, during which no one else can write."""

    def __init__(self, contract: DerivedFrame, frame: pd.DataFrame) -> None:
        self._table = _TABLES[contract.name]
        self._names = contract.column_names
        self._values = [_python_values(frame[column.name], column.kind) for column in contract.columns]
        self._size = len(frame)

    def insert(self, session: Session, snapshot_id: int) -> None:
        rows = zip(repeat(snapshot_id, self._size), *self._values, strict=True)
        insert_rows(session.connection(), self._table, ["snapshot_id", *self._names], rows)


def _python_values(values: "pd.Series[Any]", kind: Kind) -> list[Any]:
    """A column's values for the database, None for missing ones."""
    if kind is Kind.DATE:
        return [None if pd.isna(value) else value.date() for value in values]
    missing = values.isna()
    if kind is Kind.WHOLE:
        values = values.astype("Int64")  # Counts that may be missing are floats while they are calculated.
    if not missing.any():
        return values.tolist()
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


def _supersede(session: Session, message: OutboxMessage) -> None:
    """Supersede every older digest to the same reader that still waits, also of another cadence."""
    waiting = update(OutboxMessage).where(
        col(OutboxMessage.state) == MessageState.QUEUED,
        col(OutboxMessage.digest).in_(tuple(Cadence)),
        col(OutboxMessage.recipient) == message.recipient,
        col(OutboxMessage.period) <= message.period,
    )
    session.connection().execute(waiting.values(state=MessageState.SUPERSEDED, reason="a newer digest was queued"))
