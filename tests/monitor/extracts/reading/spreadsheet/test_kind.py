"""Files that are not what their suffix says, each named in one line with the way out."""

import io

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.size_limits import Bounds, ReadingTime
from monitor.extracts.reading.spreadsheet.kind import Kind, recognise

from .books import book, heading_row, zipped

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
OLD = COMPOUND + "Workbook\0".encode("utf-16-le") + b"\0" * 400
LOCKED = COMPOUND + "EncryptedPackage\0".encode("utf-16-le") + b"\0" * 400
XLSX = book(heading_row("crn"))
XLSB = zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""})
ODS = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})
LOCKED_ODS = zipped({"META-INF/manifest.xml": b"<manifest:encryption-data/>", "content.xml": b"\1\2"})
PASSWORD = "is protected by a password: remove the password and save the workbook"
SAVE = "open it in a spreadsheet program and save it as .xlsx"


def kind_of(name: str, content: bytes, bounds: Bounds | None = None) -> Kind:
    bounds = bounds or Bounds()
    return recognise(name, io.BytesIO(content), ReadingTime(bounds), bounds)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", XLSX, "xlsx"),
        ("a.XLSM", XLSX, "xlsx"),
        ("a.xlsb", XLSB, "xlsb"),
        ("a.XLS", OLD, "xls"),
        ("a.ods", ODS, "ods"),
    ],
)
def test_a_workbook_is_of_the_kind_that_its_suffix_says(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", OLD, "is an XLS workbook by its content: rename it to a.xls"),
        ("a.xls", XLSX, "is an XLSX workbook by its content: rename it to a.xlsx"),
        ("a.ods", XLSX, "is an XLSX workbook by its content: rename it to a.xlsx"),
        ("a.xlsx", XLSB, "is an XLSB workbook by its content: rename it to a.xlsb"),
        ("a.xlsm", ODS, "is an ODS workbook by its content: rename it to a.ods"),
        ("a.xlsx", LOCKED, PASSWORD),
        ("a.ods", LOCKED_ODS, PASSWORD),
        ("a.xls", COMPOUND, f"is no workbook by its content, or damaged; {SAVE}"),
        (
            "a.xlsx",
            zipped({"cases.csv": b"crn"}),
            "is a zip file of other files by its content, not a workbook: rename it to .zip",
        ),
        ("a.xlsx", zipped({"Index/Document.iwa": b""}), "is a Numbers document by its content: export it as .xlsx"),
        ("a.xls", b" <HTML><body><table>", f"not a readable XLS workbook: it is a web page; {SAVE}"),
        ("a.xls", b"\xff\xfe<\0h\0t\0m\0l\0>\0", f"not a readable XLS workbook: it is a web page; {SAVE}"),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            f"not a readable XLS workbook: it is an XML spreadsheet of 2003; {SAVE}",
        ),
        (
            "a.xls",
            b"crn,tier\nX1,4\n",
            "not a readable XLS workbook: it is a text file such as CSV; name it .csv and put the tables in one "
            "folder, or save it as .xlsx",
        ),
        (
            "a.xls",
            b"\x09\x04\x06\x00\0\0",
            f"not a readable XLS workbook: it is a workbook of Excel 4 or older; {SAVE}",
        ),
        ("a.xlsx", b"", "not a readable XLSX workbook: the file is empty; export it again"),
        ("a.xlsx", b"%PDF\0", f"not a readable XLSX workbook: it is damaged or another kind of file; {SAVE}"),
    ],
)
def test_a_file_that_is_something_else_is_named_with_the_way_out(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ExtractRefused) as refusal:
        kind_of(name, content)
    assert refusal.value.faults == [f"{name}: {says}"]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_looked_into() -> None:
    big = zipped({"META-INF/manifest.xml": b"\0" * (2 << 20), "content.xml": b""})
    with pytest.raises(ExtractRefused, match=r"a.ods: unpacks to 2,097,152 bytes, more than the 1,048,576 allowed"):
        kind_of("a.ods", big, Bounds(megabytes=1))
