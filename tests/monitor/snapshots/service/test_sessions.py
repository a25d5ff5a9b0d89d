"""A session ends in the database, so that no copy of its cookie is worth anything afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.snapshots.database import connect
from monitor.snapshots.service.sessions import Sessions

from ...databases import Databases

both_databases = pytest.mark.both_databases
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)
NORTH = "north@example.org"


@pytest.fixture
def engine(databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    made = connect(databases.ready(tmp_path / "hotspots.db"))
    yield made
    made.dispose()


def rows(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT key, email FROM web_session ORDER BY email")
        return [(row[0], row[1]) for row in found]


@both_databases
def test_a_session_lasts_until_its_time_is_over(engine: Engine) -> None:
    secret = Sessions(engine).begin("North@Example.org", NOW, LATER)
    another_process = Sessions(engine)
    assert another_process.email_of(secret, LATER - timedelta(seconds=1)) == NORTH
    assert another_process.email_of(secret, LATER) is None


@both_databases
@pytest.mark.parametrize("secret", [None, "", "guessed", 1, ["x"]])
def test_what_is_no_secret_of_a_session_belongs_to_nobody(secret: object, engine: Engine) -> None:
    sessions = Sessions(engine)
    token = sessions.begin(NORTH, NOW, LATER)
    assert sessions.email_of(secret, NOW) is None
    sessions.end(secret)
    assert sessions.email_of(token, NOW) == NORTH


@both_databases
def test_ending_a_session_ends_that_one_only(engine: Engine) -> None:
    sessions = Sessions(engine)
    first, second = (sessions.begin(NORTH, NOW, LATER) for _ in range(2))
    sessions.end(first)
    assert [sessions.email_of(one, NOW) for one in (first, second)] == [None, NORTH]


@both_databases
def test_sessions_of_those_who_are_known_no_more_end_and_do_not_come_back(engine: Engine) -> None:
    sessions = Sessions(engine)
    north, south = (sessions.begin(f"{name}@example.org", NOW, LATER) for name in ("north", "south"))
    both = frozenset({NORTH, "south@example.org"})
    for known in (both, both - {NORTH}, both):
        sessions.keep_only(known)
    assert [sessions.email_of(one, NOW) for one in (north, south)] == [None, "south@example.org"]


@both_databases
def test_the_database_has_no_secret_and_old_sessions_go_with_the_next_sign_in(engine: Engine) -> None:
    sessions = Sessions(engine)
    first = sessions.begin(NORTH, NOW, LATER)
    assert [(len(key), first in key) for key, _ in rows(engine)] == [(64, False)]
    sessions.begin("south@example.org", LATER, LATER + timedelta(hours=8))
    assert [email for _, email in rows(engine)] == ["south@example.org"]
