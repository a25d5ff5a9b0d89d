"""Reading CSV: every value exactly as written, every row with the line it starts on."""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.rows import BrokenRow, Positions, Rows, Sheet
from tiering.caseload import Column

_BOM = b"\xef\xbb\xbf"
_LONGEST_HEADING = 1 << 16
_LINE_END = r"\r\n|\r|\n"
_QUOTE, _COMMA, _LF, _CR = b'",\n\r'
# A last row of our own: when it does not come back as a row, a quote was left open and swallowed it.
_LAST = b"\x1c"
_STRAY = 'has text after a closing quote; inside a quoted value a quote is written twice ("")'
_AFTER_QUOTE = (b"", b",", b"\n", b"\r")
_QUOTED_VALUE = re.compile(rb'(?:(?<=[,\r\n])|\A)"(?:[^"]++|"")*+"')


def csv_sheet(name: str, content: bytes) -> Sheet:
    """The CSV file ``name``; raises ExtractRefused when its heading row cannot be read."""
    body = content.removeprefix(_BOM)
    if not body.strip():
        raise ExtractRefused([f"{name}: the file is empty; its first line must be the heading row"])
    try:
        head = body.decode("utf-8")[:_LONGEST_HEADING]
    except UnicodeDecodeError as error:
        line = len(_ends_of_lines(body[: error.start])) + 1
        raise ExtractRefused(
            [f"{name}: line {line} is not UTF-8 (byte 0x{body[error.start]:02x}); save the file as UTF-8"]
        ) from None
    try:
        headings = next(csv.reader(io.StringIO(head, newline="")))
    except csv.Error as error:
        raise ExtractRefused([f"{name}: line 1 is not a heading row: {error}"]) from None
    if not headings:
        raise ExtractRefused([f"{name}: line 1 is empty; it must be the heading row"])
    sha256 = hashlib.sha256(content).hexdigest()
    return Sheet(name, name, headings, lambda wanted: _read(name, body, len(headings), wanted, sha256))


def _read(name: str, body: bytes, width: int, wanted: Mapping[int, Column], sha256: str) -> Rows:
    """The columns wanted of a file of ``width`` headings; ragged rows and rows with a stray quote apart."""
    try:
        table, ragged = _parse(body, width)
    except pa.ArrowInvalid as error:
        raise ExtractRefused([f"{name}: not a readable CSV file ({error}); export it again"]) from None
    count = table.num_rows + len(ragged)
    good = np.delete(np.arange(count), list(ragged))
    breaks = _inner_line_ends(body, table, good, ragged, count)
    starts = 1 + np.arange(count) + np.cumsum(breaks) - breaks
    stray = _rows_with_stray_quotes(body, starts)
    if count - 1 in ragged or table.column(0)[-1].as_py() != _LAST.decode():
        line = starts[min(stray, default=count - 1)]
        raise ExtractRefused(
            [f"{name}: line {line}: a quote is opened and never closed; the file is cut short, or close the quote"]
        )
    if line := _cut_short(body, ragged, starts, width):
        raise ExtractRefused(
            [f"{name}: line {line}: the file ends in the middle of this row; it is cut short, or still being written"]
        )
    stray -= ragged.keys()
    if 0 in ragged or 0 in stray:
        raise ExtractRefused([f"{name}: line 1 is not a heading row: its quotes do not match"])
    broken = [
        BrokenRow(int(starts[row]), text, _ragged_reason(found, width, int(breaks[row])))
        for row, (found, text) in ragged.items()
        if text.strip(', \t"')
    ]
    broken += [BrokenRow(int(starts[row]), _row_text(table, good, row), _STRAY) for row in sorted(stray)]
    kept = np.flatnonzero((good > 0) & (good < count - 1) & ~np.isin(good, list(stray)))
    columns = {column.name: table.column(place).take(kept).combine_chunks() for place, column in wanted.items()}
    return Rows(columns, starts[good[kept]], sha256, sorted(broken, key=lambda one: one.line))


def _parse(body: bytes, width: int) -> tuple[Any, dict[int, tuple[int, str]]]:
    """Rows of text, heading and last row of our own included, and the ragged rows by row number from 0."""
    ragged: dict[int, tuple[int, str]] = {}

    def keep_apart(row: Any) -> str:
        ragged[row.number - 1] = (row.actual_columns, row.text)
        return "skip"

    ending = b"" if body.endswith((b"\n", b"\r")) else b"\n"
    content = body + ending + _LAST + b"," * (width - 1) + b"\n"
    names = [str(place) for place in range(width)]
    table = pv.read_csv(
        pa.BufferReader(content),
        # One block: a row as long as a block would be an error, and only one thread numbers the ragged rows.
        read_options=pv.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
        parse_options=pv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep_apart
        ),
        convert_options=pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    return table, ragged


def _ends_of_lines(content: bytes) -> Positions:
    """Where each line ends; CR LF is one end."""
    data = np.frombuffer(content, dtype=np.uint8)
    ends = data == _LF
    ends[:-1] |= (data[:-1] == _CR) & (data[1:] != _LF)
    if len(data):
        ends[-1] |= data[-1] == _CR
    return np.flatnonzero(ends)


def _inner_line_ends(
    body: bytes, table: Any, good: Positions, ragged: Mapping[int, tuple[int, str]], count: int
) -> Positions:
    """How many line ends stand inside the values of each row."""
    found = np.zeros(count, dtype=np.int64)
    unended = not body.endswith((b"\n", b"\r"))
    ends = body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n")
    if ends + unended == count - 1:
        return found
    for column in table.columns:
        found[good] += pc.count_substring_regex(column, _LINE_END).to_numpy()
    for row, (_, text) in ragged.items():
        found[row] = len(re.findall(_LINE_END, text))
    return found


def _rows_with_stray_quotes(body: bytes, starts: Positions) -> set[int]:
    """Rows in which text follows a closing quote, so that a quote left open may have run over other rows."""
    data = np.frombuffer(body, dtype=np.uint8)
    quotes = np.flatnonzero(data == _QUOTE)
    around = np.pad(data, 1, constant_values=_LF)
    neighbours = np.where(np.arange(len(quotes)) % 2, around[quotes + 2], around[quotes])
    if np.isin(neighbours, (_QUOTE, _COMMA, _LF, _CR)).all():
        return set()
    found = [one.start() for one in _QUOTED_VALUE.finditer(body) if body[one.end() : one.end() + 1] not in _AFTER_QUOTE]
    lines = 1 + np.searchsorted(_ends_of_lines(body), found)
    return set((np.searchsorted(starts, lines, side="right") - 1).tolist())


def _cut_short(body: bytes, ragged: Mapping[int, tuple[int, str]], starts: Positions, width: int) -> int | None:
    """The line of a last row that lacks values and its line end: more of it was to come."""
    last = len(starts) - 2
    found, text = ragged.get(last, (width, ""))
    ended = body.endswith((b"\n", b"\r")) or found >= width or not text.strip()
    return None if ended else int(starts[last])


def _ragged_reason(found: int, width: int, breaks: int) -> str:
    over = f"; it runs over {breaks + 1} lines: is a quote left open?" if breaks else ""
    return f"has {found} values where the heading row has {width}{over}"


def _row_text(table: Any, good: Positions, row: int) -> str:
    place = int(np.searchsorted(good, row))
    return ",".join(column[place].as_py() for column in table.columns)
