"""A manifest must hold where there is one."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.extracts import ExtractRefused

from ..small import csv_files, read, small, write_folder

FILES = csv_files(small())


def manifest(**rest: Any) -> dict[str, Any]:
    tables = {
        name.removesuffix(".csv"): {"rows": content.count(b"\n") - 1, "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in FILES.items()
    }
    return {"as_at": "2026-11-22", "source": "case records, nightly", "tables": tables} | rest


def refused(folder: Path, content: bytes, files: dict[str, bytes] = FILES) -> list[str]:
    with pytest.raises(ExtractRefused) as refusal:
        read(write_folder(folder, files | {"manifest.json": content}))
    return refusal.value.faults


def test_a_manifest_that_holds_is_accepted_and_its_words_are_kept(tmp_path: Path) -> None:
    stated = manifest(maker="someone", tables=manifest()["tables"] | {"offices": {"rows": 3}})
    extract = read(write_folder(tmp_path, FILES | {"manifest.json": b"\xef\xbb\xbf" + json.dumps(stated).encode()}))
    assert extract.as_at_stated == date(2026, 11, 22)
    assert extract.source_name == "case records, nightly"


def test_without_a_manifest_nothing_is_stated(tmp_path: Path) -> None:
    extract = read(write_folder(tmp_path, FILES))
    assert (extract.as_at_stated, extract.source_name) == (None, None)
    assert read(write_folder(tmp_path, {"manifest.json": b"{}"})).content_hash == extract.content_hash


def test_rejected_and_ragged_rows_count_as_rows_of_a_manifest_and_blank_lines_do_not(tmp_path: Path) -> None:
    files = FILES | {"assessments.csv": FILES["assessments.csv"] + b"X1\n\nX1,chat,2026-06-01,,\n"}
    stated = json.dumps({"tables": {"assessments": {"rows": 5}}}).encode()
    assert len(read(write_folder(tmp_path, files | {"manifest.json": stated})).rejected) == 2


def test_identical_rows_all_count_as_rows_of_a_manifest(tmp_path: Path) -> None:
    files = FILES | {"cases.csv": FILES["cases.csv"] + FILES["cases.csv"].splitlines(keepends=True)[1]}
    stated = json.dumps({"tables": {"cases": {"rows": 5}}}).encode()
    assert read(write_folder(tmp_path, files | {"manifest.json": stated})).rows["cases"] == 4


def test_a_manifest_of_another_date_rows_or_bytes_is_refused_for_each(tmp_path: Path) -> None:
    stated = manifest(as_at="2026-11-15")
    stated["tables"]["cases"] = {"rows": 5, "sha256": "0" * 64}
    faults = refused(tmp_path, json.dumps(stated).encode())
    assert [fault.partition(";")[0] for fault in faults] == [
        "manifest.json: as_at is 2026-11-15, the snapshot asked for is 2026-11-22",
        "manifest.json: cases: 5 rows are stated, 4 are there",
        f"manifest.json: cases: sha256 {'0' * 64} is stated, the file has {manifest()['tables']['cases']['sha256']}",
    ]


def test_a_changed_byte_of_a_file_is_found_by_its_hash(tmp_path: Path) -> None:
    files = FILES | {"cases.csv": FILES["cases.csv"].replace(b"high", b"low ", 1)}
    faults = refused(tmp_path, json.dumps(manifest()).encode(), files)
    assert len(faults) == 1
    assert "manifest.json: cases: sha256" in faults[0]


def test_a_hash_may_be_written_in_capitals(tmp_path: Path) -> None:
    stated = manifest()
    stated["tables"]["cases"]["sha256"] = stated["tables"]["cases"]["sha256"].upper()
    read(write_folder(tmp_path, FILES | {"manifest.json": json.dumps(stated).encode()}))


def test_a_table_that_is_stated_and_not_there_is_refused(tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if name != "events.csv"}
    faults = refused(tmp_path, json.dumps(manifest()).encode(), files)
    assert faults == ["manifest.json: events is stated and is not there; send the whole extract again"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "manifest.json: the file: Invalid JSON"),
        (b'{"as_at": "2026-11-22"', "manifest.json: the file: Invalid JSON"),
        (b'{"source": "M\xfcller"}', "manifest.json: the file: Invalid JSON"),
        (b"[]", "manifest.json: the file: "),
        (b'{"as_at": "22/11/2026"}', "manifest.json: as_at: "),
        (b'{"as_at": 20261122}', "manifest.json: as_at: "),
        (b'{"tables": {"cases": {"rows": "4"}}}', "manifest.json: tables.cases.rows: "),
        (b'{"tables": {"cases": {"rows": -1}}}', "manifest.json: tables.cases.rows: "),
        (b'{"tables": {"cases": 4}}', "manifest.json: tables.cases: "),
    ],
)
def test_a_malformed_manifest_is_refused_and_says_where(tmp_path: Path, content: bytes, told: str) -> None:
    faults = refused(tmp_path, content)
    assert len(faults) == 1
    assert faults[0].startswith(told), faults
