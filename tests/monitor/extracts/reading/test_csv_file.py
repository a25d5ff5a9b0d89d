"""CSV: values as they are written, lines as they are counted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.csv_file import csv_sheet
from monitor.extracts.reading.rows import Rows
from tiering.caseload import Column

from ..small import AS_AT, csv_files, read, small, small_with, write_folder


def rows_of(text: str, *names: str) -> Rows:
    sheet = csv_sheet("cases.csv", text.encode())
    return sheet.read({sheet.headings.index(name): Column(name) for name in names})


def values_of(rows: Rows, name: str) -> list[str]:
    return list(rows.columns[name].to_pylist())


def test_text_is_read_exactly_as_it_is_written() -> None:
    rows = rows_of('crn,om_name\n007,NA\nnull," Smith, ""Jo"" "\nNaN,5" pipe\n', "crn", "om_name")
    assert values_of(rows, "crn") == ["007", "null", "NaN"]
    assert values_of(rows, "om_name") == ["NA", ' Smith, "Jo" ', '5" pipe']


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_row_has_the_line_it_starts_on_when_values_hold_line_ends(line_end: str) -> None:
    lines = [
        "crn,note",
        "X1,plain",
        'X2,"three',
        "lines",
        'long"',
        "",
        "X3,after",
        "X4",
        'X5,"two',
        'lines"',
        "X6,last",
    ]
    rows = rows_of(line_end.join(lines), "crn")
    found = [(crn, line) for crn, line in zip(values_of(rows, "crn"), rows.lines.tolist(), strict=True) if crn]
    assert found == [("X1", 2), ("X2", 3), ("X3", 7), ("X5", 9), ("X6", 11)]
    assert [(row.line, row.text) for row in rows.broken] == [(8, "X4")]


_VALUES = st.text(st.sampled_from('ab,"\n\r é😀'), max_size=6)


@given(rows=st.lists(st.tuples(_VALUES, _VALUES), max_size=8), line_end=st.sampled_from(["\n", "\r\n"]))
def test_every_row_is_found_on_its_line_whatever_its_values_hold(rows: list[tuple[str, str]], line_end: str) -> None:
    text, lines = f"crn,note{line_end}", []
    for values in rows:
        lines.append(len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
        text += ",".join('"' + value.replace('"', '""') + '"' for value in values) + line_end
    found = rows_of(text, "crn", "note")
    assert list(zip(values_of(found, "crn"), values_of(found, "note"), strict=True)) == rows
    assert found.lines.tolist() == lines
    assert found.broken == []


def test_a_ragged_row_is_rejected_alone_and_names_its_line(tmp_path: Path) -> None:
    files = csv_files(small())
    files["assessments.csv"] += b"X1,home_visit\nX1,home_visit,2026-06-07,,0.5,more\nX1,home_visit,2026-06-08,,\n"
    extract = read(write_folder(tmp_path, files))
    assert extract.rejected[["table", "line", "column", "value"]].to_numpy().tolist() == [
        ["assessments", 5, "", "X1,home_visit"],
        ["assessments", 6, "", "X1,home_visit,2026-06-07,,0.5,more"],
    ]
    assert extract.rejected["reason"].tolist() == [
        "has 2 values where the heading row has 5",
        "has 6 values where the heading row has 5",
    ]
    assert extract.rows["assessments"] == 6
    assert len(extract.caseload.assessments) == 4


def test_a_quote_left_open_is_told_and_no_row_vanishes_into_it() -> None:
    rows = rows_of('crn,om_name,grade\nX1,A,PO\nX2,"Smith,PO\nX3,"Jones,PO\nX4,"B",PO\n', "crn")
    assert values_of(rows, "crn") == ["X1", "X4"]
    assert [row.line for row in rows.broken] == [3]
    assert "text after a closing quote" in rows.broken[0].reason


def test_a_ragged_row_over_several_lines_says_so() -> None:
    rows = rows_of('crn,om_name,grade\nX1,"A\nX2,B,PO"\nX3,C,PO\n', "crn")
    assert values_of(rows, "crn") == ["X3"]
    assert rows.broken[0].reason.endswith("it runs over 2 lines: is a quote left open?")


@pytest.mark.parametrize("tail", ['X3,"cut sh', 'X3,"cut\nshort\n', 'X3,"'])
def test_a_file_cut_short_inside_quotes_is_refused(tail: str) -> None:
    with pytest.raises(ExtractRefused, match=r"cases\.csv: line 4: a quote is opened and never closed"):
        rows_of('crn,note\nX1,"a\nb"\n' + tail, "crn")


def test_blank_lines_and_rows_of_commas_are_no_rows(tmp_path: Path) -> None:
    files = csv_files(small())
    files["assessments.csv"] += b"\n,,,,\n  , ,,,\n,,,,,,\nX1,home_visit,2026-06-08,,\n\n\n"
    extract = read(write_folder(tmp_path, files))
    assert extract.rejected.empty
    assert extract.rows["assessments"] == 4


def test_a_byte_order_mark_and_blanks_around_headings_are_no_part_of_them(tmp_path: Path) -> None:
    plain = read(write_folder(tmp_path / "plain", csv_files(small())))
    files = {
        name: b"\xef\xbb\xbf" + content.replace(b"crn,", b" crn ,", 1) for name, content in csv_files(small()).items()
    }
    assert read(write_folder(tmp_path / "marked", files)).content_hash == plain.content_hash


def test_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    tables = small_with(offender_managers=[])
    tables["offender_managers"][0]["om_name"] = "Smith\nJo"
    files = csv_files(tables)
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in files.items()}
    one, other = read(write_folder(tmp_path / "a", files)), read(write_folder(tmp_path / "b", windows))
    assert one.content_hash == other.content_hash
    assert other.caseload.offender_managers["om_name"][0] == "Smith\nJo"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cases.csv: the file is empty"),
        (b"\xef\xbb\xbf\n", "cases.csv: the file is empty"),
        (b"\ncrn,team_code\n", "cases.csv: line 1 is empty; it must be the heading row"),
        (
            "crn\n1\nMüller\n".encode("latin-1"),
            "cases.csv: line 3, column crn is not UTF-8 (byte 0xfc); save it as CSV UTF-8",
        ),
        ("crn\n1\n".encode("utf-16"), "cases.csv: is written in UTF-16: save it as CSV UTF-8, or set encoding: utf-16"),
        (b'crn,"a"b,c\nX1,1,2\n', "cases.csv: line 1 is not a heading row: its quotes do not match"),
        (b"crn,team_code,crn\nX1,T1,X2\n", "cases.csv: the heading 'crn' stands there 2 times; keep one"),
        (b"PK\x03\x04\x14\x00", "cases.csv: is a workbook or zip file by its content, not CSV: export it again"),
        (b"PAR1\x15\x04", "cases.csv: is a Parquet file by its content, not CSV"),
        (b"\xef\xbb\xbf\n<HTML><body>", "cases.csv: is a web page by its content, not CSV"),
        (b'"crn,team_code,tier"\n"X1,T1,2"\n', "cases.csv: has quotes around whole lines, so that each is one value"),
        (
            b"crn;team_code\nX1;T1\n",
            "cases.csv: its values are divided by semicolons, not commas: save it as CSV with commas, or set ",
        ),
        (b"crn\tteam_code\nX1\tT1\n", "cases.csv: its values are divided by tabs, not commas"),
        (b"sep=;\ncrn;team_code\nX1;T1\n", "cases.csv: line 1 is 'sep=;', a note to Excel: save it as CSV with "),
        (
            "crn,team_code\nX1,T1\n".encode("utf-16-le"),
            "cases.csv: is written in UTF-16-LE: save it as CSV UTF-8, or set encoding: utf-16-le",
        ),
    ],
)
def test_a_file_that_is_no_csv_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, told: str) -> None:
    source = write_folder(tmp_path, csv_files(small()) | {"cases.csv": content})
    with pytest.raises(ExtractRefused) as refused:
        read(source)
    assert any(fault.startswith(told) for fault in refused.value.faults), refused.value.faults


def test_a_value_longer_than_a_reading_block_is_read(tmp_path: Path) -> None:
    files = csv_files(small())
    long = b'"' + b"x\n" * 2_000_000 + b'"'
    files["events.csv"] = b"crn,kind,occurred_on,note\nX1,significant_change,2026-05-05," + long + b"\nX1,nonsense,"
    files["events.csv"] += str(AS_AT).encode() + b",\n"
    extract = read(write_folder(tmp_path, files))
    assert extract.unused == {"events": ["note"]}
    assert extract.rejected["line"].tolist() == [2_000_003]
