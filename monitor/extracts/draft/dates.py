"""How a column of a source writes its dates."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.draft.profile import ColumnProfile
from monitor.extracts.heading_map import EXCEL_SERIALS

LEAST_SHARE: Final = 0.8
"""The share of the values that must be dates for a column to hold dates."""

_MIDNIGHT = r"[ T]0?0:00(:00(\.0+)?)?(Z|[+-]00:?00)?$"
_ISO = r"^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_FIRST_SERIAL, _LAST_SERIAL = 10_959, 73_050  # 1930 and 2099
_TWO, _YEAR, _MONTH = r"[0-9]{1,2}", r"(?:19|2[01])[0-9]{2}", r"[A-Za-z]{3,9}"
_SIGNS = {"/": "/", ".": r"\.", "-": "-", " ": " "}
_SHORT_MONTHS = frozenset(calendar.month_abbr[month].lower() for month in range(1, 13))


@dataclass(frozen=True)
class DateGuess:
    """The date format of a column.

    - formats: the formats it may be, the likeliest first; empty where all dates are ISO.
    - is_mixed: whether some values can only be of the first format, and some only of the second.
    - share: the share of the values that are dates in it, or ISO dates.
    """

    formats: tuple[str, ...]
    share: float
    is_mixed: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the values allow no other format."""
        return len(self.formats) < 2


@lru_cache(maxsize=1_024)
def guess_dates(column: ColumnProfile) -> DateGuess | None:
    """The format of the dates in a column; None where it does not hold dates."""
    if not column.filled:
        return None
    days = pc.replace_substring_regex(column.texts, _MIDNIGHT, "")
    iso = _mask(pc.match_substring_regex(days, _ISO))
    shapes = _shapes(days)
    counts = {name: int(column.counts[flags].sum()) for name, flags in shapes.items()}
    name = max(counts, key=lambda shape: counts[shape])
    share = (counts[name] + int(column.counts[iso].sum())) / column.filled
    if share < LEAST_SHARE:
        return None
    if not counts[name]:
        return DateGuess((), share)
    flags = shapes[name]
    return replace(_orders(name, days.filter(pa.array(flags)), column.counts[flags]), share=share)


def settle_by(guess: DateGuess, others: Iterable[DateGuess]) -> DateGuess:
    """The same guess with the format first that other columns of the source certainly have; it stays in doubt."""
    certain = Counter(other.formats[0] for other in others if other.formats and other.is_sure)
    return replace(guess, formats=tuple(sorted(guess.formats, key=lambda form: -certain[form])))


def _shapes(days: Any) -> dict[str, Any]:
    """Which values have which shape; "1" and "2" stand for the day and the month in an unknown order."""
    patterns = {"yyyymmdd": rf"^{_YEAR}(0[1-9]|1[0-2])[0-3][0-9]$"}
    for sign, escaped in _SIGNS.items():
        patterns[f"1{sign}2{sign}yyyy"] = rf"^{_TWO}{escaped}{_TWO}{escaped}{_YEAR}$"
        patterns[f"1{sign}2{sign}yy"] = rf"^{_TWO}{escaped}{_TWO}{escaped}[0-9]{{2}}$"
        patterns[f"dd{sign}mmm{sign}yyyy"] = rf"^{_TWO}{escaped}{_MONTH}{escaped}{_YEAR}$"
        patterns[f"dd{sign}mmm{sign}yy"] = rf"^{_TWO}{escaped}{_MONTH}{escaped}[0-9]{{2}}$"
        if sign != "-":
            patterns[f"yyyy{sign}mm{sign}dd"] = rf"^{_YEAR}{escaped}{_TWO}{escaped}{_TWO}$"
    patterns["mmm dd, yyyy"] = rf"^{_MONTH} {_TWO}, {_YEAR}$"
    shapes = {name: _mask(pc.match_substring_regex(days, pattern)) for name, pattern in patterns.items()}
    return {**shapes, EXCEL_SERIALS: _serials(days)}


def _serials(days: Any) -> Any:
    shaped = _mask(pc.match_substring_regex(days, r"^[0-9]{5}(\.0+)?$"))
    numbers = np.zeros(len(shaped))
    numbers[shaped] = np.array(days.filter(pa.array(shaped)).to_pylist(), dtype=np.float64)
    return (numbers >= _FIRST_SERIAL) & (numbers <= _LAST_SERIAL)


def _orders(name: str, days: Any, counts: Any) -> DateGuess:
    """The formats that a shape may be, by days over 12 and by the length of the names of months."""
    if "mmm" in name:
        months = pc.utf8_lower(pc.replace_substring_regex(days, "[^A-Za-z]", ""))
        is_short = set(months.unique().to_pylist()) <= _SHORT_MONTHS
        return DateGuess((name if is_short else name.replace("mmm", "mmmm"),), 0)
    if not name.startswith("1"):
        return DateGuess((name,), 0)
    parts = pc.extract_regex(days, r"^(?P<first>[0-9]+)[^0-9]+(?P<second>[0-9]+)")
    first, second = (np.array(parts.field(place).to_pylist(), dtype=np.int64) for place in (0, 1))
    day_first, month_first = int(counts[first > 12].sum()), int(counts[second > 12].sum())
    uk, us = name.replace("1", "dd").replace("2", "mm"), name.replace("1", "mm").replace("2", "dd")
    if day_first and not month_first:
        return DateGuess((uk,), 0)
    if month_first and not day_first:
        return DateGuess((us,), 0)
    return DateGuess((us, uk) if month_first > day_first else (uk, us), 0, is_mixed=bool(day_first))


def _mask(flags: Any) -> Any:
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=bool)
