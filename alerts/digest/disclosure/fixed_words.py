"""The words of the program's own texts, and any text as words: no name is searched for among the former."""

import ast
import calendar
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

Words = tuple[str, ...]

_LONGEST_PHRASE: Final = 4
_APOSTROPHES: Final = "'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032\uff07"
_HYPHENS: Final = r"\-\u2010-\u2015\ufe63\uff0d"


@cache
def fixed_words() -> frozenset[str]:
    """Every word that the program itself writes into email: of templates, of the modules' texts, of the calendar."""
    return frozenset(word for words in _fixed_texts() for word in words)


@cache
def fixed_phrases() -> frozenset[Words]:
    """Every two to four words which stand next to each other in the program's own texts."""
    return frozenset(gram for words in _fixed_texts() for gram in grams(words, _LONGEST_PHRASE) if len(gram) > 1)


def words_of(text: str) -> Words:
    """The words of a text in lower case without accents; a double name or O'Brien is two words."""
    if text.isascii() and text.isalnum():
        return (text.casefold(),)
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", visible_text(text))
        text = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def joined_words_of(text: str) -> Words:
    """The same, with OBrien for O'Brien, Smithjones for Smith-Jones, and Okonkwo for Okonkwo's."""
    text = re.sub(rf"[{_APOSTROPHES}]s\b", "", text, flags=re.IGNORECASE)
    return words_of(re.sub(rf"(?<=\w)[{_APOSTROPHES}{_HYPHENS}](?=\w)", "", text))


def visible_text(text: str) -> str:
    """The text without invisible characters, which could hide a name from a search."""
    return text if text.isascii() else "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def grams(words: Sequence[str], longest: int) -> set[Words]:
    """Every row of up to so many words that stand next to each other."""
    return {
        tuple(words[start : start + size]) for size in range(1, longest + 1) for start in range(len(words) - size + 1)
    }


@cache
def _fixed_texts() -> tuple[Words, ...]:
    """The program's own texts, as words."""
    package = resources.files("alerts")
    texts = [file.read_text(encoding="utf-8") for file in package.joinpath("templates").iterdir() if file.is_file()]
    for source in _sources(package):
        texts += _literals(source)
    texts += [*calendar.month_name, *calendar.month_abbr, *calendar.day_name]
    return tuple(words_of(text) for text in texts)


def _sources(folder: Traversable) -> Iterator[str]:
    """The code of every module of a package, those of its rooms included."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry.read_text(encoding="utf-8")


def _literals(source: str) -> Iterator[str]:
    """The texts in a module's code, without its docstrings."""
    tree = ast.parse(source)
    bare = set()
    # A statement comes before the text that is all of it.
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            bare.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value
