"""XLS workbooks: read as XLSX is. ``small.xls`` was written by xlwt."""

import struct
from pathlib import Path

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.old import find_errors

from ..test_workbook import faults_of, rows_of
from .books import compound, old_record, old_stream

SMALL = (Path(__file__).parent / "small.xls").read_bytes()


def cell(kind: int, row: int, column: int, rest: bytes) -> bytes:
    return old_record(kind, struct.pack("<HHH", row, column, 0) + rest)


def test_cells_are_read_and_errors_are_text() -> None:
    found = rows_of(SMALL, "book.XLS")
    assert found.lines.tolist() == [2, 4]
    assert {name: values.to_pylist() for name, values in found.columns.items()} == {
        "crn": ["X1", "#N/A"],
        "om_code": ["007", "M\u0101"],
        "tier": ["4", "36.5"],
        "sentence_start": ["2026-02-03", None],
        "prolific": ["true", None],
    }


@pytest.mark.parametrize(
    ("record", "errors"),
    [
        (cell(0x205, 1, 2, b"\x2a\x01"), {(1, 2): "#N/A"}),
        (cell(0x205, 1, 2, b"\x99\x01"), {(1, 2): "#ERROR!"}),
        (cell(0x205, 1, 2, b"\x01\x00"), None),
        (cell(0x06, 3, 0, b"\x02\0\x17\0\0\0\xff\xff" + b"\0" * 8), {(3, 0): "#REF!"}),
        (cell(0x06, 3, 0, b"\x03\0\0\0\0\0\xff\xff" + b"\0" * 8), None),
        (cell(0x06, 3, 0, struct.pack("<d", 2.5) + b"\0" * 8), None),
    ],
)
@pytest.mark.parametrize(("title", "name"), [(b"\x05\0cases", "cases"), (b"\x02\1F\0\x01\x01", "F\u0101")])
def test_errors_are_found_by_sheet(record: bytes, errors: object, title: bytes, name: str) -> None:
    content = compound(old_stream(record, title=title))
    assert find_errors("book.xls", content, Bounds()) == ({name: errors} if errors else {})


@pytest.mark.parametrize(
    "record", [cell(0x203, 65_535, 65_535, b"\0" * 8), cell(0xBD, 65_535, 0, b"\0" * 6 + struct.pack("<H", 60_000))]
)
def test_a_cell_far_away_from_the_table_is_refused(record: bytes) -> None:
    with pytest.raises(ExtractRefused, match=r"book\.xls sheet cases: has cells as far as row 65,536 and column 6"):
        find_errors("book.xls", compound(old_stream(record)), Bounds())


@pytest.mark.parametrize("place", [b"\0\0\0\0", b"\x07\0\0\0"])
def test_sheets_that_share_their_cells_or_start_nowhere_are_refused(place: bytes) -> None:
    more = old_record(0x85, place + b"\0\0\x01\0x")
    with pytest.raises(ValueError, match="sheets"):
        find_errors("book.xls", compound(old_stream(more, more)), Bounds())


def test_a_damaged_workbook_is_refused() -> None:
    for kept in (600, 1_500, 4_000):
        assert faults_of(SMALL[:kept] + "Workbook\0".encode("utf-16-le"), "book.xls")[0].startswith(
            "book.xls: not a readable XLS workbook ("
        )


def shared_texts(*pieces: bytes) -> bytes:
    return old_record(0xFC, b"\0" * 8 + pieces[0]) + b"".join(old_record(0x3C, piece) for piece in pieces[1:])


@pytest.mark.parametrize(
    "texts",
    [
        # Plain; with formats and reading aids; wide; over three records, plain, wide and plain.
        shared_texts(b"\x01\0\0a" + b"\x60\xea\0", b"\0" + b"x" * 8_000),
        shared_texts(b"\x01\0\x0c\x02\0\x03\0\0\0a" + b"\0" * 11 + b"\x60\xea\0" + b"x" * 500),
        shared_texts(b"\x02\0\x01a\0b\0" + b"\x60\xea\x01" + b"x\0" * 500),
        shared_texts(b"\x05\0\0ab", b"\x01c\0", b"\0de" + b"\x60\xea\0"),
    ],
)
def test_shared_texts_count_for_every_cell_that_has_them(texts: bytes) -> None:
    def content(item: int) -> bytes:
        cells = [cell(0xFD, row, 0, struct.pack("<I", item)) for row in range(20)]
        return compound(old_stream(texts, *cells))

    for item in (0, 7):
        assert find_errors("book.xls", content(item), Bounds(megabytes=1)) == {}
    with pytest.raises(ExtractRefused, match="holds more than the 1,048,576 bytes of text allowed"):
        find_errors("book.xls", content(1), Bounds(megabytes=1))
