"""Zip files: what they may hold, and that none is unpacked beyond what is allowed."""

import io
import zipfile
from pathlib import Path

from ..small import (
    csv_files,
    small,
)
from ..test_refusals import refused
from .spreadsheet.books import zipped


def test_a_zip_entry_that_points_outside_is_not_followed_and_nothing_is_unpacked_to_disk(tmp_path: Path) -> None:
    files = csv_files(small())
    cases = files.pop("cases.csv")
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "packed.zip"
    for name in ("../cases.csv", "/cases.csv", "a/../cases.csv", "a/b/cases.csv"):
        path.write_bytes(zipped(files | {name: cases}))
        assert refused(str(path))[0].startswith("cases: the table is missing")
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["inner", "packed.zip"]


def test_a_table_twice_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    files = csv_files(small())
    path = tmp_path / "packed.zip"
    path.write_bytes(zipped(files | {"old/cases.csv": files["cases.csv"]}))
    assert refused(str(path))[0] == "cases.csv: is in the zip file more than once; keep one"


def test_a_zip_entry_or_workbook_that_unpacks_to_no_end_is_refused(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr("cases.csv", b"crn")
        archive.infolist()[0].file_size = (1 << 30) + 1
    for name in ("packed.zip", "book.xlsx"):
        (tmp_path / name).write_bytes(bomb.getvalue())
        assert any("more than the 1,073,741,824 allowed" in fault for fault in refused(str(tmp_path / name)))


def test_a_zip_file_packed_in_another_way_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "packed.zip"
    path.write_bytes(zipped(csv_files(small()), zipfile.ZIP_BZIP2))
    assert refused(str(path)) == [
        "packed.zip: organisation.csv is packed in a way that is not read; pack it as an ordinary zip file"
    ]


def test_a_zip_file_that_lists_too_many_files_is_refused_before_the_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "packed.zip"
    # 130 names of 65,000 characters are a list of 8.45 million bytes; 8,388,608 are allowed.
    path.write_bytes(zipped({f"{number:065000}": b"" for number in range(130)}))
    assert refused(str(path)) == ["packed.zip: holds too many files; pack the tables of the extract alone"]
