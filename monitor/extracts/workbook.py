"""Read an XLSX workbook, one sheet per table."""

import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.rows import Rows, Sheet, Source, as_text, holding, text_array
from monitor.extracts.size_limits import USUAL_BOUNDS, Bounds, ReadingTime
from monitor.extracts.zip_file import WatchedFile, open_archive
from monitor.safe_text import shorten
from tiering.caseload import Column

_LAST_ROW = 1_048_576


@contextmanager
def open_workbook(name: str, file: io.BufferedIOBase, bounds: Bounds = USUAL_BOUNDS) -> Iterator[Source]:
    """The workbook ``name``, open while its sheets are read; raises ExtractRefused when it is none, or too large."""
    watch = ReadingTime(bounds)
    watch.start(name)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    book = _load(name, file, watch, bounds)

    def find(table: str) -> Sheet | None:
        if table not in book.sheetnames:
            return None
        watch.start(f"{name} sheet {table}")
        return _sheet(f"{name} sheet {table}", name, book[table], sha256, bounds)

    try:
        yield Source(find, holding("the sheets", book.sheetnames))
    finally:
        book.close()


def _load(name: str, file: io.BufferedIOBase, watch: ReadingTime, bounds: Bounds) -> Any:
    from openpyxl import load_workbook

    try:
        with open_archive(name, file, watch) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        bounds.check_bytes(name, unpacked, "unpacks to")
        with warnings.catch_warnings():
            # Notes on styling that is not read, of no use to anyone here.
            warnings.simplefilter("ignore")
            return load_workbook(WatchedFile(file, watch), read_only=True, data_only=True)
    except ExtractRefused:
        raise
    except Exception as error:  # a damaged workbook can fail in any part of the reader
        raise ExtractRefused([_unreadable(name, error)]) from None


def _unreadable(name: str, error: Exception) -> str:
    return f"{name}: not a readable XLSX workbook ({shorten(' '.join(str(error).split()))}); save it again as .xlsx"


def _sheet(shown: str, file: str, page: Any, sha256: str, bounds: Bounds) -> Sheet:
    if not hasattr(page, "reset_dimensions"):
        raise ExtractRefused([f"{shown}: is a chart, not a table"])
    # The size a workbook states for a sheet is often wrong, and rows would be lost.
    page.reset_dimensions()
    first = next(_cells(shown, page, max_row=1), ())
    headings = [as_text(value) or "" for value in first]
    while headings and not headings[-1].strip():
        headings.pop()
    if not headings:
        raise ExtractRefused([f"{shown}: the sheet is empty; its first row must be the heading row"])
    bounds.check_columns(shown, len(headings))
    return Sheet(shown, file, headings, lambda wanted: _read(shown, page, wanted, sha256, bounds))


def _read(shown: str, page: Any, wanted: Mapping[int, Column], sha256: str, bounds: Bounds) -> Rows:
    texts: dict[int, list[str | None]] = {place: [] for place in wanted}
    lines: list[int] = []
    width = max(wanted, default=0) + 1
    for line, row in enumerate(_cells(shown, page, min_row=2, max_col=width), start=2):
        if line > _LAST_ROW:
            raise ExtractRefused(
                [f"{shown}: has rows beyond {_LAST_ROW:,}, the last one a sheet can have; save it again"]
            )
        if any(value is not None for value in row):
            lines.append(line)
            bounds.check_rows(shown, len(lines))
            bounds.check_values(shown, len(lines) * len(wanted))
            for place, values in texts.items():
                values.append(as_text(row[place]))
    columns = {column.name: text_array(texts[place]) for place, column in wanted.items()}
    return Rows(columns, np.array(lines, dtype=np.int64), sha256)


def _cells(shown: str, page: Any, **part: int) -> Iterator[tuple[Any, ...]]:
    try:
        yield from page.iter_rows(values_only=True, **part)
    except ExtractRefused:
        raise
    except Exception as error:  # rows are unpacked only now, and any part of the reader may fail
        raise ExtractRefused([_unreadable(shown, error)]) from None
