"""ODS workbooks packed anew for the library that reads them, as ``open_xml`` does with XLSX.

A cell or row can be repeated any number of times, and the library reads every sheet at once, so that the size of all
sheets is checked first. Names in the XML have the prefixes that the library knows, and no others.
"""

import html
import re
import zipfile
from io import BytesIO

from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.packing import Marks, check_size, pack

_CONTENT = "content.xml"
_PARTS = ("mimetype", "META-INF/manifest.xml", _CONTENT)
_ERROR_CELL = re.compile(rb'<table:table-cell(\s[^<>]*calcext:value-type="error"[^<>]*)>')
_VALUE_ATTRIBUTE = re.compile(rb'\s(?:office|calcext):[\w-]+="[^"]*"')
_EMPTY_CELL = re.compile(rb"<table:table-cell(\s[^<>]*?)(?:/>|>\s*(?:<text:p\s*/>\s*)?</table:table-cell\s*>)")
_PLACE = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)((?:\s[^<>]*)?)>")
_NAME = re.compile(rb'\stable:name="([^"]*)"')
_REPEATED = re.compile(rb'\stable:number-(?:rows|columns)-repeated="(\d{1,12})"')


def repack(name: str, archive: zipfile.ZipFile, bounds: Bounds, marks: Marks) -> BytesIO:
    """The workbook ``name`` with its sheets made ready; raises what ``zipfile`` raises of a damaged one."""
    parts = {entry: archive.read(entry) for entry in _PARTS if entry in archive.namelist()}
    content = parts.get(_CONTENT, b"")
    _check_sheets(name, content, bounds)
    content = _ERROR_CELL.sub(_error_cell, content)
    parts[_CONTENT] = _EMPTY_CELL.sub(lambda match: _formula_cell(match, marks.formula.encode()), content)
    return pack(parts)


def _error_cell(match: re.Match[bytes]) -> bytes:
    """A cell whose value is the text that is shown, such as #N/A."""
    return b'<table:table-cell%b office:value-type="string">' % _VALUE_ATTRIBUTE.sub(b"", match[1])


def _formula_cell(match: re.Match[bytes], mark: bytes) -> bytes:
    if b"table:formula=" not in match[1] or b"office:value-type=" in match[1]:
        return match[0]
    cell = b'<table:table-cell%b office:value-type="string"><text:p>%b</text:p></table:table-cell>'
    return cell % (match[1], mark)


def _check_sheets(name: str, content: bytes, bounds: Bounds) -> None:
    """Raise ExtractRefused where all sheets together, repeated cells included, are too large."""
    shown, row, repeated_rows, column, last_row, last_column, text = name, 0, 1, 0, 0, 0, 0
    finished_area = 0
    places = list(_PLACE.finditer(content))
    for match, end in zip(places, [*(after.start() for after in places[1:]), len(content)], strict=True):
        kind, attributes = match[1], match[2]
        found = _REPEATED.search(attributes)
        repeated = int(found[1]) if found else 1
        if kind == b"table":
            finished_area += last_row * last_column
            titled = _NAME.search(attributes)
            shown = f"{name} sheet {html.unescape(titled[1].decode())}" if titled else name
            row, last_row, last_column = 0, 0, 0
        elif kind == b"table-row":
            row, repeated_rows, column = row + repeated, repeated, 0
        else:
            column += repeated
            if b"office:value-type=" in attributes or not attributes.endswith(b"/"):
                last_row, last_column = row, max(last_column, column)
                text += repeated * repeated_rows * (end - match.start())
                check_size(shown, last_row, last_column + finished_area // max(last_row, 1))
                bounds.check_text(shown, text)
