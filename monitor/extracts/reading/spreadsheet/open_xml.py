"""XLSX workbooks packed anew for the library that reads them, without what it would lose or could not bear.

The library takes a formula without a result and an error such as #N/A for an empty cell, rounds whole numbers of more
than 15 digits, and reserves memory for the whole area up to the last cell. So the XML of a sheet is changed first:

- a formula without a stored result becomes the text ``Marks.formula``
- an error and a long whole number become text
- a sheet that is too large becomes one cell that holds the fault, with ``Marks.sheet`` in the place of its name
- the list of merged cells stands before the cells: the library reads a sheet twice, the second time up to that list

What is packed anew is also all that the library sees: a zip file can be made that two readers unpack differently.
"""

import html
import re
import zipfile
from io import BytesIO

import numpy as np
import numpy.typing as npt

from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.packing import MOST_CELLS, Marks, check_size, pack
from monitor.extracts.refusal import ExtractRefused

_BLOCK = 1 << 24
_SHORT_BLOCK = 1 << 18
"""Bytes looked at together where so many stay in the processor's cache."""

_LESS, _C, _QUOTE = b'<c"'
_SPACES = tuple(b" \t\r\n")
_LONGEST_REFERENCE = 12
"""Bytes of the longest cell reference, its closing quote and what may follow: ``XFD1048576"``."""

_NAME = rb"<((?:[\w.-]+:)?)"
_ERROR = re.compile(rb"(<(?:[\w.-]+:)?c\s(?:[^<>]*\s)?t\s*=\s*)(?:\"e\"|'e')")
_LONG_NUMBER = re.compile(rb"v>[+-]?\d{16}")
_LONG_NUMBER_CELL = re.compile(
    _NAME + rb"c(\s[^<>]*)?>(\s*(?:<\1f\b[^<>]*(?:/>|>[^<]*</\1f\s*>)\s*)?<\1v>[+-]?\d{16,}</\1v\s*>)"
)
_FORMULA_CELL = re.compile(
    _NAME + rb"c(\s[^<>]*)?>\s*<\1f\b[^<>]*(?:/>|>[^<]*</\1f\s*>)\s*"
    rb"(?:(<\1v\b[^<>]*/>|<\1v\b[^<>]*>\s*</\1v\s*>)\s*)?</\1c\s*>"
)
_TYPE = re.compile(rb"\st\s*=\s*(?:\"(\w*)\"|'(\w*)')")
_LONG_ROW = re.compile(rb'<row r="(\d{7,})')
_FAR_CELL = re.compile(rb'<c(?=[\s/>])(?! r="(?:[A-Z]|A[A-X])\d{1,6}")')
"""A cell beyond the first 50 columns and 999,999 rows, whose area is within MOST_CELLS, or one written unusually."""

_MERGED = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s(?:[^<>]*\s)?ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
_SHEET_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData\b")
_ROW_OR_CELL = re.compile(rb"<(?:[\w.-]+:)?(row|c)((?:\s[^<>]*)?)>")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)")
_SHARED_TEXT = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v\b[^<>]*>\s*(\d{1,9})\s*<")
_UNREAD = ("docprops/", "customxml/", "xl/media/", "xl/drawings/", "xl/charts/", "xl/pivotcache/", "xl/theme/")


def repack(archive: zipfile.ZipFile, bounds: Bounds, marks: Marks) -> BytesIO:
    """The workbook with its sheets made ready, not compressed; raises what ``zipfile`` raises of a damaged one."""
    parts = {
        entry.filename: archive.read(entry)
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.lower().startswith(_UNREAD)
    }
    shared = _shared_text_sizes(parts)
    ready = {name: _ready_sheet(part, shared, bounds, marks) for name, part in parts.items() if b"sheetData" in part}
    return pack(parts | ready)


def _shared_text_sizes(parts: dict[str, bytes]) -> npt.NDArray[np.int64]:
    """Bytes of each text that cells share."""
    table = next((part for name, part in parts.items() if name.lower().endswith("sharedstrings.xml")), b"")
    starts = [match.start() for match in _SHARED_TEXT.finditer(table)]
    ends = np.array([*starts, len(table)], dtype=np.int64)
    return ends[1:] - ends[:-1]


