"""The engine, and the schema at its newest revision."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

HEAD = "0002"
"""The newest revision of the schema: the last file of migrations/versions."""

_UPGRADE_LOCK = 20090501
"""Any number, the same for every program that upgrades this schema."""


def connect(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL whose schema is brought to ``HEAD`` first."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        if made.database:
            Path(made.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(made, connect_args={"timeout": 30})
        event.listen(engine, "connect", _careful_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(made, pool_pre_ping=True)
    if revision(engine) != HEAD:
        upgrade(engine)
    return engine


def revision(engine: Engine) -> str | None:
    """The schema revision of the database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations up to a revision, in one transaction; of several programs at once, one after the other."""
    from alembic import command

    with engine.connect().execution_options(writes_first=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.upgrade(migrations(connection), to)


def migrations(connection: Connection) -> Any:
    """Alembic's configuration for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.snapshots:migrations")
    config.attributes["connection"] = connection
    return config


def _careful_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, every commit on disk, foreign keys held, writers wait for each other.

    The driver's own transactions are switched off: they would leave changes of the schema outside.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin for real, at once as the one writer where the transaction says that it reads before it writes."""
    writes_first = connection.get_execution_options().get("writes_first", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes_first else "BEGIN")
