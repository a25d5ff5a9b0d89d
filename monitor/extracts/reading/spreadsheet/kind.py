"""What a workbook really is, whatever its suffix says."""

import io
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from monitor.extracts.reading.size_limits import Bounds, ReadingTime
from monitor.extracts.reading.zip_file import open_archive
from monitor.extracts.refusal import ExtractRefused

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_START = 4_096
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_BEFORE_1993 = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_SAVE_AGAIN = "open it in a spreadsheet program and save it as .xlsx"
NO_PASSWORD: Final = "is protected by a password: remove the password and save the workbook"  # noqa: S105


class Kind(StrEnum):
    """How a workbook is stored; the value is the usual suffix without the point."""

    OPEN_XML = "xlsx"
    BINARY = "xlsb"
    OLD = "xls"
    OPEN_DOCUMENT = "ods"


_KINDS = {".xlsx": Kind.OPEN_XML, ".xlsm": Kind.OPEN_XML, ".xlsb": Kind.BINARY, ".xls": Kind.OLD}


def recognise(name: str, file: io.BufferedIOBase, watch: ReadingTime, bounds: Bounds) -> Kind:
    """The kind of the workbook ``name``, found without unpacking it.

    Raises ExtractRefused where it is too large or its content is another than the suffix says, and what ``zipfile``
    raises of a damaged zip file.
    """
    expected = _KINDS.get(PurePosixPath(name).suffix.lower(), Kind.OPEN_DOCUMENT)
    file.seek(0)
    start = file.read(_START)
    if start.startswith(_COMPOUND):
        actual = _compound_kind(name, file)
    elif start.startswith(_ZIP):
        actual = _zip_kind(name, file, watch, bounds)
    else:
        raise ExtractRefused([f"{name}: not a readable {expected.upper()} workbook: {_no_workbook(start)}"])
    if actual is not expected:
        right = PurePosixPath(name).with_suffix(f".{actual}").name
        raise ExtractRefused([f"{name}: is an {actual.upper()} workbook by its content: rename it to {right}"])
    return actual


def _compound_kind(name: str, file: io.BufferedIOBase) -> Kind:
    """XLS; a workbook of any later kind that has a password is stored in the same way."""
    file.seek(0)
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ExtractRefused([f"{name}: {NO_PASSWORD}"])
    if not any(f"{stream}\0".encode("utf-16-le") in content for stream in ("Workbook", "Book")):
        raise ExtractRefused([f"{name}: is no workbook by its content, or damaged; {_SAVE_AGAIN}"])
    return Kind.OLD


def _zip_kind(name: str, file: io.BufferedIOBase, watch: ReadingTime, bounds: Bounds) -> Kind:
    with open_archive(name, file, watch) as archive:
        bounds.check_bytes(name, sum(entry.file_size for entry in archive.infolist()), "unpacks to")
        names = {entry.lower().replace("\\", "/") for entry in archive.namelist()}
        if "meta-inf/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise ExtractRefused([f"{name}: {NO_PASSWORD}"])
        if "index/document.iwa" in names:
            raise ExtractRefused([f"{name}: is a Numbers document by its content: export it as .xlsx"])
    if "xl/workbook.bin" in names:
        return Kind.BINARY
    if "content.xml" in names and "[content_types].xml" not in names:
        return Kind.OPEN_DOCUMENT
    if any(entry.startswith("xl/") or entry == "[content_types].xml" for entry in names):
        return Kind.OPEN_XML
    raise ExtractRefused([f"{name}: is a zip file of other files by its content, not a workbook: rename it to .zip"])


def _no_workbook(start: bytes) -> str:
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = (start.replace(b"\0", b"") if wide else start).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not start:
        return "the file is empty; export it again"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return f"it is an XML spreadsheet of 2003; {_SAVE_AGAIN}"
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style")) or b"<table" in text:
        return f"it is a web page; {_SAVE_AGAIN}"
    if start.startswith(_BEFORE_1993):
        return f"it is a workbook of Excel 4 or older; {_SAVE_AGAIN}"
    if _is_text(text):
        return "it is a text file such as CSV; name it .csv and put the tables in one folder, or save it as .xlsx"
    return f"it is damaged or another kind of file; {_SAVE_AGAIN}"


def _is_text(start: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
