"""What is read of a workbook: every value as its spreadsheet program shows it, and nothing silently as empty."""

import gc
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from alerts.wording import count_of
from monitor.extracts import ExtractRefused
from monitor.extracts.reading.rows import NotCalculated, Rows
from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.workbook import CALCULATE, open_workbook
from tiering.caseload import CASES

from ..small import read, small, write_workbook
from .spreadsheet.books import STRICT, book, column_of, heading_row, text_cell

COLUMNS = {column.name: column for column in CASES.columns}


def rows_of(content: bytes, name: str = "book.xlsx", bounds: Bounds | None = None) -> Rows:
    with open_workbook(name, io.BytesIO(content), bounds or Bounds()) as source:
        assert source.names == ("cases",)
        sheet = source.find("cases")
        assert sheet is not None
        wanted = {at: COLUMNS[heading] for at, heading in enumerate(sheet.headings) if heading in COLUMNS}
        return sheet.read(wanted)


def values(*cells: str, name: str = "crn", shared: str = "", **settings: str) -> list[str | None]:
    """Cells of one column, as text; a cell is its XML after ``<c r="A2"``."""
    found: list[str | None] = rows_of(book(column_of(*cells), shared, **settings)).columns[name].to_pylist()
    return found


def faults_of(content: bytes, name: str = "book.xlsx", bounds: Bounds | None = None) -> list[str]:
    with pytest.raises((ExtractRefused, NotCalculated)) as refusal:
        rows_of(content, name, bounds)
    error = refusal.value
    if isinstance(error, NotCalculated):
        return [f"cases.{column}: {count_of(count, 'formula')} {CALCULATE}" for column, count in error.counts.items()]
    return error.faults


def saved(rows: Sequence[Sequence[Any]]) -> bytes:
    page = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.title = "cases"
    for row in rows:
        made.active.append(row)
    made.save(page)
    return page.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("><v>123.0</v>", "123"),
        ("><v>37</v>", "37"),
        ("><v>36.5</v>", "36.5"),
        ("><v>1E-7</v>", "0.0000001"),
        ("><v>1E20</v>", "100000000000000000000"),
        ("><v>0.30000000000000004</v>", "0.30000000000000004"),
        ("><v>9007199254740993</v>", "9007199254740993"),
        (' t="n"><v>-12345678901234567890</v>', "-12345678901234567890"),
        ("><f>A9</f><v>9007199254740993</v>", "9007199254740993"),
        (' t="b"><v>1</v>', "true"),
        (' t="b"><v>0</v>', "false"),
        (' t="str"><v>007</v>', "007"),
        (' t="inlineStr"><is><t>007</t></is>', "007"),
        (' t="str"><v>12345678901234567890</v>', "12345678901234567890"),
        ("><v>NaN</v>", "nan"),
        (' s="1"><v>46056</v>', "2026-02-03"),
        (' s="2"><v>46056</v>', "2026-02-03"),
        (' s="2"><v>46056.4375</v>', "2026-02-03 10:30:00"),
        (' s="1" t="d"><v>2026-02-03T00:00:00</v>', "2026-02-03"),
        (' s="3"><v>0.5</v>', "12:00:00"),
        (' s="4"><v>1.5</v>', "1 day, 12:00:00"),
        (' s="1"><v>0</v>', "00:00:00"),
        (' s="1"><v>-5</v>', "00:00:00"),
        (' s="1"><v>2958466</v>', "2958466"),
        (' t="e"><v>#N/A</v>', "#N/A"),
        (" t='e'><v>#REF!</v>", "#REF!"),
        (' s="1" t="e" x="2"><f>NA()</f><v>#SPILL!</v>', "#SPILL!"),
        (' t="inlineStr"><is><t>a t="e" b</t></is>', 'a t="e" b'),
        (' t="inlineStr"><is><t>J_x0041_</t></is>', "JA"),
        (' t="inlineStr"><is><t>a_x000D_&#10;b</t></is>', "a\r\nb"),
        (' t="inlineStr"><is><t>_x005F_x000D_</t></is>', "_x000D_"),
        (' t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is>', "rich"),
        (' t="str"><v><![CDATA[x&y]]></v>', "x&y"),
        (' t="str"><v>x<!-- not this --></v>', "x"),
        (' t="str"><f>""</f><v></v>', None),
        (' t="str"><f>""</f><v/>', None),
        (' s="1">', None),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: str, text: str | None) -> None:
    rows = heading_row("crn", "om_code") + f'<row r="2"><c r="A2"{cell}</c>{text_cell("B2", "M1")}</row>'
    assert rows_of(book(rows)).columns["crn"].to_pylist() == [text]


