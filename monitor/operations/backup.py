"""Back up the whole store into one file, and restore it into SQLite or PostgreSQL, whichever it came from.

The file is a zip: ``manifest.json``, one Parquet file per table below ``tables/``, every file of the archive that a
snapshot names below ``archive/``, and every alternative history below ``alternatives/``. It holds the bytes of
messages, but no settings, passwords or people file.
"""

import hashlib
import io
import os
import re
import socket
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from sqlalchemy import Column, Connection, Engine, MetaData, Table, func, inspect, literal, select, text, update
from sqlalchemy import insert as insert_into
from sqlmodel import SQLModel, col

from monitor import processes
from monitor.alternatives.files import FILE as ALTERNATIVE_FILE
from monitor.alternatives.files import folder_of, stored_files
from monitor.parquet import read_rows
from monitor.safe_text import without_secrets
from monitor.snapshots.archive import PART, ArchiveDamaged, keep_bytes, recall_bytes, write_whole
from monitor.snapshots.database import BASELINE, HEAD, changing_schema, insert_rows, migrate, type_of
from monitor.snapshots.mail_tables import OutboxEvent, OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.ownership import claim_archive, own_archive, owner_of
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame, ClockLook, DatabaseIdentity, LookedAt
from tiering.faults import UserFault

FORMAT = 2
"""The format of the file; a program reads every format up to its own. Format 1 had no alternative histories."""

HELD = "restored from the backup of {taken_at:%Y-%m-%d %H:%M} UTC, after which it may have been sent"

_NOT_BACKED_UP = {"web_session", "database_identity"}
"""Tables that no backup holds: a restore signs everyone out, so that no ended session begins again, and leaves the
database the identity that it has, because the copy of another database is not that database."""

_ABANDONED_AFTER = timedelta(days=1)
"""The age of an abandoned backup if its process cannot be checked: on another machine, or without /proc."""

_OWN_NAME = re.compile(r"hotspots-\d{4}-\d\d-\d\dT\d{6}Z(\..*)?\.part")
_MANIFEST = "manifest.json"
_VERSIONS = "alembic_version"
_ROWS, _ROWS_WITH_BYTES = 20_000, 100
"""Rows held in memory at once: few for tables whose rows may each hold a whole message or plan."""

_KINDS = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
    bytes: pa.binary(),
}


class BackupFault(UserFault):
    """A backup cannot be written or restored."""


class TableInBackup(BaseModel):
    """One table of a backup."""

    rows: int
    sha256: str


class Manifest(BaseModel):
    """The contents of a backup.

    format: the format of the file.
    revision: of the schema.
    alternatives: the hash of every file of every alternative history.
    damaged: files of the archive, by hash, and of alternatives that were missing or altered when the backup was taken.
    """

    format: int = FORMAT
    taken_at: AwareDatetime
    revision: str = HEAD
    tables: dict[str, TableInBackup] = {}
    archive: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = []
    alternatives: dict[Annotated[str, Field(pattern=ALTERNATIVE_FILE)], str] = {}
    damaged: list[str] = []


