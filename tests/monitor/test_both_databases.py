"""The whole river on PostgreSQL: the same week gives the same bytes as on SQLite; and every revision stays readable."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.export import render_table, table_of

from .conftest import AS_AT, WEEK, Answer, Home, home_in, little_london
from .databases import PostgresqlServer
from .extracts.small import a_case, write_csv

Program = Callable[..., Answer]


@pytest.fixture
def shared(own_postgresql: PostgresqlServer, tmp_path: Path, own_environment: None) -> Iterator[Home]:
    """An empty home on PostgreSQL."""
    made = home_in(tmp_path / "shared", database=own_postgresql.ready(tmp_path))
    yield made
    made.store.engine.dispose()


def exports(home: Home) -> dict[tuple[str, str], bytes]:
    tables = {name: table_of(home.store, home.newest, name) for name in EXPORTS}
    forms = ("csv", "json", "parquet", "xlsx")
    return {(name, form): render_table(table, form) for name, table in tables.items() for form in forms}


def test_a_week_is_the_same_to_the_byte_on_postgresql_as_on_sqlite(
    new_home: Home, shared: Home, hotspots: Program
) -> None:
    for as_at in (AS_AT - WEEK, AS_AT):
        for home in (new_home, shared):
            home.take(new_home.extract, as_at)
    assert exports(shared) == exports(new_home)
    assert shared.newest.model_dump() == new_home.newest.model_dump()
    said = hotspots("verify", home=shared)
    assert (said.status, said.out) == (0, hotspots("verify", home=new_home).out)
    for home in (new_home, shared):
        assert hotspots("deliver", home=home).status == 0
    mail = {path.name: path.read_bytes() for path in new_home.settings.outbox.iterdir()}
    assert {path.name: path.read_bytes() for path in shared.settings.outbox.iterdir()} == mail
    assert len(mail) == 4
    again = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=shared)
    assert (again.status, again.out.startswith("unchanged")) == (0, True)


@pytest.mark.both_databases
def test_an_earlier_revision_can_be_exported_and_verified(home: Home, tmp_path: Path, hotspots: Program) -> None:
    first = hotspots("export", "cases", home=home).out
    home.take(write_csv(tmp_path / "corrected", little_london(cases=[a_case("X000201")])), proposes=False)
    second = hotspots("export", "cases", home=home).out
    assert "X000201" in second
    assert hotspots("export", "cases", "--revision", 1, home=home).out == first
    assert hotspots("export", "cases", "--as-at", AS_AT, "--revision", 2, home=home).out == second
    said = hotspots("verify", "--revision", 1, home=home).out
    assert (said.startswith("snapshot for 2026-11-20, revision 1: "), "all agree" in said) == (True, True)
    missing = hotspots("verify", "--revision", 3, home=home)
    assert (missing.status, "there is no revision 3 of 2026-11-20; there are: 1, 2" in missing.err) == (2, True)
