"""The engine, and the schema at its newest revision."""

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

HEAD = "0014"
"""The newest revision of the schema: the last file of migrations/versions."""

_UPGRADE_LOCK = 20090501
"""Any number, the same for every program that upgrades this schema."""

_KEPT_OPEN = 20
"""Connections that stay open once they were needed: each reader of the pages at the same moment takes one."""

PATIENT_SECONDS = 300.0
"""How long the weekly run and the mail wait for a database that another program holds.

Nothing in this program holds it for so long, and it is shorter than the ten minutes for which a message is claimed.
"""

BRIEF_SECONDS = 30.0
"""How long anything else waits: a person is in front of it. So does what has been asked to stop."""

_SECONDS_UNTIL_TOLD = 5.0
_TURN_MILLISECONDS = 500
"""Python learns of a signal only between two attempts to begin."""

_LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's code for a lock that was waited for in vain."""


class DatabaseTooNew(UserFault):
    """The schema was made by a newer version of the program."""

    def __init__(self, present: str) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: its schema is of revision {present}, this program knows up to {HEAD}: "
                "update the program on this machine"
            ]
        )


class DatabaseTooOld(UserFault):
    """The schema was made by a version of the program from before the first release."""

    def __init__(self, present: str) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: its schema is of revision {present}, from before the first release, and cannot be "
                "upgraded: set HOTSPOTS_HOME to a new folder, and HOTSPOTS_DATABASE to an empty database if it is set; "
                "then take each week again from its extract, the oldest first, with hotspots run"
            ]
        )


def connect(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL whose schema is brought to ``HEAD`` first.

    Raises DatabaseTooNew or DatabaseTooOld for a schema that this program cannot bring there.
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
    """The engine for writes that must not fail because another program holds the database for a few minutes.

    Its transactions are the one writer from their beginning. One that has to wait for long says so on standard error.
    """
    return engine.execution_options(writes_first=True, patience=PATIENT_SECONDS)


def is_locked(error: Exception) -> bool:
    """Whether a database did not answer because another program held it for too long."""
    met = error.orig if isinstance(error, DBAPIError) else error
    return _is_held(met) or getattr(met, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def revision(engine: Engine) -> str | None:
    """The schema revision of the database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations up to a revision, in one transaction; of several programs at once, one after the other."""
    with changing_schema(engine) as connection:
        migrate(connection, to)


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """One transaction that may change the schema; of several programs at once, one after the other."""
    with engine.connect().execution_options(writes_first=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        yield connection


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to a revision inside the transaction of the connection."""
    from alembic import command

    command.upgrade(migrations(connection), to)


def migrations(connection: Connection) -> Any:
    """Alembic's configuration for this connection."""
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
        # As they stand: the library would name every value of every row first, while nobody else can write.
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({into}) VALUES ({gaps})', values)  # noqa: S608


def _bound(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them: dates, times and the like as the library writes them."""
    dialect = connection.dialect
    kinds = ((place, table.columns[name].type) for place, name in enumerate(names) if name in table.columns)
    made = [(place, kind.dialect_impl(dialect).bind_processor(dialect)) for place, kind in kinds]
    writers = [(place, write) for place, write in made if write is not None]
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
        # As the library would have raised it for an INSERT.
        raise DBAPIError.instance(f"COPY {table.name}", None, error, psycopg.Error) from error


def _careful_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, every commit on disk, foreign keys held, writers wait for each other.

    The driver's own transactions are switched off: they would leave changes of the schema outside.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _busy_timeout(BRIEF_SECONDS)):
        connection.execute(f"PRAGMA {pragma}")


def _busy_timeout(seconds: float) -> str:
    return f"busy_timeout={seconds * 1000:.0f}"


def _patient_postgresql(connection: Any, _record: Any) -> None:
    """Let no statement wait for a lock without end, unless the server or the URL sets a limit of its own."""
    limit = f"{PATIENT_SECONDS * 1000:.0f}"
    query = "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
    connection.execute(query, [limit])
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real, at once as the one writer where the transaction says that it reads before it writes."""
    options = connection.get_execution_options()
    if not options.get("writes_first", False):
        connection.exec_driver_sql("BEGIN")
    elif not _got_its_turn(connection.connection.driver_connection, options.get("patience", BRIEF_SECONDS)):
        # Once more, for the error as the library raises it.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _got_its_turn(driver: Any, patience: float) -> bool:
    """Begin as the one writer, waiting for as long as ``patience`` in seconds; whether it has begun."""
    started, told = time.monotonic(), False
    driver.execute(f"PRAGMA {_busy_timeout(_TURN_MILLISECONDS / 1000)}")
    try:
        while not (begun := _has_begun(driver)):
            waited = time.monotonic() - started
            if waited > (min(patience, BRIEF_SECONDS) if signals.is_asked() else patience):
                break
            if not told and patience > BRIEF_SECONDS and waited > _SECONDS_UNTIL_TOLD:
                told = True
                _tell(f"another program is writing to the database: waiting for up to {patience:.0f} seconds")
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
    """Whether SQLite found another program in its way."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _tell(reason: str) -> None:
    """Say on standard error what is waited for: in the log if one is open, else as a line."""
    if logs.is_open():
        logs.log_event("waiting", "warning", reason=reason)
    else:
        sys.stderr.write(f"{reason}\n")
