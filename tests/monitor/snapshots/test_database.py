"""The schema: what the migrations make is what the models say, whoever gets there first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, NullPool, create_engine, inspect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from monitor.snapshots import database
from monitor.snapshots.database import HEAD, connect, migrations, revision, upgrade

from ..conftest import at_once

VERSIONS = Path(database.__file__).parent / "migrations" / "versions"
MODELS = {"snapshot", "unit_workload", "hotspot", "timeliness", "archived_frame", "outbox", "run"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = connect(f"sqlite:///{tmp_path / 'of' / 'the' / 'service' / 'hotspots.db'}")
    yield made
    made.dispose()


def test_an_empty_database_comes_to_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert set(inspect(engine).get_table_names()) >= MODELS
    assert revision(engine) == HEAD


def test_head_is_the_newest_revision_file() -> None:
    assert sorted(file.name[:4] for file in VERSIONS.glob("*.py"))[-1] == HEAD


def test_the_migrations_are_one_line_without_branches(engine: Engine) -> None:
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrations(connection))
    assert scripts.get_heads() == [HEAD]
    assert len(list(scripts.walk_revisions())) == len(list(VERSIONS.glob("*.py")))


def test_a_database_can_be_taken_back_and_up_again(engine: Engine) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(migrations(connection), "base")
    assert not MODELS & set(inspect(engine).get_table_names())
    upgrade(engine)
    assert revision(engine) == HEAD


def test_foreign_keys_are_held(engine: Engine) -> None:
    orphan = "INSERT INTO archived_frame (snapshot_id, name, sha256, rows) VALUES (4711, 'cases', '', 0)"
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.exec_driver_sql(orphan)


def test_every_commit_is_on_disk_and_readers_do_not_block(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_migration_that_stops_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    in_the_way = create_engine(url, poolclass=NullPool)
    with in_the_way.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE unit_workload (something)")
    with pytest.raises(OperationalError, match="unit_workload already exists"):
        connect(url)
    assert inspect(in_the_way).get_table_names() == ["unit_workload"]
    with in_the_way.begin() as connection:
        connection.exec_driver_sql("DROP TABLE unit_workload")
    engine = connect(url)
    assert revision(engine) == HEAD
    engine.dispose()


def test_several_programs_may_meet_an_empty_database_at_once(tmp_path: Path) -> None:
    program = f"""
import alembic.command; from monitor.snapshots.database import connect
connect({f"sqlite:///{tmp_path / 'new.db'}"!r})
"""
    assert at_once(program, 3) == [(0, "", "")] * 3
