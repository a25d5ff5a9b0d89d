"""Find words that must stop a message: the last check of the final bytes before they are stored."""

import ast
import calendar
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, lru_cache
from html.parser import HTMLParser
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Final
from urllib.parse import unquote

import pandas as pd

from alerts.digest.organisation import changes_within, names_in
from alerts.digest.privacy import LEVELS, ReaderScope
from alerts.digest.week_facts import WeekFacts
from alerts.wording import clean

Words = tuple[str, ...]
_IDENTIFIERS: Final = {
    "a CRN": re.compile(r"(?<!\w)[A-Z]\d{6}(?!\w)", re.IGNORECASE),
    "a NOMS number": re.compile(r"(?<!\w)[A-Z]\d{4}[A-Z]{2}(?!\w)", re.IGNORECASE),
    "a PNC number": re.compile(r"(?<!\d)(?:\d{2}|\d{4})/\d{1,7}[A-Z](?!\w)", re.IGNORECASE),
}
_SPOKEN: Final = {"alt", "title", "href", "src", "content", "summary", "id", "name", "background"}
_UNSCANNED_HEADERS: Final = {"from", "to", "date", "message-id", "content-type", "content-transfer-encoding"}
# A shorter number or name would be found in every email: a count, an initial.
_SHORTEST_NUMBER: Final = 5
_SHORTEST_NAME: Final = 3


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
        {clean(str(name)) for level in LEVELS for part in ("code", "name") for name in rows[f"{level}_{part}"]}
        for rows in (scope.teams(organisation), organisation)
    )
    return Names(frozenset(own), frozenset(every - own))


def find_leaks_to_reader(
    message: bytes, picture: WeekFacts, scope: ReaderScope, reader_name: str, marking: str
) -> list[str]:
    """List what in the final bytes must not reach this reader; empty if the message may go."""
    names = unit_names(picture.organisation, scope)
    # A unit that moved in or out is named with the place it came from or went to: that is what the reader must know.
    moved = names_in(changes_within(picture, scope, small_team=1))
    own = names.own | moved | {clean(reader_name), scope.name}
    return find_leaks(
        message,
        surnames=picture.surnames,
        full_names=picture.full_names,
        crns=picture.crns,
        other_names=names.others,
        allowed_words=fixed_words() | set(_words(" ".join([*own, marking, picture.policy_title]))),
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
) -> list[str]:
    """List every hit in the final bytes of a message, one line each: what it is and in which part; empty if it may go.

    - Headers, text, alternative texts, addresses of links and file names are checked after decoding.
    - Surnames, CRNs and full names (in either order) are found as whole words, whatever their case and accents.
    - A surname of one word passes if that word is allowed.
    - Names in ``own_names`` are not searched for ``other_names``: the reader's "Hackney North" does not give away
      "Hackney".
    - Codes of fewer than five digits and names without three letters are left out: any figure could contain them.
    """
    mail = message_from_bytes(message, policy=policy.SMTP)
    permitted = {word for text in allowed_words for word in _words(text)}
    own = {words for name in own_names if (words := _words(name))}
    denied_crns = _denied_crns(frozenset(crns))
    denied = {
        "a surname": _denied_names(surnames, permitted),
        "a full name": {order for name in full_names for order in _orders(_words(name))},
        "a unit outside the scope": _denied_names(filter(_is_searchable, other_names), permitted),
    }
    longest = max(map(len, chain(denied_crns, *denied.values())), default=0)
    hits: set[str] = set()
    for part, text in _parts(mail):
        words = _words(text)
        identifiers = {(kind, hit) for kind, hit in _identifiers(text) if _words(hit) not in own}
        identifiers |= {("a CRN of the snapshot", " ".join(hit)) for hit in denied_crns & _grams(words, longest)}
        hits |= {f"{kind} in {part}: {hit[0]}…{hit[-1]}" for kind, hit in identifiers}
        grams = _grams(_blot_out(words, own), longest)
        hits |= {f"{kind} in {part}: {' '.join(hit)}" for kind, names in denied.items() for hit in names & grams}
    return sorted(hits)


@lru_cache(maxsize=1)
def _denied_crns(crns: frozenset[str]) -> frozenset[Words]:
    """The CRNs of one snapshot as words: many, and the same for each of its readers."""
    return frozenset(_words(crn) for crn in crns if _is_distinctive(crn))


