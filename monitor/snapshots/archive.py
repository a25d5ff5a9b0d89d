"""The archive: case-level frames as immutable Parquet files, named by the hash of their content."""

import hashlib
import io
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


class ArchiveDamaged(Exception):
    """A file of the archive is missing, or is not what it was when it was stored."""


def keep(folder: Path, frame: pd.DataFrame) -> str:
    """Write the frame below ``folder`` and return the sha256 that names it; safe to repeat, never half written."""
    content = _bytes(frame)
    name = hashlib.sha256(content).hexdigest()
    path = _path(folder, name)
    if path.is_file() and path.stat().st_size == len(content):
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return name


def recall(folder: Path, name: str) -> pd.DataFrame:
    """The frame of that hash; raises ArchiveDamaged when its file is missing or altered."""
    path = _path(folder, name)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArchiveDamaged(f"{path}: missing from the archive; restore it from a backup") from None
    if hashlib.sha256(content).hexdigest() != name:
        raise ArchiveDamaged(f"{path}: altered since it was stored; restore it from a backup")
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    return frame


def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / f"{name}.parquet"


def _bytes(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()
