"""Another program holds the database: the weekly run and the mail wait, and everything says what to do."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from monitor.snapshots import database
from monitor.snapshots.database import connect, is_locked, patiently

from ..monitor.conftest import Answer
from ..monitor.databases import PostgresqlServer
from .conftest import NEW, database_of, opened, outbox

Program = Callable[..., Answer]
A_MOMENT = 0.3


@contextmanager
def held(file: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    """The database in the hands of a program that began to write and does not end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield
        other.rollback()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment for what waits half a minute otherwise, and three for what waits five."""
    monkeypatch.setattr(database, "BRIEF_SECONDS", A_MOMENT)
    monkeypatch.setattr(database, "PATIENT_SECONDS", 3 * A_MOMENT)
    monkeypatch.setattr(database, "_TURN_MILLISECONDS", 20)
    monkeypatch.setattr(database, "_SECONDS_UNTIL_REPORT", 2 * A_MOMENT)


def assert_told_in_words(answer: Answer) -> None:
    assert answer.status == 1, answer
    assert "Traceback" not in answer.err
    assert "OperationalError" not in answer.err
    assert "the database is locked: another program" in answer.err
    assert "Let it finish or close it, then run the command again" in answer.err
    assert "nothing that was stored before has changed" in answer.err


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("command", "waits_and_says_so"),
    [
        (f"run --extract extracts/{NEW} --as-at {NEW}", True),
        ("run --if-due", True),
        ("deliver", True),
        ("resend --in-doubt --yes", False),
        ("retention", True),
    ],
)
def test_every_command_that_writes_says_who_may_hold_the_database(
    service: Path, hotspots: Program, monkeypatch: pytest.MonkeyPatch, command: str, waits_and_says_so: bool
) -> None:
    monkeypatch.chdir(service)
    with database_of(service) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state = 'in_doubt' WHERE recipient = 'north@example.org'")
        before = outbox(engine)
    settings = {"people": service / "people.yaml", "source": service / "extracts"}
    with held(service / "var" / "hotspots.db"):
        started = time.monotonic()
        answer = hotspots(*command.split(), home=service / "var", **settings)
        waited = time.monotonic() - started
    assert_told_in_words(answer)
    assert waited > (3 if waits_and_says_so else 1) * A_MOMENT
    assert ("another program is writing to the database: waiting" in answer.err) == waits_and_says_so
    with opened(service) as home, database_of(service) as engine:
        assert (home.newest.as_at < NEW, outbox(engine)) == (True, before)


@pytest.mark.usefixtures("hurried")
def test_a_run_outwaits_a_program_that_holds_the_database_for_longer_than_a_person_would_wait(
    service: Path, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENT_SECONDS", 60.0)
    file, extract = service / "var" / "hotspots.db", service / "extracts" / NEW.isoformat()

    def hold() -> None:
        with held(file):
            begun.append(True)
            time.sleep(5 * A_MOMENT)

    begun: list[bool] = []
    other = Thread(target=hold)
    other.start()
    while not begun:
        time.sleep(0.01)
    answer = hotspots("run", "--extract", extract, "--as-at", NEW, home=service / "var", people=service / "people.yaml")
    other.join()
    assert answer.status == 0, answer
    with opened(service) as home:
        assert home.newest.as_at == NEW


@pytest.mark.usefixtures("hurried")
def test_a_command_that_only_reads_says_so_too_where_the_file_was_put_back_without_its_journal(
    service: Path, hotspots: Program
) -> None:
    file = service / "var" / "hotspots.db"
    with closing(sqlite3.connect(file)) as tool:
        assert tool.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    with held(file, "EXCLUSIVE"):
        assert_told_in_words(hotspots("status", home=service / "var", people=service / "people.yaml"))
    assert "Traceback" not in hotspots("status", home=service / "var", people=service / "people.yaml").err


@pytest.mark.usefixtures("hurried")
def test_what_has_been_asked_to_stop_waits_no_longer_than_a_person_would(
    service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENT_SECONDS", 60.0)
    monkeypatch.setattr("monitor.signals.is_asked", lambda: True)
    with opened(service) as home, held(service / "var" / "hotspots.db"):
        started = time.monotonic()
        with pytest.raises(Exception, match="database is locked"), patiently(home.store.engine).begin():
            pass
        assert A_MOMENT < time.monotonic() - started < 30


def test_a_lock_of_postgresql_is_waited_for_and_told_of_in_words(
    own_postgresql: PostgresqlServer, service: Path, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENT_SECONDS", A_MOMENT)
    url = own_postgresql.ready(service / "unused")
    limited = connect(url)
    with limited.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "300ms"
    with limited.connect() as other, other.begin():
        other.exec_driver_sql("LOCK TABLE snapshot IN ACCESS EXCLUSIVE MODE")
        words = ("run", "--extract", service / "extracts" / NEW.isoformat(), "--as-at", NEW)
        answer = hotspots(*words, home=service / "other", people=service / "people.yaml", database=url)
    assert_told_in_words(answer)
    limited.dispose()


def test_a_limit_that_the_administrator_set_stays(own_postgresql: PostgresqlServer, tmp_path: Path) -> None:
    url = own_postgresql.ready(tmp_path / "unused")
    engine = connect(f"{url}{'&' if '?' in url else '?'}options=-c%20lock_timeout%3D7s")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "7s"
    engine.dispose()


def test_other_faults_of_a_database_are_not_taken_for_a_lock() -> None:
    assert not is_locked(sqlite3.OperationalError("no such table: snapshot"))
    assert not is_locked(OSError("database is locked"))
