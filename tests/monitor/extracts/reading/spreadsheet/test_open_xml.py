"""Sheets made to keep the program busy: each is read or refused at once."""

import time

import pytest

from ..test_workbook import faults_of, rows_of
from .books import book, column_of, heading_row

MOST_SECONDS = 20


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
