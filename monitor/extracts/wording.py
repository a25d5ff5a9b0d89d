"""Texts of an extract compared as people read them: without regard to case, blanks, width and what cannot be seen."""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NULL_WORDS: Final = (
    "null",
    "(null)",
    "<null>",
    "[null]",
    "nan",
    "nat",
    "none",
    "<na>",
    "\\n",
    "-",
    "--",
    "\N{EN DASH}",
)
"""What programs write for no value; never a code or a name."""

NULL_WORDS_OF_VALUES: Final = (*NULL_WORDS, "na", "n/a", "nil")
"""The same for dates, numbers, flags and lists, where these words can mean nothing else."""

_ERROR_WORD = r"(?i)^(#(N/A|NA|NV|[A-Z_]+/?[0-9]*[!?]|DIV/0!?|GETTING_DATA|SPILL!?|CALC!?)|#{2,}|ERR:[0-9]{3})$"
"""What spreadsheets write where a formula fails, in English and some other languages."""

_UNSEEN = r"[\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
_UNSEEN_IN_NAMES = r"[\x{AD}\x{200B}\x{2060}\x{FEFF}]"
"""A name keeps the marks that say how its script runs and joins."""

_PARTING = r"[\s_\-\x{A0}\x{2010}-\x{2015}\x{2000}-\x{200A}\x{202F}\x{3000}]+"


@lru_cache(maxsize=4_096)
def folded(text: str) -> str:
    """A text in the form in which it is compared: case, width, blanks, underscores and hyphens do not count."""
    return str(fold(pa.array([text], pa.string()))[0].as_py())


def fold(texts: Any) -> Any:
    """The same for an Arrow array of text."""
    return pc.replace_substring_regex(fold_codes(texts), _PARTING, "")


def fold_codes(texts: Any) -> Any:
    """Codes without regard to case, blanks and width: two that agree so are one code written in two ways."""
    # Printable ASCII has no blanks but one, which is found several times faster than by a pattern.
    if pc.all(pc.ascii_is_printable(texts)).as_py() is not False:
        return pc.replace_substring(pc.ascii_lower(texts), " ", "")
    plain = pc.utf8_lower(texts)
    if not pc.all(pc.string_is_ascii(plain)).as_py():
        plain = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_normalize(texts, "NFKC"), _UNSEEN, ""))
    return pc.replace_substring_regex(plain, r"\s+", "")


def without_unseen(texts: Any, *, is_name: bool) -> Any:
    """An Arrow array of text without characters that cannot be seen and say nothing."""
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    return pc.replace_substring_regex(texts, _UNSEEN_IN_NAMES if is_name else _UNSEEN, "")


def error_words(texts: Any) -> Any:
    """Flags: which texts are the error of a spreadsheet."""
    # Most texts begin like none of them, which is found out much faster than the whole pattern.
    if not pc.any(pc.is_in(pc.utf8_slice_codeunits(texts, 0, 1), value_set=pa.array(["#", "E", "e"]))).as_py():
        return pa.array(np.zeros(len(texts), dtype=bool))
    return pc.match_substring_regex(texts, _ERROR_WORD)


def null_words(texts: Any, *, is_text: bool) -> Any:
    """Flags: which texts are a word for no value; ``is_text`` for codes and names."""
    words = NULL_WORDS if is_text else NULL_WORDS_OF_VALUES
    return pc.is_in(pc.utf8_lower(texts), value_set=pa.array(words))
