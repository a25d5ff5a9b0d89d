"""Sheets made ready for the library, also those made to keep the program busy: each is read or refused at once."""

import io
import time
import zipfile

import pytest

from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.open_xml import repack
from monitor.extracts.reading.spreadsheet.packing import Marks

from ..test_workbook import faults_of, rows_of
from .books import book, column_of, heading_row

MOST_SECONDS = 20
SHEET = "xl/worksheets/sheet1.xml"


def repacked(content: bytes, marks: Marks) -> str:
    """The XML of the only sheet of a workbook as the library gets it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(repack(archive, Bounds(), marks)) as packed:
        return packed.read(SHEET).decode()


@pytest.mark.parametrize("never_ends", ["<![CDATA[" * 200_000, "<!--" * 400_000])
def test_markup_that_never_ends_is_refused(never_ends: str) -> None:
    began = time.process_time()
    assert faults_of(book(heading_row("crn") + never_ends))[0].startswith("book.xlsx: not a readable XLSX workbook (")
    assert time.process_time() - began < MOST_SECONDS


@pytest.mark.parametrize(
    "cell",
    [
        f"><f>1</f>{' ' * 500_000}<is/>",
        f"><f>1</f><v>{' ' * 500_000}1</v>",
        f">{' ' * 500_000}<f>1</f><v>1</v>",
        f' t{" " * 500_000}="n"><f>1</f><v>1</v>',
    ],
)
def test_spaces_without_end_cost_no_time(cell: str) -> None:
    began = time.process_time()
    rows_of(book(column_of(cell, ' t="e"><v>#N/A</v>')))
    assert time.process_time() - began < MOST_SECONDS


def test_a_document_type_is_passed_over() -> None:
    sheet = (
        '<!DOCTYPE worksheet><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + heading_row("crn")
        + "</sheetData></worksheet>"
    )
    assert rows_of(book("", sheet=sheet)).lines.tolist() == []


@pytest.mark.parametrize("place", ["A1B2", "1A2", "A", "", "ABCDEFGHIJKLMNOP2"])
def test_a_cell_whose_reference_is_none_makes_the_sheet_unreadable(place: str) -> None:
    content = book(heading_row("crn") + f'<row r="3"><c r="{place}"><v>1</v></c></row>')
    assert faults_of(content)[0].startswith("book.xlsx sheet cases: ")


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        (("A2", "AX999999"), False),
        (("A2", "AY999999"), True),
        (("AX2", "A1000000"), False),
        (("AX2", "A1000001"), True),
        (("AY2", "A980393"), True),
        (("AY2", "A980392"), False),
        (("A2", "YZ2", "A3"), False),
    ],
)
def test_the_area_of_a_sheet_counts_up_to_its_last_row_and_column(cells: tuple[str, ...], is_refused: bool) -> None:
    marks = Marks()
    rows = "".join(f'<row r="{cell.strip("AXYZ")}"><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    assert (marks.sheet in repacked(book(heading_row("crn") + rows), marks)) is is_refused


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_library_meets_a_list_of_merged_cells_before_the_cells_and_need_not_search_them_for_it(prefix: str) -> None:
    sheet = f"<{prefix}worksheet><{prefix}sheetData></{prefix}sheetData></{prefix}worksheet>"
    assert repacked(book("", sheet=sheet), Marks()) == sheet.replace(
        f"<{prefix}sheetData>", f"<mergeCells></mergeCells><{prefix}sheetData>"
    )


def test_what_a_sheet_would_lose_is_found_in_whatever_part_of_a_large_sheet_it_stands() -> None:
    filler = "".join(f'<row r="{line}"><c r="A{line}"><v>1</v></c></row>' for line in range(2, 12_000))
    for lost, text in ((' t="e"><v>#N/A</v>', "#N/A"), (" t='e'><v>#REF!</v>", "#REF!")):
        last = f'<row r="12000"><c r="A12000"{lost}</c></row>'
        assert rows_of(book(heading_row("crn") + filler + last)).columns["crn"][-1].as_py() == text
