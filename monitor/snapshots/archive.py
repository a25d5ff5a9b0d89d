"""The archive: case-level frames as immutable Parquet files, named by the hash of their content."""

import hashlib
import io
import os
import secrets
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from monitor import processes
from monitor.parquet import read_frame

PART = ".part"
"""How the name of a file ends that is still being written, or that a killed run left so."""


class ArchiveDamaged(Exception):
    """A file of the archive is missing, or is not what it was when it was stored."""


def keep(folder: Path, frame: pd.DataFrame) -> str:
    """Write the frame below ``folder`` and return the sha256 that names it; safe to repeat, never half written."""
    content = _bytes(frame)
    name = hashlib.sha256(content).hexdigest()
    keep_bytes(folder, name, content)
    return name


def keep_bytes(folder: Path, name: str, content: bytes) -> None:
    """Write a file of that content hash below ``folder``, unless the very same is there already."""
    path = path_of(folder, name)
    if is_whole(folder, name):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # The mark of the process: another can tell whether it is still being written. The rest: one process, two threads.
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
        # Half a file would help to keep the disk full.
        part.unlink(missing_ok=True)
    _sync(path.parent)
    _sync(folder)


def clear_abandoned(folder: Path) -> None:
    """Remove what processes that have ended were writing below ``folder``; never what one is still writing."""
    for part in folder.glob(f"*/*{PART}"):
        if processes.is_gone(part.name):
            part.unlink(missing_ok=True)


def is_whole(folder: Path, name: str) -> bool:
    """Whether the file of that content hash is there and is what its name says."""
    try:
        return hashlib.sha256(path_of(folder, name).read_bytes()).hexdigest() == name
    except FileNotFoundError:
        return False


def recall(folder: Path, name: str) -> pd.DataFrame:
    """The frame of that hash; raises ArchiveDamaged when its file is missing or altered."""
    return read_frame(recall_bytes(folder, name))


def recall_bytes(folder: Path, name: str) -> bytes:
    """The file of that hash; raises ArchiveDamaged when it is missing or altered."""
    path = path_of(folder, name)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArchiveDamaged(f"{path}: missing from the archive; restore it from a backup") from None
    if hashlib.sha256(content).hexdigest() != name:
        raise ArchiveDamaged(f"{path}: altered since it was stored; restore it from a backup")
    return content


def path_of(folder: Path, name: str) -> Path:
    """Where the file of that hash lies below ``folder``."""
    return folder / name[:2] / f"{name}.parquet"


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as the files in it do."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bytes(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()
