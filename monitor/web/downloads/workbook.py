"""Write a table as a workbook to hand over: headings in words, real dates and numbers, and a sheet about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from monitor.snapshots.exports.export import cell_text, workbook_bytes
from monitor.snapshots.exports.workbook import DATE, Column, frame_table, set_up_paper
from monitor.web.downloads.columns import column_of, form_of, heading_of, is_percentage, meaning_of
from monitor.web.formatting import is_missing

_DATED: Final = ("as_at", "since", "on")
_ISO: Final = 10
"""Characters of a date such as 2026-11-20."""

_MOMENT: Final = "dd/mm/yyyy hh:mm"
"""Moments are in UTC, as they are stored."""


@dataclass(frozen=True)
class About:
    """What a workbook says of itself.

    - title: of the page; table: the name of the table on it. policy: its title and fingerprint.
    """

    title: str
    table: str
    as_at: date
    revision: int
    policy: str
    marking: str


def write_table(frame: pd.DataFrame, about: About) -> bytes:
    """Write a workbook with the sheets Table and About; the same rows give the same bytes.

    No text in it is a formula.
    """
    book = Workbook(write_only=True)
    values = [_values(str(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns)]
    columns = [_column(str(name), of_column) for name, of_column in zip(frame.columns, values, strict=True)]
    _write_sheet(book, "Table", columns, list(zip(*values, strict=True)), about.marking)
    facts = [Column("About this file", 32), Column("", 90)]
    _write_sheet(book, "About", facts, list(_facts([str(name) for name in frame.columns], about)), about.marking)
    return workbook_bytes(book)


def _write_sheet(
    book: Workbook, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], mark: str
) -> None:
    sheet = book.create_sheet(title)
    set_up_paper(sheet, mark)
    frame_table(sheet, 1, columns, len(rows))
    headings = [_cell(sheet, column.heading, "General") for column in columns]
    for heading in headings:
        heading.font = Font(bold=True)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(headings)
    # One cell for each column, filled anew for each row: the sheet is written row by row, and styling a cell takes
    # longer than writing it.
    cells = [_cell(sheet, None, column.form) for column in columns]
    for row in rows:
        sheet.append(
            [
                _cell(sheet, value, DATE)
                if isinstance(value, date) and column.form not in (DATE, _MOMENT)
                else _filled(cell, value)
                for cell, value, column in zip(cells, row, columns, strict=True)
            ]
        )


def _cell(sheet: Any, value: Any, form: str) -> Any:
    """One cell of its own."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = form
    return _filled(cell, value)


def _filled(cell: Any, value: Any) -> Any:
    """The cell with a value: text as text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = cell_text(value)
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _values(name: str, values: "pd.Series[Any]") -> list[Any]:
    """The values of a column as a spreadsheet has them: dates as dates, 1 for 100%, nothing where one is missing."""
    return [None if is_missing(value) else _value(name, value) for value in values.tolist()]


def _value(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value / 100 if is_percentage(name) else value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if name in _DATED or name.endswith("_on"):
        return _date_in(str(value))
    return _moment_in(str(value)) if name.endswith("_at") else str(value)


def _date_in(text: str) -> date | str:
    """The date that a text is; the text if it is none."""
    try:
        return date.fromisoformat(text[:_ISO])
    except ValueError:
        return text


def _moment_in(text: str) -> datetime | str:
    """The moment that a text is, without its offset, which a spreadsheet has no place for; the text if it is none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return text


def _column(name: str, values: Sequence[Any]) -> Column:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, datetime) for value in known):
        return column_of(name, _MOMENT, len(_MOMENT))
    if known and all(isinstance(value, date) for value in known):
        return column_of(name, DATE, 0)
    if known and all(isinstance(value, int | float) for value in known):
        is_whole = all(float(value).is_integer() for value in known)
        return column_of(name, form_of(name, is_whole=is_whole), 0)
    return column_of(name, "General", max((len(str(value)) for value in known), default=0))


def _facts(names: Sequence[str], about: About) -> Iterator[tuple[str, object]]:
    """What the file is, and what its columns mean."""
    yield "Page", about.title
    yield "Table", heading_of(about.table.replace("-", "_"))
    yield "Figures as at", f"{about.as_at.isoformat()}, revision {about.revision}"
    yield "Policy", about.policy
    yield "Marking", about.marking
    yield "Source", "Workload hotspots. Timely is not the same as good, and a number is not a judgement of a person."
    for name in names:
        if meaning_of(name):
            yield heading_of(name), meaning_of(name)