def test_texts_that_cells_share_are_read_with_their_line_ends_and_without_reading_aids() -> None:
    shared = "<si><t>line\r\nend_x000D_</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si>"
    assert values(' t="s"><v>0</v>', ' t="s"><v>1</v>', shared=shared) == ["line\nend\r", "rich"]


def test_a_column_of_every_type_keeps_each_value() -> None:
    cells = ["><v>1</v>", ' t="b"><v>1</v>', "><v>0</v>", ' t="b"><v>0</v>', ' t="str"><v>1</v>']
    assert values(*cells) == ["1", "true", "0", "false", "1"]


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    assert values(' s="1"><v>44594</v>', settings='date1904="1"') == ["2026-02-03"]


def test_a_workbook_of_the_strict_kind_is_read() -> None:
    assert values(' s="1"><v>46056</v>', ' t="e"><v>#N/A</v>', main=STRICT) == ["2026-02-03", "#N/A"]


def test_a_sheet_whose_xml_has_prefixes_is_read_and_checked_alike() -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="str"><x:v>crn</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="e"><x:v>#N/A</x:v></x:c></x:row>{}</x:sheetData></x:worksheet>'
    )
    assert rows_of(book("", sheet=sheet.format(""))).columns["crn"].to_pylist() == ["#N/A"]
    formula = '<x:row r="3"><x:c r="A3"><x:f>A2</x:f></x:c></x:row>'
    assert faults_of(book("", sheet=sheet.format(formula))) == [
        "cases.crn: 1 formula without a stored result: open and save the workbook"
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "><f>A1</f>",
        "><f>A1</f><v></v>",
        "><f>A1</f><v/>",
        '><f t="shared" si="0"/>',
        '><f t="shared" ref="A2:A9" si="0">A1</f><v />',
        '><f t="array" ref="A2">A1&amp;"x"</f>',
        ' t="n"><f>A1</f><v></v>',
        ' s="1" t="b">\n<f>A1</f>\n<v>\n</v>\n',
        ' t="str"><f>A1</f>',
    ],
)
def test_a_formula_that_was_never_calculated_is_refused(cell: str) -> None:
    many = book(column_of(*[cell] * 500, "><v>1</v>"))
    assert faults_of(many) == ["cases.crn: 500 formulas without a stored result: open and save the workbook"]


def test_a_formula_in_a_column_that_is_not_read_does_no_harm_and_each_column_has_its_fault() -> None:
    def row(*formulas: bool) -> str:
        cells = "".join(
            f'<c r="{place}2"><f>1</f></c>' if formula else text_cell(f"{place}2", "x")
            for place, formula in zip("ABC", formulas, strict=True)
        )
        return heading_row("crn", "note", "tier") + f'<row r="2">{cells}</row>'

    assert rows_of(book(row(False, True, False))).columns["tier"].to_pylist() == ["x"]
    assert faults_of(book(row(True, False, True))) == [
        "cases.crn: 1 formula without a stored result: open and save the workbook",
        "cases.tier: 1 formula without a stored result: open and save the workbook",
    ]


def test_a_formula_in_the_heading_row_is_refused() -> None:
    rows = heading_row("crn") + '<row r="2"><c r="A2"><v>1</v></c></row>'
    rows = rows.replace("</c></row>", '</c><c r="B1"><f>"tier"</f></c></row>', 1)
    assert faults_of(book(rows)) == [
        "book.xlsx sheet cases: the heading row has 1 formula without a stored result: open and save the workbook"
    ]


