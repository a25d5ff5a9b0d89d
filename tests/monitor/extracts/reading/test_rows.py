"""What every kind of source tells of the tables it holds."""

from pathlib import Path

import fsspec
import pyarrow as pa
import pytest

from monitor.extracts.reading.rows import different_texts, has_text
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


PLAIN = pa.array(["b", None, "", "a", "b", " "])
IN_A_DICTIONARY = pa.DictionaryArray.from_arrays([4, None, 3, 2, 1, 5], ["unused", "b", "a", "", "b", " "])
WITH_A_GAP = pa.DictionaryArray.from_arrays([2, 1, 3, 0, 2, 4], ["a", None, "b", "", " "])


@pytest.mark.parametrize("texts", [PLAIN, IN_A_DICTIONARY, WITH_A_GAP])
def test_each_different_text_is_there_once_in_the_order_of_its_first_row(texts: pa.Array) -> None:
    different = different_texts(texts)
    assert different.dictionary.to_pylist() == ["b", "", "a", " "]
    assert different.indices.to_pylist() == [0, None, 1, 2, 0, 3]
    assert has_text(texts).tolist() == [True, False, False, True, True, True]