def _denied_names(names: Iterable[str], permitted: Collection[str]) -> set[Words]:
    """The words of each name, without names of one word that the email may contain anyway."""
    every = {_words(name) for name in names}
    return {words for words in every if len(words) > 1 or (len(words) == 1 and words[0] not in permitted)}


@cache
def fixed_words() -> frozenset[str]:
    """Every word that the program itself writes into email: of templates, of the modules' texts, of the calendar."""
    package = resources.files("alerts")
    texts = [file.read_text(encoding="utf-8") for file in package.joinpath("templates").iterdir() if file.is_file()]
    for source in _sources(package):
        texts += _literals(source)
    texts += [*calendar.month_name, *calendar.month_abbr, *calendar.day_name]
    return frozenset(word for text in texts for word in _words(text))


def _sources(folder: Traversable) -> Iterator[str]:
    """The code of every module of a package and of the packages in it."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry.read_text(encoding="utf-8")


def _literals(source: str) -> Iterator[str]:
    """The texts in a module's code, without its docstrings."""
    tree = ast.parse(source)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def _words(text: str) -> Words:
    """The words of a text in lower case without accents; a double name or O'Brien is two words."""
    if text.isascii() and text.isalnum():
        return (text.casefold(),)
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", _visible_text(text))
        text = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _visible_text(text: str) -> str:
    """The text without invisible characters, which could hide a name from a search."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def _orders(words: Words) -> list[Words]:
    """A full name as given, and with its last or first word moved to the other end."""
    if len(words) < 2:
        return []
    return [words, (words[-1], *words[:-1]), (*words[1:], words[0])]


def _is_distinctive(crn: str) -> bool:
    return len(crn) >= _SHORTEST_NUMBER or not crn.isdigit()


def _is_searchable(name: str) -> bool:
    return sum(letter.isalpha() for letter in name) >= _SHORTEST_NAME or bool(re.search(r"[A-Za-z]\d{2,}", name))


def _grams(words: Sequence[str], longest: int) -> set[Words]:
    return {
        tuple(words[start : start + size]) for size in range(1, longest + 1) for start in range(len(words) - size + 1)
    }


def _blot_out(words: Words, own: Collection[Words]) -> list[str]:
    """The words with every occurrence of an own name replaced by nothing, longest names first."""
    by_first: dict[str, list[Words]] = {}
    for name in sorted(own, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    remaining: list[str] = []
    position = 0
    while position < len(words):
        names = by_first.get(words[position], ())
        match = next((name for name in names if words[position : position + len(name)] == name), ())
        remaining.append("" if match else words[position])
        position += len(match) or 1
    return remaining


def _identifiers(text: str) -> Iterator[tuple[str, str]]:
    shown = _visible_text(unicodedata.normalize("NFKC", text))
    for kind, pattern in _IDENTIFIERS.items():
        yield from ((kind, match.group()) for match in pattern.finditer(shown))


def _parts(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """Every piece of a message that can be read, with what it is."""
    yield "the subject", str(mail["Subject"] or "")
    for part in mail.walk():
        for name, value in part.items():
            if name.lower() not in _UNSCANNED_HEADERS | {"subject"}:
                yield f"the header {name}", str(value)
        if file := part.get_filename():
            yield "a file name", file
        if part.get_content_type() == "text/html":
            yield from _html_parts(part.get_content())
        elif part.get_content_maintype() == "text":
            yield "the text part", part.get_content()


def _html_parts(html: str) -> Iterator[tuple[str, str]]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield "the HTML part", " ".join(reader.texts)
    # Without spaces between elements, so that a name with a tag inside it is found too.
    yield "the HTML part", "".join(reader.texts)
    yield from reader.attributes


class _Reader(HTMLParser):
    """Collect what an HTML part says: text, comments, and the attributes that hold words or addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._style_is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style_is_open = tag == "style"
        for name, value in attrs:
            if value and (name in _SPOKEN or name.startswith(("aria-", "data-"))):
                self.attributes.append((_attribute_name(name), unquote(value)))

    def handle_endtag(self, tag: str) -> None:
        self._style_is_open = self._style_is_open and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._style_is_open:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.attributes.append(("a comment of the HTML part", re.sub(r"<[^>]*>", " ", data)))


def _attribute_name(attribute: str) -> str:
    return {"alt": "an alternative text", "href": "the address of a link"}.get(attribute, f"the attribute {attribute}")
