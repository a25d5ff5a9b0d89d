"""Extracts made of files: a folder, a zip file, an object store."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from monitor.extracts.reading.csv_file import csv_sheet
from monitor.extracts.reading.csv_form import CsvForm, Forms
from monitor.extracts.reading.parquet_file import parquet_sheet
from monitor.extracts.reading.rows import Sheet, Source, holding
from monitor.extracts.reading.size_limits import Bounds, ReadingTime
from monitor.extracts.reading.spreadsheet.kind import SUFFIXES
from monitor.extracts.reading.workbook import open_workbook
from monitor.extracts.reading.zip_file import open_archive, read_entry
from monitor.extracts.refusal import ExtractRefused
from monitor.safe_text import shorten, without_secrets

Files = dict[str, Callable[[], bytes]]

MANIFEST = "manifest.json"
WORKBOOK = "wmt_ps.xlsx"
"""The workbook of the Workload Management Tool, in lower case: its sheets are read with the tables of a folder."""
_CSV, _PARQUET = ".csv", ".parquet"


@contextmanager
def open_path(path: Path, bounds: Bounds, forms: Forms) -> Iterator[Source]:
    """A folder, zip file or workbook on this machine."""
    try:
        if path.is_dir():
            files = [one for one in sorted(path.iterdir()) if one.is_file()]
            with _open_files({one.name: partial(read_file, one, bounds) for one in files}, bounds, forms) as source:
                yield source
        elif path.is_file():
            bounds.check_bytes(path.name, path.stat().st_size)
            with path.open("rb") as file, _open_packed(path.name, file, bounds, forms) as source:
                yield source
        else:
            raise ExtractRefused([f"{without_secrets(str(path))}: there is no such folder or file"])
    except OSError as error:
        raise ExtractRefused([f"{without_secrets(str(path))}: cannot be read: {error}"]) from None


def read_file(path: Path, bounds: Bounds) -> bytes:
    """The bytes of a file; raises ExtractRefused, before it is read, where it is too large."""
    bounds.check_bytes(path.name, path.stat().st_size)
    return path.read_bytes()


@contextmanager
def open_store(address: str, shown: str, bounds: Bounds, forms: Forms) -> Iterator[Source]:
    """A prefix, zip file or workbook at an fsspec URL; ``shown`` is the URL without its secrets."""
    import fsspec

    try:
        store, root = fsspec.core.url_to_fs(address)
        packed = _fetch(store, root, bounds) if store.isfile(root) else None
        entries = store.ls(root, detail=True) if packed is None else []
    except FileNotFoundError:
        raise ExtractRefused([f"{shown}: there is nothing of that name"]) from None
    except ExtractRefused:
        raise
    except Exception as error:  # every kind of store has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
    if packed is None:
        names = [one["name"] for one in entries if one["type"] == "file"]
        files: Files = {PurePosixPath(name).name: partial(_fetch, store, name, bounds) for name in names}
        with _open_files(files, bounds, forms) as source:
            yield source
    else:
        with _open_packed(PurePosixPath(root).name, io.BytesIO(packed), bounds, forms) as source:
            yield source


def _fetch(store: Any, name: str, bounds: Bounds) -> bytes:
    """The bytes of a file of a store; raises ExtractRefused where it is too large, as soon as that is known."""
    shown = PurePosixPath(name).name
    try:
        size = store.info(name).get("size")
        if size is not None:
            bounds.check_bytes(shown, size)
            return bytes(store.cat_file(name))
        with store.open(name, "rb") as file:
            content = bytes(file.read(bounds.bytes + 1))
    except ExtractRefused:
        raise
    except Exception as error:  # every kind of store has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
    bounds.check_bytes(shown, len(content))
    return content


def _short(error: Exception) -> str:
    return shorten(" ".join(str(error).split()))


@contextmanager
def _open_packed(name: str, file: io.BufferedIOBase, bounds: Bounds, forms: Forms) -> Iterator[Source]:
    """One file that holds every table: a zip file or a workbook."""
    kind = PurePosixPath(name).suffix.lower()
    if kind in SUFFIXES:
        with open_workbook(name, file, bounds) as source:
            yield source
    elif kind == ".zip":
        watch = ReadingTime(bounds)
        watch.start(name)
        try:
            archive = open_archive(name, file, watch)
        except ExtractRefused:
            raise
        except Exception as error:  # a damaged zip file can fail in any part of the reader
            raise ExtractRefused([f"{name}: not a readable zip file ({_short(error)}); pack it again"]) from None
        with archive:
            files = _zipped(archive, watch, bounds)
            _check_depth(name, archive, files)
            with _open_files(files, bounds, forms) as source:
                yield source
    else:
        raise ExtractRefused(
            [f"{name}: is one file; name the folder it lies in, a zip file (.zip) or a workbook (.xlsx)"]
        )


def _check_depth(name: str, archive: zipfile.ZipFile, files: Files) -> None:
    """Raise ExtractRefused where every table lies deeper than it is looked for."""
    paths = [PurePosixPath(entry.replace("\\", "/")) for entry in archive.namelist()]
    deep = [path for path in paths if len(path.parts) > 2 and _is_table(path)]
    if deep and not any(_is_table(PurePosixPath(file)) for file in files):
        raise ExtractRefused(
            [
                f"{name}: its tables lie deeper than one folder, such as {shorten(str(deep[0]))}: "
                f"pack the folder {deep[0].parent.name} alone"
            ]
        )


def _zipped(archive: zipfile.ZipFile, watch: ReadingTime, bounds: Bounds) -> Files:
    """Entries at the top or one folder deep, by file name; read in memory, never unpacked to disk."""
    files: Files = {}
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or path.is_absolute() or ".." in path.parts or len(path.parts) > 2:
            continue
        twice = path.name in files
        files[path.name] = _twice(path.name) if twice else partial(read_entry, archive, entry, watch, bounds)
    return files


@contextmanager
def _open_files(files: Files, bounds: Bounds, forms: Forms) -> Iterator[Source]:
    """Tables in files and, if the workbook is among them, in its sheets, which come first."""
    tables = files_source(files, bounds, forms)
    workbook = next((name for name in files if name.lower() == WORKBOOK), None)
    if workbook is None:
        yield tables
        return
    with open_workbook(workbook, io.BytesIO(files[workbook]()), bounds) as book:
        yield replace(
            tables,
            find=lambda name: book.find(name) if name in book.names else tables.find(name),
            holds=f"{tables.holds}; {book.holds}",
            names=(*book.names, *(name for name in tables.names if name not in book.names)),
        )


def _twice(name: str) -> Callable[[], bytes]:
    def refuse() -> bytes:
        raise ExtractRefused([f"{name}: is in the zip file more than once; keep one"])

    return refuse


def files_source(files: Files, bounds: Bounds, forms: Forms) -> Source:
    """The source whose tables are ``<table>.csv`` or ``<table>.parquet`` among ``files``."""
    named: dict[str, list[str]] = {}
    for path in map(PurePosixPath, files):
        if _is_table(path):
            named.setdefault(path.stem, []).append(path.name)

    def find(table: str) -> Sheet | None:
        names = named.get(table, [])
        if len(names) > 1:
            raise ExtractRefused([f"{' and '.join(names)}: both are here; keep one"])
        return _sheet(names[0], files[names[0]], bounds, partial(forms, table)) if names else None

    return Source(find, holding("the files", files), tuple(named), files.get(MANIFEST))


def _is_table(path: PurePosixPath) -> bool:
    return path.suffix.lower() in (_CSV, _PARQUET) and not path.name.startswith(".")


def _sheet(name: str, read: Callable[[], bytes], bounds: Bounds, form_of: Callable[[bytes], CsvForm]) -> Sheet:
    try:
        content = read()
    except OSError as error:
        raise ExtractRefused([f"{name}: cannot be read: {error}"]) from None
    if not content:
        raise ExtractRefused([f"{name}: the file is empty; export it again"])
    if PurePosixPath(name).suffix.lower() == _PARQUET:
        return parquet_sheet(name, content, bounds)
    return csv_sheet(name, content, bounds, form_of(content))
