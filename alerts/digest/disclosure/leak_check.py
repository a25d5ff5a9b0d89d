"""Find words that must stop a message: the last check of the final bytes before they are stored."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import lru_cache
from itertools import chain
from typing import Final

import pandas as pd

from alerts.digest.disclosure.fixed_words import (
    Words,
    fixed_phrases,
    fixed_words,
    grams,
    joined_words_of,
    visible_text,
    words_of,
)
from alerts.digest.disclosure.leak import Leak
from alerts.digest.message.message_text import read_passages
from alerts.digest.organisation import changes_within, names_in
from alerts.digest.privacy import LEVELS, ReaderScope
from alerts.digest.week_facts import WeekFacts
from alerts.wording import clean

_IDENTIFIERS: Final = {
    "a CRN": re.compile(r"(?<!\w)[A-Z]\d{6}(?!\w)", re.IGNORECASE),
    "a NOMS number": re.compile(r"(?<!\w)[A-Z]\d{4}[A-Z]{2}(?!\w)", re.IGNORECASE),
    "a PNC number": re.compile(r"(?<!\d)(?:\d{2}|\d{4})/\d{1,7}[A-Z](?!\w)", re.IGNORECASE),
}
# A shorter number or name would be found in every email: a count, an initial.
_SHORTEST_NUMBER: Final = 5
_SHORTEST_NAME: Final = 3


Spellings = Mapping[Words, str]
"""Names or codes by the words in which they may be written."""


@dataclass(frozen=True)
class Names:
    """Names and codes of units.

    own: of the reader's scope and of the units above it.
    others: of all other units.
    """

    own: frozenset[str]
    others: frozenset[str]


def unit_names(organisation: pd.DataFrame, scope: ReaderScope) -> Names:
    """The names and codes a reader may read, and those of the rest of the organisation."""
    own, every = (
        {clean(str(name)) for level in LEVELS for part in ("code", "name") for name in rows[f"{level}_{part}"].unique()}
        for rows in (scope.teams(organisation), organisation)
    )
    return Names(frozenset(own), frozenset(every - own))


def find_leaks_to_reader(
    message: bytes,
    picture: WeekFacts,
    scope: ReaderScope,
    reader_name: str,
    marking: str,
    *,
    contact: Collection[str] = (),
) -> list[Leak]:
    """List what in the final bytes must not reach this reader; empty if the message may go.

    contact: who answers questions, as the message writes it: its words, and the address on its own.
    """
    names = unit_names(picture.organisation, scope)
    # A unit that moved in or out is named with the place it came from or went to: that is what the reader must know.
    moved = names_in(changes_within(picture, scope, small_team=1))
    # An owner is named as the decision has it: it was checked when the decision was recorded.
    owners = {clean(decision.owner) for decision in picture.decisions}
    own = names.own | moved | owners | {clean(reader_name), scope.name, *contact, *map(clean, picture.limits["name"])}
    grades = map(str, picture.grades["grade"].unique())
    return find_leaks(
        message,
        surnames=picture.surnames,
        full_names=picture.full_names,
        crns=picture.crns,
        om_codes=picture.om_codes,
        other_names=names.others,
        allowed_words=fixed_words() | set(words_of(" ".join([*own, marking, picture.policy_title, *grades]))),
        own_names=own,
    )


def find_leaks(
    message: bytes,
    *,
    surnames: Collection[str],
    crns: Collection[str],
    other_names: Collection[str],
    allowed_words: Collection[str],
    full_names: Collection[str] = (),
    own_names: Collection[str] = (),
    om_codes: Collection[str] = (),
) -> list[Leak]:
    """Every hit in the final bytes of a message, sorted, each once; empty when it may go.

    Looks at headers, text, alternative texts, addresses of links and file names, after decoding.

    * Surnames and full names (in either order) are found as whole words, whatever their case, accents, apostrophes and
      hyphens. A surname of one word is let through when that word is allowed, numbers and words of fewer than three
      letters always.
    * A full name or a unit is let through where the program's own texts have the same words next to each other.
    * CRNs, codes and units are found within one cell of a table or one line, never across two.
    * Names in ``own_names`` are not searched for names, so that "Hackney North" of the reader does not give away
      "Hackney".
    * Codes of fewer than five digits and units without three letters are not looked for: they would be found in any
      figure.
    """
    mail = message_from_bytes(message, policy=policy.SMTP)
    permitted = {word for text in allowed_words for word in words_of(text)}
    own = _OwnNames.of(own_names)
    people = {
        "a surname": _denied_surnames(frozenset(surnames), permitted),
        "a full name": _denied_full_names(frozenset(full_names)),
    }
    everyone = _Denied.of(people)
    names = _Denied.of(people | {"a unit outside the scope": _denied_units(other_names, permitted)})
    codes = _Denied.of(
        {
            "a CRN of the snapshot": _denied_crns(frozenset(crns)),
            "the code of an offender manager": _denied_om_codes(frozenset(om_codes), permitted),
        }
    )
    leaks: set[Leak] = set()
    for passage in read_passages(mail):
        leaks.update(_name_leaks(passage.part, passage.whole, own, everyone))
        # A figure stands in many cells of a table, and each is read the same way.
        for cell in set(passage.cells):
            leaks.update(_name_leaks(passage.part, cell, own, names))
            leaks.update(_code_leaks(passage.part, cell, own, codes))
    return sorted(leaks)


def find_leaks_in_text(
    text: str,
    *,
    surnames: Collection[str],
    full_names: Collection[str],
    crns: Collection[str],
    om_codes: Collection[str],
    own_names: Collection[str],
) -> list[Leak]:
    """Every hit in a text that a person typed, by the rules of ``find_leaks``; own_names: those of all units."""
    permitted = set(fixed_words())
    own = _OwnNames.of(own_names)
    people = {
        "a surname": _denied_surnames(frozenset(surnames), permitted),
        "a full name": _denied_full_names(frozenset(full_names)),
    }
    codes = {
        "a CRN of the snapshot": _denied_crns(frozenset(crns)),
        "the code of an offender manager": _denied_om_codes(frozenset(om_codes), permitted),
    }
    hits = (*_name_leaks("text", text, own, _Denied.of(people)), *_code_leaks("text", text, own, _Denied.of(codes)))
    return sorted(set(hits))


@dataclass(frozen=True)
class _Denied:
    """What must not be in a message, by the kind of thing it is, and the most words that one such thing has."""

    spellings: Mapping[str, Spellings]
    longest: int

    @classmethod
    def of(cls, spellings: Mapping[str, Spellings]) -> "_Denied":
        return cls(spellings, max(map(len, chain.from_iterable(spellings.values())), default=0))

    def hits(self, shown: Collection[Words]) -> Iterator[tuple[str, str, Words]]:
        """What of it is among the words shown: its kind, itself, and the words."""
        for kind, denied in self.spellings.items():
            yield from ((kind, denied[words], words) for words in shown if words in denied)


@dataclass(frozen=True)
class _OwnNames:
    """The reader's own names as words and as joined words, longest first, by their first word."""

    split: dict[str, list[Words]]
    joined: dict[str, list[Words]]

    @classmethod
    def of(cls, names: Collection[str]) -> "_OwnNames":
        return cls(_by_first_word(map(words_of, names)), _by_first_word(map(joined_words_of, names)))

    def hold(self, words: Words) -> bool:
        return bool(words) and words in self.split.get(words[0], ())


