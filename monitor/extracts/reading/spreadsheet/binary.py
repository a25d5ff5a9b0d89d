"""XLSB workbooks packed anew for the library that reads them, as ``open_xml`` does with XLSX.

A part is a row of records: type, length, content. Every formula has its result with it; errors are made text.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.packing import ERRORS, UNKNOWN_ERROR, check_size, pack

_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|sharedStrings|styles)\.bin|xl/_rels/workbook\.bin\.rels|"
    r"xl/worksheets/(?!binaryIndex)[^/]+\.bin"
)
# Types of record: [MS-XLSB] 2.3.2.
_ROW, _ERROR, _TEXT, _SHARED, _ERROR_OF_FORMULA, _SHARED_ITEM = 0, 3, 6, 7, 11, 19
_CELLS = range(2, 12)


def repack(name: str, archive: zipfile.ZipFile, bounds: Bounds) -> BytesIO:
    """The workbook ``name`` with its sheets made ready; raises what ``zipfile`` raises of a damaged one."""
    parts = {entry: archive.read(entry) for entry in archive.namelist() if _PART.fullmatch(entry)}
    shared = [
        len(content) for kind, content, _ in _records(parts.get("xl/sharedStrings.bin", b"")) if kind == _SHARED_ITEM
    ]
    sheets = {entry: part for entry, part in parts.items() if entry.startswith("xl/worksheets/")}
    ready = {entry: _ready_sheet(f"{name}: {entry}", part, shared, bounds) for entry, part in sheets.items()}
    return pack(parts | ready)


def _ready_sheet(shown: str, part: bytes, shared: list[int], bounds: Bounds) -> bytes:
    """The records with errors as text; raises ExtractRefused where the sheet is too large."""
    pieces: list[bytes] = []
    row = last_row = last_column = text = 0
    for kind, content, whole in _records(part):
        piece = whole
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", content)
        elif kind in _CELLS:
            (column,) = struct.unpack_from("<I", content)
            last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
            if kind == _SHARED:
                (item,) = struct.unpack_from("<I", content, 8)
                text += shared[item] if item < len(shared) else 0
            elif kind in (_ERROR, _ERROR_OF_FORMULA):
                piece = _text_record(content[:8], ERRORS.get(content[8], UNKNOWN_ERROR))
        pieces.append(piece)
    check_size(shown, last_row, last_column)
    bounds.check_text(shown, text)
    return b"".join(pieces)


def _text_record(place: bytes, text: str) -> bytes:
    """A cell with a text of its own: fewer than 60 characters, so that its length is one byte."""
    content = place + struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return bytes([_TEXT, len(content)]) + content


def _records(part: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Type, content and whole of each record; raises ValueError where the last one is cut off."""
    at = 0
    while at < len(part):
        start = at
        kind = part[at]
        at += 1
        if kind & 0x80 and at < len(part):
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = part[at] if at < len(part) else 0
            at += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        content = part[at : at + size]
        at += size
        if len(content) < size:
            raise ValueError("a record is cut short")
        yield kind, content, part[start:at]
