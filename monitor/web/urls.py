"""Addresses of the pages: of a unit, of the page that was asked for, and back to it after signing in."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlencode

from fastapi import Request

from alerts.digest.scope.units import path_of
from tiering.terms import Level

_LONGEST_PART: Final = 60
"""Characters that the name of a unit takes in the name of a file."""


def address(level: str, code: str, as_at: str = "") -> str:
    """The address of the page of a unit or an offender manager."""
    path = "/" if level == Level.ALL else path_of(level, code)
    return f"{path}{'&' if '?' in path else '?'}as_at={as_at}" if as_at else path


def file_part(level: str, name: str) -> str:
    """What the name of a file says of a unit: level and name, in letters and digits that every system takes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    named = words if words[:1] == [level] else [*level.split("_"), *words]
    return "-".join(named)[:_LONGEST_PART].strip("-")


def decide_address(level: str, code: str, episode: str) -> str:
    """The address of the form of a decision about an episode of a unit."""
    return f"/decide?{urlencode({'unit': f'{level}/{code}', 'episode': episode})}"


def answer_address(concern: int) -> str:
    """The address of the form that answers a concern."""
    return f"/concern/{concern}/answer"


def reading_address(key: str) -> str:
    """The address of the form of a second reading; key: stands for the plan."""
    return f"/benchmark/{key}"


def path_asked(request: Request) -> str:
    """The path of a request as it was written, so that a link to the same page has the same code in it."""
    raw: bytes | None = request.scope.get("raw_path")
    return quote(request.scope["path"]) if raw is None else raw.decode("latin-1")


def with_query(path: str, request: Request) -> str:
    """A path with the query of a request."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def safe_path(path: str) -> str:
    """A path of these pages; the start page if it leads anywhere else."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"
