"""The dates in a file name, and what is left of the name without them."""

import re
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

UNNAMED: Final = ""
"""What is left of a name that is nothing but its date."""

_YEAR: Final = "((?:19|20)[0-9]{2})"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = f"({'|'.join(_MONTHS)})[a-z]*"
_DAY: Final = "([0-9]{1,2})(?:st|nd|rd|th)?"
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_TAKEN_OUT: Final = "\0"


def _alone(pattern: str) -> re.Pattern[str]:
    """The pattern where it is no part of a longer number."""
    return re.compile(f"(?<![0-9]){pattern}(?![0-9])", re.IGNORECASE)


_READABLE: Final = _alone(rf"{_YEAR}([-_. ]?)([0-9]{{2}})\2([0-9]{{2}})")
_TIME: Final = re.compile(
    rf"{_TAKEN_OUT}[T _-]*(?:[01][0-9]|2[0-3])[-:.]?[0-5][0-9](?:[-:.]?[0-5][0-9])?Z?(?![0-9])", re.IGNORECASE
)
_BETWEEN: Final = re.compile(rf"[\s_.,\-{_TAKEN_OUT}]+")
_MADE_AGAIN: Final = re.compile(
    r"\([0-9]+\)|\bcopy of\b|\b(?:copy|corrected|correction|revised|resent|final|v[0-9]+)\b"
)


@dataclass(frozen=True)
class NameParts:
    """What a name is made of.

    readable: whether a date is written year first, as 2026-11-20, 2026_11_20 or 20261120, and is no part of a number.
    dates: those, and every other date that a person may read in the name.
    rest: the name without them, in lower case; the same for a file and for a copy or correction of it.
    """

    readable: bool
    dates: frozenset[date]
    rest: str


def name_parts(name: str) -> NameParts:
    """Take a name, without its suffix, apart into its dates and the rest."""
    readable: set[date] = set()
    left = _take_out(_READABLE, name.translate(_HYPHENS), _year_first_readings, readable)
    others: set[date] = set()
    for pattern, readings in _OTHERS:
        # 05-11-2026 next to 2026-11-05 is one date written twice, whichever way it is read.
        left = _take_out(pattern, left, readings, others, readable)
    return NameParts(bool(readable), frozenset(readable | others), _rest(left))


def _take_out(
    pattern: re.Pattern[str],
    text: str,
    readings: Callable[[re.Match[str]], Sequence[date]],
    into: set[date],
    known: Set[date] = frozenset(),
) -> str:
    """Take the dates of a form out of a text, and add the first reading of each that is not known already."""

    def take(match: re.Match[str]) -> str:
        days = readings(match)
        if days and not known & set(days):
            into.add(days[0])
        return _TAKEN_OUT if days else match[0]

    return pattern.sub(take, text)


def _year_first_readings(match: re.Match[str]) -> list[date]:
    *_, month, day = match.groups()
    return _valid((match[1], month, day))


def _year_last_readings(match: re.Match[str]) -> list[date]:
    """Day first, as Britain writes it; then month first."""
    first, second, year = match.groups()
    return _valid((year, second, first), (year, first, second))


def _day_first_readings(match: re.Match[str]) -> list[date]:
    day, month, year = match.groups()
    return _valid((year, _month_number(month), day))


def _month_first_readings(match: re.Match[str]) -> list[date]:
    month, day, year = match.groups()
    return _valid((year, _month_number(month), day))


def _month_number(name: str) -> str:
    return str(1 + _MONTHS.index(name.lower()))


def _valid(*readings: tuple[str, str, str]) -> list[date]:
    """Those of the readings, each year, month and day, that are a day of the calendar."""
    days = []
    for year, month, day in readings:
        with suppress(ValueError):
            days.append(date(int(year), int(month), int(day)))
    return days


def _rest(left: str) -> str:
    """What is left of a name, however its words are divided, without times of day and marks of a copy."""
    words = _BETWEEN.sub(" ", _TIME.sub(" ", left).casefold())
    return " ".join(_MADE_AGAIN.sub(" ", words).split())


_OTHERS: Final = (
    (_alone(rf"{_YEAR}[-_. ]([0-9]{{1,2}})[-_. ]([0-9]{{1,2}})"), _year_first_readings),
    # A time of day behind it: when the file was made, more often than what it is about.
    (_alone(rf"{_YEAR}([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{4}}|[0-9]{{6}})"), _year_first_readings),
    (_alone(rf"([0-9]{{1,2}})[-_. ]([0-9]{{1,2}})[-_. ]{_YEAR}"), _year_last_readings),
    (_alone(rf"([0-9]{{2}})([0-9]{{2}}){_YEAR}"), _year_last_readings),
    (_alone(rf"{_DAY}[-_. ]*{_MONTH}[-_. ,]*{_YEAR}"), _day_first_readings),
    (_alone(rf"{_MONTH}[-_. ]*{_DAY}[-_. ,]*{_YEAR}"), _month_first_readings),
)
