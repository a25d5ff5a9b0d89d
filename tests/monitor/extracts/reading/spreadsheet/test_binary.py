"""XLSB workbooks: read as XLSX is."""

import struct

import pytest

from monitor.extracts.reading.size_limits import Bounds

from ..test_workbook import faults_of, rows_of
from .books import binary_book, binary_cell, binary_row, wide

REAL, TEXT, SHARED, ERROR, FORMULA_ERROR = 5, 6, 7, 3, 11


def headed(*cells: bytes, shared: tuple[str, ...] = ()) -> bytes:
    """Cells of column A below the heading ``crn``."""
    rows = [binary_row(row, cell) for row, cell in enumerate(cells, start=1)]
    return binary_book(binary_row(0, binary_cell(TEXT, 0, wide("crn"))), *rows, shared=shared)


def test_cells_are_read_and_errors_are_text() -> None:
    content = headed(
        binary_cell(REAL, 0, struct.pack("<d", 37.0)),
        binary_cell(TEXT, 0, wide("007")),
        binary_cell(SHARED, 0, struct.pack("<I", 1)),
        binary_cell(ERROR, 0, b"\x2a"),
        binary_cell(FORMULA_ERROR, 0, b"\x17" + b"\0" * 10),
        binary_cell(ERROR, 0, b"\x99"),
        shared=("no", "X1"),
    )
    found = rows_of(content, "book.xlsb")
    assert found.columns["crn"].to_pylist() == ["37", "007", "X1", "#N/A", "#REF!", "#ERROR!"]
    assert found.lines.tolist() == [2, 3, 4, 5, 6, 7]


def test_a_sheet_with_a_cell_far_away_or_too_much_text_is_refused() -> None:
    far = binary_book(
        binary_row(0, binary_cell(TEXT, 0, wide("crn"))), binary_row(1_048_575, binary_cell(6, 99, wide("x")))
    )
    assert faults_of(far, "book.xlsb") == [
        "book.xlsb: xl/worksheets/sheet1.bin: has cells as far as row 1,048,576 and column 100, more than the "
        "50,000,000 cells allowed: delete the cells outside the table and save the workbook"
    ]
    text = headed(*[binary_cell(SHARED, 0, struct.pack("<I", 0))] * 50, shared=("x" * 30_000,))
    assert "holds more than the 1,048,576 bytes of text allowed" in faults_of(text, "book.xlsb", Bounds(megabytes=1))[0]


@pytest.mark.parametrize("damage", [b"\x06\x7f", b"\x06", b"\x00\x01\x00"])
def test_a_sheet_cut_short_is_refused(damage: bytes) -> None:
    content = binary_book(binary_row(0, binary_cell(TEXT, 0, wide("crn"))), damage)
    with_end = faults_of(content, "book.xlsb")
    assert with_end[0].startswith("book.xlsb: not a readable XLSB workbook (")
