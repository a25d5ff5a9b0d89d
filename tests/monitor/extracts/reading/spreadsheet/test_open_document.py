"""ODS workbooks: read as XLSX is."""

import pytest

from monitor.extracts.reading.size_limits import Bounds

from ..test_workbook import faults_of, rows_of
from .books import document_cell, document_row, open_document

HEADING = document_row(document_cell("crn"), document_cell("om_code"))
TEXT = 'office:value-type="string"'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (document_cell("007"), "007"),
        (document_cell("37,0", 'office:value-type="float" office:value="37"'), "37"),
        (document_cell("x", 'office:value-type="date" office:date-value="2026-02-03"'), "2026-02-03"),
        (document_cell("x", 'office:value-type="date" office:date-value="2026-02-03T10:30:00"'), "2026-02-03 10:30:00"),
        (document_cell("TRUE", 'office:value-type="boolean" office:boolean-value="true"'), "true"),
        (
            document_cell("#N/A", f'table:formula="of:=NA()" {TEXT} office:string-value="" calcext:value-type="error"'),
            "#N/A",
        ),
        (document_cell("", f'table:formula="of:=&quot;&quot;" {TEXT} office:string-value=""'), None),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: str, text: str | None) -> None:
    content = open_document(HEADING + document_row(cell, document_cell("M1")))
    assert rows_of(content, "book.ods").columns["crn"].to_pylist() == [text]


@pytest.mark.parametrize(
    "cell",
    [
        '<table:table-cell table:formula="of:=[.A1]"/>',
        '<table:table-cell table:formula="of:=[.A1]"><text:p/></table:table-cell>',
    ],
)
def test_a_formula_that_was_never_calculated_is_refused(cell: str) -> None:
    assert faults_of(open_document(HEADING + document_row(cell) * 2), "book.ods") == [
        "cases.crn: 2 formulas without a stored result: open and save the workbook"
    ]


def test_repeated_rows_and_cells_count_and_empty_ones_at_the_end_take_no_room() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        document_row(document_cell("crn"), empty)
        + document_row("<table:table-cell/>", repeated=3)
        + document_row(document_cell("X1"), repeated=2)
        + document_row(empty, repeated=1_048_000)
    )
    found = rows_of(open_document(rows), "book.ods")
    assert (found.lines.tolist(), found.columns["crn"].to_pylist()) == ([5, 6], ["X1", "X1"])


def test_a_sheet_that_repeats_without_end_is_refused() -> None:
    many = document_row(document_cell("X1", f'table:number-columns-repeated="100" {TEXT}'), repeated=1_000_000)
    assert faults_of(open_document(HEADING + many), "book.ods") == [
        "book.ods sheet cases: has cells as far as row 1,000,001 and column 100, more than the 50,000,000 cells "
        "allowed: delete the cells outside the table and save the workbook"
    ]
    long = document_row(document_cell("x" * 3_000), repeated=1_000)
    assert (
        "holds more than the 1,048,576 bytes of text allowed"
        in faults_of(open_document(HEADING + long), "book.ods", Bounds(megabytes=1))[0]
    )
    rows = document_row(document_cell("X1"), repeated=2_000_000_000)
    assert "has rows beyond 1,048,576" in faults_of(open_document(HEADING + rows), "book.ods")[0]
