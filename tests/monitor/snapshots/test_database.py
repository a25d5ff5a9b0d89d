"""The schema: what the migrations make is what the models say, whichever program gets there first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    NullPool,
    Row,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, SQLModel

from monitor.snapshots import database
from monitor.snapshots.database import (
    BASELINE,
    HEAD,
    DatabaseTooNew,
    DatabaseTooOld,
    _careful_sqlite,
    connect,
    insert_rows,
    migrations,
    revision,
    type_of,
    upgrade,
)

from ..conftest import at_once
from ..databases import Databases, SqliteFiles

VERSIONS = Path(database.__file__).parent / "migrations" / "versions"
REVISIONS = sorted(file.name[:4] for file in VERSIONS.glob("*.py"))
MODELS = set(SQLModel.metadata.tables)
VALUES: dict[type, Any] = {
    bool: True,
    float: 0.1 + 0.2,
    str: '="Fay\'s"\t\\N\n😀',
    date: date(2026, 11, 20),
    datetime: datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC),
    bytes: b"\x00\r\n\xff\\",
}
"""A value of each type that is not easily stored; numbers count from 1, so that rows find each other."""

both_databases = pytest.mark.both_databases


@pytest.fixture
def engine(databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    made = connect(databases.ready(tmp_path / "of" / "the" / "service" / "hotspots.db"))
    yield made
    made.dispose()


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Engine:
    return create_engine(databases.empty(tmp_path / "new.db"), poolclass=NullPool)


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def tables_of(engine: Engine) -> list[Table]:
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def a_row(table: Table) -> dict[str, Any]:
    return {column.name: VALUES.get(type_of(column), 1) for column in table.columns}


def rows_of(engine: Engine, *columns: Column[Any]) -> list[Row[Any]]:
    with engine.connect() as connection:
        return list(connection.execute(select(*columns)))


@both_databases
@pytest.mark.parametrize("earlier", REVISIONS)
def test_data_of_every_revision_is_there_after_an_upgrade_and_can_be_taken_back(engine: Engine, earlier: str) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(migrations(connection), earlier)
    before = tables_of(engine)
    with engine.begin() as connection:
        for table in before:
            connection.execute(insert(table), a_row(table))
    rows_before = {table.name: rows_of(engine, *table.columns) for table in before}
    assert all(len(rows) == 1 for rows in rows_before.values())
    url = url_of(engine)
    engine.dispose()

    upgraded = connect(url)
    assert revision(upgraded) == HEAD
    after = {table.name: table for table in tables_of(upgraded)}
    for table in before:
        same = [after[table.name].columns[column.name] for column in table.columns]
        assert rows_of(upgraded, *same) == rows_before[table.name], table.name
    with Session(upgraded) as session:
        for mapper in SQLModel._sa_registry.mappers:
            found = session.scalars(select(mapper.class_)).all()
            assert len(found) == (mapper.local_table.name in rows_before), mapper
    with upgraded.begin() as connection:
        command.downgrade(migrations(connection), earlier)
    assert {table.name: rows_of(upgraded, *table.columns) for table in tables_of(upgraded)} == rows_before
    upgraded.dispose()


@both_databases
def test_many_rows_are_stored_as_each_one_would_be(engine: Engine) -> None:
    for table in SQLModel.metadata.sorted_tables:
        whole = a_row(table)
        sparse = {
            column.name: None if column.nullable else _another(whole[column.name], column) for column in table.columns
        }
        with engine.begin() as connection:
            insert_rows(connection, table, list(whole), (list(row.values()) for row in (whole, sparse)))
            insert_rows(connection, table, list(whole), [])
        found = [tuple(row) for row in rows_of(engine, *table.columns)]
        assert sorted(found, key=str) == sorted([tuple(whole.values()), tuple(sparse.values())], key=str), table.name


def _another(value: Any, column: Column[Any]) -> Any:
    """A value for a second row, so that it has a key of its own and refers to the first where it must."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        # A key that is a reference refers to the second row: it must not be the key of the first.
        return 1 if column.foreign_keys and list(column.table.primary_key) != [column] else 2
    return f"{value} too" if isinstance(value, str) else value


@both_databases
def test_a_row_that_is_there_already_is_refused_in_the_librarys_words(engine: Engine) -> None:
    table = SQLModel.metadata.tables["removal"]
    row = list(a_row(table).values())
    with pytest.raises(IntegrityError, match=r"(?i)unique"), engine.begin() as connection:
        insert_rows(connection, table, list(a_row(table)), [row, row])
    assert rows_of(engine, *table.columns) == []


@both_databases
def test_texts_that_mean_something_in_a_bulk_write_arrive_as_they_are(engine: Engine) -> None:
    texts = [
        "\t",
        "\n",
        "\r\n",
        "\\",
        "\\N",
        "\\.",
        "\\t",
        "N",
        "",
        " ",
        "'\"",
        "a\tb\\\nc\\",
        "{1,2}",
        "NULL",
        "\u2028é😀",
    ]
    table = SQLModel.metadata.tables["snapshot"]
    rows = [
        a_row(table) | {"id": number, "revision": number, "source": text} for number, text in enumerate(texts, start=1)
    ]
    with engine.begin() as connection:
        insert_rows(connection, table, list(rows[0]), (list(row.values()) for row in rows))
    assert [text for _, text in sorted(map(tuple, rows_of(engine, table.c.id, table.c.source)))] == texts


