"""The archive: case-level frames as immutable Parquet files, named by the hash of their content.

It lies in a folder or, if the place is a URL, in object storage, with the same names and the same guarantees.
"""

import hashlib
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from monitor import processes
from monitor.parquet import read_frame
from monitor.snapshots.object_storage.objects import (
    delete_objects,
    list_objects,
    read_object,
    read_objects,
    write_objects,
)

Place = Path | str
"""Where an archive lies: a folder, or a URL in object storage."""

PART = ".part"
"""The ending of a file that is still being written, or that a killed run left behind."""

_AT_ONCE = 16
"""Files that are read from object storage at the same time."""

_COPIES = "hotspots."


@dataclass(frozen=True)
class StoredFile:
    """A file as it lies in the archive. name: with its folder. size: in bytes. changed: seconds since 1970."""

    name: PurePosixPath
    size: int
    changed: float


class ArchiveDamaged(Exception):
    """A file of the archive is missing, or differs from what was stored."""


def keep(place: Place, frame: pd.DataFrame) -> str:
    """Write the frame into the archive and return the SHA-256 that names it; safe to repeat, never half written."""
    content = frame_bytes(frame)
    name = hashlib.sha256(content).hexdigest()
    keep_bytes(place, name, content)
    return name


def keep_all(place: Place, frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Write every frame as ``keep`` does and return its SHA-256, by name of the frame."""
    if isinstance(place, Path):
        return {name: keep(place, frame) for name, frame in frames.items()}
    # All at once, because each request to object storage takes its time.
    contents = {name: frame_bytes(frame) for name, frame in frames.items()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    new = find_missing(place, hashes.values())
    wanted = {hashes[name]: content for name, content in contents.items()}
    to_write = {name for name in wanted if name in new or not is_whole(place, name)}
    write_objects(place, {_key(name): wanted[name] for name in sorted(to_write)})
    return hashes


def keep_bytes(place: Place, name: str, content: bytes) -> None:
    """Write a file of that content hash into the archive, unless the same file is already there."""
    if is_whole(place, name):
        return
    if isinstance(place, str):
        write_objects(place, {_key(name): content})
        return
    path = path_of(place, name)
    write_whole(path, content)
    _sync(path.parent)
    _sync(place)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in the place of any that is there, never half of it; raises OSError that names the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The mark of the process shows other processes whether the file is still being written. The random part keeps two
    # threads of one process apart.
    part = path.with_suffix(f".{processes.mark()}-{secrets.token_hex(8)}{PART}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        # If the disk is full, half a file would help to keep it full.
        part.unlink(missing_ok=True)


def clear_abandoned(place: Place) -> None:
    """Remove the unfinished files of processes that have ended, never those being written; object storage has none."""
    if isinstance(place, str):
        return
    for part in place.glob(f"*/*{PART}"):
        if processes.is_gone(part.name):
            part.unlink(missing_ok=True)


def find_missing(place: Place, names: Iterable[str]) -> set[str]:
    """Which of the files of these content hashes are not there; no file is read."""
    if isinstance(place, Path):
        return {name for name in names if not path_of(place, name).is_file()}
    return set(names) - {file.name.stem for file in list_files(place)}


def is_whole(place: Place, name: str) -> bool:
    """Whether the file of that content hash exists and has that hash."""
    try:
        return _has_hash(_content(place, name), name)
    except FileNotFoundError:
        return False


def recall(place: Place, name: str) -> pd.DataFrame:
    """Read the frame of that hash; raises ArchiveDamaged if its file is missing or altered."""
    return read_frame(recall_bytes(place, name))


def recall_bytes(place: Place, name: str) -> bytes:
    """Read the file of that hash; raises ArchiveDamaged if it is missing or altered."""
    shown = path_of(place, name) if isinstance(place, Path) else f"{place}/{_key(name)}"
    try:
        content = _content(place, name)
    except FileNotFoundError:
        raise ArchiveDamaged(f"{shown}: missing from the archive; restore it from a backup") from None
    if not _has_hash(content, name):
        raise ArchiveDamaged(f"{shown}: altered since it was stored; restore it from a backup")
    return content


def recall_all(place: Place, names: Iterable[str], columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """Read the frames of these hashes; raises ArchiveDamaged if a file is missing or altered.

    * columns: only these of each; all without it.
    """
    for name, content in read_whole(place, names):
        yield recall(place, name) if content is None else read_frame(content, columns)


def read_whole(place: Place, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Read files one after another, by their hash; None for one that is missing or altered.

    From object storage several come at the same time, because each alone takes long.
    """
    wanted = list(names)
    at_once = 1 if isinstance(place, Path) else _AT_ONCE
    for start in range(0, len(wanted), at_once):
        part = wanted[start : start + at_once]
        for name, content in zip(part, _contents(place, part), strict=True):
            yield name, content if content is not None and _has_hash(content, name) else None


def list_files(place: Place) -> list[StoredFile]:
    """List everything that lies in the archive, also what is still being written."""
    if isinstance(place, str):
        return [StoredFile(PurePosixPath(found.key), found.size, found.changed) for found in list_objects(place)]
    files = []
    for path in place.glob("*/*"):
        state = path.stat()
        files.append(StoredFile(PurePosixPath(path.relative_to(place)), state.st_size, state.st_mtime))
    return files


def remove_files(place: Place, files: Iterable[StoredFile]) -> None:
    """Remove files of the archive, which may be gone already."""
    if isinstance(place, str):
        delete_objects(place, [str(file.name) for file in files])
        return
    for file in files:
        (place / file.name).unlink(missing_ok=True)


def remove_archive(place: Place) -> None:
    """Remove every file of the archive."""
    if isinstance(place, Path):
        shutil.rmtree(place, ignore_errors=True)
    else:
        remove_files(place, list_files(place))


@contextmanager
def folder_to_read(place: Place) -> Iterator[Path]:
    """The folder of an archive; for object storage, a folder of this account that is deleted in the end.

    Into that folder ``files_to_read`` copies. What a killed process left there, the next one of the machine deletes.
    """
    if isinstance(place, Path):
        yield place
        return
    for left in Path(tempfile.gettempdir()).glob(f"{_COPIES}*"):
        if processes.is_gone(left.name):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_COPIES}{processes.mark()}-") as copies:
        yield Path(copies)


