"""Workbooks made by hand, part by part, as programs other than openpyxl write them."""

import io
import struct
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


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of an XLSB part."""
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(content)
    while True:
        size += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return number + size + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(kind: int, column: int, value: bytes) -> bytes:
    return record(kind, struct.pack("<II", column, 0) + value)


def binary_row(row: int, *cells: bytes) -> bytes:
    return record(0, struct.pack("<II", row, 0) + b"\0" * 9) + b"".join(cells)


def binary_book(*rows: bytes, shared: tuple[str, ...] = ()) -> bytes:
    """An XLSB workbook with one sheet ``cases`` of these rows."""
    book_part = (
        record(131)
        + record(153, b"\0" * 12)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("cases"))
        + record(144)
        + record(132)
    )
    sheet = record(129) + record(148, b"\0" * 16) + record(145) + b"".join(rows) + record(146) + record(130)
    items = b"".join(record(19, b"\0" + wide(text)) for text in shared)
    table = record(159, struct.pack("<II", len(shared), len(shared))) + items + record(160)
    links = _LINKS.replace(".xml", ".bin")
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _ROOT.replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": book_part,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            "xl/sharedStrings.bin": table,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def open_document(rows: str, *, name: str = "cases") -> bytes:
    """An ODS workbook with one sheet of these rows."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:x"/>',
            "content.xml": f"<office:document-content {spaces} {calc}><office:body><office:spreadsheet>"
            f'<table:table table:name="{name}">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        }
    )


def document_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def document_cell(text: str = "", kind: str = 'office:value-type="string"') -> str:
    shown = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell {kind}>{shown}</table:table-cell>"


def compound(stream: bytes, name: str = "Workbook", *, small: bool = False) -> bytes:
    """A compound file with one stream; ``small``: in sectors of 64 bytes, as streams below 4,096 bytes are stored."""
    count = -(-len(stream) // 512)
    end = 0xFFFFFFFE
    chain = [at + 1 for at in range(3, 3 + count - 1)] + [end]
    table = struct.pack(f"<{3 + count}I", 0xFFFFFFFD, end, end, *chain).ljust(512, b"\xff")
    pieces = -(-len(stream) // 64)
    small_table = struct.pack(f"<{pieces}I", *range(1, pieces), end)[:512].ljust(512, b"\xff")
    root = _entry("Root Entry", 5, 3, len(stream))
    directory = (root + _entry(name, 2, 0 if small else 3, len(stream))).ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header += b"\0" * 10 + struct.pack("<IIII", 1, 1, 0, 4_096 if small else 0)
    header += struct.pack("<IIII", 2, 1, end, 0) + struct.pack("<I", 0)
    return header.ljust(512, b"\xff") + table + directory + small_table + stream.ljust(count * 512, b"\0")


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    title = f"{name}\0".encode("utf-16-le")
    return title.ljust(64, b"\0") + struct.pack("<HB", len(title), kind) + b"\0" * 49 + struct.pack("<IQ", start, size)


def old_record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def old_stream(*cells: bytes, title: bytes = b"\x05\0cases") -> bytes:
    """The stream of an XLS workbook with one sheet ``cases`` of these records."""
    begin = old_record(0x809, b"\0\x06" + b"\0" * 14)
    place = len(begin) + 4 + 6 + len(title)
    return begin + old_record(0x85, struct.pack("<IH", place, 0) + title) + begin + b"".join(cells)
