"""Parquet: typed columns are read as what they mean, and a file that cannot be read is refused by its column."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.extracts.reading.parquet_file import parquet_sheet
from monitor.extracts.reading.rows import different_texts
from tiering.caseload import Column

from ..small import (
    Tables,
    a_case,
    csv_files,
    read,
    small,
    write_folder,
    write_parquet,
)
from ..test_refusals import refused
from .test_size_limits import parquet, with_file


def test_typed_columns_of_a_parquet_file_are_read_as_what_they_mean(tmp_path: Path) -> None:
    cases = pa.table(
        {
            "crn": pa.array(["X1", "X2", "X3", "X4"]).dictionary_encode(),
            "team_code": pa.array(["T1"] * 4, pa.large_string()),
            "tier": pa.array([3.0, float("nan"), None, 4.0]),
            "setting": ["community"] * 4,
            "sentence_start": pa.array([datetime(2026, 2, 3)] * 3 + [datetime(2026, 2, 3, 1)], pa.timestamp("ns")),  # noqa: DTZ001
            "release_on": pa.array([date(2027, 1, 1)] * 4, pa.date64()),
            "number_of_cases": pa.array([Decimal("2.00"), Decimal("1.00"), None, Decimal("10.00")]),
            "prolific": pa.array([True, None, False, None]),
            "rosh": pa.nulls(4),
        }
    )
    page = io.BytesIO()
    pq.write_table(cases, page)
    folder = write_folder(tmp_path, csv_files(small()) | {"cases.parquet": page.getvalue()})
    (tmp_path / "cases.csv").unlink()
    extract = read(folder)
    found = extract.caseload.cases
    assert found["tier"].fillna("").tolist() == ["3", "", ""]
    assert found["number_of_cases"].tolist() == [2, 1, 1]
    assert found["release_on"].dt.date.tolist() == [date(2027, 1, 1)] * 3
    assert extract.rejected.iloc[-1][["table", "line", "value"]].tolist() == ["cases", 5, "2026-02-03 01:00:00"]


def test_small_and_large_numbers_come_through_a_parquet_file(tmp_path: Path) -> None:
    tables = small()
    tables["assessments"] = [tables["assessments"][0] | {"similarity": value} for value in (1e-7, 0.1 + 0.2, 1e20)]
    extract = read(write_parquet(tmp_path, tables))
    assert extract.caseload.assessments["similarity"].tolist() == [1e-7, 0.1 + 0.2]
    assert extract.rejected["value"].tolist() == ["100000000000000000000"]


def test_a_column_of_lists_is_refused(tmp_path: Path) -> None:
    tables: Tables = small() | {"cases": [a_case("X1", tier=["1", "2"])]}
    assert refused(write_parquet(tmp_path, tables))[0].startswith("cases.parquet: column tier is of type list<")


def test_damaged_pages_of_a_parquet_file_are_refused(tmp_path: Path) -> None:
    source = write_parquet(tmp_path, small())
    content = (tmp_path / "cases.parquet").read_bytes()
    (tmp_path / "cases.parquet").write_bytes(content[:4] + b"\xff" * 200 + content[204:])
    assert refused(source)[0].startswith("cases.parquet: not a readable Parquet file (")


BROKEN_TEXT = pa.Array.from_buffers(
    pa.string(), 2, [None, pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0])), pa.py_buffer(b"X1\xff\xfe")]
)


def cases_of(**columns: Any) -> bytes:
    """Two cases as Parquet, with some columns replaced or added."""
    plain = {"crn": ["X1", "X2"], "team_code": ["T1"] * 2, "setting": ["custody"] * 2}
    return parquet(pa.table(plain | {"sentence_start": ["2026-02-03"] * 2} | columns))


def fault_of_cases(folder: Path, content: bytes) -> str:
    """The first fault of an extract with that file of cases."""
    return next(one for one in refused(with_file(folder, "cases.parquet", content)) if one.startswith("cases.parquet"))


def test_a_text_that_is_not_utf8_is_named_with_its_column_and_row(tmp_path: Path) -> None:
    for number, texts in enumerate((BROKEN_TEXT, BROKEN_TEXT.dictionary_encode(), BROKEN_TEXT.cast(pa.binary()))):
        fault = fault_of_cases(tmp_path / f"{number}", cases_of(crn=texts))
        expected = "is of type binary" if number == 2 else ", row 2: is not UTF-8; export it again"
        assert fault.startswith("cases.parquet: column crn")
        assert expected in fault


@pytest.mark.parametrize("of_arrow", [True, False])
def test_a_heading_that_is_not_utf8_is_told(tmp_path: Path, of_arrow: bool) -> None:
    page = io.BytesIO()
    pq.write_table(pa.table({"crn": ["X1"], "zzzz": ["b"]}), page, store_schema=of_arrow)
    content = page.getvalue().replace(b"zzzz", b"zz\xff\xfe")
    assert fault_of_cases(tmp_path, content) == "cases.parquet: a heading is not UTF-8; export it again"


def test_a_time_zone_that_does_not_exist_is_named_with_its_column(tmp_path: Path) -> None:
    fault = fault_of_cases(tmp_path, cases_of(release_on=pa.array([0, 0], pa.timestamp("us", tz="Europe/Londxx"))))
    assert fault.startswith("cases.parquet: column release_on: cannot be read (")
    assert "Londxx" in fault


def test_a_heading_that_stands_twice_is_named(tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array(["X1"]), pa.array(["X2"]), pa.array(["a"])], names=["crn", "crn", "x"])
    assert fault_of_cases(tmp_path, parquet(twice)) == "cases.parquet: the heading 'crn' stands there 2 times; keep one"


@pytest.mark.parametrize(
    "texts",
    [
        pa.array([["a"], ["b"]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array([b"a", b"b"]),
        pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    ],
)
def test_a_column_without_a_text_form_is_named(tmp_path: Path, texts: Any) -> None:
    fault = fault_of_cases(tmp_path, cases_of(tier=texts))
    assert fault.startswith("cases.parquet: column tier is of type ")


def test_a_column_with_a_dot_in_its_name_is_no_fault(tmp_path: Path) -> None:
    extract = read(with_file(tmp_path, "cases.parquet", cases_of(**{"a.b": ["x", "y"]})))
    assert extract.unused == {"cases": ["a.b"]}


SUMMER_ENDS = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1, 0, 2)]
"""Half past one in London twice, then once more, then half past two."""


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([0.0, -0.0, float("nan"), None, 0.0, 37.5, 1e-7]), ["0", "-0", None, None, "0", "37.5", "0.0000001"]),
        (
            pa.array(SUMMER_ENDS, pa.timestamp("us", tz="Europe/London")),
            [*["2026-10-25 01:30:00"] * 3, "2026-10-25 02:30:00"],
        ),
        (pa.array([True, None, False, True]), ["true", None, "false", "true"]),
        (pa.array([7, None, 7, -1], pa.int8()), ["7", None, "7", "-1"]),
        (pa.array([Decimal("1.50"), Decimal("1.00"), None]), ["1.5", "1", None]),
        (pa.DictionaryArray.from_arrays([2, 0, None, 2], ["a", "unused", "b"]), ["b", "a", None, "b"]),
        (pa.DictionaryArray.from_arrays([0, 1, 1], pa.array([2.5, float("nan")])), ["2.5", None, None]),
        (pa.nulls(3), [None, None, None]),
    ],
)
@pytest.mark.parametrize("at_once", [1, 2, 1 << 16])
def test_every_row_has_the_text_of_its_value_however_many_rows_are_read_at_once(
    values: Any, texts: list[str | None], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.extracts.reading.parquet_file._ROWS_AT_ONCE", at_once)
    sheet = parquet_sheet("cases.parquet", parquet(pa.table({"tier": values})))
    column = sheet.read({0: Column("tier")}).columns["tier"]
    assert column.to_pylist() == texts
    assert different_texts(column).dictionary.to_pylist() == [text for text in dict.fromkeys(texts) if text is not None]
