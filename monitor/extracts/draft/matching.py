"""Which table of a source is which of ours, and which heading is which column: the best pairs over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from monitor.extracts.draft.assignment import best_pairs
from monitor.extracts.draft.fit import KEYS_OF, Keys, score
from monitor.extracts.draft.likeness import key_of, likeness, telling_words, words_of
from monitor.extracts.draft.profile import ColumnProfile, SheetProfile
from monitor.extracts.draft.words import NO_TABLE_WORDS, TABLE_PHRASES, column_phrases
from monitor.extracts.wording import folded
from tiering.caseload import TABLES, Table

_OWN_NAME = 10.0
_LEAST_NAME = 0.55
_LEAST_BY_HEADINGS = 0.6
_LEAST_HEADINGS = 0.2
_HEADINGS_TRIED = 12
_SHEETS_PER_TABLE = 3
_MOST_SCORED = 1_000
NO_KEYS: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True)
class TableMatch:
    """A table of ours in a source.

    - own: our columns whose headings have our names, by column.
    - guessed: our columns for which a heading was guessed.
    - left: the columns of the source that are none of ours.
    """

    sheet: SheetProfile
    is_own_name: bool
    own: Mapping[str, ColumnProfile] = field(default_factory=dict)
    guessed: Mapping[str, ColumnProfile] = field(default_factory=dict)
    left: Sequence[ColumnProfile] = ()

    @property
    def columns(self) -> dict[str, ColumnProfile]:
        """The columns of the source by our column."""
        return {**self.own, **self.guessed}


def match_tables(tables: Sequence[Table], sheets: Sequence[SheetProfile]) -> dict[str, TableMatch]:
    """Our tables among those of a source, each with its columns; a table that is not there is left out."""
    scores = [[_sheet_score(table, sheet) for sheet in sheets] for table in tables]
    pairs = best_pairs(scores)
    keys: dict[str, Any] = {}
    matches: dict[str, TableMatch] = {}
    for place, table in enumerate(tables):
        if place not in pairs:
            continue
        match = match_columns(table, sheets[pairs[place]], keys)
        matches[table.name] = match
        keys |= {
            name: match.columns[name].keys
            for name, home in KEYS_OF.items()
            if home == table.name and name in match.columns and match.columns[name].filled
        }
    return matches


def rank_sheets(tables: Sequence[Table], sheets: Sequence[SheetProfile]) -> list[SheetProfile]:
    """The few tables of a source that are the likeliest for some table of ours, in the order found."""
    chosen: set[str] = set()
    for table in tables:
        scores = {sheet.name: _sheet_score(table, sheet) for sheet in sheets}
        likeliest = sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])
        chosen |= set(likeliest[:_SHEETS_PER_TABLE])
    return [sheet for sheet in sheets if sheet.name in chosen]


def match_columns(table: Table, sheet: SheetProfile, keys: Keys = NO_KEYS) -> TableMatch:
    """Our columns among the headings of one table of a source; ``keys`` are the codes of the tables before it."""
    own, rest = _by_own_names(table, sheet)
    wanted = [column for column in table.columns if column.name not in own]
    tried = _worth_trying(table, rest)
    pairs = best_pairs([[score(table, column, theirs, keys) for theirs in tried] for column in wanted])
    guessed = {wanted[row].name: tried[place] for row, place in pairs.items()}
    used = {theirs.position for theirs in guessed.values()}
    left = [theirs for theirs in rest if theirs.position not in used]
    return TableMatch(sheet, folded(sheet.name) == folded(table.name), own, guessed, left)


def name_likeness(table: Table, name: str) -> float:
    """How much the name of a table in a source is like one of ours."""
    words = [word for word in words_of(name) if word not in NO_TABLE_WORDS and not word.isdigit()]
    phrases = TABLE_PHRASES[table.name]
    return max(likeness(name, phrases), likeness(" ".join(words), phrases) if words else 0.0)


def _by_own_names(table: Table, sheet: SheetProfile) -> tuple[dict[str, ColumnProfile], list[ColumnProfile]]:
    """The columns whose headings have our names, and the others, each heading once."""
    names = {folded(name): name for name in table.column_names}
    own: dict[str, ColumnProfile] = {}
    rest: dict[str, ColumnProfile] = {}
    for theirs in sheet.columns:
        key = key_of(theirs.heading)
        if key in names:
            own.setdefault(names[key], theirs)
        else:
            rest.setdefault(key, theirs)
    return own, list(rest.values())


def _worth_trying(table: Table, columns: list[ColumnProfile]) -> list[ColumnProfile]:
    """Of very many headings those whose names are likeliest for some column: the rest costs time only."""
    most = _HEADINGS_TRIED * len(table.columns)
    if len(columns) <= most:
        return columns
    words = _words_of_phrases(table.name)
    shares = {theirs.position: _known_share(theirs.heading, words) for theirs in columns}
    likely = sorted(
        (theirs for theirs in columns if shares[theirs.position]), key=lambda theirs: -shares[theirs.position]
    )[:_MOST_SCORED]
    best = {
        theirs.position: max(score(table, column, theirs, NO_KEYS) for column in table.columns) for theirs in likely
    }
    first = sorted(likely, key=lambda theirs: (-best[theirs.position], theirs.position))[:most]
    return sorted(first, key=lambda theirs: theirs.position)


def _known_share(heading: str, words: frozenset[str]) -> float:
    """The share of the words of a heading that are in our phrases; 0 below a half."""
    theirs = telling_words(heading)
    share = len(theirs & words) / (len(theirs) or 1)
    return share if share >= 0.5 else 0.0


@cache
def _words_of_phrases(table: str) -> frozenset[str]:
    """The words in the phrases for the columns of a table."""
    phrases = (phrase for column in TABLES[table].column_names for phrase in column_phrases(table, column))
    return frozenset(word for phrase in phrases for word in telling_words(phrase))


def _sheet_score(table: Table, sheet: SheetProfile) -> float:
    """How likely a table of a source is one of ours, by its name and by how many of our columns it has."""
    if folded(sheet.name) == folded(table.name):
        return _OWN_NAME
    name = name_likeness(table, sheet.name)
    match = match_columns(table, sheet)
    required = [column.name for column in table.columns if column.required]
    has = len(match.columns.keys() & set(required)) / len(required)
    optional = len(match.columns) - len(match.columns.keys() & set(required))
    if has < _LEAST_HEADINGS or (name < _LEAST_NAME and has < _LEAST_BY_HEADINGS):
        return 0.0
    return name + has + 0.05 * optional