def _by_first_word(names: Iterable[Words]) -> dict[str, list[Words]]:
    by_first: dict[str, list[Words]] = {}
    for name in sorted(set(names), key=len, reverse=True):
        if name:
            by_first.setdefault(name[0], []).append(name)
    return by_first


def _name_leaks(part: str, text: str, own: _OwnNames, denied: _Denied) -> Iterator[Leak]:
    """The names in one text, as it is written and with its apostrophes and hyphens left out."""
    shown = grams(_blot_out(words_of(text), own.split), denied.longest)
    shown |= grams(_blot_out(joined_words_of(text), own.joined), denied.longest)
    yield from (Leak(kind, part, name) for kind, name, _ in denied.hits(shown))


def _code_leaks(part: str, cell: str, own: _OwnNames, denied: _Denied) -> Iterator[Leak]:
    """The identifiers and codes in one cell."""
    shown = visible_text(unicodedata.normalize("NFKC", cell))
    known = {words for _, _, words in denied.hits(grams(words_of(cell), denied.longest)) if _stands_in(words, shown)}
    yield from (Leak(kind, part, code) for kind, code, _ in denied.hits(known))
    for kind, pattern in _IDENTIFIERS.items():
        hits = {match.group(): words_of(match.group()) for match in pattern.finditer(shown)}
        yield from (Leak(kind, part, hit) for hit, words in hits.items() if words not in known and not own.hold(words))


