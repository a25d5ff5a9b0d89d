"""Databases: tables and views are read, never changed, and what cannot be read is a fault of its table."""

import sqlite3
from pathlib import Path

import pytest

from monitor.extracts import AcceptanceLimits

from ..small import (
    read,
    small,
    write_database,
)
from ..test_refusals import refused


def test_the_hash_of_a_database_table_is_of_its_content_not_its_order(tmp_path: Path) -> None:
    turned = {name: rows[::-1] for name, rows in small().items()}
    one = read(write_database(tmp_path / "a.db", small())).source_hashes
    assert read(write_database(tmp_path / "b.db", turned)).source_hashes == one
    changed = small()
    changed["cases"][0]["tier"] = "4"
    assert read(write_database(tmp_path / "c.db", changed)).source_hashes["cases"] != one["cases"]


def test_views_are_read_like_tables_and_odd_names_are_quoted(tmp_path: Path) -> None:
    source = write_database(tmp_path / "case.db", small())
    plain = read(source)
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute('ALTER TABLE cases RENAME TO "select ""x""; --"')
        connection.execute('CREATE VIEW cases AS SELECT *, 1 AS "an extra; column" FROM "select ""x""; --"')
    connection.close()
    extract = read(source)
    assert extract.content_hash == plain.content_hash
    assert extract.unused == {"cases": ["an extra; column"]}


def test_dates_kept_with_a_midnight_by_a_database_are_dates(tmp_path: Path) -> None:
    tables = small()
    for row in tables["cases"]:
        row["sentence_start"] = "2026-02-03 00:00:00.000000"
    tables["cases"][0]["sentence_start"] = "2026-02-03 10:30:00"
    extract = read(write_database(tmp_path / "case.db", tables), limits=AcceptanceLimits(rejected_share=1))
    assert extract.rejected[extract.rejected["table"] == "cases"]["value"].tolist() == ["2026-02-03 10:30:00"]
    assert len(extract.caseload.cases) == 3


def test_reading_a_database_changes_nothing_in_it(tmp_path: Path) -> None:
    source = write_database(tmp_path / "case.db", small())
    before = (tmp_path / "case.db").read_bytes()
    read(source)
    assert (tmp_path / "case.db").read_bytes() == before
    assert refused(f"sqlite:///{tmp_path}/other.db") == [f"{tmp_path}/other.db: there is no such database file"]
    assert not (tmp_path / "other.db").exists()


def test_an_unreadable_database_row_is_a_fault_of_its_table(tmp_path: Path) -> None:
    source = write_database(tmp_path / "case.db", small())
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("UPDATE cases SET tier = CAST(x'ff' AS TEXT) WHERE crn = 'X1'")
    connection.close()
    assert refused(source)[0].startswith("table cases: cannot be read")


@pytest.mark.parametrize(
    "statement", ["UPDATE cases SET crn = CAST(x'58ff' AS TEXT)", "UPDATE cases SET crn = x'58ff'"]
)
def test_text_of_a_database_that_is_not_utf8_is_told(tmp_path: Path, statement: str) -> None:
    source = write_database(tmp_path / "case.db", small())
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute(statement)
    connection.close()
    assert any(fault.startswith("table cases: ") for fault in refused(source))


def test_a_database_that_is_damaged_or_asked_wrongly_is_told(tmp_path: Path) -> None:
    source = write_database(tmp_path / "case.db", small())
    assert "cannot be read" in refused(f"{source}?nonsense=1")[0]
    content = (tmp_path / "case.db").read_bytes()
    (tmp_path / "case.db").write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    assert any("case.db: cannot be read" in fault or "table" in fault for fault in refused(source))
    with sqlite3.connect(tmp_path / "view.db") as connection:
        connection.execute("CREATE VIEW cases AS SELECT * FROM nowhere")
    connection.close()
    assert any("nowhere" in fault for fault in refused(f"sqlite:///{tmp_path}/view.db"))
