"""XLS workbooks: their size, checked before the library reads them, and the errors that it would take for empty cells.

A sheet is a row of records: type, length, content ([MS-XLS]). Every formula has its result with it.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate

from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.compound import read_stream
from monitor.extracts.reading.spreadsheet.packing import ERRORS, UNKNOWN_ERROR, check_size

_SHARED_TEXTS, _CONTINUED, _SHARED_CELL = 0xFC, 0x3C, 0xFD
_BEGIN, _SHEET, _FORMULA, _ERROR, _MANY_NUMBERS, _MANY_BLANKS = 0x809, 0x85, 0x06, 0x205, 0xBD, 0xBE
_CELLS = (_FORMULA, _ERROR, _MANY_NUMBERS, _MANY_BLANKS, 0x201, 0x203, 0x204, 0x27E, _SHARED_CELL, 0xD6)

Errors = dict[tuple[int, int], str]
"""The text of each error by row and column, both counted from 0."""


def find_errors(name: str, content: bytes, bounds: Bounds) -> Mapping[str, Errors]:
    """The errors of each sheet; raises ExtractRefused where the sheets, or their texts, are too large together.

    Raises ValueError, IndexError or struct.error of a damaged workbook.
    """
    stream = read_stream(content, ("Workbook", "Book"))
    bounds.check_text(name, _shared_text(stream))
    titles: dict[int, str] = {}
    begins: set[int] = set()
    errors: dict[int, Errors] = {}
    rows = columns = finished_area = begin = 0
    for at, kind, record in _records(stream):
        if kind == _BEGIN:
            begins.add(at)
            begin, finished_area, rows, columns = at, finished_area + rows * columns, 0, 0
        elif kind == _SHEET:
            (place,) = struct.unpack_from("<I", record)
            if place in titles:
                raise ValueError("two sheets are at one place")
            titles[place] = _title(record)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", record)
            last = (
                struct.unpack_from("<H", record, len(record) - 2)[0]
                if kind in (_MANY_NUMBERS, _MANY_BLANKS)
                else column
            )
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            check_size(f"{name} sheet {titles.get(begin, '')}", rows, columns + finished_area // rows)
            if (code := _error_code(kind, record)) is not None:
                errors.setdefault(begin, {})[row, column] = ERRORS.get(code, UNKNOWN_ERROR)
    if not titles.keys() <= begins:
        raise ValueError("sheets start where there is none")
    return {titles[begin]: found for begin, found in errors.items() if begin in titles}


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place, type and content of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _shared_text(stream: bytes) -> int:
    """Bytes of the shared texts, once for every cell that has them."""
    pieces: list[bytes] = []
    used: list[int] = []
    continues = False
    for _, kind, record in _records(stream):
        continues = kind == _SHARED_TEXTS or (continues and kind == _CONTINUED)
        if continues:
            pieces.append(record)
        elif kind == _SHARED_CELL:
            used.append(struct.unpack_from("<I", record, 6)[0])
    sizes = _text_sizes(pieces)
    return sum(sizes[item] for item in used if item < len(sizes))


def _text_sizes(pieces: list[bytes]) -> list[int]:
    """Bytes of each shared text; one that goes on in the next record says there anew how wide its characters are."""
    table, ends = b"".join(pieces), list(accumulate(map(len, pieces)))
    sizes: list[int] = []
    at = 8
    while at + 3 <= len(table):
        length, flags = struct.unpack_from("<HB", table, at)
        at += 3
        formats = struct.unpack_from("<H", table, at)[0] if flags & 8 else 0
        at += 2 if flags & 8 else 0
        aids = struct.unpack_from("<I", table, at)[0] if flags & 4 else 0
        at += 4 if flags & 4 else 0
        sizes.append(2 * length)
        width = 1 + (flags & 1)
        while at < len(table):
            end = ends[bisect_left(ends, at)]
            here = min(length, (end - at) // width)
            at, length = at + here * width, length - here
            if not length:
                break
            at = end + 1
            width = 1 + (table[end] & 1) if end < len(table) else width
        at += 4 * formats + aids
    return sizes


def _title(record: bytes) -> str:
    """The name of a sheet: one byte a character, or two."""
    length, wide = record[6], record[7] & 1
    return record[8 : 8 + length * 2].decode("utf-16-le") if wide else record[8 : 8 + length].decode("latin-1")


def _error_code(kind: int, record: bytes) -> int | None:
    if kind == _ERROR and record[7]:
        return record[6]
    if kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:
        return record[8]
    return None
