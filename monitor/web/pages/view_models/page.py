"""What every page has: a template, a title, where it stands, tables to download, and what the access log records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, NamedTuple, Protocol

import pandas as pd

from monitor.web.access_log import Subject

A_PAGE: Final = 50
"""Rows that one page of a long list shows."""

A_PRINT: Final = 2000
"""Rows that the page of a whole list shows, to be printed."""

Table = Callable[[], pd.DataFrame]


class Link(NamedTuple):
    """Words that lead to a path; to nowhere if it is empty."""

    says: str
    path: str


class Renderable(Protocol):
    """What the renderer needs of a page.

    - context: the names its template reads; file_part: what its tables have in the names of their files.
    """

    @property
    def template(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def trail(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def tables(self) -> Mapping[str, Table]: ...
    @property
    def subjects(self) -> tuple[Subject, ...]: ...
    @property
    def context(self) -> Mapping[str, object]: ...
    @property
    def file_part(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class PageModel:
    """A page as typed fields; its template reads them as ``page.field``.

    trail: the pages above it. tables: what can be downloaded, by name. subjects: the units, people and cases that it
    shows, as far as the access log records them.
    """

    template: ClassVar[str]

    title: str
    trail: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    file_part: str = ""

    @property
    def context(self) -> Mapping[str, object]:
        return {"page": self}


@dataclass(frozen=True)
class Page:
    """A what-if page: its template reads the words by their names."""

    template: str
    title: str
    words: Mapping[str, object]
    trail: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    file_part: str = ""

    @property
    def context(self) -> Mapping[str, object]:
        return self.words


class Part(NamedTuple):
    """One page of a long list. first, end: its places in the list."""

    number: int
    pages: int
    first: int
    end: int


def part_of(length: int, wanted: int, size: int = A_PAGE) -> Part:
    """The wanted page of a list, counted from 1, of ``size`` rows each; the last one if there are not so many."""
    pages = max(1, -(-length // size))
    number = min(wanted, pages)
    return Part(number, pages, (number - 1) * size, min(number * size, length))
