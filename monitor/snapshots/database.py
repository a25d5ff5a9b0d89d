"""The engine, and the schema at its latest revision."""

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError

from monitor import logs, signals
from tiering.faults import UserFault

BASELINE = "0012"
"""The oldest revision that can be upgraded: the first file of migrations/versions."""

HEAD = "0032"
"""The newest revision of the schema: the last file of migrations/versions."""

_UPGRADE_LOCK = 20090501
"""The number of the upgrade lock: any number, but the same in every program that upgrades this schema."""

_KEPT_OPEN = 20
"""Connections that stay open once opened: each person who reads a page at the same moment takes one."""

PATIENT_SECONDS = 300.0
"""How long the weekly run and the sender wait for a database that another program holds.

Nothing in this program holds it that long, and it is shorter than the ten minutes for which a message is claimed.
"""

BRIEF_SECONDS = 30.0
"""How long everything else waits, because a person waits for it. A program that is to stop waits no longer either."""

_SECONDS_UNTIL_REPORT = 5.0
_SWITCH_SECONDS = 0.02
"""Between two attempts to switch a new database, which takes no longer."""

_TURN_MILLISECONDS = 500
"""The wait of one attempt: short, because Python notices a signal only between two attempts to begin."""

_LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's code for a lock that could not be had in time."""


class DatabaseTooNew(UserFault):
    """A newer version of the program made the schema."""

    def __init__(self, present: str) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: its schema is of revision {present}, this program knows up to {HEAD}: "
                "update the program on this machine"
            ]
        )


class DatabaseTooOld(UserFault):
    """A version from before the first release made the schema."""

    def __init__(self, present: str) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: its schema is of revision {present}, from before the first release, and cannot be "
                "upgraded: set HOTSPOTS_HOME to a new folder, and HOTSPOTS_DATABASE to an empty database if it is set; "
                "then take each week again from its extract, the oldest first, with hotspots run"
            ]
        )


