"""Write a stored plan as an XLSX workbook: a summary, and one sheet per office with what it gives and takes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.handout import OfficeHandout, arrange_by_office
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.tables.unit_figures import count_over_line
from monitor.snapshots.exports.export import cell_text, workbook_bytes
from monitor.snapshots.exports.workbook import DATE, POINTS, SHARE, WHOLE, Column, frame_table, set_up_paper
from tiering.terms import Level

Value = str | int | float | date | None

_NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE: Final = 31
"""Characters that the name of a sheet cannot have, and how long it may be in a spreadsheet."""


@dataclass(frozen=True)
class WorkbookHead:
    """What a workbook says of its plan, apart from its record.

    - number: of a plan on the pages, None in the terminal.
    - scope: in words; made_by: who asked for the plan; marking: protective marking of every sheet.
    """

    number: int | None
    scope: str
    made_by: str
    marking: str


_OF_OFFICES: Final = (
    Column("Office", 12),
    Column("Name", 30),
    Column("Cases it gives", 10, WHOLE),
    Column("Cases it takes", 10, WHOLE),
    Column("Capacity before", 12, SHARE),
    Column("Capacity after", 12, SHARE),
    Column("People over the line before", 14, WHOLE),
    Column("People over the line after", 14, WHOLE),
)
_OF_MOVES: Final = (
    Column("As at", 11, DATE),
    Column("The office", 8),
    Column("Week", 7, WHOLE),
    Column("CRN", 10),
    Column("From", 18),
    Column("From code", 7),
    Column("From team", 7),
    Column("From office", 13),
    Column("Giver before", 8, SHARE),
    Column("Giver after", 8, SHARE),
    Column("To", 18),
    Column("To code", 7),
    Column("To team", 7),
    Column("To office", 13),
    Column("Receiver before", 9, SHARE),
    Column("Receiver after", 9, SHARE),
    Column("Tier", 5),
    Column("RoSH", 9),
    Column("Setting", 11),
    Column("Points", 7, POINTS),
    Column("Kind", 10),
    Column("Why", 45),
)
"""Narrow, with text on several lines: all columns stand on one sheet of paper, and one can still read them there."""

_MARGIN: Final = 0.25
_MARGIN_OF_MARKING: Final = 0.6
"""Inches of paper left blank at the sides, and above and below, where the marking stands."""


def write_workbook(record: PlanRecord, head: WorkbookHead) -> bytes:
    """Write the workbook of a plan; the same plan gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    offices = arrange_by_office(record)
    _summary(_sheet(book, "Summary", head), record, head, offices)
    for office in offices:
        sheet = _sheet(book, f"{office.code} {office.name}", head)
        _table(sheet, 1, _OF_MOVES, list(_rows_of(office, record)))
    return workbook_bytes(book)


def _sheet(book: Workbook, title: str, head: WorkbookHead) -> Worksheet:
    """Add a sheet that prints on A4 across, its columns on one page, with the marking above and below."""
    taken = {sheet.title.casefold() for sheet in book.worksheets}
    plain = _NOT_IN_A_TITLE.sub(" ", title).strip(" '")[:_LONGEST_TITLE] or "Office"
    names = (plain, *(f"{plain[: _LONGEST_TITLE - 4]} ({number})" for number in range(2, len(taken) + 2)))
    sheet: Worksheet = book.create_sheet(next(name for name in names if name.casefold() not in taken))
    set_up_paper(sheet, head.marking)
    sheet.page_margins = PageMargins(_MARGIN, _MARGIN, _MARGIN_OF_MARKING, _MARGIN_OF_MARKING)
    return sheet


def _summary(sheet: Worksheet, record: PlanRecord, head: WorkbookHead, offices: Sequence[OfficeHandout]) -> None:
    """Write the offices with a filter, and below them the plan in figures."""
    _table(sheet, 1, _OF_OFFICES, [_office_row(office, record) for office in offices])
    row = len(offices) + 3
    for label, before, after, form in _facts(record.figures, head):
        _put(sheet, row, 2, label, "General").font = Font(bold=True)
        _put(sheet, row, 3, before, form)
        _put(sheet, row, 4, after, form)
        row += 1


