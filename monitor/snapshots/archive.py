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
"""The ending of a file that is still being written, or that a killed run left behind."""


class ArchiveDamaged(Exception):
    """A file of the archive is missing, or differs from what was stored."""


def keep(folder: Path, frame: pd.DataFrame) -> str:
    """Write the frame below ``folder`` and return the SHA-256 that names it; safe to repeat, never half written."""
    content = frame_bytes(frame)
    name = hashlib.sha256(content).hexdigest()
    keep_bytes(folder, name, content)
    return name


def keep_bytes(folder: Path, name: str, content: bytes) -> None:
    """Write a file of that content hash below ``folder``, unless the same file is already there."""
    path = path_of(folder, name)
    if is_whole(folder, name):
        return
    write_whole(path, content)
    _sync(path.parent)
    _sync(folder)


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


def clear_abandoned(folder: Path) -> None:
    """Remove the unfinished files of processes that have ended below ``folder``, never those still being written."""
    for part in folder.glob(f"*/*{PART}"):
        if processes.is_gone(part.name):
            part.unlink(missing_ok=True)


def is_whole(folder: Path, name: str) -> bool:
    """Whether the file of that content hash exists and has that hash."""
    try:
        return hashlib.sha256(path_of(folder, name).read_bytes()).hexdigest() == name
    except FileNotFoundError:
        return False


def recall(folder: Path, name: str) -> pd.DataFrame:
    """Read the frame of that hash; raises ArchiveDamaged if its file is missing or altered."""
    return read_frame(recall_bytes(folder, name))


def recall_bytes(folder: Path, name: str) -> bytes:
    """Read the file of that hash; raises ArchiveDamaged if it is missing or altered."""
    path = path_of(folder, name)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArchiveDamaged(f"{path}: missing from the archive; restore it from a backup") from None
    if hashlib.sha256(content).hexdigest() != name:
        raise ArchiveDamaged(f"{path}: altered since it was stored; restore it from a backup")
    return content


def path_of(folder: Path, name: str) -> Path:
    """The path of the file of that hash below ``folder``."""
    return folder / name[:2] / f"{name}.parquet"


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
