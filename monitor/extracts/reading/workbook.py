"""Reading a workbook (XLSX, XLSM, XLSB, XLS or ODS): one sheet per table."""

import gc
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from alerts.wording import count_of
from monitor.extracts.reading.rows import NotCalculated, Rows, Sheet, Source, as_text, holding, text_array
from monitor.extracts.reading.size_limits import USUAL_BOUNDS, Bounds, ReadingTime
from monitor.extracts.reading.spreadsheet import binary, old, open_document, open_xml
from monitor.extracts.reading.spreadsheet.kind import NO_PASSWORD, Kind, recognise
from monitor.extracts.reading.spreadsheet.packing import Marks
from monitor.extracts.reading.zip_file import open_archive
from monitor.extracts.refusal import ExtractRefused, first_faults
from monitor.safe_text import shorten
from tiering.caseload import Column

_ROWS_AT_ONCE = 20_000
CALCULATE: Final = "without a stored result: open and save the workbook"
"""What is wrong with a formula whose result is not known, and the way out."""


@contextmanager
def open_workbook(name: str, file: io.BufferedIOBase, bounds: Bounds = USUAL_BOUNDS) -> Iterator[Source]:
    """The workbook ``name``, open while its sheets are read; raises ExtractRefused when it is none, or too large."""
    watch, marks = ReadingTime(bounds), Marks()
    watch.start(name)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with _readable(name, name):
        book, errors = _load(name, file, watch, bounds, marks)

    def find(table: str) -> Sheet | None:
        if table not in book.sheet_names:
            return None
        shown = f"{name} sheet {table}"
        watch.start(shown)
        with _readable(shown, name):
            page = _Page(shown, _cells(shown, book, table), errors.get(table, {}), marks, bounds, watch)
        return Sheet(shown, name, page.headings(), lambda wanted: page.read(wanted, sha256))

    try:
        yield Source(find, holding("the sheets", book.sheet_names), tuple(book.sheet_names))
    finally:
        book.close()


def _load(
    name: str, file: io.BufferedIOBase, watch: ReadingTime, bounds: Bounds, marks: Marks
) -> tuple[CalamineWorkbook, Mapping[str, old.Errors]]:
    """The workbook, and the errors in its sheets that the library does not tell from empty cells."""
    kind = recognise(name, file, watch, bounds)
    file.seek(0)
    if kind is Kind.OLD:
        content = file.read()
        errors = old.find_errors(name, content, bounds)
        return CalamineWorkbook.from_filelike(io.BytesIO(content)), errors
    with open_archive(name, file, watch) as archive:
        match kind:
            case Kind.OPEN_XML:
                packed = open_xml.repack(archive, bounds, marks)
            case Kind.BINARY:
                packed = binary.repack(name, archive, bounds)
            case _:
                packed = open_document.repack(name, archive, bounds, marks)
    watch.check()
    return CalamineWorkbook.from_filelike(packed), {}


@contextmanager
def _readable(shown: str, name: str) -> Iterator[None]:
    """Raise ExtractRefused for whatever a part of the reader raises of a damaged workbook."""
    try:
        yield
    except ExtractRefused:
        raise
    except PasswordError:
        raise ExtractRefused([f"{shown}: {NO_PASSWORD}"]) from None
    except BaseException as error:
        # A panic of the library is no Exception.
        if not isinstance(error, Exception) and type(error).__module__ != "pyo3_runtime":
            raise
        says = shorten(" ".join(str(error).split()))
        kind = PurePosixPath(name).suffix[1:].upper()
        raise ExtractRefused([f"{shown}: not a readable {kind} workbook ({says}); save it again as .xlsx"]) from None


def _cells(shown: str, book: CalamineWorkbook, table: str) -> CalamineSheet:
    kinds = {sheet.name: sheet.typ for sheet in book.sheets_metadata}
    if kinds[table] == SheetTypeEnum.ChartSheet:
        raise ExtractRefused([f"{shown}: is a chart, not a table"])
    return book.get_sheet_by_name(table)