def connect(url: str) -> Engine:
    """Make an engine for SQLite or PostgreSQL, and upgrade the schema to ``HEAD`` first.

    Raises DatabaseTooNew or DatabaseTooOld for a schema that this program cannot upgrade.
    """
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        if made.database:
            Path(made.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            made, connect_args={"timeout": BRIEF_SECONDS}, pool_size=_KEPT_OPEN, hide_parameters=True
        )
        event.listen(engine, "connect", _careful_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(made, pool_pre_ping=True, pool_size=_KEPT_OPEN, hide_parameters=True)
        event.listen(engine, "connect", _patient_postgresql)
    try:
        present = revision(engine)
        if present is not None and present > HEAD:
            raise DatabaseTooNew(present)
        if present is not None and present < BASELINE:
            raise DatabaseTooOld(present)
        if present != HEAD:
            upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def patiently(engine: Engine) -> Engine:
    """Make the engine for writes that must not fail because another program holds the database for a few minutes.

    Its transactions are the only writer from their beginning. A long wait is reported on standard error.
    """
    return engine.execution_options(writes_first=True, patience=PATIENT_SECONDS)


def is_locked(error: Exception) -> bool:
    """Whether the error says that another program held the database for too long."""
    met = error.orig if isinstance(error, DBAPIError) else error
    return _is_held(met) or getattr(met, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def revision(engine: Engine) -> str | None:
    """The schema revision of the database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations up to a revision, in one transaction; several programs at once take turns."""
    with changing_schema(engine) as connection:
        migrate(connection, to)


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that may change the schema; several programs at once take turns."""
    with engine.connect().execution_options(writes_first=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        yield connection


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to a revision inside the transaction of the connection."""
    from alembic import command

    command.upgrade(migrations(connection), to)


def migrations(connection: Connection) -> Any:
    """The configuration of Alembic for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.snapshots:migrations")
    config.attributes["connection"] = connection
    return config


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows, each with the values of the columns named: by COPY on PostgreSQL, else by one INSERT."""
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows)
    elif values := list(_bound(connection, table, names, rows)):
        into, gaps = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        # Plain tuples: the library would first give every value of every row a name, while no one else can write.
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({into}) VALUES ({gaps})', values)  # noqa: S608


def _bound(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Convert rows for the driver: dates, times and the like as the library writes them."""
    dialect = connection.dialect
    kinds = ((place, table.columns[name].type) for place, name in enumerate(names) if name in table.columns)
    made = [(place, kind.dialect_impl(dialect).bind_processor(dialect)) for place, kind in kinds]
    writers = [(place, write) for place, write in made if write is not None]
    if not writers:
        yield from map(tuple, rows)
        return
    for row in rows:
        values = list(row)
        for place, write in writers:
            values[place] = write(values[place])
        yield tuple(values)


def type_of(column: "Column[Any]") -> type:
    """The type that values of a column have in Python."""
    kind = column.type
    return kind.impl_instance.python_type if isinstance(kind, TypeDecorator) else kind.python_type


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    import psycopg
    from psycopg import sql

    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    try:
        driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # The same error as the library raises for an INSERT.
        raise DBAPIError.instance(f"COPY {table.name}", None, error, psycopg.Error) from error


def _careful_sqlite(connection: Any, _record: Any) -> None:
    """Set SQLite to use a write-ahead log, sync every commit to disk, enforce foreign keys and let writers wait.

    The driver's own transactions are switched off, because they would leave changes of the schema outside.
    """
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", _busy_timeout(BRIEF_SECONDS)):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Switch to a write-ahead log, waiting for other programs that do the same.

    SQLite fails at once if two switch a new database at the same moment, whatever the busy timeout.
    """
    until = time.monotonic() + BRIEF_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_held(error) or time.monotonic() > until:
                raise
        time.sleep(_SWITCH_SECONDS)


def _busy_timeout(seconds: float) -> str:
    return f"busy_timeout={seconds * 1000:.0f}"


def _patient_postgresql(connection: Any, _record: Any) -> None:
    """Limit the time for which a statement waits for a lock, unless the server or the URL sets a limit of its own."""
    limit = f"{PATIENT_SECONDS * 1000:.0f}"
    query = "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
    connection.execute(query, [limit])
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; if it reads before it writes, begin it as the only writer at once."""
    options = connection.get_execution_options()
    if not options.get("writes_first", False):
        # Straight to the driver: this touches no file and waits for no one, so there is no error to translate.
        connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]
    elif not _got_its_turn(connection.connection.driver_connection, options.get("patience", BRIEF_SECONDS)):
        # Again, so that the library raises its own error.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _got_its_turn(driver: Any, patience: float) -> bool:
    """Begin as the only writer, waiting up to ``patience`` seconds; return whether it has begun."""
    started, reported = time.monotonic(), False
    driver.execute(f"PRAGMA {_busy_timeout(_TURN_MILLISECONDS / 1000)}")
    try:
        while not (begun := _has_begun(driver)):
            waited = time.monotonic() - started
            if waited > (min(patience, BRIEF_SECONDS) if signals.is_asked() else patience):
                break
            if not reported and patience > BRIEF_SECONDS and waited > _SECONDS_UNTIL_REPORT:
                reported = True
                _report(f"another program is writing to the database: waiting for up to {patience:.0f} seconds")
        return begun
    finally:
        driver.execute(f"PRAGMA {_busy_timeout(BRIEF_SECONDS)}")


def _has_begun(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if not _is_held(error):
            raise
        return False
    return True


def _is_held(error: BaseException | None) -> bool:
    """Whether SQLite failed because another program holds the database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _report(reason: str) -> None:
    """Report on standard error why the program waits: in the log if one is open, else as a line."""
    if logs.is_open():
        logs.log_event("waiting", "warning", reason=reason)
    else:
        sys.stderr.write(f"{reason}\n")
