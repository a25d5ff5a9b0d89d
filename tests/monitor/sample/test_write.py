"""The synthetic extracts as files: accepted whole, the same bytes each time, one week missing."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from monitor.extracts import read_extract
from monitor.sample import WrittenWeek, sample_weeks, write_sample
from monitor.sample.write import csv_bytes
from tiering import caseload

TABLES = {name: table for name, table in caseload.TABLES.items() if not table.seldom}
"""The tables that the sample has."""

LAST = date(2026, 11, 20)
TIERS = ("1", "2", "3", "4")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[WrittenWeek]:
    return write_sample(tmp_path_factory.mktemp("sample"), weeks=2, cases=600)


def folder_of(week: WrittenWeek) -> Path:
    assert week.folder is not None
    return week.folder


def test_a_folder_a_week_is_named_by_its_friday(written: list[WrittenWeek]) -> None:
    assert [week.as_at for week in written] == [date(2026, 11, 13), LAST]
    assert [folder_of(week).name for week in written] == ["2026-11-13", "2026-11-20"]
    assert {path.name for path in folder_of(written[-1]).iterdir()} == {f"{name}.csv" for name in TABLES} | {
        "manifest.json"
    }


def test_every_row_of_a_written_extract_is_accepted(written: list[WrittenWeek]) -> None:
    for week in written:
        extract = read_extract(str(week.folder), week.as_at, TIERS)
        assert extract.rejected.empty
        assert extract.unused == {}
        assert extract.source_name == "synthetic"
        assert extract.rows["cases"] > 500


def test_what_is_read_back_is_what_the_sample_holds(written: list[WrittenWeek]) -> None:
    tables = dict(sample_weeks(weeks=2, cases=600))[LAST]
    read = read_extract(str(written[-1].folder), LAST, TIERS).caseload.tables()
    for name, table in tables.items():
        ours = table.sort_values(TABLES[name].column_names, ignore_index=True)
        theirs = read[name].sort_values(TABLES[name].column_names, ignore_index=True)
        assert ours.astype(object).fillna("").equals(theirs.astype(object).fillna(""))


def test_the_manifest_holds_the_rows_and_the_hash_of_each_table(written: list[WrittenWeek]) -> None:
    folder = folder_of(written[-1])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["as_at"] == "2026-11-20"
    for name in TABLES:
        content = (folder / f"{name}.csv").read_bytes()
        assert manifest["tables"][name] == {
            "rows": content.count(b"\n") - 1,
            "sha256": hashlib.sha256(content).hexdigest(),
        }


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    written: list[WrittenWeek], tmp_path: Path
) -> None:
    again = write_sample(tmp_path / "again", weeks=2, cases=600)
    other = write_sample(tmp_path / "other", weeks=2, cases=600, seed=1)
    for name in TABLES:
        file = f"{name}.csv"
        assert (folder_of(again[-1]) / file).read_bytes() == (folder_of(written[-1]) / file).read_bytes()
    assert (folder_of(other[-1]) / "cases.csv").read_bytes() != (folder_of(written[-1]) / "cases.csv").read_bytes()


def test_the_week_whose_extract_never_arrives_is_told_and_not_written(tmp_path: Path) -> None:
    said: list[str] = []
    weeks = write_sample(tmp_path, weeks=15, cases=120, progress=said.append)
    assert weeks[0] == (date(2026, 8, 14), None)
    assert all(week.folder is not None for week in weeks[1:])
    assert not (tmp_path / "2026-08-14").exists()
    assert said[0] == "2026-08-14: no extract this week"
    assert said[-1].startswith("2026-11-20: ")


def test_a_text_with_a_comma_is_quoted_and_dates_and_flags_are_plain(written: list[WrittenWeek]) -> None:
    tables = dict(sample_weeks(weeks=1, cases=120))[LAST]
    organisation = csv_bytes("organisation", tables["organisation"]).decode()
    cases = csv_bytes("cases", tables["cases"]).decode().splitlines()
    assert '"Camden, City & Islington"' in organisation
    assert cases[0] == ",".join(TABLES["cases"].column_names)
    assert '"' not in "".join(cases)
    row = dict(zip(cases[0].split(","), cases[1].split(","), strict=True))
    assert date.fromisoformat(row["sentence_start"]) < LAST
    assert row["prolific"] in ("true", "false")
