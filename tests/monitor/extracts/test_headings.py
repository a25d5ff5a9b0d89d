"""Headings and names from elsewhere."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from monitor.extracts import ExtractRefused, Insistence

from .small import csv_files, read, small, write_csv, write_database, write_folder, write_workbook

MAP = """
tables: {cases: caseload export, organisation: teams}
cases: {crn: Case Ref No, tier: " Tier Code ", rosh: rosh_delius, rosh_delius: rosh}
"""
NAMES = {"crn": "Case Ref No", "tier": "Tier Code", "rosh": "rosh_delius", "rosh_delius": "rosh"}


def renamed() -> dict[str, list[dict[str, Any]]]:
    tables = small()
    tables["caseload export"] = [
        {NAMES.get(column, column): value for column, value in row.items()} for row in tables.pop("cases")
    ]
    tables["teams"] = tables.pop("organisation")
    return tables


def a_map(folder: Path, text: str) -> Path:
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def without(column: str) -> Insistence:
    """Accept that a column of cases is missing, although a heading left over looks like it."""
    return Insistence(missing=(f"cases.{column}",))


def refused(folder: Path, text: str, source: str | None = None) -> list[str]:
    with pytest.raises(ExtractRefused) as refusal:
        read(source or write_csv(folder / "csv", small()), headings=a_map(folder, text))
    return refusal.value.faults


def test_mapped_names_and_headings_give_the_same_extract(tmp_path: Path) -> None:
    headings = a_map(tmp_path, MAP)
    plain = read(write_csv(tmp_path / "plain", small()))
    extract = read(write_csv(tmp_path / "csv", renamed()), headings=headings)
    assert extract.content_hash == plain.content_hash
    assert extract.unused == {}
    book = read(write_workbook(tmp_path / "book.xlsx", renamed()), headings=headings)
    assert book.content_hash == plain.content_hash


@pytest.mark.parametrize("title", ["Caseload of Jo Bloggs", "Caseload,20/11/2026"])
def test_a_title_above_the_headings_is_the_only_fault_of_its_table(tmp_path: Path, title: str) -> None:
    files = csv_files(small())
    files["cases.csv"] = title.encode() + b"\n\n" + files["cases.csv"]
    with pytest.raises(ExtractRefused) as refusal:
        read(write_folder(tmp_path / "csv", files))
    named = ", ".join(repr(text) for text in title.split(","))
    says = "cases.csv: the first row is not the headings"
    way_out = "delete every row above the headings in the source, so that they are the first row"
    assert refusal.value.faults == [f"{says} but {named}: {way_out}"]
    assert refusal.value.told.lines == (f"{says}: {way_out}",)


def test_mapped_names_of_a_database_are_quoted(tmp_path: Path) -> None:
    headings = a_map(tmp_path, 'tables: {cases: "caseload; DROP TABLE teams"}\ncases: {crn: "select"}')
    source = write_database(tmp_path / "case.db", small())
    plain = read(source)
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute('ALTER TABLE cases RENAME COLUMN crn TO "select"')
        connection.execute('ALTER TABLE cases RENAME TO "caseload; DROP TABLE teams"')
    connection.close()
    assert read(source, headings=headings).content_hash == plain.content_hash


def test_our_own_heading_is_left_out_when_another_is_mapped_to_its_column(tmp_path: Path) -> None:
    tables = small()
    tables["cases"] = [row | {"Tier now": "1"} for row in tables["cases"]]
    mapping = a_map(tmp_path, "cases: {tier: Tier now}")
    extract = read(write_csv(tmp_path / "csv", tables), headings=mapping, insistence=without("tier_documented"))
    assert extract.unused == {"cases": ["tier"]}
    assert extract.caseload.cases["tier"].tolist() == ["1"] * 4


def test_a_heading_mapped_to_one_column_does_not_fill_the_column_of_its_own_name(tmp_path: Path) -> None:
    mapping = a_map(tmp_path, "cases: {rosh_delius: rosh}")
    extract = read(write_csv(tmp_path / "csv", small()), headings=mapping, insistence=without("rosh"))
    assert extract.caseload.cases["rosh_delius"].tolist() == ["high"] * 4
    assert extract.caseload.cases["rosh"].isna().all()
    # The tiers are no codes of officers, and a column of tiers is missing.
    insistence = Insistence(missing=("cases.tier", "cases.tier_documented"), unmatched=True)
    other = read(str(tmp_path / "csv"), headings=a_map(tmp_path, "cases: {om_code: tier}"), insistence=insistence)
    assert other.caseload.cases["om_code"].fillna("").tolist() == ["3", "", "3", "3"]
    assert other.caseload.cases["tier"].isna().all()


def test_a_manifest_may_use_the_names_of_the_source(tmp_path: Path) -> None:
    files = csv_files(renamed()) | {"manifest.json": b'{"tables": {"caseload export": {"rows": 5}}}'}
    faults = refused(tmp_path, MAP, write_folder(tmp_path / "csv", files))
    assert faults == [
        "manifest.json: caseload export: 5 rows are stated, 4 are there; send the extract again",
    ]


def test_a_mapped_heading_that_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    faults = refused(tmp_path, "cases: {crn: Case Ref No, tier: Tier Code}")
    assert [fault.partition(":")[0] for fault in faults] == ["cases.crn", "cases.tier"]
    assert faults[0].startswith(
        "cases.crn: is mapped to the heading 'Case Ref No', which cases.csv has not: crn, om_code"
    )


def test_a_mapped_table_that_is_not_there_is_named_as_the_source_names_it(tmp_path: Path) -> None:
    assert refused(tmp_path, "tables: {cases: ../cases}")[0].startswith("../cases: the table is missing")
