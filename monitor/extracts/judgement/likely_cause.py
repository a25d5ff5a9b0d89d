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


def _without_leading_zeros(codes: Any) -> Any:
    signs = [pc.starts_with(codes, "0"), *(pc.match_substring(codes, f"{part}0") for part in (", ", PART))]
    return _replace_if(signs, codes, _LEADING_ZEROS)


def _without_decimal_point(codes: Any) -> Any:
    return _replace_if([pc.match_substring(codes, ".0")], codes, _POINT_ZERO)


def _replace_if(signs: list[Any], codes: Any, pattern: str) -> Any:
    """Codes with the first group of what a pattern finds in its place; ``signs``: flags of codes that it may find."""
    # Most codes have no sign of it, which is found out several times faster than by the pattern.
    if not any(pc.any(flags).as_py() for flags in signs):
        return codes
    return pc.replace_substring_regex(codes, pattern, r"\1")


_CAUSES: Final[dict[str, Callable[[Any], Any]]] = {
    "with leading zeros": _without_leading_zeros,
    "without a decimal point (1.0 for 1)": _without_decimal_point,
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
