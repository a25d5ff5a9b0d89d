"""Reading CSV: every value exactly as written, every row with the line it starts on."""

import codecs
import csv
import hashlib
import io
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from monitor.extracts.reading.csv_form import OUR_FORM, UTF_8_MARK, CsvBody, CsvForm, csv_body
from monitor.extracts.reading.rows import BrokenRow, Positions, Rows, Sheet
from monitor.extracts.reading.size_limits import MOST_BROKEN, USUAL_BOUNDS, Bounds
from monitor.extracts.refusal import ExtractRefused
from monitor.safe_text import shorten
from tiering.caseload import Column

_LONGEST_HEADING = 1 << 16
_LONGEST_KEPT = 1_000
_BLOCK = 4 << 20  # bytes looked at together: what is noted of each byte stays small
_LINE_END = r"\r\n|\r|\n"
_LINE_END_IN_TEXT = re.compile(_LINE_END)
_QUOTE, _LF, _CR = b'"\n\r'
# A last row of our own: when it does not come back as a row, a quote was left open and swallowed it.
_LAST = b"\x1c"
_STRAY = 'has text after a closing quote; inside a quoted value a quote is written twice ("")'
_OTHER_KINDS = {
    b"pk\x03\x04": "a workbook or zip file",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"par1": "a Parquet file",
    b"\x1f\x8b": "a packed file",
    b"%pdf": "a PDF",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML file",
    b"{\\rtf": "a text document",
}
"""How other kinds of files begin, in lower case."""
_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\r\r")


def csv_sheet(name: str, content: bytes, bounds: Bounds = USUAL_BOUNDS, form: CsvForm = OUR_FORM) -> Sheet:
    """The CSV file ``name``.

    - form: how it is written, as the heading map states.
    - Raises ExtractRefused when its heading row cannot be read, it is written in another way, or it is too large.
    """
    bounds.check_bytes(name, len(content))
    if not content or content.removeprefix(UTF_8_MARK).isspace():
        raise ExtractRefused([f"{name}: the file is empty; its first line must be the heading row"])
    _check_kind(name, content)
    written = csv_body(name, content, form)
    written = replace(written, content=_without_last_blank_lines(written.content))
    body = written.content
    lines = _line_ends(body, len(body)) + (not body.endswith((b"\n", b"\r")))
    bounds.check_rows(name, lines, "lines")
    headings = _headings(name, written)
    if len(headings) == 1 and headings[0].count(written.delimiter) > 1:
        whole = "has quotes around whole lines, so that each is one value"
        raise ExtractRefused([f"{name}: {whole}; export it again with quotes around single values only"])
    _check_encoding(name, written, headings)
    bounds.check_columns(name, len(headings))
    bounds.check_values(name, lines * len(headings))
    sha256 = hashlib.sha256(content).hexdigest()
    return Sheet(name, name, headings, lambda wanted: _read(name, written, len(headings), wanted, sha256))


def _check_kind(name: str, content: bytes) -> None:
    """Raise ExtractRefused where the content is of another kind of file, which was only named like a CSV file."""
    start = content[:64].removeprefix(UTF_8_MARK).lstrip().lower()
    for sign, kind in _OTHER_KINDS.items():
        if start.startswith(sign):
            raise ExtractRefused([f"{name}: is {kind} by its content, not CSV: export it again as CSV UTF-8"])


def _without_last_blank_lines(body: bytes) -> bytes:
    """The file up to the end of the last line that holds anything; spreadsheets may leave a million blank ones."""
    if not body.endswith(_BLANK_LINES):
        return body
    return body.rstrip(b"\r\n") + b"\n"


def _line_ends(body: bytes, end: int, start: int = 0) -> int:
    """How many lines end from one place up to another; CR LF is one end."""
    ends = _count(body, _LF, end, start)
    if body.find(b"\r", start, end) < 0:
        return ends
    return ends + _count(body, _CR, end, start) - body.count(b"\r\n", start, end)


def _count(body: bytes, wanted: int, end: int, start: int = 0) -> int:
    """How often a byte stands from one place up to another: faster than ``bytes.count`` where it stands often."""
    data = np.frombuffer(body, dtype=np.uint8)[start:end]
    return sum(int(np.count_nonzero(data[at : at + _BLOCK] == wanted)) for at in range(0, len(data), _BLOCK))


