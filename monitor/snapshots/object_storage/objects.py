"""Read, write, list and delete the objects of an archive below a URL.

Keys are those of the files of a folder: ``ab/`` and the hash that begins so. Any other object is left alone, because a
bucket may hold more than the archive.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from monitor.snapshots.object_storage.connection import in_words, open_storage

_KEY: Final = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})\.parquet")


@dataclass(frozen=True)
class StoredObject:
    """An object of the archive. size: in bytes. changed: seconds since 1970."""

    key: str
    size: int
    changed: float


def read_object(url: str, key: str) -> bytes:
    """Read an object; raises FileNotFoundError, ConfigFault or StorageOutOfReach."""
    files, root = open_storage(url)
    with in_words(url):
        content: bytes = files.cat_file(f"{root}/{key}")
    return content


def write_objects(url: str, contents: Mapping[str, bytes]) -> None:
    """Write objects by key, each wholly or not at all, several at once; raises ConfigFault or StorageOutOfReach."""
    if not contents:
        return
    files, root = open_storage(url)
    with in_words(url):
        files.pipe({f"{root}/{key}": content for key, content in contents.items()})


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


def _changed(entry: Mapping[str, Any]) -> float:
    """When an object was last written, in seconds since 1970; now, if the storage does not say."""
    moments = (entry[name] for name in ("LastModified", "mtime", "updated", "created") if entry.get(name) is not None)
    moment = next(moments, datetime.now(UTC))
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