@both_databases
def test_a_bulk_write_that_fails_in_the_middle_leaves_no_row_and_a_connection_that_works(engine: Engine) -> None:
    table = SQLModel.metadata.tables["removal"]
    names = list(a_row(table))

    def rows() -> Iterator[list[Any]]:
        for number in range(1, 2_000):
            yield list((a_row(table) | {"id": number}).values())
        raise ValueError("the source of the rows broke")

    def write(connection: Connection) -> None:
        with connection.begin():
            connection.execute(insert(table), a_row(table) | {"id": 9_999})
            insert_rows(connection, table, names, rows())

    with engine.connect() as connection:
        with pytest.raises(ValueError, match="the source of the rows broke"):
            write(connection)
        assert connection.execute(select(table)).all() == []
        connection.rollback()
        with connection.begin():
            insert_rows(connection, table, names, [list(a_row(table).values())])
    assert len(rows_of(engine, *table.columns)) == 1


@both_databases
def test_a_database_of_a_newer_program_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=r"revision 9999, this program knows up to .*: update the program"):
        connect(url_of(engine))


@both_databases
@pytest.mark.parametrize("older", ["0001", "0011"])
def test_a_database_from_before_the_first_release_is_refused_with_the_way_out_and_left_alone(
    engine: Engine, older: str
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE web_session")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{older}'")
    tables = inspect(engine).get_table_names()
    with pytest.raises(DatabaseTooOld, match=rf"revision {older}, .* set HOTSPOTS_HOME to a new folder.* hotspots run"):
        connect(url_of(engine))
    assert (revision(engine), inspect(engine).get_table_names()) == (older, tables)


@both_databases
@pytest.mark.parametrize("change", ["UPDATE looked_at SET allowed = NOT allowed", "DELETE FROM looked_at"])
def test_the_database_itself_refuses_to_change_who_looked_at_whom(engine: Engine, change: str) -> None:
    table = SQLModel.metadata.tables["looked_at"]
    with engine.begin() as connection:
        connection.execute(insert(table), a_row(table))
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert rows_of(engine, *table.columns) == [tuple(a_row(table).values())]


@both_databases
def test_an_empty_database_comes_to_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert set(inspect(engine).get_table_names()) >= MODELS
    assert revision(engine) == HEAD


def test_the_baseline_is_the_oldest_revision_file_and_head_the_newest() -> None:
    assert (REVISIONS[0], REVISIONS[-1]) == (BASELINE, HEAD)


def test_the_migrations_are_one_line_without_branches(engine: Engine) -> None:
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrations(connection))
    assert scripts.get_heads() == [HEAD]
    assert len(list(scripts.walk_revisions())) == len(list(VERSIONS.glob("*.py")))


@both_databases
def test_a_database_can_be_taken_back_and_up_again(engine: Engine) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(migrations(connection), "base")
    assert not MODELS & set(inspect(engine).get_table_names())
    upgrade(engine)
    assert revision(engine) == HEAD


@both_databases
def test_foreign_keys_are_held(engine: Engine) -> None:
    orphan = "INSERT INTO archived_frame (snapshot_id, name, sha256, rows) VALUES (4711, 'cases', '', 0)"
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), engine.begin() as connection:
        connection.exec_driver_sql(orphan)


def test_every_commit_is_on_disk_and_readers_do_not_block(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@both_databases
def test_a_migration_that_stops_half_way_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE unit_workload (something INTEGER)")
    with pytest.raises(DBAPIError, match=r"unit_workload.* already exists"):
        connect(url_of(empty))
    assert inspect(empty).get_table_names() == ["unit_workload"]
    with empty.begin() as connection:
        connection.exec_driver_sql("DROP TABLE unit_workload")
    engine = connect(url_of(empty))
    assert revision(engine) == HEAD
    engine.dispose()


def test_threads_that_meet_a_new_file_at_the_same_moment_wait_for_one_another(tmp_path: Path) -> None:
    """SQLite itself waits for nothing at the switch to a write-ahead log: without ours one in six of these fails."""
    together = Barrier(3, timeout=30)

    def meet(number: int) -> int:
        engine = create_engine(SqliteFiles().empty(tmp_path / f"{number}.db"), connect_args={"timeout": 30})
        event.listen(engine, "connect", _careful_sqlite)
        together.wait()
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS something (number INTEGER)")
        engine.dispose()
        return number

    with ThreadPoolExecutor(3) as pool:
        numbers = [number for number in range(100) for _ in range(3)]
        assert list(pool.map(meet, numbers)) == numbers


@both_databases
def test_several_programs_may_meet_an_empty_database_at_once(empty: Engine) -> None:
    program = f"""
import alembic.command; from monitor.snapshots.database import connect
connect({url_of(empty)!r})
"""
    assert at_once(program, 2) == [(0, "", "")] * 2
