"""Which of the entries of the watched place is the newest extract, by their names, and by a manifest if in doubt."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from alerts.wording import count_of
from monitor.extracts.reading.sources import PACKED_SUFFIXES
from monitor.operations.watched_place.dates import UNNAMED, NameParts, name_parts
from monitor.safe_text import list_names

PARTIAL_SUFFIXES: Final = frozenset(
    (".part", ".partial", ".crdownload", ".tmp", ".temp", ".filepart", ".download", ".opdownload", ".aria2", ".!ut")
)
"""What browsers and copying programs put behind a name until the file is complete."""

BEING_WRITTEN: Final = "still being written or downloaded"
UNDATED: Final = "no date such as 2026-11-20 in its name"
MISDATED: Final = "the date in its name is not written as 2026-11-20"

_OPEN_WORKBOOK: Final = "a lock file: a program has the workbook open"
_HIDDEN: Final = "hidden"
_NO_EXTRACT: Final = "not a folder, zip file or workbook"
_NOT_THE_AS_AT: Final = frozenset(("created", "until", "till", "old", "backup", "bak", "draft", "superseded"))
"""Words that say that the date is not the as-at date, or that the file is not the one to use."""


@dataclass(frozen=True)
class Entry:
    """What a listing says of one entry of the watched place; name: without its folder."""

    name: str
    is_folder: bool


@dataclass(frozen=True)
class PassedOver:
    """An entry that is not read, and why."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})"


@dataclass(frozen=True)
class Choice:
    """What the watched place would give.

    name: of the extract to read; None if there is none, or if it is not clear which.
    as_at: the newest date in the place; None if no name has one.
    faults: why it is not clear which, and what to do.
    """

    name: str | None = None
    as_at: date | None = None
    faults: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    """An entry with one or more dates in its name; proved: its manifest says which of them is the as-at date."""

    name: str
    parts: NameParts
    proved: bool = False

    @property
    def newest(self) -> date:
        return max(self.parts.dates)


def choose_extract(
    entries: Sequence[Entry], why_not_ready: Callable[[str], str | None], stated_as_at: Callable[[str], date | None]
) -> Choice:
    """Choose the extract with the newest date; never guess which of several is meant.

    entries: of the watched place, in any order.
    why_not_ready: why the entry of a name cannot be read yet; None if it can. Asked only about the newest.
    stated_as_at: the date in the manifest of the entry of a name; None without one. Asked only about the newest.
    """
    candidates, passed = _sorted_out(entries)
    while candidates:
        newest = max(candidate.newest for candidate in candidates)
        contenders = [candidate for candidate in candidates if candidate.newest == newest]
        unready = {one.name: why for one in contenders if (why := why_not_ready(one.name)) is not None}
        passed += [PassedOver(name, why) for name, why in unready.items()]
        candidates = [candidate for candidate in candidates if candidate.name not in unready]
        if unready:
            continue
        undated = [candidate for candidate in contenders if len(candidate.parts.dates) > 1]
        if not undated:
            return _decide(contenders, candidates, passed, stated_as_at)
        decided = {candidate.name: _decided_date(candidate, stated_as_at) for candidate in undated}
        faults = [_several_dates(candidate) for candidate in undated if not decided[candidate.name].proved]
        if faults:
            return Choice(None, newest, tuple(faults), tuple(passed))
        candidates = [decided.get(candidate.name, candidate) for candidate in candidates]
    return Choice(passed_over=tuple(passed))


def reason_to_pass_over(entry: Entry) -> str | None:
    """Why an entry is not an extract, whatever its date; None if it may be one."""
    path = PurePosixPath(entry.name)
    if entry.name.startswith(("~$", ".~lock.")):
        return _OPEN_WORKBOOK
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = suffixes[-1:]
    before = suffixes[-2:-1] if last and last[0] in PACKED_SUFFIXES else []
    if PARTIAL_SUFFIXES.intersection([*last, *before]):
        return BEING_WRITTEN
    if entry.name.startswith((".", "~")):
        return _HIDDEN
    return None if entry.is_folder or (last and last[0] in PACKED_SUFFIXES) else _NO_EXTRACT


