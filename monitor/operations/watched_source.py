"""Find the latest extract in the watched folder or prefix."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import fsspec

from monitor.extracts import ExtractRefused
from monitor.safe_text import without_secrets

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class NoExtract(ExtractRefused):
    """No extract has arrived for the week."""


class SourceUnreadable(ExtractRefused):
    """The folder or prefix itself cannot be read."""


def newest_extract(source: str) -> tuple[str, date]:
    """Find the latest extract of a watched folder or prefix, and its as-at date.

    - Each extract is a folder, a zip file or a workbook with its as-at date in its name.
    - Raises NoExtract if there is none, and SourceUnreadable if the source cannot be listed.
    """
    shown = without_secrets(source)
    try:
        files, root = fsspec.url_to_fs(source)
        entries = files.ls(root, detail=True)
    except Exception as error:  # every kind of store has its own exceptions
        raise SourceUnreadable([f"{shown}: cannot be read: {error}"]) from None
    names = [entry["name"].rstrip("/") for entry in entries if _may_be_extract(entry)]
    dated = {name: as_at for name in names if (as_at := _date_in(name.rpartition("/")[2])) is not None}
    if not dated:
        raise NoExtract([f"{shown}: holds no extract with its as-at date in its name, such as 2026-11-20"])
    # If two have the same date, the name decides, so that every check and every machine picks the same one.
    newest = max(dated, key=lambda name: (dated[name], name))
    return str(files.unstrip_protocol(newest)) if "://" in source else newest, dated[newest]


def _may_be_extract(entry: Mapping[str, Any]) -> bool:
    """Whether it is a folder, a zip file or a workbook, and no longer being written."""
    name = PurePosixPath(entry["name"])
    return not name.name.startswith(".") and (entry["type"] == "directory" or name.suffix.lower() in (".zip", ".xlsx"))


def _date_in(name: str) -> date | None:
    match = _DATE.search(name)
    try:
        return None if match is None else date.fromisoformat(match.group())
    except ValueError:
        return None
