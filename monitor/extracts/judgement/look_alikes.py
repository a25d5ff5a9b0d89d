"""Headings left over that may stand for a column of ours which is missing: a renamed heading loses what it held."""

from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.reading.rows import different_texts
from monitor.extracts.wording import fold, folded
from tiering.caseload import Column, Kind

_SIMILAR: Final = 0.8
_LONG_ENOUGH = 4
MOST_TRIED: Final = 40
"""Headings left over whose values are looked at."""


def may_hold(column: Column) -> bool:
    """Whether values alone show the column: it holds one of a few words of ours."""
    return any(not choice.isdigit() for choice in column.choices)


def look_alikes(column: Column, others: Collection[str], left_over: Mapping[str, Any]) -> list[str]:
    """The headings left over that may stand for a missing column.

    - others: our columns of the table; a heading that is one of them was left over on purpose.
    - left_over: what each heading holds, as an Arrow array of text; None where that was not looked at.
    """
    own = {folded(name) for name in others}
    return [
        heading
        for heading, texts in left_over.items()
        if folded(heading) not in own and (_is_alike(column, heading) or _holds_its_words(column, texts))
    ]


def _is_alike(column: Column, heading: str) -> bool:
    ours, theirs = folded(column.name), folded(heading)
    if min(len(ours), len(theirs)) < _LONG_ENOUGH:
        return False
    return ours in theirs or theirs in ours or SequenceMatcher(None, ours, theirs).ratio() >= _SIMILAR


def _holds_its_words(column: Column, texts: Any) -> bool:
    if texts is None or not may_hold(column) or column.kind is not Kind.TEXT:
        return False
    words = fold(different_texts(texts).dictionary)
    words = words.filter(pc.not_equal(words, ""))
    own = pa.array([folded(choice) for choice in column.choices])
    return len(words) > 0 and bool(pc.all(pc.is_in(words, value_set=own)).as_py())
