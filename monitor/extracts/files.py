"""Extracts made of files: a folder, a zip file, an object store."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from monitor.extracts.csv_file import csv_sheet
from monitor.extracts.parquet_file import parquet_sheet
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.rows import LARGEST_FILE, Sheet, Source, holding
from monitor.extracts.workbook import open_workbook

Files = dict[str, Callable[[], bytes]]
MANIFEST = "manifest.json"
_FORMS = {".csv": csv_sheet, ".parquet": parquet_sheet}
_WORKBOOKS = (".xlsx", ".xlsm")


@contextmanager
def open_path(path: Path) -> Iterator[Source]:
    """A folder, zip file or workbook on this machine."""
    try:
        if path.is_dir():
            yield files_source({one.name: one.read_bytes for one in sorted(path.iterdir()) if one.is_file()})
        elif path.is_file():
            with _open_packed(path.name, path.read_bytes()) as source:
                yield source
        else:
            raise ExtractRefused([f"{path}: there is no such folder or file"])
    except OSError as error:
        raise ExtractRefused([f"{path}: cannot be read: {error}"]) from None


@contextmanager
def open_store(address: str, shown: str) -> Iterator[Source]:
    """A prefix, zip file or workbook at an fsspec URL; ``shown`` is the URL without its secrets."""
    import fsspec

    try:
        store, root = fsspec.core.url_to_fs(address)
        if store.isfile(root):
            packed = store.cat_file(root)
            files: Files = {}
        else:
            packed = None
            files = {
                PurePosixPath(one["name"]).name: _fetch(store, one["name"])
                for one in store.ls(root, detail=True)
                if one["type"] == "file"
            }
    except FileNotFoundError:
        raise ExtractRefused([f"{shown}: there is nothing of that name"]) from None
    except Exception as error:  # every kind of store has its own exceptions
        raise ExtractRefused([f"{shown}: cannot be read: {_short(error)}"]) from None
    if packed is None:
        yield files_source(files)
    else:
        with _open_packed(PurePosixPath(root).name, packed) as source:
            yield source


def _fetch(store: Any, name: str) -> Callable[[], bytes]:
    def fetch() -> bytes:
        try:
            return bytes(store.cat_file(name))
        except Exception as error:  # every kind of store has its own exceptions
            raise ExtractRefused([f"{PurePosixPath(name).name}: cannot be read: {_short(error)}"]) from None

    return fetch


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


@contextmanager
def _open_packed(name: str, content: bytes) -> Iterator[Source]:
    """One file that holds every table: a zip file or a workbook."""
    kind = PurePosixPath(name).suffix.lower()
    if kind in _WORKBOOKS:
        with open_workbook(name, content) as source:
            yield source
    elif kind == ".zip":
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ExtractRefused([f"{name}: not a readable zip file ({error}); pack it again"]) from None
        with archive:
            yield files_source(_zipped(archive))
    else:
        raise ExtractRefused(
            [f"{name}: is one file; name the folder it lies in, a zip file (.zip) or a workbook (.xlsx)"]
        )


def _zipped(archive: zipfile.ZipFile) -> Files:
    """Entries at the top or one folder deep, by file name; read in memory, never unpacked to disk."""
    files: Files = {}
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or path.is_absolute() or ".." in path.parts or len(path.parts) > 2:
            continue
        twice = path.name in files
        files[path.name] = _twice(path.name) if twice else _unpack(archive, entry)
    return files


def _twice(name: str) -> Callable[[], bytes]:
    def refuse() -> bytes:
        raise ExtractRefused([f"{name}: is in the zip file more than once; keep one"])

    return refuse


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def unpack() -> bytes:
        if entry.file_size > LARGEST_FILE:
            raise ExtractRefused(
                [f"{entry.filename}: unpacks to {entry.file_size:,} bytes, more than the {LARGEST_FILE:,} allowed"]
            )
        try:
            return archive.read(entry)
        except Exception as error:  # damaged, encrypted or packed in a way unknown here
            raise ExtractRefused([f"{entry.filename}: cannot be unpacked: {error}; pack it again"]) from None

    return unpack


def files_source(files: Files) -> Source:
    """The source whose tables are ``<table>.csv`` or ``<table>.parquet`` among ``files``."""

    def find(table: str) -> Sheet | None:
        named = [f"{table}{form}" for form in _FORMS if f"{table}{form}" in files]
        if len(named) > 1:
            raise ExtractRefused([f"{' and '.join(named)}: both are here; keep one"])
        return _sheet(named[0], files[named[0]]) if named else None

    manifest = files[MANIFEST]() if MANIFEST in files else None
    return Source(find, holding("the files", files), manifest)


def _sheet(name: str, read: Callable[[], bytes]) -> Sheet:
    try:
        content = read()
    except OSError as error:
        raise ExtractRefused([f"{name}: cannot be read: {error}"]) from None
    if not content:
        raise ExtractRefused([f"{name}: the file is empty; export it again"])
    if len(content) > LARGEST_FILE:
        raise ExtractRefused([f"{name}: has {len(content):,} bytes, more than the {LARGEST_FILE:,} allowed"])
    return _FORMS[PurePosixPath(name).suffix](name, content)
