"""A table as a workbook to hand over, read back as a spreadsheet reads it."""

import io
from datetime import date, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from monitor.web.downloads.workbook import About, write_table

ABOUT = About("Office O1", "team", date(2026, 11, 20), 2, "London 2009 (abc)", "OFFICIAL & SENSITIVE")
FRAME = pd.DataFrame(
    {
        "as_at": ["2026-11-20", "2026-11-20"],
        "name": ["=HYPERLINK(1)", "Ann\x00"],
        "due_on": pd.to_datetime(["2026-12-01", None]),
        "completed_on": [date(2026, 1, 2), None],
        "capacity_percentage": [118.25, np.nan],
        "cases": [3, 4],
        "total_points": [10.5, 2.0],
        "hot": [True, False],
        "reported_on": ["soon", "2026-11-01T10:00"],
        "rosh": [None, None],
    }
)


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_table(FRAME, ABOUT)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_headings_are_words_and_values_are_dates_numbers_and_shares(book: Workbook) -> None:
    rows = list(book["Table"].values)
    assert rows[0] == (
        "As at", "Name", "Due on", "Completed on", "Capacity", "Cases", "Total points", "Hot", "Reported on", "RoSH"
    )  # fmt: skip
    day = datetime(2026, 11, 20)  # noqa: DTZ001
    assert rows[1][:4] == (day, "'=HYPERLINK(1)", datetime(2026, 12, 1), datetime(2026, 1, 2))  # noqa: DTZ001
    assert rows[1][4:] == (1.1825, 3, 10.5, "yes", "soon", None)
    assert rows[2][2:8] == (None, None, None, 4, 2, "no")
    assert rows[2][8] == datetime(2026, 11, 1)  # noqa: DTZ001
    formats = [cell.number_format for cell in book["Table"][2]]
    assert formats[:1] == ["dd/mm/yyyy"]
    assert formats[4:7] == ["0.0%", "#,##0", "#,##0.0"]


def test_a_sheet_has_a_frozen_heading_a_filter_widths_and_the_marking_on_paper(book: Workbook) -> None:
    sheet = book["Table"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:J3", "$1:$1")
    assert sheet.column_dimensions["A"].width == 13
    assert sheet["A1"].font.bold
    assert {one.oddHeader.center.text for one in book} == {"OFFICIAL && SENSITIVE"}


def test_the_second_sheet_says_what_the_file_is_and_what_its_columns_mean(book: Workbook) -> None:
    facts = {row[0]: row[1] for row in book["About"].values}
    assert facts["Page"] == "Office O1"
    assert facts["Table"] == "Team"
    assert facts["Figures as at"] == "2026-11-20, revision 2"
    assert facts["Policy"] == "London 2009 (abc)"
    assert facts["Marking"] == "OFFICIAL & SENSITIVE"
    assert facts["Capacity"] == "Total points in per cent of available points."
    assert "Name" not in facts


def test_no_text_is_a_formula_and_the_same_rows_give_the_same_bytes(content: bytes, book: Workbook) -> None:
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert write_table(FRAME, ABOUT) == content


def test_another_reader_of_spreadsheets_finds_real_dates(content: bytes) -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Table").to_python()
    assert rows[1][2] == date(2026, 12, 1)
    assert rows[1][4] == pytest.approx(1.1825)


def test_a_moment_is_a_date_with_its_time_in_utc() -> None:
    frame = pd.DataFrame({"decided_at": ["2026-11-16T11:30:00+01:00", None], "read_at": ["soon", None]})
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(frame, ABOUT)))["Table"]
    assert [cell.value for cell in sheet[2]] == [datetime(2026, 11, 16, 10, 30), "soon"]  # noqa: DTZ001
    assert sheet["A2"].number_format == "dd/mm/yyyy hh:mm"


def test_a_table_without_rows_is_still_a_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_table(FRAME.iloc[:0], ABOUT)))
    assert book["Table"].max_row == 1
