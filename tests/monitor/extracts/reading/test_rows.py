"""What every kind of source tells of the tables it holds."""

from pathlib import Path

import fsspec

from monitor.extracts.reading.size_limits import USUAL_BOUNDS
from monitor.extracts.reading.sources import open_source

from ..small import csv_files, small, write_csv, write_database, write_folder, write_parquet, write_workbook
from .test_sources import zipped

TABLES = sorted(small())


def names(source: str) -> list[str]:
    with open_source(source, USUAL_BOUNDS) as opened:
        assert isinstance(opened.names, tuple)
        assert all(opened.find(name) is not None for name in opened.names)
        return sorted(opened.names)


def test_every_kind_of_source_names_its_tables_without_the_suffix(tmp_path: Path) -> None:
    files = csv_files(small())
    store = fsspec.filesystem("memory")
    for name, content in files.items():
        store.pipe(f"memory://names/{name}", content)
    write_folder(tmp_path, {"packed.zip": zipped({f"out/{name}": content for name, content in files.items()})})
    sources = [
        write_csv(tmp_path / "csv", small()),
        write_parquet(tmp_path / "parquet", small()),
        str(tmp_path / "packed.zip"),
        write_workbook(tmp_path / "book.xlsx", small()),
        write_database(tmp_path / "case.db", small()),
        "memory://names",
    ]
    found = [names(source) for source in sources]
    store.rm("memory://names", recursive=True)
    assert found == [TABLES] * len(sources)


def test_files_that_are_no_table_have_no_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"manifest.json": b"{}", "read me.txt": b"x", "Cases.csv": b"crn\nX1\n"})
    assert names(folder) == ["Cases"]


def test_a_table_in_two_formats_has_one_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"cases.csv": b"crn\nX1\n", "cases.parquet": b""})
    with open_source(folder, USUAL_BOUNDS) as opened:
        assert opened.names == ("cases",)
