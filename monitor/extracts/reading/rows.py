"""The rows of one table as its source holds them: text, before any check."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from monitor.safe_text import list_names
from tiering.caseload import Column

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be parted into columns; ``line`` is where it starts."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Rows:
    """Rows of one table: an Arrow array of text per column, by our column names, and the line each row starts on.

    The text of a column may stand in a dictionary, with places for the rows: ``different_texts`` reads both forms.
    """

    columns: dict[str, Any]
    lines: Positions
    sha256: str
    broken: list[BrokenRow] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """One table found in a source: its headings, and how to read the columns wanted, by position.

    ``shown`` names it in messages; ``file`` is the file its hash is of.
    """

    shown: str
    file: str
    headings: list[str]
    read: Callable[[Mapping[int, Column]], Rows]


class NotCalculated(Exception):
    """Formulas of a workbook whose result was never stored; ``counts``: how many, by our column."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__(", ".join(counts))
        self.counts = counts


@dataclass(frozen=True)
class Source:
    """Where an extract lies: ``find`` looks up a table by its name there, ``holds`` says what there is.

    ``names``: the names that ``find`` looks up, in the order found. ``manifest`` reads the manifest, if there is one.
    """

    find: Callable[[str], Sheet | None]
    holds: str
    names: tuple[str, ...]
    manifest: Callable[[], bytes] | None = None


def as_text(value: object) -> str | None:
    """A typed value the way a CSV file writes it; None when there is no value."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value != value:
            return None
        case float():
            return plain_number(value)
        case Decimal():
            return None if value.is_nan() else format(value.normalize(), "f")
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
    return str(value)


def plain_number(value: float) -> str:
    """A number without exponent, with the fewest digits that give it back: 37.0 is 37."""
    return str(np.format_float_positional(value, trim="-"))


def lines_in_order(count: int) -> Positions:
    """Line numbers of rows that follow each other below a heading row."""
    return np.arange(2, count + 2, dtype=np.int64)


def text_array(texts: list[str | None]) -> Any:
    """An Arrow array of text."""
    return pa.array(texts, pa.string())


def different_texts(texts: Any) -> Any:
    """A column as a dictionary: each different text once, in the order of its first row, and none that no row holds."""
    if not pa.types.is_dictionary(texts.type):
        return texts.dictionary_encode()
    alike = texts.dictionary.dictionary_encode()
    places = alike.indices.take(texts.indices).dictionary_encode()
    return pa.DictionaryArray.from_arrays(places.indices, alike.dictionary.take(places.dictionary))


def has_text(texts: Any) -> Mask:
    """Which rows of a column hold any text, be it blank."""
    if pa.types.is_dictionary(texts.type):
        held: Mask = np.append(has_text(texts.dictionary), False)[texts.indices.fill_null(-1).to_numpy()]
        return held
    return np.asarray(pc.fill_null(pc.binary_length(texts), 0).to_numpy() > 0, dtype=bool)


def holding(kind: str, names: Iterable[str]) -> str:
    """What a source holds, for a message: the first names in order, and how many more."""
    return f"{kind} {list_names(sorted(names)) or '(none)'}"