def _facts(figures: PlanFigures, head: WorkbookHead) -> Iterator[tuple[str, Value, Value, str]]:
    """What the plan is and does: label, value (or that before the plan), value after it, number format."""
    line = f"{figures.over_line:g}%"
    before, after = figures.before, figures.after
    yield "Plan", figures.name if head.number is None else f"{head.number}: {figures.name}", None, "General"
    yield "Scope", head.scope, None, "General"
    yield "Made by", head.made_by, None, "General"
    yield "As at", figures.as_at, None, DATE
    yield "Revision of the snapshot", figures.revision, None, "0"
    yield "Moves by choice", figures.moves_elective, None, WHOLE
    yield "Necessary moves", figures.moves_forced, None, WHOLE
    yield "Moves by name", figures.moves_named, None, WHOLE
    yield "Moves of high or very high RoSH", figures.moves_high_rosh, None, WHOLE
    yield "Moves to another office", figures.moves_to_other_office, None, WHOLE
    yield "Cases without a place", figures.unplaced, None, WHOLE
    yield "", "Before", "After", "General"
    yield "Highest capacity percentage", before.peak / 100, after.peak / 100, SHARE
    yield f"People over {line}", before.over_line, after.over_line, WHOLE
    yield f"Points over {line}", before.points_over_line, after.points_over_line, WHOLE
    yield f"People taken over {line} by the plan", None, figures.taken_over, WHOLE


def _office_row(office: OfficeHandout, record: PlanRecord) -> list[Value]:
    """An office in the summary."""
    units = record.tables["units"]
    own = units[units["level"].eq(Level.OFFICE) & units["code"].eq(office.code)]
    by_side = {side["side"]: side for side in own.assign(over_line=count_over_line(own)).to_dict("records")}
    sides = [by_side[side] for side in ("before", "after")]
    return [
        office.code,
        office.name,
        len(office.gives),
        len(office.takes),
        *(_share(side["capacity_percentage"]) for side in sides),
        *(int(side["over_line"]) for side in sides),
    ]


def _rows_of(office: OfficeHandout, record: PlanRecord) -> Iterator[list[Value]]:
    """The moves of an office: what it gives, what it takes, and what stays in it once only."""
    load = record.tables["people"].set_index("om_code")
    shares = {
        code: (_share(before), _share(after))
        for code, before, after in zip(
            load.index, load["before_capacity_percentage"], load["after_capacity_percentage"], strict=True
        )
    }
    inside = office.gives["to_office_code"].eq(office.code)
    parts = (
        ("gives", office.gives[~inside]),
        ("takes", office.takes[office.takes["from_office_code"].ne(office.code)]),
        ("both", office.gives[inside]),
    )
    for word, moves in parts:
        for move in moves.to_dict("records"):
            giver, taker = shares.get(move["from_om_code"], (None, None)), shares[move["to_om_code"]]
            yield [
                record.figures.as_at,
                word,
                *(move[name] for name in ("week", "crn", "from_name", "from_om_code", "from_team_code")),
                move["from_office_name"],
                *giver,
                *(move[name] for name in ("to_name", "to_om_code", "to_team_code", "to_office_name")),
                *taker,
                *(move[name] for name in ("tier", "rosh", "setting", "points", "kind", "reason")),
            ]


def _share(percentage: float) -> float | None:
    """A percentage as a spreadsheet has it: 1 is 100%; None without one."""
    return None if pd.isna(percentage) else float(percentage) / 100


def _table(sheet: Worksheet, first: int, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> None:
    """Write a table with a frozen heading, repeated on every page, a filter, and widths."""
    for number, column in enumerate(columns, start=1):
        heading = _put(sheet, first, number, column.heading, "General")
        heading.font = Font(bold=True)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        for place, row in enumerate(rows, start=first + 1):
            cell = _put(sheet, place, number, row[number - 1], column.form)
            cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
    frame_table(sheet, first, columns, len(rows))


def _put(sheet: Worksheet, row: int, column: int, value: Value, form: str) -> Cell:
    """Write one cell; text never becomes a formula, and a missing value leaves the cell empty."""
    cell = cast(Cell, sheet.cell(row, column))
    if isinstance(value, str):
        cell.value = cell_text(value)
        cell.data_type = "s"
    elif value is not None and not pd.isna(value):
        cell.value = value
        cell.number_format = form
    return cell
