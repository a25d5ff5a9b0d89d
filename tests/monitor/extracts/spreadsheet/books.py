"""Workbooks made by hand, part by part, as programs other than openpyxl write them."""

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_LINKS = "".join(
    f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{part}.xml"/>'
    for at, (kind, part) in enumerate(
        [("worksheet", "worksheets/sheet1"), ("sharedStrings", "sharedStrings"), ("styles", "styles")], start=1
    )
)
STYLES = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="21"/><xf numFmtId="164"/></cellXfs>'
)
"""Formats by number: 0 none, 1 a date, 2 a date with a time, 3 a time, 4 a duration."""


def zipped(files: Mapping[str, str | bytes], form: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", form) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def book(
    rows: str, shared: str = "", *, main: str = MAIN, settings: str = "", sheet: str = "", state: str = "visible"
) -> bytes:
    """An XLSX workbook with one sheet ``cases`` of these rows; ``sheet``: the whole XML of it instead."""
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _ROOT,
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}"><workbookPr {settings}/><sheets>'
            f'<sheet name="cases" sheetId="1" state="{state}" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{_LINKS}</Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{shared}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>',
            "xl/worksheets/sheet1.xml": sheet or f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def heading_row(*headings: str, line: int = 1) -> str:
    cells = "".join(text_cell(f"{chr(ord('A') + at)}{line}", heading) for at, heading in enumerate(headings))
    return f'<row r="{line}">{cells}</row>'


def column_of(*cells: str) -> str:
    """A sheet with the heading ``crn`` in A1, and below it in column A these cells: their XML without ``<c r="A2"``."""
    rows = "".join(f'<row r="{line}"><c r="A{line}"{cell}</c></row>' for line, cell in enumerate(cells, start=2))
    return heading_row("crn") + rows
