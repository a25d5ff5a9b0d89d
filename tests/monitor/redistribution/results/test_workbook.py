"""The workbook of a plan, read back as a spreadsheet reads it."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from monitor.redistribution.results.handout import arrange_by_office
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.workbook import WorkbookHead, write_workbook

from ...conftest import AS_AT, Home
from ..service import record_for

HEAD = WorkbookHead(number=12, scope="cluster C1", made_by="A Planner", marking="OFFICIAL & SENSITIVE")


@pytest.fixture
def record(service: Home) -> PlanRecord:
    return record_for(service, "changes:\n  - absent: {om_code: P02}\n")


@pytest.fixture
def book(record: PlanRecord) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(record, HEAD)))


def test_there_is_a_summary_and_a_sheet_for_each_office_with_all_its_moves(record: PlanRecord, book: Workbook) -> None:
    offices = arrange_by_office(record)
    assert book.sheetnames == ["Summary", *(f"{office.code} {office.name}" for office in offices)]
    for office in offices:
        rows = list(book[f"{office.code} {office.name}"].values)
        assert sorted(str(row[3]) for row in rows[1:]) == sorted({*office.gives["crn"], *office.takes["crn"]})
        inside = set(office.gives["crn"]) & set(office.takes["crn"])
        assert {str(row[3]) for row in rows[1:] if row[1] == "both"} == inside


def test_the_offices_of_the_summary_have_the_people_over_the_line_of_the_whole(service: Home) -> None:
    # P03 is away, and so keeps points of a duty without any hours: over the line, without a percentage.
    record = record_for(service, "changes:\n  - absent: {om_code: P03, from: 2026-11-01, until: 2027-01-31}\n")
    rows = list(openpyxl.load_workbook(io.BytesIO(write_workbook(record, HEAD)))["Summary"].values)
    (whole,) = [row[2:4] for row in rows if row[1] == "People over 110%"]
    offices = [row[-2:] for row in rows if row[0] in {"O1", "O2"}]
    assert whole == (record.figures.before.over_line, record.figures.after.over_line)
    assert tuple(map(sum, zip(*offices, strict=True))) == whole


def test_dates_are_dates_and_percentages_percentages(record: PlanRecord, book: Workbook) -> None:
    summary = book["Summary"]
    facts = {row[1].value: row[2] for row in summary.iter_rows() if row[1].value}
    assert (facts["As at"].value, facts["As at"].is_date) == (datetime(2026, 11, 20), True)  # noqa: DTZ001
    peak = facts["Highest capacity percentage"]
    assert (peak.number_format, peak.value) == ("0.0%", pytest.approx(record.figures.before.peak / 100))
    assert facts["Plan"].value == "12: Tried"
    assert facts["Moves by choice"].value == record.figures.moves_elective
    sheet = book.worksheets[1]
    assert sheet["A2"].is_date
    shares = {sheet.cell(1, place).value: sheet.cell(2, place) for place in range(1, sheet.max_column + 1)}
    person = record.tables["people"].set_index("om_code").loc[shares["To code"].value]
    assert shares["Receiver after"].value == pytest.approx(person["after_capacity_percentage"] / 100)
    assert shares["Receiver after"].number_format == "0.0%"


def test_every_sheet_has_a_frozen_heading_a_filter_widths_and_the_marking_on_paper(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert all(sheet.column_dimensions[letter].width >= 7 for letter in "ABCDEFGH")
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "OFFICIAL && SENSITIVE"
        assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)


def test_no_text_of_a_plan_is_a_formula_or_breaks_a_sheet(record: PlanRecord) -> None:
    units = record.tables["units"].copy()
    names = {"O1": "=cmd()\x07 [of] *all* offices / everywhere", "O2": "=cmd()\x07 [of] *all* offices / elsewhere"}
    units["name"] = units["code"].map(names).fillna(units["name"])
    moves = record.tables["moves"].assign(reason='=HYPERLINK("http://example.org")', crn="@sum")
    changed = PlanRecord(record.figures, record.remarks, {**record.tables, "units": units, "moves": moves})
    content = write_workbook(changed, HEAD)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(set(book.sheetnames)) == len(book.sheetnames) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)
    texts = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in texts)
    assert any(cell.value == '\'=HYPERLINK("http://example.org")' for cell in texts)


def test_two_sheets_never_have_one_name(record: PlanRecord) -> None:
    units = record.tables["units"].copy()
    for column in ("code", "parent_code"):
        units[column] = units[column].replace({"O2": "o1"})
    units.loc[units["level"].eq("office"), "name"] = "Same"
    changed = PlanRecord(record.figures, record.remarks, {**record.tables, "units": units})
    titles = openpyxl.load_workbook(io.BytesIO(write_workbook(changed, HEAD))).sheetnames
    assert titles == ["Summary", "O1 Same", "o1 Same (2)"]


def test_the_same_plan_gives_the_same_bytes_and_another_reader_opens_them(record: PlanRecord) -> None:
    content = write_workbook(record, HEAD)
    assert content == write_workbook(record, HEAD)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1)
    assert sheet.to_python()[1][0] == date(2026, 11, 20) == AS_AT


def test_all_columns_of_the_moves_can_be_read_on_one_sheet_of_paper(book: Workbook) -> None:
    sheet = book.worksheets[1]
    # A4 across has room for some 150 characters of 11 points; at 250 they are still of 6 to 7 points.
    assert sum(dimension.width for dimension in sheet.column_dimensions.values()) <= 250
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "s")
    assert (sheet.page_margins.left, sheet.page_margins.right) == (0.25, 0.25)