def _ready_sheet(xml: bytes, shared: npt.NDArray[np.int64], bounds: Bounds, marks: Marks) -> bytes:
    try:
        if _count(xml, b"<!"):
            xml = _plain_text(xml)
        cells = _check_area(xml, marks.sheet)
        _check_shared_text(xml, shared, cells, bounds, marks.sheet)
    except ExtractRefused as refused:
        says = html.escape(refused.faults[0])
        return (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            f'<c r="A1" t="inlineStr"><is><t>{says}</t></is></c></row></sheetData></worksheet>'
        ).encode()
    merged = _merged_cells(xml)
    return _SHEET_DATA.sub(lambda match: merged + match[0], _without_losses(xml, marks.formula.encode()), count=1)


def _merged_cells(xml: bytes) -> bytes:
    """The list of merged cells, which a sheet has after its cells."""
    tail = xml.rfind(b"sheetData>")
    areas = _MERGED.findall(xml, max(tail, 0))
    return b"<mergeCells>%b</mergeCells>" % b"".join(b'<mergeCell ref="%b"/>' % area for area in areas)


def _count(xml: bytes, sign: bytes) -> int:
    """How often a few bytes stand in the XML: four times faster than ``bytes.count`` where the first is frequent."""
    data = np.frombuffer(xml, dtype=np.uint8)
    places = len(data) - len(sign) + 1
    count = 0
    for start in range(0, places, _SHORT_BLOCK):
        end = min(start + _SHORT_BLOCK, places)
        alike = data[start:end] == sign[0]
        for at, byte in enumerate(sign[1:], start=1):
            alike &= data[start + at : end + at] == byte
        count += int(np.count_nonzero(alike))
    return count


def _plain_text(xml: bytes) -> bytes:
    """The XML without comments, and with sections of characters escaped; raises ValueError where one never ends."""
    pieces, at = [], 0
    while (start := xml.find(b"<!", at)) >= 0:
        pieces.append(xml[at:start])
        if xml.startswith(b"<![CDATA[", start):
            end = xml.index(b"]]>", start)
            pieces.append(html.escape(xml[start + 9 : end].decode()).encode())
            at = end + 3
        elif xml.startswith(b"<!--", start):
            at = xml.index(b"-->", start) + 3
        else:
            pieces.append(b"<!")
            at = start + 2
    return b"".join([*pieces, xml[at:]])


def _without_losses(xml: bytes, mark: bytes) -> bytes:
    """The sheet with what the library would lose as text; looked for only if the sheet may hold it."""
    if _count(xml, b"<f") or _count(xml, b":f"):
        xml = _FORMULA_CELL.sub(lambda match: _formula_cell(match, mark), xml)
    if _count(xml, b'"e"') or _count(xml, b"'e'"):
        xml = _ERROR.sub(rb'\1"str"', xml)
    if _LONG_NUMBER.search(xml):
        xml = _LONG_NUMBER_CELL.sub(_long_number_cell, xml)
    return xml


def _formula_cell(match: re.Match[bytes], mark: bytes) -> bytes:
    """A formula cell that holds no value; a formula whose result is an empty text has one."""
    prefix, attributes, value = match[1], match[2] or b"", match[3]
    if value is not None and _type(attributes) == b"str":
        return match[0]
    attributes = _TYPE.sub(b"", attributes)
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (prefix, attributes, prefix, mark, prefix, prefix)


def _long_number_cell(match: re.Match[bytes]) -> bytes:
    prefix, attributes, rest = match[1], match[2] or b"", match[3]
    if _type(attributes) not in (b"", b"n"):
        return match[0]
    return b'<%bc%b t="str">%b' % (prefix, _TYPE.sub(b"", attributes), rest)


def _type(attributes: bytes) -> bytes:
    match = _TYPE.search(attributes)
    return (match[1] or match[2] or b"") if match else b""


