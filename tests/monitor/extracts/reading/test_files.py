"""Files that hold every table: which are looked into, and what a refusal says about the others."""

from pathlib import Path

import pytest

from monitor.extracts.reading.csv_form import our_form
from monitor.extracts.reading.files import open_path
from monitor.extracts.reading.size_limits import USUAL_BOUNDS

from ..small import csv_files, read, small, write_workbook
from ..test_refusals import refused
from ..wmt.book import book_of, write_book
from .spreadsheet.books import zipped


@pytest.mark.parametrize("folder", ["export/2026-11-20/", "a/b/c/2026-11-20/", "export\\2026-11-20\\"])
def test_a_zip_file_whose_tables_lie_too_deep_is_named_with_the_way_out(tmp_path: Path, folder: str) -> None:
    files = {f"{folder}{name}": content for name, content in csv_files(small()).items()}
    (tmp_path / "packed.zip").write_bytes(zipped(files | {"read me.txt": b"x"}))
    shown = folder.replace("\\", "/")
    assert refused(str(tmp_path / "packed.zip")) == [
        f"packed.zip: its tables lie deeper than one folder, such as {shown}organisation.csv: "
        "pack the folder 2026-11-20 alone"
    ]


def test_files_deep_in_a_zip_file_do_no_harm_beside_its_tables(tmp_path: Path) -> None:
    files = csv_files(small()) | {"old/2025/cases.csv": b"crn\n"}
    (tmp_path / "packed.zip").write_bytes(zipped(files))
    assert read(str(tmp_path / "packed.zip")).rows["cases"] == 4


@pytest.mark.parametrize("name", ["BOOK.XLSX", "book.xlsm", "Book.XLSM"])
def test_the_suffix_of_a_workbook_may_be_in_capitals(tmp_path: Path, name: str) -> None:
    assert read(write_workbook(tmp_path / "book.xlsx", small())).rows["cases"] == 4
    (tmp_path / "book.xlsx").rename(tmp_path / name)
    assert read(str(tmp_path / name)).rows["cases"] == 4


def test_the_workbook_of_the_national_tool_is_read_with_the_tables_next_to_it(tmp_path: Path) -> None:
    write_book(book_of(), tmp_path / "WMT_PS.xlsx")
    (tmp_path / "reductions.csv").write_text("om_code,hours\nA,3\n", encoding="utf-8")
    (tmp_path / "CMS.csv").write_text("om_code\nnot from here\n", encoding="utf-8")
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    (tmp_path / "packed.zip").write_bytes(zipped(files))
    for place in (tmp_path, tmp_path / "packed.zip"):
        with open_path(place, USUAL_BOUNDS, our_form) as source:
            sheet, table = source.find("CMS"), source.find("reductions")
            assert sheet is not None
            assert table is not None
            assert (sheet.file, table.file) == ("WMT_PS.xlsx", "reductions.csv")
            assert source.names.count("CMS") == 1
            assert source.find("nowhere") is None
