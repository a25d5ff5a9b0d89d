"""Which words of a caseload's names are the name of a person, and which stand for a post that no one holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_PLACEHOLDER_WORDS: Final = """
    a absence absent admin admission agency allocate allocated allocation an and annual anonymous another any await
    awaited awaiting bank be blank business cancelled case caseload cases casual centre closed cluster community confirm
    confirmed contractor cover covered covering custody default desk discontinued district do dummy duty ended error
    establishment for former from generic group high holiday hot hub in inactive interim leave leaver leavers left locum
    manager managers maternity medium migrated misc miscellaneous na name named new nil no none not null of off offender
    office officer officers on only open operations or other others out overflow pending person placeholder po pool post
    posts practitioner probation pso psos recruitment relief required reserve resource secondment service sessional
    shared sick sickness spare spo staff staffing starter supervisor suspense system tba tbc tbd team temp temporary
    test testing the tier to tpo trainee training transfer unallocated unassigned undefined unit unknown unnamed
    unstaffed user vacancies vacancy vacant various waiting worker yet
"""
"""What extracts write instead of a name. A name with any other word in it is a person's."""

_PLACEHOLDERS: Final = frozenset(_PLACEHOLDER_WORDS.split())
_HYPHENS: Final = r"[-\u2010-\u2015]"
_AT_THE_ENDS: Final = "-\u2013\u2014'\u2019\"#?!"
_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]?")
_SHORTEST_SURNAME: Final = 3
"""A shorter word would be found in every message: an initial, a grade."""


@dataclass(frozen=True)
class PeopleNames:
    """The names that no message may give away: surnames alone, and full names with a first and a last word."""

    surnames: frozenset[str]
    full_names: frozenset[str]


def names_of_people(names: Iterable[str]) -> PeopleNames:
    """Sort the names of a caseload into surnames and full names.

    * names: ``John Smith`` or ``Smith, John``, with remarks such as ``(Agency)`` or a number after it.
    * ``Vacancy 92``, ``Agency PO 12``, ``TBC`` and other placeholders give neither.
    """
    surnames: set[str] = set()
    full_names: set[str] = set()
    for name in names:
        words = _words(name)
        people = [word for word in words if _is_of_a_person(word)]
        if not people:
            continue
        brackets = _BRACKETS.findall(name)
        outside = _BRACKETS.sub(" ", name) if brackets else name
        surnames.update(filter(None, map(_last_name, (outside.partition(",")[0], " ".join(brackets)))))
        spelled = [[word for word in each if not _has_digit(word)] for each in (words, _words(outside))]
        full_names.update(" ".join(words) for words in (*spelled, people) if len(words) > 1)
    return PeopleNames(frozenset(surnames), frozenset(full_names))


def _last_name(text: str) -> str | None:
    """The last word that is long enough and a person's; a double name counts as one word."""
    long_enough = (word for word in reversed(_words(text)) if len(word) >= _SHORTEST_SURNAME and _is_of_a_person(word))
    return next(long_enough, None)


def _words(name: str) -> list[str]:
    """The words of a name between blanks, commas, brackets and slashes: a double name or O'Brien is one."""
    return [word for part in re.split(r"[\s,;:/()\[\]_&+*.]+", name) if (word := part.strip(_AT_THE_ENDS))]


@lru_cache(maxsize=4096)
def _is_of_a_person(word: str) -> bool:
    """Whether a word, or a part of a double name, is neither a number nor an initial nor what stands for a post."""
    parts = [part for part in re.split(_HYPHENS, word) if part]
    return any(len(part) > 1 and not _has_digit(part) and part.casefold() not in _PLACEHOLDERS for part in parts)


@lru_cache(maxsize=4096)
def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