def files_to_read(place: Place, names: Iterable[str], folder: Path) -> dict[str, Path]:
    """The files of these hashes for a library that reads files in place, below a folder from ``folder_to_read``.

    Raises ArchiveDamaged if one is missing or altered.
    """
    paths = {}
    for name, content in read_whole(place, names):
        if content is None:
            content = recall_bytes(place, name)
        paths[name] = path_of(folder, name).absolute()
        if isinstance(place, str) and not paths[name].exists():
            paths[name].parent.mkdir(exist_ok=True)
            paths[name].write_bytes(content)
    return paths


def path_of(folder: Path, name: str) -> Path:
    """The path of the file of that hash below ``folder``."""
    return folder / _key(name)


def _key(name: str) -> str:
    """The place of the file of that hash within an archive."""
    return f"{name[:2]}/{name}.parquet"


def _content(place: Place, name: str) -> bytes:
    """The bytes of the file of that hash, whatever they are; raises FileNotFoundError."""
    return path_of(place, name).read_bytes() if isinstance(place, Path) else read_object(place, _key(name))


def _contents(place: Place, names: Sequence[str]) -> list[bytes | None]:
    """The bytes of the files of these hashes, whatever they are; None for a file that is missing."""
    if isinstance(place, str):
        return read_objects(place, [_key(name) for name in names])
    paths = (path_of(place, name) for name in names)
    return [path.read_bytes() if path.is_file() else None for path in paths]


def _has_hash(content: bytes, name: str) -> bool:
    return hashlib.sha256(content).hexdigest() == name


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as the content of its files does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as a Parquet file; equal frames give equal bytes."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()
