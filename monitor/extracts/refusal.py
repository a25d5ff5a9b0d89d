"""The refusal of an extract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from monitor.safe_text import MOST_LISTED, list_names, mask_secrets, printable
from tiering.faults import UserFault

MOST_TOLD: Final = 200
"""The most faults of one refusal that are listed one by one without quoting a row; their number is given as well."""


class Quoting(str):
    """A fault that quotes what stands in a file.

    told: the same without quoting it, what is wrong first and then row by row. faults: how many it is.
    """

    told: tuple[str, ...]
    faults: int

    @classmethod
    def of(cls, text: str, told: Sequence[str], faults: int = 1) -> Self:
        made = cls(text)
        made.told, made.faults = tuple(told), faults
        return made


@dataclass(frozen=True)
class FaultLines:
    """Faults in words that quote no row: the first ``MOST_TOLD``, and how many there are."""

    lines: tuple[str, ...]
    count: int


class ExtractRefused(UserFault):
    """An extract that may not become a snapshot; ``faults`` lists everything found, each with the way out.

    told: the same for logs and for the database, which hold no row. Both are safe to show: no secrets, and no
    characters that act on a terminal.
    """

    def __init__(self, faults: Sequence[str], told: FaultLines | None = None) -> None:
        super().__init__([_safe(fault) for fault in faults])
        self.told = told or _told(self.faults)


def first_faults(place: str, faults: Sequence[str]) -> list[str]:
    """The first faults of one place, and how many more it has: a file of a thousand faults has one cause."""
    rest = len(faults) - MOST_LISTED
    if rest <= 0:
        return list(faults)
    more = f"{place}: and {rest:,} more"
    return [*faults[:MOST_LISTED], Quoting.of(more, [more], rest)]


def join_alike(faults: Sequence[str]) -> list[str]:
    """The faults, each once: what is wrong with several places in the same way is said of all of them together."""
    places: dict[str, list[str]] = {}
    joined: dict[str, str] = {}
    for fault in faults:
        place, divider, says = fault.partition(": ")
        is_plain = bool(divider) and not isinstance(fault, Quoting)
        joined.setdefault(says if is_plain else fault, fault)
        if is_plain:
            places.setdefault(says, []).append(place)
    return [
        f"{list_names(dict.fromkeys(places[key]))}: {key}" if len(places.get(key, ())) > 1 else fault
        for key, fault in joined.items()
    ]


def _safe(fault: str) -> str:
    if isinstance(fault, Quoting):
        return Quoting.of(_shown(fault), [_shown(line) for line in fault.told], fault.faults)
    return _shown(fault)


def _shown(text: str) -> str:
    return printable(mask_secrets(text))


def _told(faults: Sequence[str]) -> FaultLines:
    """Every fault in a line, then what is behind them row by row, so that no table hides another's faults."""
    parts = [one.told if isinstance(one, Quoting) else (one,) for one in faults]
    lines = [part[0] for part in parts] + [line for part in parts for line in part[1:]]
    return FaultLines(tuple(lines[:MOST_TOLD]), sum(one.faults if isinstance(one, Quoting) else 1 for one in faults))