def _check_encoding(name: str, written: CsvBody, headings: list[str]) -> None:
    """Raise ExtractRefused where the file is not UTF-8, with the line and, in a row of one line, the column."""
    body = written.content
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(body), _BLOCK):
        begun = len(decoder.getstate()[0])
        try:
            decoder.decode(body[start : start + _BLOCK], final=start + _BLOCK >= len(body))
        except UnicodeDecodeError as error:
            place = start - begun + error.start
            line = _line_ends(body, place) + written.first_line
            column = _column_at(body, place, written.delimiter, headings)
            raise ExtractRefused(
                [
                    f"{name}: line {line}{column} is not UTF-8 (byte 0x{body[place]:02x}); save it as CSV UTF-8. "
                    "If it belongs to an extract, you can set encoding: cp1252 in the heading map (--columns) instead"
                ]
            ) from None


def _column_at(body: bytes, place: int, delimiter: str, headings: list[str]) -> str:
    start = max(body.rfind(b"\n", 0, place), body.rfind(b"\r", 0, place)) + 1
    before = next(csv.reader([body[start:place].decode("latin-1")], delimiter=delimiter), [""])
    return f", column {shorten(headings[len(before) - 1])}" if 0 < len(before) <= len(headings) else ""


def _headings(name: str, written: CsvBody) -> list[str]:
    """The heading row; raises ExtractRefused where there is none."""
    start = written.content[: 4 * _LONGEST_HEADING].decode("utf-8", "ignore")[:_LONGEST_HEADING]
    page = io.StringIO(start, newline="")
    line = written.first_line
    try:
        headings = next(csv.reader(page, delimiter=written.delimiter))
    except csv.Error as error:
        raise ExtractRefused([f"{name}: line {line} is not a heading row: {error}"]) from None
    if not headings:
        raise ExtractRefused([f"{name}: line {line} is empty; it must be the heading row"])
    if page.tell() == _LONGEST_HEADING:
        raise ExtractRefused([f"{name}: the heading row is longer than {_LONGEST_HEADING:,} characters; shorten it"])
    return headings


@dataclass
class _Ragged:
    """The rows with more or fewer values than the heading row, by number from 0.

    ``rows``: number of values, text, and line ends in it, of those that hold anything; ``blank``: those that do not;
    ``last``: the row met last, with its number, number of values and text.
    """

    rows: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    blank: "array[int]" = field(default_factory=lambda: array("q"))
    last: tuple[int, int, str] = (-1, 0, "")
    delimiter: str = ","

    def keep_apart(self, row: Any) -> str:
        """What the parser is to do with such a row: pass over it, or stop where there are too many."""
        number, text = row.number - 1, row.text
        self.last = (number, row.actual_columns, text)
        if not text.strip(f'{self.delimiter} \t"'):
            self.blank.append(number)
        elif len(self.rows) < MOST_BROKEN:
            self.rows[number] = (row.actual_columns, text[:_LONGEST_KEPT], len(_LINE_END_IN_TEXT.findall(text)))
        else:
            return "error"
        return "skip"

    @property
    def numbers(self) -> Positions:
        """All of them."""
        return np.concatenate([np.fromiter(self.rows, np.int64, len(self.rows)), np.array(self.blank, np.int64)])


def _read(name: str, written: CsvBody, width: int, wanted: Mapping[int, Column], sha256: str) -> Rows:
    """The columns wanted of a file of ``width`` headings; ragged rows and rows with a stray quote apart."""
    body = written.content
    ragged = _Ragged(delimiter=written.delimiter)
    try:
        table = _parse(written, width, ragged)
    except pa.ArrowInvalid as error:
        if len(ragged.rows) == MOST_BROKEN:
            raise _too_many(name, f"have another number of values than the heading row, which has {width}") from None
        raise ExtractRefused([f"{name}: not a readable CSV file ({error}); export it again"]) from None
    apart = ragged.numbers
    count = table.num_rows + len(apart)
    good = np.delete(np.arange(count), apart)
    breaks = _inner_line_ends(body, table, good, ragged, count)
    starts = written.first_line + np.arange(count) + np.cumsum(breaks) - breaks
    stray = _rows_with_stray_quotes(name, written, starts)
    if ragged.last[0] == count - 1 or table.column(0)[-1].as_py() != _LAST.decode():
        line = starts[min(stray, default=count - 1)]
        raise ExtractRefused(
            [f"{name}: line {line}: a quote is opened and never closed; the file is cut short, or close the quote"]
        )
    if line := _cut_short(body, ragged, starts, width):
        raise ExtractRefused(
            [f"{name}: line {line}: the file ends in the middle of this row; it is cut short, or still being written"]
        )
    stray -= ragged.rows.keys()
    stray.difference_update(ragged.blank)
    if good[0] != 0 or 0 in stray:
        raise ExtractRefused([f"{name}: line {written.first_line} is not a heading row: its quotes do not match"])
    broken = [
        BrokenRow(int(starts[row]), text, _ragged_reason(found, width, inside))
        for row, (found, text, inside) in ragged.rows.items()
    ]
    broken += [
        BrokenRow(int(starts[row]), _row_text(table, good, row, written.delimiter), _STRAY) for row in sorted(stray)
    ]
    kept = np.arange(1, len(good) - 1)
    if stray:
        kept = kept[~np.isin(good[kept], list(stray))]
    columns = {column.name: _values(table.column(place), kept) for place, column in wanted.items()}
    return Rows(columns, starts[good[kept]], sha256, sorted(broken, key=lambda one: one.line))


