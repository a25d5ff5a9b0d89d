"""A service with a hundred readers, the program as processes of its own, and time that passes."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import IO, Any

import pytest
from sqlalchemy import Engine, create_engine, select, update

from monitor.mail.outbox import messages
from monitor.operations.checks.verify import verify
from monitor.sample import write_sample
from monitor.snapshots.mail_tables import MailServer, OutboxMessage
from monitor.snapshots.tables import Run

from ..clock import clock
from ..loaded_program import Loaded
from ..monitor.conftest import (
    AS_AT,
    BELIEVED,
    WEEK,
    Answer,
    Home,
    everything_in,
    home_in,
    hotspots,
    little_london,
    made_once,
    own_environment,
    shared_folder,
)
from ..monitor.extracts.small import a_case, write_csv

__all__ = ["hotspots", "own_environment"]

# Only the superuser can start Postfix. `make test` installs it, and says so where it cannot.
collect_ignore = ["test_postfix.py"] if os.geteuid() or not Path("/usr/sbin/postfix").exists() else []

SAMPLE_AS_AT = date(2026, 11, 20)
OLD, NEW = AS_AT - WEEK, AS_AT
READERS = 100
LONG_AGO = timedelta(days=1)
OUTBOX = OutboxMessage.__table__  # type: ignore[attr-defined]
MAIL_SERVER = MailServer.__table__  # type: ignore[attr-defined]
RUN = Run.__table__  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def hundred_readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot of a little London, a digest queued for each of a hundred readers; copy it."""
    return made_once(shared_folder(tmp_path_factory, "hundred_readers"), _take_for_a_hundred_readers)


def _take_for_a_hundred_readers(folder: Path) -> None:
    write_sample(folder / "extracts", weeks=1, cases=300, seed=2009)
    scopes = [f"role: aco, cluster: C{number:02d}" for number in range(1, 13)]
    scopes += ["role: director, area: N", "role: director, area: S", "role: planner, area: all"]
    lines = [
        f"  - {{email: reader{number:02d}@example.org, name: Reader {number}, {scope}, digest: weekly}}"
        for number, scope in zip(range(READERS), cycle(scopes), strict=False)
    ]
    extract = folder / "extracts" / SAMPLE_AS_AT.isoformat()
    home = home_in(folder, "people:\n" + "\n".join(lines) + "\n")
    home.take(str(extract), SAMPLE_AS_AT, proposes=False)
    assert {message.state for message in messages(home.store)} == {"queued"}
    home.store.engine.dispose()


@pytest.fixture(scope="session")
def _old_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``service`` is a copy of."""
    return made_once(shared_folder(tmp_path_factory, "old_week"), _take_old_week)


def _take_old_week(folder: Path) -> None:
    write_csv(folder / "extracts" / NEW.isoformat(), little_london(cases=[a_case("X000201")]))
    with opened(folder) as home:
        home.take(write_csv(folder / "extracts" / OLD.isoformat(), little_london()), OLD)


@pytest.fixture
def service(_old_week: Path, tmp_path: Path, own_environment: None) -> Path:
    """A folder with the snapshot of ``OLD``, its mail waiting, and the extract of ``NEW``, the week after."""
    return shutil.copytree(_old_week, tmp_path / "service")


@contextmanager
def opened(folder: Path, database: str | None = None) -> Iterator[Home]:
    """The service in a folder, opened for as long as it is looked at."""
    home = home_in(folder, database=database)
    try:
        yield home
    finally:
        home.store.engine.dispose()


def is_new(home: Home, before: dict[str, Any]) -> bool:
    """Whether the store holds the whole new snapshot; asserts that otherwise it holds what it held."""
    after = everything_in(home)
    assert set(before["archive"]) <= set(after["archive"])
    if home.newest.as_at == OLD:
        assert {name: rows for name, rows in after.items() if name != "archive"} == {
            name: rows for name, rows in before.items() if name != "archive"
        }
        return False
    assert home.newest.as_at == NEW
    assert verify(home.store, home.newest).differences == []
    assert sorted((one.period, one.state) for one in messages(home.store)) == [
        (OLD, "superseded"),
        (OLD, "superseded"),
        (NEW, "queued"),
        (NEW, "queued"),
    ]
    return True


def start(
    folder: Path, *words: object, under: Sequence[str] = (), first: str = "", **settings: object
) -> subprocess.Popen[str]:
    """The program as a process of its own, by the test's clock and at home in ``folder``; settings as keywords.

    under: a command that starts the program under conditions of its own.
    first: Python that the process runs before the program, on one line.
    """
    return start_python(folder, clock.program(*words, first=first), under, **settings)


def start_python(
    folder: Path,
    words: Sequence[str],
    under: Sequence[str] = (),
    stderr: int | IO[str] = subprocess.PIPE,
    **settings: object,
) -> subprocess.Popen[str]:
    """Python with these words on its command line, at home in ``folder``."""
    variables = {**BELIEVED, "home": folder / "var", "people": folder / "people.yaml", **settings}
    outside = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOTS_")}
    return Loaded(
        words,
        under,
        cwd=folder,
        env=outside | {f"HOTSPOTS_{name.upper()}": str(value) for name, value in variables.items()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


def start_run(folder: Path, under: Sequence[str] = (), first: str = "") -> subprocess.Popen[str]:
    """The run of ``NEW``."""
    extract = folder / "extracts" / NEW.isoformat()
    return start(folder, "run", "--extract", extract, "--as-at", NEW, under=under, first=first)


def said(process: subprocess.Popen[str], seconds: float = 120) -> Answer:
    """What it said, and its exit status; whatever did not end in time is killed and fails the test."""
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return Answer(process.returncode, out, err)


def end_of(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str]:
    """Exit status and standard error; whatever did not end in time is killed and fails the test."""
    try:
        _, errors = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return process.returncode, errors


@contextmanager
def database_of(folder: Path, url: str | None = None) -> Iterator[Engine]:
    """The database as any other program would open it; SQLite in the folder unless another is named."""
    arguments = {"connect_args": {"timeout": 30}} if url is None else {}
    engine = create_engine(url or f"sqlite:///{folder / 'var' / 'hotspots.db'}", **arguments)
    try:
        yield engine
    finally:
        engine.dispose()


def outbox(engine: Engine) -> dict[str, Any]:
    """Every row of the outbox by its recipient."""
    with engine.connect() as connection:
        return {row.recipient: row for row in connection.execute(select(OUTBOX))}


def time_passes(engine: Engine) -> None:
    """Every lease has run out and every pause is over; how long a message has waited in all stays as it was."""
    past = clock.now() - LONG_AGO
    with engine.begin() as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.state == "sending").values(lease_until=past))
        connection.execute(update(OUTBOX).where(OUTBOX.c.state == "queued").values(send_after=past))
        connection.execute(update(MAIL_SERVER).values(not_before=past))
        connection.execute(update(RUN).where(RUN.c.status == "running").values(lease_until=past))