def _check_area(xml: bytes, shown: str) -> int:
    """How many cells there are; raises ExtractRefused where the last row or column is too far away."""
    check_size(shown, max((int(match[1]) for match in _LONG_ROW.finditer(xml)), default=0), 0)
    is_plain = not _count(xml, b":c")
    if is_plain and not _FAR_CELL.search(xml):
        return _count(xml, b"<c ")
    last_row, last_column, cells = (_plain_size(xml) if is_plain else None) or _any_size(xml)
    if last_row * last_column > MOST_CELLS:
        last_row, last_column, cells = _any_size(xml)
    check_size(shown, last_row, last_column)
    return cells


def _plain_size(xml: bytes) -> tuple[int, int, int] | None:
    """Last row, last column and number of cells, if each begins with its reference: ``<c r="A1"``; else None.

    Empty cells count too, so that the area may be smaller.
    """
    rows, columns, cells = 0, 0, 0
    data = np.frombuffer(xml + b" " * (6 + _LONGEST_REFERENCE), dtype=np.uint8)
    for start in range(0, len(xml), _BLOCK):
        places = start + np.flatnonzero(data[start : min(start + _BLOCK, len(xml))] == _LESS)
        places = places[data[places + 1] == _C]
        after = data[places + 2]
        spaced = np.isin(after, _SPACES)
        if np.isin(after, tuple(b">/")).any():
            return None
        places = places[spaced]
        if any((data[places + 2 + at] != byte).any() for at, byte in enumerate(b' r="')):
            return None
        last = _last_reference(data, places + 6)
        if last is None:
            return None
        rows, columns, cells = max(rows, last[0]), max(columns, last[1]), cells + len(places)
    return rows, columns, cells


def _last_reference(data: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> tuple[int, int] | None:
    """The last row and column among references that begin at ``places``; None where one is no ``A1``."""
    rows = np.zeros(len(places), dtype=np.int64)
    columns = np.zeros(len(places), dtype=np.int64)
    state = np.zeros(len(places), dtype=np.int8)  # 0: letters, 1: digits, 2: the closing quote is found
    for at in range(_LONGEST_REFERENCE):
        byte = data[places + at].astype(np.int64)
        letter = (byte >= ord("A")) & (byte <= ord("Z")) & (state == 0)
        digit = (byte >= ord("0")) & (byte <= ord("9")) & (state < 2)
        quote = (byte == _QUOTE) & (state == 1)
        if not (letter | digit | quote | (state == 2)).all():
            return None
        columns = np.where(letter, columns * 26 + byte - 64, columns)
        rows = np.where(digit, rows * 10 + byte - 48, rows)
        state = np.where(quote, 2, np.where(digit, 1, state)).astype(np.int8)
        if (state == 2).all():
            break
    if not (state == 2).all() or not (columns > 0).all():
        return None
    return int(rows.max(initial=0)), int(columns.max(initial=0))


def _any_size(xml: bytes) -> tuple[int, int, int]:
    """Last row and last column of the cells that hold something, and their number; one by one, for unusual sheets."""
    row, column, rows, columns, cells = 0, 0, 0, 0, 0
    for match in _ROW_OR_CELL.finditer(xml):
        reference = _REFERENCE.search(match[2])
        if match[1] == b"row":
            row, column = int(reference[2]) if reference else row + 1, 0
            continue
        place_row, column = (int(reference[2]), _column(reference[1])) if reference else (row, column + 1)
        if not match[2].endswith(b"/"):
            rows, columns, cells = max(rows, place_row), max(columns, column), cells + 1
    return rows, columns, cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_shared_text(xml: bytes, shared: npt.NDArray[np.int64], cells: int, bounds: Bounds, shown: str) -> None:
    """Raise ExtractRefused where the texts of the cells, each with its own copy, would be larger than is allowed."""
    if int(shared.max(initial=0)) * cells <= bounds.bytes:
        return
    used = np.array([int(match[1]) for match in _VALUE.finditer(xml)], dtype=np.int64)
    bounds.check_text(shown, int(shared[used[used < len(shared)]].sum()))