def test_a_workbook_of_a_program_that_does_not_calculate_is_refused(tmp_path: Path) -> None:
    tables = small()
    for case in tables["cases"]:
        case["rosh"] = '=IF(1,"high","low")'
    path = tmp_path / "book.xlsx"
    write_workbook(path, tables)
    made = openpyxl.load_workbook(path)
    for row in made["cases"].iter_rows(min_row=2):
        for cell in row:
            cell.data_type = "f" if str(cell.value).startswith("=") else cell.data_type
    made.save(path)
    with pytest.raises(ExtractRefused) as refusal:
        read(str(path))
    assert refusal.value.faults == ["cases.rosh: 4 formulas without a stored result: open and save the workbook"]


def test_line_numbers_count_empty_rows_and_leave_them_out() -> None:
    rows = (
        heading_row("crn", "om_code")
        + '<row r="4"><c r="A4"><v>1</v></c></row><row r="5"><c r="A5" s="1"/></row>'
        + '<row r="9"><c r="B9" t="str"><v> </v></c></row><row r="12"><c r="F12"><v>1</v></c></row>'
    )
    found = rows_of(book(rows))
    assert found.lines.tolist() == [4, 9]
    assert {name: column.to_pylist() for name, column in found.columns.items()} == {
        "crn": ["1", None],
        "om_code": [None, " "],
    }


def test_a_table_may_start_right_of_the_first_column_but_not_below_the_first_row() -> None:
    content = book('<row r="1">' + text_cell("C1", "crn") + '</row><row r="3"><c r="C3"><v>7</v></c></row>')
    found = rows_of(content)
    assert (found.lines.tolist(), found.columns["crn"].to_pylist()) == ([3], ["7"])
    assert faults_of(book(heading_row("crn", line=3))) == [
        "book.xlsx sheet cases: the first row is empty: delete every row above the headings, "
        "so that they are the first row"
    ]


def test_cells_and_rows_need_not_say_where_they_are() -> None:
    rows = '<row><c t="str"><v>crn</v></c><c t="str"><v>tier</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>'
    found = rows_of(book(rows))
    assert (found.columns["crn"].to_pylist(), found.columns["tier"].to_pylist()) == (["1"], ["2"])


def sheet_with_merged(*areas: str) -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>'
        + heading_row("crn", "om_code", "our own note")
        + '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row></sheetData><mergeCells>'
        + "".join(f"<mergeCell ref='{area}'/>" for area in areas)
        + "</mergeCells></worksheet>"
    )


def test_a_hidden_sheet_is_read() -> None:
    for state in ("hidden", "veryHidden"):
        found = rows_of(book("", sheet=sheet_with_merged(), state=state))
        assert found.columns["crn"].to_pylist() == ["1", None]


@pytest.mark.parametrize(
    ("area", "fault"),
    [
        ("A2:A3", "the cells A2:A3 (crn) are merged: undo the merge and write the value into each cell"),
        ("B2:C3", "the cells B2:C3 (om_code) are merged: undo the merge and write the value into each cell"),
        ("B2:C2", "the cells B2:C2 (om_code) are merged: undo the merge and write the value into each cell"),
        ("A1:B1", "the cells A1:B1 (crn, om_code) are merged: undo the merge and write a heading into each cell"),
    ],
)
def test_merged_cells_of_a_column_are_refused_because_all_but_the_first_would_be_empty(area: str, fault: str) -> None:
    assert faults_of(book("", sheet=sheet_with_merged(area))) == [f"book.xlsx sheet cases: {fault}"]


@pytest.mark.parametrize("area", ["A2:C2", "C2:C3", "AA2:AA3", "A4:B5"])
def test_a_merged_row_of_a_title_or_total_and_merged_cells_outside_the_table_do_no_harm(area: str) -> None:
    found = rows_of(book("", sheet=sheet_with_merged(area)))
    assert found.columns["om_code"].to_pylist() == [None, "2"]


def test_the_first_twenty_merged_areas_are_listed() -> None:
    areas = [f"AA{row}:AB{row}" for row in range(4, 6)] + ["A2:A3"] * 22
    faults = faults_of(book("", sheet=sheet_with_merged(*areas)))
    assert (len(faults), faults[-1]) == (21, "book.xlsx sheet cases: and 2 more")