def back_up(store: Store, out: Path, now: datetime) -> tuple[Path, Manifest]:
    """Write everything that the store holds at one moment into one file.

    out: a .zip file, or a folder in which the program names the file.

    - Returns the file and its contents.
    - A file of the archive that is missing or altered is left out and named in ``damaged``, because the rest is worth
      having.
    - Raises BackupFault if the file already exists. A backup that cannot be finished leaves no file.
    """
    file = out if out.suffix == ".zip" else out / f"hotspots-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.zip"
    if file.exists():
        raise _existing_file(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(file.parent, now)
    part = file.with_suffix(f".{processes.mark()}{PART}")
    # The file holds every case, so only the account that runs the program may read it.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as sink:
            with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packed:
                manifest = _pack(store, packed, now)
            sink.flush()
            os.fsync(sink.fileno())
        if file.exists():
            raise _existing_file(file)
        part.rename(file)
    except OSError as error:
        if error.errno is None:
            raise
        # The full disk is not necessarily that of the home, so the fault names the file that could not be written.
        raise OSError(error.errno, error.strerror, error.filename or str(part)) from error
    finally:
        part.unlink(missing_ok=True)
    return file, manifest


def _existing_file(file: Path) -> BackupFault:
    return BackupFault([f"{file}: exists already; a backup is never overwritten"])


def _clear_abandoned(folder: Path, now: datetime) -> None:
    """Remove what killed backups left in the folder: these files hold every case, and fill the disk."""
    long_ago = (now - _ABANDONED_AFTER).timestamp()
    for part in folder.glob(f"*{PART}"):
        is_ours = processes.has_mark(part.name) or _OWN_NAME.fullmatch(part.name)
        if is_ours and processes.is_left_behind(part.name, is_old=part.stat().st_mtime < long_ago):
            part.unlink(missing_ok=True)


def restore(
    store: Store, file: Path, now: datetime, *, replace: bool = False, keep_queue: bool = False, claim: bool = False
) -> Manifest:
    """Put a backup into the store, wholly or not at all, and upgrade it to the latest schema.

    replace: replace a store that holds anything; without it, such a store stays as it is.
    keep_queue: keep messages queued that waited when the backup was taken. Without it they are put in doubt, for the
        operator, because they may have been sent since.
    claim: take over an archive in object storage that belongs to another database; without it, that is refused.

    Every part is checked against its hash first. Raises BackupFault or ArchiveOfAnother; the store is then as it
    was.
    """
    shown = without_secrets(str(store.engine.url))
    if not replace and _holds_anything(store.engine):
        raise BackupFault(
            [f"{shown}: holds snapshots, messages or runs; set another home or database, or use --replace"]
        )
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _check_parts(packed, file)
            if claim and isinstance(store.archive, str):
                claim_archive(store.engine, store.archive, owner_of(store.archive))
            own_archive(store.engine, store.archive)
            for name in manifest.archive:
                keep_bytes(store.archive, name, packed.read(_archive_name(name)))
            with changing_schema(store.engine) as connection:
                if not replace and _any_row(connection):
                    raise BackupFault([f"{shown}: is being written to by another process"])
                _fill(connection, packed, manifest)
                if not keep_queue:
                    _hold_mail(connection, manifest.taken_at, now)
                # Last, so that nothing was replaced if anything before fails; a manifest comes after its weeks.
                for name in manifest.alternatives:
                    write_whole(folder_of(store) / name, packed.read(_alternative_name(name)))
    except FileNotFoundError:
        raise BackupFault([f"{file}: there is no such file"]) from None
    except (zipfile.BadZipFile, EOFError) as error:
        raise BackupFault([f"{file}: is not a whole backup: {error}"]) from None
    return manifest


def _pack(store: Store, packed: zipfile.ZipFile, now: datetime) -> Manifest:
    manifest = Manifest(taken_at=now)
    with _connect_at_one_moment(store.engine) as connection, connection.begin():
        for table in _tables():
            manifest.tables[table.name] = _pack_table(connection, table, packed)
        named = select(col(ArchivedFrame.sha256)).where(col(ArchivedFrame.removal_id).is_(None)).distinct()
        names = sorted(connection.execute(named).scalars())
    for name in names:
        try:
            packed.writestr(_archive_name(name), recall_bytes(store.archive, name))
            manifest.archive.append(name)
        except ArchiveDamaged:
            manifest.damaged.append(name)
    _pack_alternatives(store, packed, manifest)
    packed.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _pack_alternatives(store: Store, packed: zipfile.ZipFile, manifest: Manifest) -> None:
    for name, content in stored_files(folder_of(store)):
        if content is None:
            manifest.damaged.append(_alternative_name(name))
            continue
        packed.writestr(_alternative_name(name), content)
        manifest.alternatives[name] = hashlib.sha256(content).hexdigest()


def _connect_at_one_moment(engine: Engine) -> Connection:
    """Open a connection whose transaction sees the database as at its beginning, whatever others write meanwhile."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


class _HashingSink(io.RawIOBase):
    """Bytes on their way into the zip file, counted and hashed as they pass."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, content: Any) -> int:
        self._sink.write(content)
        self.sha256.update(content)
        self._size += len(content)
        return len(content)


def _pack_table(connection: Connection, table: Table, packed: zipfile.ZipFile) -> TableInBackup:
    schema = pa.schema([pa.field(column.name, _KINDS[type_of(column)]) for column in table.columns])
    query = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(stream_results=True).execute(query)
    with packed.open(_table_name(table.name), "w", force_zip64=True) as sink:
        measured = _HashingSink(sink)
        rows = 0
        with pq.ParquetWriter(measured, schema, compression="zstd") as writer:
            for batch in result.partitions(_batch(table)):
                columns = zip(*batch, strict=True)
                arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                rows += len(batch)
    return TableInBackup(rows=rows, sha256=measured.sha256.hexdigest())


def _batch(table: Table) -> int:
    """Rows to hold in memory at once."""
    return _ROWS_WITH_BYTES if any(type_of(column) is bytes for column in table.columns) else _ROWS


def _check_parts(packed: zipfile.ZipFile, file: Path) -> Manifest:
    """Check that every part is there and matches the manifest, and return the manifest."""
    try:
        manifest = Manifest.model_validate_json(packed.read(_MANIFEST))
    except (KeyError, ValidationError):
        raise BackupFault([f"{file}: is not a backup of this program: {_MANIFEST} is missing or wrong"]) from None
    if manifest.format > FORMAT or manifest.revision > HEAD:
        raise BackupFault([f"{file}: was written by a newer version of the program: update this one first"])
    if manifest.revision < BASELINE:
        raise BackupFault(
            [
                f"{file}: was written by a version from before the first release and cannot be restored: "
                "take each week again from its extract, the oldest first, with hotspots run"
            ]
        )
    parts = {_table_name(name): table.sha256 for name, table in manifest.tables.items()}
    parts |= {_archive_name(name): name for name in manifest.archive}
    parts |= {_alternative_name(name): sha256 for name, sha256 in manifest.alternatives.items()}
    there = set(packed.namelist()) - {_MANIFEST}
    faults = [f"{file}: {name}: not in the manifest" for name in sorted(there - parts.keys())]
    faults += [f"{file}: {name}: is missing" for name in sorted(parts.keys() - there)]
    faults += [
        f"{file}: {name}: damaged" for name in sorted(parts.keys() & there) if _hash(packed, name) != parts[name]
    ]
    if faults:
        raise BackupFault([*faults, "nothing was restored: take another backup"])
    return manifest


def _hash(packed: zipfile.ZipFile, name: str) -> str | None:
    try:
        with packed.open(name) as part:
            return hashlib.file_digest(part, "sha256").hexdigest()  # type: ignore[arg-type]
    except (zipfile.BadZipFile, EOFError):
        return None


def _fill(connection: Connection, packed: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the schema as it was when the backup was taken, insert every row, and upgrade it to the latest schema.

    Entries of the access log from after the backup stay, whatever else is replaced: no restore removes an entry.
    """
    looked = _looks_since(connection, manifest.taken_at)
    identity = [dict(row._mapping) for row in connection.execute(select(DatabaseIdentity))]
    ours = set(SQLModel.metadata.tables) | {_VERSIONS}
    old = MetaData()
    old.reflect(connection, only=sorted(ours & set(inspect(connection).get_table_names())))
    old.drop_all(connection)
    migrate(connection, manifest.revision)
    then = MetaData()
    then.reflect(connection, only=list(manifest.tables))
    for table in then.sorted_tables:
        with packed.open(_table_name(table.name)) as part:
            names, rows = read_rows(part, _batch(table))
            insert_rows(connection, table, names, rows)
    migrate(connection)
    if connection.dialect.name == "postgresql":
        _continue_numbering(connection)
    if looked:
        connection.execute(insert_into(LookedAt), looked)
    if identity:
        connection.execute(insert_into(DatabaseIdentity), identity)


def _looks_since(connection: Connection, moment: datetime) -> list[dict[str, Any]]:
    """The entries of the access log after a moment, without their numbers; the store has the latest schema."""
    columns = [column for column in SQLModel.metadata.tables["looked_at"].columns if not column.primary_key]
    query = select(*columns).where(col(LookedAt.at) > moment).order_by(col(LookedAt.at), col(LookedAt.id))
    return [dict(row._mapping) for row in connection.execute(query)]


def _continue_numbering(connection: Connection) -> None:
    """Let the numbers that the database assigns continue after the restored ones."""
    for table in SQLModel.metadata.sorted_tables:
        column: Column[int] | None = table.autoincrement_column
        if column is not None:
            last = select(func.max(column)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


def _hold_mail(connection: Connection, taken_at: datetime, now: datetime) -> None:
    reason = HELD.format(taken_at=taken_at)
    waiting = col(OutboxMessage.state).in_([MessageState.QUEUED, MessageState.SENDING])
    by = f"restore, {socket.gethostname()}:{os.getpid()}"
    at = literal(now, SQLModel.metadata.tables["outbox_event"].columns["at"].type)
    change = select(
        col(OutboxMessage.id), at, col(OutboxMessage.state), *map(literal, (MessageState.IN_DOUBT.value, by, reason))
    )
    columns = ["outbox_id", "at", "from_state", "to_state", "by", "reason"]
    connection.execute(insert_into(OutboxEvent).from_select(columns, change.where(waiting)))
    connection.execute(update(OutboxMessage).where(waiting).values(state=MessageState.IN_DOUBT, reason=reason))


def _holds_anything(engine: Engine) -> bool:
    with engine.connect() as connection:
        return _any_row(connection)


def _any_row(connection: Connection) -> bool:
    # The last check of the clock does not count: a restore destroys nothing if it is lost.
    tables = [table for table in _tables() if table.name != ClockLook.__tablename__]
    return any(connection.execute(select(text("1")).select_from(table).limit(1)).first() for table in tables)


def _tables() -> list[Table]:
    """The tables that a backup holds, each after the tables that it refers to."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in _NOT_BACKED_UP]


def _table_name(name: str) -> str:
    return f"tables/{name}.parquet"


def _archive_name(name: str) -> str:
    return f"archive/{name}.parquet"


def _alternative_name(name: str) -> str:
    return f"alternatives/{name}"
