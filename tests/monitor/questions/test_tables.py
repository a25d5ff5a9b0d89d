"""What a question reads is loaded, and no more."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from sqlmodel import Session

from monitor.questions.places import WHOLE_SERVICE, Division
from monitor.questions.question import Reads, parse_question
from monitor.questions.sandbox import open_sandbox
from monitor.questions.tables import load_tables, tables_in
from monitor.snapshots.archive import ArchiveDamaged, path_of
from monitor.snapshots.tables import ArchivedFrame
from monitor.snapshots.weeks.over_weeks import find_files, find_weeks
from tests.monitor.conftest import Home
from tiering.faults import UserFault
from tiering.terms import Level


@pytest.fixture
def sandbox() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_sandbox() as connection:
        yield connection


def numbered(home: Home) -> list[tuple[int, object]]:
    return list(enumerate(find_weeks(home.store.engine, None, None), start=1))


def load(
    connection: duckdb.DuckDBPyConnection, home: Home, reads: list[Reads], division: Division = WHOLE_SERVICE
) -> tuple[list[Path], set[date]]:
    return load_tables(connection, home.store, reads, numbered(home), division, home.store.archive)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def test_only_the_columns_and_levels_that_are_named_are_loaded(home: Home, sandbox: duckdb.DuckDBPyConnection) -> None:
    reads = [Reads("units", ("area",), ("code", "cases"))]
    assert load(sandbox, home, reads) == ([], set())
    assert rows(sandbox, "SELECT week, code FROM units ORDER BY week, code") == [
        (week, area) for week in (1, 2, 3) for area in ("N", "S")
    ]
    names = [row[0] for row in rows(sandbox, "DESCRIBE units")]
    assert names == ["as_at", "week", "year", "place", "code", "cases"]


def test_rows_of_the_archive_have_the_place_of_their_team_or_unit(
    home: Home, sandbox: duckdb.DuckDBPyConnection
) -> None:
    reads = [Reads("cases", (), ("crn", "team_code")), Reads("staffing", ("office",), ("code",))]
    files, missing = load(sandbox, home, reads, Division(Level.CLUSTER))
    assert (len(set(files)), missing) == (len({file.name for file in files}), set())
    assert rows(sandbox, "SELECT DISTINCT place, team_code FROM cases ORDER BY team_code") == [
        ("C1", "T1"), ("C1", "T2"), ("C1", "T3"), ("C2", "T4"),
    ]  # fmt: skip
    assert rows(sandbox, "SELECT DISTINCT place, code FROM staffing ORDER BY code") == [
        ("C1", "O1"), ("C1", "O2"), ("C2", "O3"),
    ]  # fmt: skip


def test_rows_outside_the_scope_are_not_loaded(home: Home, sandbox: duckdb.DuckDBPyConnection) -> None:
    reads = [
        Reads("cases", (), ("team_code",)),
        Reads("units", ("offender_manager",), ("code",)),
        Reads("hotspots", (), ("level", "code")),
    ]
    load(sandbox, home, reads, Division(Level.ALL, frozenset({("office", "O3")})))
    assert rows(sandbox, "SELECT DISTINCT team_code FROM cases") == [("T4",)]
    assert rows(sandbox, "SELECT DISTINCT code FROM units ORDER BY code") == [("M5",), ("M6",)]
    there = {code for (code,) in rows(sandbox, "SELECT code FROM hotspots")}
    assert there
    assert there <= {"M5", "M6", "T4", "O3"}


def test_weeks_whose_rows_were_removed_are_reported(home: Home, sandbox: duckdb.DuckDBPyConnection) -> None:
    with Session(home.store.engine) as session, session.begin():
        for number in (1, 2, 3):
            session.delete(session.get_one(ArchivedFrame, (number, "cases")))
    _, missing = load(sandbox, home, [Reads("cases", (), ("crn", "points"))])
    assert len(missing) == 3
    assert rows(sandbox, "SELECT count(*), sum(points) FROM cases") == [(0, None)]


def test_a_file_that_was_altered_is_not_counted(home: Home, sandbox: duckdb.DuckDBPyConnection) -> None:
    weeks = find_weeks(home.store.engine, None, None)
    sha256 = find_files(home.store.engine, "cases", weeks)[weeks[0].id]
    path_of(home.store.archive, sha256).write_bytes(b"other rows")
    with pytest.raises(ArchiveDamaged, match="altered"):
        load(sandbox, home, [Reads("cases", (), ("crn",))])


def test_what_a_question_reads_is_in_its_header_or_its_sql() -> None:
    stated = parse_question("q", "-- reads: units: code\nSELECT 1")
    assert tables_in(stated) == (Reads("units", (), ("code",)),)
    (read,) = tables_in(parse_question("q", "SELECT * FROM timeliness JOIN weeks USING (week)"))
    assert (read.table, read.levels, read.columns[:3]) == ("timeliness", (), ("level", "code", "rule"))


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("-- reads: people: name\nSELECT 1", "no table people"),
        ("-- reads: units: code, nam\nSELECT 1", "units has no column nam"),
    ],
)
def test_a_question_that_reads_what_is_not_there_is_refused(sql: str, says: str) -> None:
    with pytest.raises(UserFault, match=says):
        tables_in(parse_question("q", sql))