def _sorted_out(entries: Sequence[Entry]) -> tuple[list[_Candidate], list[PassedOver]]:
    """The entries that may be extracts and have a date, and all the others."""
    candidates, passed = [], []
    for entry in sorted(entries, key=lambda entry: entry.name):
        reason = reason_to_pass_over(entry)
        if reason is not None:
            passed.append(PassedOver(entry.name, reason))
            continue
        parts = name_parts(entry.name if entry.is_folder else PurePosixPath(entry.name).stem)
        if parts.readable:
            candidates.append(_Candidate(entry.name, parts))
        else:
            passed.append(PassedOver(entry.name, MISDATED if parts.dates else UNDATED))
    return candidates, passed


def _decided_date(candidate: _Candidate, stated_as_at: Callable[[str], date | None]) -> _Candidate:
    """The candidate with the one of its dates that its manifest states; unchanged if the manifest states none."""
    stated = stated_as_at(candidate.name)
    if stated not in candidate.parts.dates:
        return candidate
    return replace(candidate, parts=replace(candidate.parts, dates=frozenset((stated,))), proved=True)


def _decide(
    contenders: Sequence[_Candidate],
    candidates: Sequence[_Candidate],
    passed: Sequence[PassedOver],
    stated_as_at: Callable[[str], date | None],
) -> Choice:
    """Choose among the candidates of the newest date. candidates: also the older ones."""
    newest = contenders[0].newest
    stated = {candidate.name: stated_as_at(candidate.name) for candidate in contenders}
    proved = [candidate for candidate in contenders if stated[candidate.name] == newest]
    faults = [_other_date(name, newest, as_at) for name, as_at in stated.items() if as_at not in (None, newest)]
    if len(contenders) > 1 and len(proved) != 1:
        faults.insert(0, _several_extracts(contenders, newest))
    if faults:
        return Choice(None, newest, tuple(faults), tuple(passed))
    winner = proved[0] if proved else contenders[0]
    faults = [] if proved else list(_doubts(winner, candidates))
    others = [PassedOver(one.name, f"the manifest of {winner.name} decides") for one in contenders if one is not winner]
    return Choice(None if faults else winner.name, newest, tuple(faults), (*passed, *others))


def _doubts(winner: _Candidate, candidates: Sequence[_Candidate]) -> Iterator[str]:
    """Why the newest name may not be the extract: its words, or other names around it."""
    words = _NOT_THE_AS_AT.intersection(winner.parts.rest.split())
    if words:
        yield (
            f"{_quoted(winner)}: says '{min(words)}', so {winner.newest} may not be the date of its figures: "
            "rename it to that date alone, or move it away"
        )
    others = [candidate for candidate in candidates if candidate.parts.rest != winner.parts.rest]
    if others and winner.parts.rest != UNNAMED:
        yield (
            f"{_quoted(winner)}: is the newest and is not named like {list_names(map(_quoted, reversed(others)), 5)}: "
            "give the extracts the same name apart from the date, or move away what is not to be read"
        )


def _several_dates(candidate: _Candidate) -> str:
    dates = " and ".join(day.isoformat() for day in sorted(candidate.parts.dates))
    return (
        f"{_quoted(candidate)}: has {len(candidate.parts.dates)} dates in its name, {dates}: "
        "leave only the date of its figures in the name, or state it as as_at in its manifest.json"
    )


def _several_extracts(contenders: Sequence[_Candidate], as_at: date) -> str:
    return (
        f"{count_of(len(contenders), 'extract')} for {as_at}: {list_names(map(_quoted, contenders))}: "
        "move away all but the right one"
    )


def _other_date(name: str, as_at: date, stated: date | None) -> str:
    return f"'{name}': its name says {as_at}, its manifest.json says {stated}: correct the one that is wrong"


def _quoted(candidate: _Candidate) -> str:
    return f"'{candidate.name}'"
