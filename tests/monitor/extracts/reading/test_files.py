"""Files that hold every table: which are looked into, and what a refusal says about the others."""

from pathlib import Path

import pytest

from ..small import csv_files, read, small, write_workbook
from ..test_refusals import refused
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