def _values(column: Any, kept: Positions) -> Any:
    """Some rows of a column, the first and the last never among them; without a copy where it is all others."""
    whole = len(kept) == len(column) - 2
    return (column.slice(1, len(kept)) if whole else column.take(kept)).combine_chunks()


def _parse(written: CsvBody, width: int, ragged: _Ragged) -> Any:
    """Rows of text, heading and last row of our own included; ragged rows go to ``ragged``."""
    body, delimiter = written.content, written.delimiter
    ending = b"" if body.endswith((b"\n", b"\r")) else b"\n"
    content = b"".join((body, ending, _LAST, delimiter.encode() * (width - 1), b"\n"))
    names = [str(place) for place in range(width)]
    return pv.read_csv(
        pa.BufferReader(content),
        # One block: a row as long as a block would be an error, and only one thread numbers the ragged rows.
        read_options=pv.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
        parse_options=pv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=ragged.keep_apart,
        ),
        convert_options=pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )


def _inner_line_ends(body: bytes, table: Any, good: Positions, ragged: _Ragged, count: int) -> Positions:
    """How many line ends stand inside the values of each row."""
    found = np.zeros(count, dtype=np.int64)
    unended = not body.endswith((b"\n", b"\r"))
    if _line_ends(body, len(body)) + unended == count - 1:
        return found
    for column in table.columns:
        found[good] += pc.count_substring_regex(column, _LINE_END).to_numpy()
    for row, (_, _, inside) in ragged.rows.items():
        found[row] = inside
    return found


def _rows_with_stray_quotes(name: str, written: CsvBody, starts: Positions) -> set[int]:
    """Rows in which text follows a closing quote, so that a quote left open may have run over other rows."""
    body, sign = written.content, written.delimiter.encode()
    if not _has_stray_quote(body, ord(sign)):
        return set()
    quoted = re.finditer(rb"(?:(?<=[" + re.escape(sign) + rb'\r\n])|\A)"(?:[^"]++|"")*+"', body)
    strays = (value.start() for value in quoted if body[value.end() : value.end() + 1] not in (b"", sign, b"\n", b"\r"))
    found = list(islice(strays, MOST_BROKEN + 1))
    if len(found) > MOST_BROKEN:
        raise _too_many(name, "have text after a closing quote")
    lines = written.first_line + np.cumsum([_line_ends(body, place, last) for last, place in pairwise([0, *found])])
    return set((np.searchsorted(starts, lines, side="right") - 1).tolist())


def _has_stray_quote(body: bytes, delimiter: int) -> bool:
    """Whether anything but a divider, a line end or another quote stands before an opening or after a closing quote."""
    data = np.frombuffer(body, dtype=np.uint8)
    before = 0
    for start in range(0, len(data), _BLOCK):
        quotes = start + np.flatnonzero(data[start : start + _BLOCK] == _QUOTE)
        closing = (np.arange(before, before + len(quotes)) % 2).astype(bool)
        before += len(quotes)
        places = quotes + np.where(closing, 1, -1)
        places = places[(places >= 0) & (places < len(data))]
        if not np.isin(data[places], (_QUOTE, delimiter, _LF, _CR)).all():
            return True
    return False


def _cut_short(body: bytes, ragged: _Ragged, starts: Positions, width: int) -> int | None:
    """The line of a last row that lacks values and its line end: more of it was to come."""
    last = len(starts) - 2
    number, found, text = ragged.last
    if body.endswith((b"\n", b"\r")) or number != last or found >= width or not text.strip():
        return None
    return int(starts[last])


def _too_many(name: str, what: str) -> ExtractRefused:
    return ExtractRefused([f"{name}: more than {MOST_BROKEN:,} rows {what}; export it again"])


def _ragged_reason(found: int, width: int, breaks: int) -> str:
    over = f"; it runs over {breaks + 1} lines: is a quote left open?" if breaks else ""
    return f"has {found} values where the heading row has {width}{over}"


def _row_text(table: Any, good: Positions, row: int, delimiter: str) -> str:
    place = int(np.searchsorted(good, row))
    return delimiter.join(column[place].as_py() for column in table.columns)
