"""Find the latest extract in the watched folder or prefix."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any, Final

import fsspec

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.manifest import read_manifest
from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.sources import PACKED_SUFFIXES, open_source
from monitor.operations.watched_place.names import BEING_WRITTEN, PARTIAL_SUFFIXES, Choice, Entry, choose_extract
from monitor.safe_text import without_secrets

SETTLED_AFTER_SECONDS: Final = 3.0
"""A file that changed less long ago is looked at again after as long: copying writes more often than that."""

EMPTY_FOLDER_SECONDS: Final = 900.0
"""A folder as new as this, with nothing in it, is about to be filled; the scheduler looks again after as long."""

_WITH_MANIFEST: Final = ".zip"


class NoExtract(ExtractRefused):
    """No extract has arrived for the week."""


class SourceUnreadable(ExtractRefused):
    """The folder or prefix itself cannot be read."""


@dataclass(frozen=True)
class _State:
    """What changes while an entry is being written. changed: seconds since 1970; 0 if the store writes at once."""

    size: int | None
    changed: float
    is_folder: bool

    def age(self, now: datetime) -> float:
        """Seconds between now and the last change; the clock of another machine may be ahead."""
        return abs(now.timestamp() - self.changed)


@dataclass(frozen=True)
class WatchedPlace:
    """The watched place as one look finds it.

    source: folder or fsspec URL.
    bounds: of the tables of an extract, for its manifest.
    now: aware of its time zone; None for a look that reads nothing and so need not wait for what is being written.
    pause: waits so many seconds.
    """

    source: str
    bounds: Bounds
    now: datetime | None = None
    pause: Callable[[float], None] = field(default=time.sleep)

    @property
    def shown(self) -> str:
        """The place as it may be shown."""
        return without_secrets(self.source)

    def choose(self) -> Choice:
        """What the place would give; raises SourceUnreadable if it cannot be listed."""
        try:
            files, root = fsspec.url_to_fs(self.source)
            # A store may remember its listings, and the scheduler would never see what arrives.
            files.invalidate_cache()
            # Object stores may list the prefix itself as an empty object.
            listing = [entry for entry in files.ls(root, detail=True) if entry["name"].rstrip("/") != root.rstrip("/")]
            entries = [Entry(_name_of(entry), _is_folder(files, entry)) for entry in listing]
            paths = {_name_of(entry): entry["name"].rstrip("/") for entry in listing}
            return choose_extract(
                entries,
                lambda name: self._why_not_ready(files, paths[name]),
                lambda name: self._stated_as_at(self.address_of(name)),
            )
        except Exception as error:  # every kind of store has its own exceptions
            raise SourceUnreadable([f"{self.shown}: cannot be read: {error}"]) from None

    def address_of(self, name: str) -> str:
        """The path or URL of an entry of the place."""
        files, root = fsspec.url_to_fs(self.source)
        path = f"{root.rstrip('/')}/{name}"
        return str(files.unstrip_protocol(path)) if "://" in self.source else path

    def _why_not_ready(self, files: Any, path: str) -> str | None:
        """Why an entry cannot be read yet; None also if it cannot be looked at: the run then says what is wrong."""
        try:
            before = _states(files, path)
            if why := _incomplete(before, path, self.now):
                return why
            if self.now is None or all(state.age(self.now) >= SETTLED_AFTER_SECONDS for state in before.values()):
                return None
            self.pause(SETTLED_AFTER_SECONDS)
            return None if _states(files, path) == before else BEING_WRITTEN
        except FileNotFoundError:
            return "no longer there"
        except OSError:
            return None

    def _stated_as_at(self, address: str) -> date | None:
        """The as-at date in the manifest of an extract; None without one, or if it cannot be read."""
        suffix = PurePosixPath(address).suffix.lower()
        if suffix in PACKED_SUFFIXES and suffix != _WITH_MANIFEST:
            return None
        try:
            with open_source(address, self.bounds) as opened:
                return read_manifest(opened.manifest).as_at
        except ExtractRefused:
            # The run says what is wrong with it, if it is the one to read.
            return None


def _incomplete(states: Mapping[str, _State], path: str, now: datetime | None) -> str | None:
    """Why an entry cannot be complete, whenever it was written. states: of it and, if it is a folder, of its files."""
    if any(PurePosixPath(name).suffix.lower() in PARTIAL_SUFFIXES for name in states):
        return BEING_WRITTEN
    itself = states[path]
    if not itself.is_folder:
        return f"empty: {BEING_WRITTEN}" if itself.size == 0 else None
    is_new = len(states) == 1 and now is not None and itself.age(now) < EMPTY_FOLDER_SECONDS
    return f"an empty folder: {BEING_WRITTEN}" if is_new else None


def _states(files: Any, path: str) -> dict[str, _State]:
    """The state of an entry and, if it is a folder, of each of its files, by path."""
    files.invalidate_cache()
    itself = files.info(path)
    is_folder = _is_folder(files, itself)
    listing = files.ls(path, detail=True) if is_folder else []
    inside = {entry["name"]: _state(entry, is_folder=False) for entry in listing}
    return inside | {path: _state(itself, is_folder)}


def _state(entry: Mapping[str, Any], is_folder: bool) -> _State:
    # In the file systems that say so, "created" is when the entry was last changed in any way, also moved into place.
    moments = [_timestamp(entry.get(key)) for key in ("mtime", "created")] if "mtime" in entry else []
    return _State(entry.get("size"), max(moments, default=0.0), is_folder)


def _timestamp(value: Any) -> float:
    """Seconds since 1970; a moment without a time zone is in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    return float(value) if isinstance(value, int | float) else 0.0


def _is_folder(files: Any, entry: Mapping[str, Any]) -> bool:
    """Whether it is a folder, or a link to one."""
    return bool(entry["type"] == "directory" or (entry["type"] != "file" and files.isdir(entry["name"])))


def _name_of(entry: Mapping[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]
