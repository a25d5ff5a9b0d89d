"""Which value of ours a value of a source may be, in columns that hold one of a few words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from monitor.extracts.draft.likeness import is_spelt_like, key_of, words_of
from monitor.extracts.draft.profile import ColumnProfile
from monitor.extracts.draft.words import noise_of, value_phrases
from tiering.caseload import CASES, Column, Kind, Table

MOST_VALUES: Final = 40
"""Different values of a list; a column with more holds something else, which may be a name."""

_FLAGS = ("true", "false")
_LEAST_ALIKE = 0.82
_SHORTEST, _LONGEST = 5, 60
_NOT = ("un", "in", "no", "non", "not", "pre", "post")


@dataclass(frozen=True)
class ValueGuess:
    """A value of a source, in how many rows it stands, and the value of ours it may be, if any is like it."""

    theirs: str
    rows: int
    ours: str | None


def with_tiers(table: Table, tiers: Sequence[str]) -> Table:
    """The table with the tiers of the policy as the choices of its tier."""
    if table.name != CASES.name:
        return table
    columns = [replace(column, choices=tuple(tiers)) if column.name == "tier" else column for column in table.columns]
    return replace(table, columns=tuple(columns))


def choices_of(column: Column) -> tuple[str, ...]:
    """The words that a column may hold; empty where it is no list."""
    return _FLAGS if column.kind is Kind.FLAG else column.choices


@lru_cache(maxsize=4_096)
def list_share(column: Column, theirs: ColumnProfile) -> float:
    """The share of the rows with a value whose value is, or may be, one of ours."""
    if not theirs.filled:
        return 0.0
    return sum(rows for text, rows in theirs.values(MOST_VALUES) if ours_of(text, column)[0]) / theirs.filled


def guess_values(column: Column, theirs: ColumnProfile) -> list[ValueGuess]:
    """The values that are not ours but for case, blanks, ``_`` and ``-``; different spellings of one count together."""
    guesses: dict[str, ValueGuess] = {}
    for text, rows in theirs.values(theirs.different):
        ours, is_ours = ours_of(text, column)
        key = key_of(text)
        if is_ours:
            continue
        first = guesses.get(key, ValueGuess(text, 0, ours))
        guesses[key] = replace(first, rows=first.rows + rows)
    return list(guesses.values())


def ours_of(text: str, column: Column) -> tuple[str | None, bool]:
    """The value of ours that a text may be, None where none is like it, and whether it is read as that value anyway."""
    return _ours_of(text, _words_name(column), choices_of(column))


def _words_name(column: Column) -> str:
    return "flag" if column.kind is Kind.FLAG else column.name


@lru_cache(maxsize=20_000)
def _ours_of(text: str, name: str, choices: tuple[str, ...]) -> tuple[str | None, bool]:
    key = _key(text)
    for choice in choices:
        if key == key_of(choice):
            return choice, True
    phrases = _phrases(name, choices)
    plain = "".join(word for word in words_of(text) if word not in noise_of(name))
    return phrases.get(key) or phrases.get(plain) or _by_letters(key, phrases), False


@lru_cache(maxsize=100)
def _phrases(name: str, choices: tuple[str, ...]) -> dict[str, str]:
    """The choice by each of its folded phrases."""
    return {key_of(phrase): choice for choice in choices for phrase in value_phrases(name, choice)}


def _key(text: str) -> str:
    key = key_of(text)
    return key.removesuffix(".0") if key.removesuffix(".0").isdigit() else key


def _by_letters(key: str, phrases: dict[str, str]) -> str | None:
    """The only choice that is spelt nearly so; a text that only one of two denies is no likeness."""
    if not _SHORTEST <= len(key) <= _LONGEST or not key.isalpha():
        return None
    alike = {
        choice
        for phrase, choice in phrases.items()
        if len(phrase) >= _SHORTEST and _denies(key) == _denies(phrase) and is_spelt_like(key, phrase, _LEAST_ALIKE)
    }
    return alike.pop() if len(alike) == 1 else None


def _denies(key: str) -> str:
    return next((start for start in _NOT if key.startswith(start)), "")
