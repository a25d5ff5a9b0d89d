"""The file of a bundle: a zip of unpacked members in one fixed form, so that no byte of it can be altered unnoticed.

Nothing is ever unpacked to a disk. Members are stored as they are, and a file that is not byte for byte what this
program would write of its members is refused.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from monitor.parquet import open_parquet
from tiering.faults import UserFault

LARGEST: Final = 1 << 30
"""Bytes of a bundle, and of a table in it when it is unpacked: about 50 times a week of London."""

_MOST_MEMBERS: Final = 500
_MOST_ROWS: Final = 20_000_000
_NAME: Final = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.[a-z]+", re.ASCII)
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def write_container(members: Mapping[str, bytes]) -> bytes:
    """The members as one file; the same members give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as container:
        for name in sorted(members):
            container.writestr(zipfile.ZipInfo(name, _NO_DATE), members[name])
    return sink.getvalue()


def read_container(path: Path) -> dict[str, bytes]:
    """The members of a file by name; raises UserFault if it is not exactly what ``write_container`` writes."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UserFault([f"{path}: cannot be read: {error.strerror}"]) from None
    if len(content) > LARGEST:
        raise UserFault([f"{path}: is larger than {LARGEST:,} bytes, the most that a bundle may have"])
    members = _read_members(path, content)
    if write_container(members) != content:
        raise UserFault([f"{path}: holds bytes that no bundle has: it was altered, or packed again by another program"])
    return members


def read_member_frame(name: str, content: bytes) -> pd.DataFrame:
    """The rows of a Parquet member; raises UserFault if it is too large or cannot be read."""
    try:
        file = open_parquet(io.BytesIO(content))
        rows = file.metadata.num_rows
        size = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
        if rows > _MOST_ROWS or size > LARGEST:
            raise UserFault([f"{name}: unpacks to {rows:,} rows in {size:,} bytes, more than a bundle may have"])
        frame: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
    except (OSError, ValueError, RuntimeError) as error:  # what Arrow raises for any file that it cannot read
        raise UserFault([f"{name}: cannot be read: {str(error).splitlines()[0]}"]) from None
    return frame


def _read_members(path: Path, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            entries = container.infolist()
            faults = _entry_faults(entries)
            if faults:
                raise UserFault([f"{path}: {fault}" for fault in faults])
            return {entry.filename: _read(path, container, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise UserFault([f"{path}: is not a bundle, or is damaged: {error}"]) from None


def _read(path: Path, container: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return container.read(entry)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
        raise UserFault([f"{path}: {entry.filename} was altered or is damaged: {error}"]) from None


def _entry_faults(entries: list[Any]) -> list[str]:
    """What in the list of members no bundle has, before anything of them is read."""
    if len(entries) > _MOST_MEMBERS:
        return [f"lists {len(entries):,} members, more than the {_MOST_MEMBERS} that a bundle may have"]
    names = [entry.filename for entry in entries]
    faults = [f"{name!r} is not the name of a member of a bundle" for name in names if not _NAME.fullmatch(name)]
    faults += [f"{name} is there twice" for name in sorted({name for name in names if names.count(name) > 1})]
    packed = (entry for entry in entries if entry.compress_type != zipfile.ZIP_STORED)
    faults += [f"{entry.filename} is packed, and the members of a bundle are not" for entry in packed]
    return faults
