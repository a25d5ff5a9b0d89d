"""What the kinds of workbook share: marks, the largest area of a sheet, packing anew."""

import zipfile

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.spreadsheet.packing import Marks, check_size, pack


def test_every_workbook_has_marks_of_its_own() -> None:
    one, other = Marks(), Marks()
    assert len({one.sheet, one.formula, other.sheet, other.formula}) == 4
    assert one.formula == one.formula


@pytest.mark.parametrize(("last_row", "last_column"), [(1_048_576, 47), (1_000_000, 50), (1, 16_384)])
def test_a_sheet_of_fifty_million_cells_is_read(last_row: int, last_column: int) -> None:
    check_size("book.xlsb sheet cases", last_row, last_column)


@pytest.mark.parametrize(
    ("last_row", "last_column", "says"),
    [
        (1_048_577, 1, "has rows beyond 1,048,576, the last one a sheet can have; save it again"),
        (
            1_000_001,
            50,
            "has cells as far as row 1,000,001 and column 50, more than the 50,000,000 cells allowed: "
            "delete the cells outside the table and save the workbook",
        ),
    ],
)
def test_a_sheet_that_is_larger_is_refused_with_its_size(last_row: int, last_column: int, says: str) -> None:
    with pytest.raises(ExtractRefused) as refusal:
        check_size("book.xlsb sheet cases", last_row, last_column)
    assert refusal.value.faults == [f"book.xlsb sheet cases: {says}"]


def test_parts_are_packed_as_they_are_and_not_compressed() -> None:
    packed = pack({"xl/workbook.xml": b"<a/>" * 100, "empty": b""})
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "xl/workbook.xml": b"<a/>" * 100,
            "empty": b"",
        }
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
