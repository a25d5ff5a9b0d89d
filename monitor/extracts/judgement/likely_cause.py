"""Why codes do not match: what happened to codes that would match if it had not."""

from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from alerts.wording import count_of
from monitor.extracts.wording import fold_codes

PART: Final = "\x1f"
"""Stands between the codes of a key of several columns, and in no code."""

_LEADING_ZEROS = rf"(^|, |{PART})0+"
_POINT_ZERO = rf"\.0+(, |{PART}|$)"
_CAUSES: Final[dict[str, Callable[[Any], Any]]] = {
    "with leading zeros": lambda codes: pc.replace_substring_regex(codes, _LEADING_ZEROS, r"\1"),
    "without a decimal point (1.0 for 1)": lambda codes: pc.replace_substring_regex(codes, _POINT_ZERO, r"\1"),
    "in the same case, width and blanks": fold_codes,
}
"""What makes codes alike again, by the words for it."""


def count_alike(lost: Any, known: Any) -> tuple[int, str]:
    """How many codes would match if one thing had not happened to them, and what they would match then, in words.

    - lost, known: Arrow arrays of the different codes that do not match, and of those that they should match.
    """
    best, words = 0, ""
    for name, alike in [*_CAUSES.items(), ("with leading zeros, in the same case and without decimal points", _all)]:
        matches = int(pc.sum(pc.is_in(alike(lost), value_set=alike(known))).as_py() or 0)
        if matches > best:
            best, words = matches, name
    return best, words


def likely_cause(lost: Any, known: Any) -> str:
    """The same as a sentence; empty where no code would match."""
    count, words = count_alike(lost, known)
    return f"{count_of(count, 'code')} would match {words}" if count else ""


def _all(codes: Any) -> Any:
    for alike in _CAUSES.values():
        codes = alike(codes)
    return codes


def different(codes: Any) -> Any:
    """The different texts of a column, as an Arrow array without empty values."""
    return pc.drop_null(pc.unique(pa.array(codes, pa.string(), from_pandas=True)))
