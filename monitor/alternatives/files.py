"""Alternative histories as files: one folder each below the home, with a file per week and a manifest."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from monitor.snapshots.store import Store

MANIFEST: Final = "manifest.json"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
FILE: Final = rf"^{_NAME.pattern}/(\d{{4}}-\d\d-\d\d\.parquet|{re.escape(MANIFEST)})$"
"""What the path of a file of an alternative looks like within the folder of them all."""


class WeekEntry(BaseModel):
    """What one file of an alternative was calculated from, and its hash."""

    model_config = ConfigDict(frozen=True)

    policy_fingerprint: str
    content_hash: str
    revision: int
    sha256: str


class Manifest(BaseModel):
    """What an alternative history consists of; weeks by as-at date."""

    policy: str
    code_version: str
    weeks: dict[date, WeekEntry] = {}


def is_name(text: str) -> bool:
    """Whether an alternative can have this name: small letters, digits and hyphens."""
    return _NAME.fullmatch(text) is not None


def folder_of(store: Store) -> Path:
    """The folder of every alternative of a home; it need not exist."""
    return store.alternatives


def path_of(folder: Path, as_at: date) -> Path:
    """The file of one week of an alternative."""
    return folder / f"{as_at}.parquet"


def hash_of(path: Path) -> str:
    """The SHA-256 of a file; empty if there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def stored_manifest(folder: Path) -> Manifest | None:
    """The manifest of an alternative as it is stored; None if there is none, or none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def stored_files(folder: Path) -> Iterator[tuple[str, bytes | None]]:
    """Every file of every alternative of a home, by name and path within the folder: its weeks, then its manifest.

    None in place of a week that is missing or altered.
    """
    for name, manifest in list_alternatives(folder).items():
        for as_at, entry in manifest.weeks.items():
            path = path_of(folder / name, as_at)
            content = path.read_bytes() if path.is_file() else b""
            is_whole = hashlib.sha256(content).hexdigest() == entry.sha256
            yield f"{name}/{path.name}", content if is_whole else None
        yield f"{name}/{MANIFEST}", manifest.model_dump_json(indent=1).encode()


def list_alternatives(folder: Path) -> dict[str, Manifest]:
    """Every alternative with at least one week below the folder of a home, by name."""
    return {name: manifest for name, manifest in _manifests(folder) if manifest.weeks}


def _manifests(folder: Path) -> Iterator[tuple[str, Manifest]]:
    places = sorted(folder.iterdir()) if folder.is_dir() else []
    for place in places:
        manifest = stored_manifest(place) if is_name(place.name) else None
        if manifest is not None:
            yield place.name, manifest
