"""What a column of a source holds, in numbers: what a draft of the heading map is guessed from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from alerts.wording import count_of
from monitor.extracts.reading.rows import NotCalculated, Sheet, different_texts
from monitor.extracts.reading.workbook import CALCULATE
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wording import error_words, fold, null_words, without_unseen
from tiering.caseload import Column

MOST_ROWS: Final = 100_000
"""Rows of a table that are looked at."""

_COLUMNS_AT_ONCE = 1_024
_NUMBER = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$"


@dataclass(frozen=True, eq=False)
class ColumnProfile:
    """One column of a source, as far as it was looked at.

    - position: of its heading, from 0.
    - texts: an Arrow array of its different values, the commonest first; no blanks around them, no words for no value.
    - counts: how many rows hold each.
    - rows: how many rows there are.
    """

    heading: str
    position: int
    texts: Any
    counts: Any
    rows: int

    @cached_property
    def filled(self) -> int:
        """How many rows have a value."""
        return int(self.counts.sum())

    @property
    def different(self) -> int:
        """How many different values there are."""
        return len(self.texts)

    def values(self, most: int) -> list[tuple[str, int]]:
        """The commonest values, each with its rows."""
        return list(zip(self.texts.slice(0, most).to_pylist(), self.counts[:most].tolist(), strict=True))

    def share(self, pattern: str) -> float:
        """The share of the rows with a value whose value matches."""
        # Every column of ours asks the same few patterns of a column, and to search for one takes a while.
        if pattern not in self._shares:
            self._shares[pattern] = self.share_of(pc.match_substring_regex(self.texts, pattern))
        return self._shares[pattern]

    @cached_property
    def _shares(self) -> dict[str, float]:
        return {}

    def share_of(self, flags: Any) -> float:
        """The share of the rows with a value whose value is flagged."""
        return float(self.counts[np.asarray(flags, dtype=bool)].sum() / self.filled) if self.filled else 0.0

    @cached_property
    def numbers(self) -> Any:
        """Its values that are numbers."""
        shaped = self.texts.filter(pc.match_substring_regex(self.texts, _NUMBER))
        return np.array(shaped.to_pylist(), dtype=np.float64)

    @cached_property
    def number_share(self) -> float:
        """The share of the rows with a value that hold a number."""
        return self.share(_NUMBER)

    @cached_property
    def keys(self) -> Any:
        """Its values as codes are compared between tables: without the zeros and decimals that programs add or drop."""
        plain = pc.replace_substring_regex(fold(self.texts), r"^([0-9]+)\.0+$", r"\1")
        return pc.replace_substring_regex(plain, r"^0+([0-9])", r"\1")


@dataclass(frozen=True)
class SheetProfile:
    """One table of a source: its name there, its columns, and why its rows could not be read, if so."""

    name: str
    columns: tuple[ColumnProfile, ...]
    unread: str = ""

    @property
    def rows(self) -> int:
        """Rows that were looked at."""
        return max((column.rows for column in self.columns), default=0)


def read_profile(name: str, sheet: Sheet) -> SheetProfile:
    """What the columns of a table hold; of a table or column that cannot be read, only its headings."""
    places = [place for place, heading in enumerate(sheet.headings) if heading.strip()]
    columns: list[ColumnProfile] = []
    formulas = 0
    try:
        for start in range(0, len(places), _COLUMNS_AT_ONCE):
            some = places[start : start + _COLUMNS_AT_ONCE]
            read = _read_columns(sheet, some)
            columns += [read[place] if place in read else _heading_only(sheet, place) for place in some]
            formulas += len(some) - len(read)
    except ExtractRefused as refused:
        return replace(headings_only(name, sheet), unread=refused.faults[0])
    return SheetProfile(
        name, tuple(columns), f"{count_of(formulas, 'column')} of formulas {CALCULATE}" * bool(formulas)
    )


def headings_only(name: str, sheet: Sheet) -> SheetProfile:
    """The headings of a table as columns of no rows."""
    columns = [_heading_only(sheet, place) for place, heading in enumerate(sheet.headings) if heading.strip()]
    return SheetProfile(name, tuple(columns))


def _heading_only(sheet: Sheet, place: int) -> ColumnProfile:
    return profile_of(sheet.headings[place], place, pa.array([], pa.string()))


def _read_columns(sheet: Sheet, places: Sequence[int]) -> dict[int, ColumnProfile]:
    """The columns by place, without those of formulas whose result was never stored."""
    try:
        rows = sheet.read({place: Column(str(place)) for place in places})
    except NotCalculated as formulas:
        return _read_columns(sheet, [place for place in places if str(place) not in formulas.counts])
    columns = {place: rows.columns[str(place)].slice(0, MOST_ROWS) for place in places}
    return {place: profile_of(sheet.headings[place], place, texts) for place, texts in columns.items()}


def profile_of(heading: str, position: int, texts: Any) -> ColumnProfile:
    """The profile of an Arrow array of text."""
    encoded = different_texts(texts)
    counts = np.bincount(encoded.indices.drop_null().to_numpy(), minlength=len(encoded.dictionary))
    plain = pc.utf8_trim_whitespace(without_unseen(encoded.dictionary, is_name=False))
    nothing = pc.or_(pc.equal(plain, ""), pc.or_(null_words(plain, is_text=False), error_words(plain)))
    counted = pd.Series(counts).groupby(pd.Series(plain.to_pylist(), dtype=object).mask(np.asarray(nothing))).sum()
    ordered = counted[counted > 0].sort_index().sort_values(ascending=False, kind="stable")
    return ColumnProfile(
        heading.strip(),
        position,
        pa.array(ordered.index.tolist(), pa.string()),
        ordered.to_numpy(dtype=np.int64),
        len(texts),
    )
