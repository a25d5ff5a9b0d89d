"""Read, write, list and delete the objects of an archive below a URL.

Keys are those of the files of a folder: ``ab/`` and the hash that begins so. Any other object is left alone, because a
bucket may hold more than the archive.
"""

import errno
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from monitor.snapshots.object_storage.connection import in_words, open_storage

_KEY: Final = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})\.parquet")


@dataclass(frozen=True)
class StoredObject:
    """An object of the archive. size: in bytes. changed: seconds since 1970; infinite if it is not known."""

    key: str
    size: int
    changed: float


def read_object(url: str, key: str) -> bytes:
    """Read an object; raises FileNotFoundError, ConfigFault or StorageOutOfReach."""
    files, root = open_storage(url)
    with in_words(url):
        content: bytes = files.cat_file(f"{root}/{key}")
    return content


def read_objects(url: str, keys: Sequence[str]) -> list[bytes | None]:
    """Read objects at the same time, in the order of their keys; None for one that is missing.

    Raises ConfigFault or StorageOutOfReach.
    """
    files, root = open_storage(url)
    paths = [f"{root}/{key}" for key in keys]
    with in_words(url):
        found = files.cat(paths, on_error="return") if paths else {}
    return [_content_or_none(url, found[path]) for path in paths]


def write_objects(url: str, contents: Mapping[str, bytes]) -> None:
    """Write objects by key, each wholly or not at all, several at once; raises ConfigFault or StorageOutOfReach."""
    if not contents:
        return
    files, root = open_storage(url)
    with in_words(url):
        files.pipe({f"{root}/{key}": content for key, content in contents.items()})


def create_object(url: str, key: str, content: bytes) -> None:
    """Write an object unless it is there; raises ConfigFault or StorageOutOfReach.

    Of two that write at once one is first, if the storage knows conditional writes, as S3 does; else the last stays.
    """
    files, root = open_storage(url)
    with in_words(url), suppress(FileExistsError):
        try:
            files.pipe_file(f"{root}/{key}", content, mode="create")
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
            files.pipe_file(f"{root}/{key}", content)


def list_objects(url: str) -> list[StoredObject]:
    """List the objects of the archive, sorted by key; raises ConfigFault or StorageOutOfReach."""
    files, root = open_storage(url)
    with in_words(url):
        found = files.find(root, detail=True)
    entries = ((path.removeprefix(root).lstrip("/"), entry) for path, entry in found.items())
    return sorted(
        (StoredObject(key, entry["size"], _changed(entry)) for key, entry in entries if _KEY.fullmatch(key)),
        key=lambda stored: stored.key,
    )


def delete_objects(url: str, keys: Iterable[str]) -> None:
    """Delete objects, which may be gone already; raises ConfigFault or StorageOutOfReach."""
    files, root = open_storage(url)
    for key in keys:
        try:
            with in_words(url):
                files.rm_file(f"{root}/{key}")
        except FileNotFoundError:
            continue


def _content_or_none(url: str, answer: bytes | Exception) -> bytes | None:
    """What was read; None if it is missing. Raises StorageOutOfReach for any other exception."""
    try:
        with in_words(url):
            if isinstance(answer, Exception):
                raise answer
    except FileNotFoundError:
        return None
    return answer


def _changed(entry: Mapping[str, Any]) -> float:
    """When an object was last written, in seconds since 1970; infinite, which is never old, if it is not known."""
    moments = (entry[name] for name in ("LastModified", "mtime", "updated", "created") if entry.get(name) is not None)
    moment = next(moments, math.inf)
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