@dataclass(frozen=True)
class _Page:
    """A sheet that holds a table, and what is needed to read it."""

    shown: str
    cells: CalamineSheet
    errors: old.Errors
    marks: Marks
    bounds: Bounds
    watch: ReadingTime

    def headings(self) -> list[str]:
        """The texts of the first row, without the empty ones at its end."""
        first = next(iter(self.cells.to_python(skip_empty_area=False, nrows=1)), [])
        headings = [_text(value) or "" for value in first]
        while headings and not headings[-1].strip():
            headings.pop()
        if not headings and self.cells.total_height > 1:
            way_out = "delete every row above the headings, so that they are the first row"
            raise ExtractRefused([f"{self.shown}: the first row is empty: {way_out}"])
        if not headings:
            raise ExtractRefused([f"{self.shown}: the sheet is empty; its first row must be the heading row"])
        if headings[0].startswith(f"{self.marks.sheet}:"):
            raise ExtractRefused([headings[0].replace(self.marks.sheet, self.shown, 1)])
        if count := headings.count(self.marks.formula):
            raise ExtractRefused([f"{self.shown}: the heading row has {count_of(count, 'formula')} {CALCULATE}"])
        self.bounds.check_columns(self.shown, len(headings))
        return headings

    def read(self, wanted: Mapping[int, Column], sha256: str) -> Rows:
        """The columns wanted as text; raises NotCalculated where a formula of them never was."""
        parts: dict[str, list[Any]] = {column.name: [text_array([])] for column in wanted.values()}
        lines: list[int] = []
        size = 0
        with _no_garbage_collection():
            for numbers, columns in _parts(self.cells, self.errors, wanted):
                self.watch.check()
                lines += numbers
                self.bounds.check_rows(self.shown, len(lines))
                self.bounds.check_values(self.shown, len(lines) * len(wanted))
                for place, column in wanted.items():
                    parts[column.name].append(_texts(columns[place]))
                    size += parts[column.name][-1].nbytes
                self.bounds.check_text(self.shown, size)
        self._check_merged(wanted, lines[-1] if lines else 1)
        texts = {name: pa.concat_arrays(arrays) for name, arrays in parts.items()}
        self._check_formulas(texts)
        return Rows(texts, np.array(lines, dtype=np.int64), sha256)

    def _check_merged(self, wanted: Mapping[int, Column], last_line: int) -> None:
        """Raise ExtractRefused where cells of a table are merged: all but the first of them would be read as empty.

        A title or a total that is one merged row from the first column on takes no value from any case.
        """
        faults = []
        for (top, left), (bottom, right) in self.cells.merged_cell_ranges or ():
            names = [column.name for place, column in sorted(wanted.items()) if left <= place <= right]
            is_row = top == bottom and top > 0 and left <= min(wanted, default=0)
            if names and not is_row and top < last_line:
                area = f"{_cell(top, left)}:{_cell(bottom, right)}"
                faults.append(
                    f"{self.shown}: the cells {area} ({', '.join(names)}) are merged: undo the merge and write "
                    f"{'the value into each cell' if top else 'a heading into each cell'}"
                )
        if faults:
            raise ExtractRefused(first_faults(self.shown, faults))

    def _check_formulas(self, texts: Mapping[str, Any]) -> None:
        counts = {name: pc.sum(pc.equal(values, self.marks.formula)).as_py() or 0 for name, values in texts.items()}
        if any(counts.values()):
            raise NotCalculated({name: count for name, count in counts.items() if count})


def _cell(row: int, column: int) -> str:
    """The name of a cell as a spreadsheet shows it, such as AB12; row and column are counted from 0."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Switch the collector off: it would look again and again at thousands of rows, none of which it can free."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parts(
    page: CalamineSheet, errors: old.Errors, wanted: Mapping[int, Column]
) -> Iterator[tuple[list[int], dict[int, Sequence[Any]]]]:
    """Rows below the heading row that hold something: their lines, and the values of each column wanted.

    Values count up to the last column wanted: notes to the right of a table make no row of it.
    """
    left = page.start[1] if page.start else 0
    width = max(1, max(wanted, default=0) + 1 - left)
    rows = islice(page.iter_rows(), 1, None)
    line = 2
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        for (row, column), text in errors.items():
            if 0 <= row + 1 - line < len(batch):
                batch[row + 1 - line][column - left] = text
        filled = {
            at: row
            for at, row in enumerate(batch, start=line)
            if row[0] != "" or any(value != "" for value in row[:width])
        }
        line += len(batch)
        columns = list(zip(*filled.values(), strict=True))
        empty = [""] * len(filled)
        yield (
            list(filled),
            {place: columns[place - left] if 0 <= place - left < len(columns) else empty for place in wanted},
        )


def _texts(values: Sequence[Any]) -> Any:
    """A column as text; an empty cell has none. Each different value is written once."""
    kinds = set(map(type, values))
    if kinds == {str}:
        texts = pa.array(values, pa.string())
        return pc.if_else(pc.equal(texts, ""), None, texts)
    # True and 1.0 are the same to a dictionary, and so are 0.0 and False.
    if bool in kinds and len(kinds - {str}) > 1:
        return text_array([_text(value) for value in values])
    text_of = {value: _text(value) for value in set(values)}
    return text_array(list(map(text_of.__getitem__, values)))


def _text(value: Any) -> str | None:
    """A value the way a CSV file writes it; NaN is text here, because an empty cell is never a number."""
    if value == "":
        return None
    return str(value) if value != value else as_text(value)
