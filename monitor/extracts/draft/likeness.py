"""How alike two names are: by their words, with the field's abbreviations, or by their letters."""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from monitor.extracts.wording import folded

_ONE_WORD = {"RoSH": "Rosh", "OASys": "Oasys", "nDelius": "Ndelius", "NDelius": "Ndelius", "WTEs": "Wte", "CRNs": "Crn"}
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_ALIKE: Final = {
    "code": "ref reference no num number nr id identifier key cd codes",
    "date": "dt on day",
    "name": "nm description desc title names",
    "hour": "hrs hr hours",
    "week": "wk wkly weekly weeks",
    "start": "starts started commencement commenced commence begin begins began from",
    "end": "ends ended finish finished termination terminated terminate expiry expires until",
    "expected": "planned estimated est due proj projected exp anticipated",
    "manager": "mgr managers",
    "officer": "officers offr",
    "organisation": "org organization",
    "completed": "complete completion",
    "release": "released rel",
    "team": "tm",
    "assessment": "assmt asmt",
    "level": "lvl lev",
    "flag": "ind indicator yn",
    "allocated": "allocation alloc assigned",
    "qualified": "qual qualification",
    "": "of the a an for per in s at by",
}
_CANONICAL: Final = {word: canonical for canonical, words in _ALIKE.items() for word in words.split()}
_LIGHT: Final = frozenset({"code", "date", "name", "type", "level", "flag"})
"""Words that many headings share, so that sharing them says little."""

_LIGHT_WEIGHT = 0.35
_LEAST_SHARED = 0.5
_LEAST_ALIKE = 0.82
_SHORTEST_BY_LETTERS = 5


@lru_cache(maxsize=50_000)
def likeness(theirs: str, phrases: tuple[str, ...]) -> float:
    """How much a name is like one of our phrases, from 0 to 0.95; an earlier phrase counts a little more.

    What stands in brackets explains a name and is no part of it: "Tier (1-4)".
    """
    plain = _IN_BRACKETS.sub("", theirs).strip() or theirs
    return max(
        (_alike(plain, phrase) - 0.1 * place / len(phrases) for place, phrase in enumerate(phrases)),
        default=0.0,
    )


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """The folded form of a text that is compared again and again."""
    return folded(text)


def words_of(text: str) -> list[str]:
    """The words of a name in lower case, apart also where only a capital parts them."""
    for written, plain in _ONE_WORD.items():
        text = text.replace(written, plain)
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=50_000)
def _alike(theirs: str, phrase: str) -> float:
    key, ours = key_of(theirs), key_of(phrase)
    if key == ours:
        return 0.95
    known, wanted = _bag(theirs), _bag(phrase)
    if known == wanted and known:
        return 0.9
    shared = _weight(known & wanted) / (_weight(known | wanted) or 1)
    by_words = 0.85 * shared if shared >= _LEAST_SHARED else 0.0
    if min(len(key), len(ours)) < _SHORTEST_BY_LETTERS:
        return by_words
    return max(by_words, 0.75 if is_spelt_like(key, ours, _LEAST_ALIKE) else 0.0)


def is_spelt_like(text: str, other: str, least: float) -> bool:
    """Whether two texts share at least this much of their letters."""
    letters = SequenceMatcher(None, text, other)
    return letters.real_quick_ratio() >= least and letters.quick_ratio() >= least and letters.ratio() >= least


def telling_words(text: str) -> frozenset[str]:
    """The words of a name that not many headings share."""
    return _bag(text) - _LIGHT


@lru_cache(maxsize=50_000)
def _bag(text: str) -> frozenset[str]:
    return frozenset(canonical for word in words_of(text) if (canonical := _canonical(word)))


def _canonical(word: str) -> str:
    if word in _CANONICAL:
        return _CANONICAL[word]
    plain = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "sis")) else word
    return _CANONICAL.get(plain, plain)


def _weight(words: frozenset[str]) -> float:
    return sum(_LIGHT_WEIGHT if word in _LIGHT else 1.0 for word in words)