def test_text_that_only_looks_like_a_number_stays_text_and_dates_of_python_are_dates() -> None:
    found = rows_of(saved([["crn", "tier", "sentence_start"], ["007", 4, date(2026, 2, 3)], ["08", "4", None]]))
    assert [column.to_pylist() for column in found.columns.values()] == [
        ["007", "08"],
        ["4", "4"],
        ["2026-02-03", None],
    ]
    moment = datetime(2026, 2, 3, 10, 30)  # noqa: DTZ001
    assert rows_of(saved([["release_on"], [moment]])).columns["release_on"].to_pylist() == ["2026-02-03 10:30:00"]


def test_a_sheet_of_which_no_column_is_wanted_has_no_columns() -> None:
    assert rows_of(saved([["note"], ["x"]])).columns == {}


def test_texts_that_many_cells_share_count_for_each_of_them() -> None:
    shared = f"<si><t>{'x' * 30_000}</t></si><si><t>y</t></si>"
    cells = [' t="s"><v>1</v>'] * 50
    assert rows_of(book(column_of(*cells), shared), bounds=Bounds(megabytes=1)).columns["crn"].to_pylist() == ["y"] * 50
    assert faults_of(book(column_of(*[' t="s"><v>0</v>'] * 50), shared), bounds=Bounds(megabytes=1)) == [
        "book.xlsx sheet cases: holds more than the 1,048,576 bytes of text allowed: export the table without what is "
        "not needed, or raise HOTSPOTS_TABLE_MB"
    ]


def test_a_workbook_may_not_take_longer_than_is_allowed() -> None:
    assert (
        "takes longer to read than the 0 seconds allowed" in faults_of(book(column_of()), bounds=Bounds(seconds=0))[0]
    )


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row><c r="A1048576"><v>1</v></c></row><row r="3"><c  r="xfd3"><v>1</v></c></row>',
        '<row r="1048575"/><row><c><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>',
        '<row r="1048576"><c r = "A1048576"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_from_the_table_is_refused_before_memory_is_taken_for_the_area(rows: str) -> None:
    assert faults_of(book(heading_row("crn") + rows)) == [
        "book.xlsx sheet cases: has cells as far as row 1,048,576 and column 16,384, more than the 50,000,000 cells "
        "allowed: delete the cells outside the table and save the workbook"
    ]


def test_empty_cells_far_away_and_empty_rows_without_end_take_no_room() -> None:
    empty = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    rows = heading_row("crn") + '<row r="2"><c r="A2"><v>1</v></c></row>' + '<row r="9" spans="1:9"/>' * 100 + empty
    assert rows_of(book(rows)).columns["crn"].to_pylist() == ["1"]


@pytest.mark.parametrize(
    "row", ['<row r="2000000000"><c r="A2"><v>1</v></c></row>', '<row r="5"><c r="A2000000"/></row>']
)
def test_a_row_number_that_no_sheet_has_is_refused(row: str) -> None:
    assert faults_of(book(heading_row("crn") + row)) == [
        "book.xlsx sheet cases: has rows beyond 1,048,576, the last one a sheet can have; save it again"
    ]


def test_a_sheet_that_is_too_large_does_no_harm_while_it_is_not_read() -> None:
    content = book(heading_row("crn") + '<row r="2000000000"><c r="A2"><v>1</v></c></row>')
    with open_workbook("book.xlsx", io.BytesIO(content)) as source:
        assert source.find("assessments") is None


def test_the_garbage_collector_is_left_as_it_was_whether_a_sheet_is_read_or_refused() -> None:
    content = saved([["crn"], ["A1"], ["A2"]])
    rows_of(content)
    assert gc.isenabled()
    assert "has 2 rows, more than the 1 allowed" in faults_of(content, bounds=Bounds(rows=1))[0]
    assert gc.isenabled()
    gc.disable()
    try:
        rows_of(content)
        assert not gc.isenabled()
    finally:
        gc.enable()