def _stands_in(code: Words, text: str) -> bool:
    """Whether a code is in a text; one of several numbers only as no part of a longer number or date.

    Otherwise a CRN such as 12/345 would be found in every 12,345, and 11/20 in a date.
    """
    if len(code) == 1 or not all(word.isdigit() for word in code):
        return True
    between = r"[^\w,.]+".join(code)
    return bool(re.search(rf"(?<![\w,./-]){between}(?!\w|[,./-]\d)", text))


@lru_cache(maxsize=1)
def _denied_crns(crns: frozenset[str]) -> Spellings:
    """The CRNs of one snapshot: many, and the same for each of its readers."""
    return {
        words: crn for crn in crns if (words := words_of(crn)) and (len(crn) >= _SHORTEST_NUMBER or not crn.isdigit())
    }


def _denied_om_codes(om_codes: frozenset[str], permitted: set[str]) -> Spellings:
    """The codes of offender managers that cannot be taken for a word, a figure or the code of a unit."""
    return {words: code for words, code in _long_codes(om_codes).items() if not permitted.issuperset(words)}


@lru_cache(maxsize=1)
def _long_codes(codes: frozenset[str]) -> Spellings:
    """The codes that are long enough and hold a digit: the same for each reader of a snapshot."""
    long_enough = (code for code in codes if len(code) >= _SHORTEST_NUMBER and re.search(r"\d", code))
    return {words_of(code): code for code in long_enough}


def _denied_surnames(surnames: frozenset[str], permitted: Collection[str]) -> Spellings:
    """The spellings of each surname, without what the email may say anyway."""
    return _without_permitted(_spelled_surnames(surnames), permitted)


@lru_cache(maxsize=1)
def _spelled_surnames(surnames: frozenset[str]) -> Spellings:
    """The spellings of each surname, without numbers and initials: the same for each reader of a snapshot."""
    return {words: name for words, name in _spellings(surnames).items() if any(map(_is_of_a_name, words))}


@lru_cache(maxsize=1)
def _denied_full_names(names: frozenset[str]) -> Spellings:
    """The spellings of each full name in either order, without the phrases that the program itself writes.

    They are the same for each reader of a snapshot.
    """
    orders = {order: name for words, name in _spellings(names).items() for order in _orders(words)}
    return _without_phrases(orders)


def _denied_units(names: Iterable[str], permitted: Collection[str]) -> Spellings:
    """The name or code of each unit, without what the email may say anyway and the program's own phrases."""
    searchable = {words_of(name): name for name in names if _is_searchable(name)}
    return _without_phrases(_without_permitted(searchable, permitted))


def _spellings(names: Iterable[str]) -> Spellings:
    """Each name as words, and with its apostrophes and hyphens left out."""
    return {words: name for name in names for words in (joined_words_of(name), words_of(name))}


def _without_permitted(names: Spellings, permitted: Collection[str]) -> Spellings:
    """The names without those of one word that the email may say anyway."""
    return {
        words: name
        for words, name in names.items()
        if len(words) > 1 or (len(words) == 1 and words[0] not in permitted)
    }


def _without_phrases(names: Spellings) -> Spellings:
    return {words: name for words, name in names.items() if words not in fixed_phrases()}


def _is_of_a_name(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and not any(letter.isdigit() for letter in word)


def _orders(words: Words) -> list[Words]:
    """A full name as given, and with its last or first word moved to the other end."""
    if len(words) < 2:
        return []
    return [words, (words[-1], *words[:-1]), (*words[1:], words[0])]


def _is_searchable(name: str) -> bool:
    return sum(letter.isalpha() for letter in name) >= _SHORTEST_NAME or bool(re.search(r"[A-Za-z]\d{2,}", name))


def _blot_out(words: Words, own: dict[str, list[Words]]) -> list[str]:
    """The words with every occurrence of an own name blotted out, longest names first."""
    shown: list[str] = []
    position = 0
    while position < len(words):
        longest_first = own.get(words[position], ())
        name = next((name for name in longest_first if words[position : position + len(name)] == name), ())
        shown.append("" if name else words[position])
        position += len(name) or 1
    return shown
