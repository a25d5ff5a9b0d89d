"""What is worked out once for all cases of a snapshot, so that a page only picks the rows of its unit."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

_CHANGES: Final = {
    "Tier changed": ("tier",),
    "RoSH changed": ("rosh",),
    "Setting changed (for example released)": ("setting",),
    "Activity changed (for example a warrant)": ("activity", "number_of_cases"),
}
REASONS: Final = (*_CHANGES, "Several of these at once", "The weights changed")
"""Why the points of a case are not what they were."""

_UNCHANGED: Final = -1
_LAST_CHARACTER: Final = chr(sys.maxunicode)


@dataclass(frozen=True)
class Split:
    """A column in numbers: its values in their order, and of each row which of them it has."""

    values: tuple[str, ...]
    codes: Positions

    def sums(self, rows: Positions, *figures: Floats) -> list[tuple[str, list[float]]]:
        """Every value that the rows have, with the sum of each of the figures."""
        codes, size = self.codes[rows], len(self.values)
        sums = [np.bincount(codes, weights=one[rows], minlength=size).tolist() for one in figures]
        found = np.flatnonzero(np.bincount(codes, minlength=size)).tolist()
        return [(self.values[place], [one[place] for one in sums]) for place in found]


def split_of(column: "pd.Series[str]", missing: str) -> Split:
    """A column of words in numbers; missing: what stands for no word."""
    codes, values = pd.factorize(column.fillna(missing), sort=True)
    return Split(tuple(map(str, values)), codes.astype(np.int64))


@dataclass(frozen=True)
class Pairing:
    """How the cases of a week go with those of the week before.

    earlier: where each case stands in the week before; later: where each case of that one stands in this; -1 where it
    does not. reason: which of ``REASONS`` changed the points of a case of both weeks, -1 where they are the same.
    difference: points more than before.
    """

    earlier: Positions
    later: Positions
    reason: npt.NDArray[np.int8]
    difference: Floats


def pairing_of(after: pd.DataFrame, before: pd.DataFrame) -> Pairing:
    """The cases of two weeks by their CRN."""
    now, then = pd.Index(after["crn"]), pd.Index(before["crn"])
    earlier, later = then.get_indexer(now).astype(np.int64), now.get_indexer(then).astype(np.int64)
    paired = np.flatnonzero(earlier >= 0)
    difference, reason = np.zeros(len(after)), np.full(len(after), _UNCHANGED, dtype=np.int8)
    difference[paired] = after["points"].to_numpy()[paired] - before["points"].to_numpy()[earlier[paired]]
    moved = paired[difference[paired] != 0]
    reason[moved] = _reasons(after.iloc[moved], before.iloc[earlier[moved]])
    return Pairing(earlier, later, reason, difference)


def _reasons(after: pd.DataFrame, before: pd.DataFrame) -> npt.NDArray[np.int8]:
    """Which of ``REASONS`` each case of two frames, row by row, goes under."""
    changed = np.array(
        [
            np.logical_or.reduce([_differs(after[column], before[column]) for column in columns])
            for columns in _CHANGES.values()
        ]
    )
    how_many = changed.sum(axis=0)
    several, weights = len(_CHANGES), len(_CHANGES) + 1
    return np.select([how_many == 0, how_many > 1], [weights, several], changed.argmax(axis=0)).astype(np.int8)


def _differs(left: "pd.Series[str]", right: "pd.Series[str]") -> Flags:
    """Where two columns differ; missing is the same as missing."""
    mine, theirs = left.to_numpy(dtype=object), right.to_numpy(dtype=object)
    same = (mine == theirs) | (pd.isna(mine) & pd.isna(theirs))
    differs: Flags = ~same.astype(bool)
    return differs


class Beginnings:
    """Words by what they begin with, whatever their capitals."""

    def __init__(self, words: Sequence[str]) -> None:
        upper = np.array([word.upper() for word in words], dtype=object)
        self._order = np.argsort(upper, kind="stable")
        self._sorted = upper[self._order]

    def with_prefix(self, prefix: str) -> Positions:
        """Where the words stand that begin so, in the order in which they were given."""
        wanted = prefix.upper()
        first, last = np.searchsorted(self._sorted, [wanted, wanted + _LAST_CHARACTER])
        found: Positions = np.sort(self._order[first:last])
        return found


def hottest_first(units: pd.DataFrame) -> Positions:
    """The order of units with those first that hold points and can take none, then the hottest."""
    able, total = units["available_points"].to_numpy(), units["total_points"].to_numpy()
    capacity = units["capacity_percentage"].to_numpy(dtype=np.float64)
    stranded = (able <= 0) & (total > 0)
    codes = units["code"].to_numpy(dtype=object)
    return np.lexsort((codes, np.where(np.isnan(capacity), np.inf, -capacity), ~stranded)).astype(np.int64)


class Records:
    """The rows of a frame as dictionaries, as alerts.units.records gives them, without a frame in between."""

    def __init__(self, frame: pd.DataFrame) -> None:
        kinds: dict[str, list[str]] = {}
        for name, kind in frame.dtypes.items():
            kinds.setdefault(kind.kind if kind.kind in "bif" else "O", []).append(str(name))
        self._groups = [
            (names, frame[names].to_numpy() if kind != "O" else _objects(frame[names])) for kind, names in kinds.items()
        ]

    def of(self, rows: Positions) -> list[dict[str, Any]]:
        """The rows at these places, in this order."""
        found: list[dict[str, Any]] = [{} for _ in rows]
        for names, values in self._groups:
            for one, row in zip(found, values[rows].tolist(), strict=True):
                one.update(zip(names, row, strict=True))
        return found


def _objects(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The values of columns as objects, each word once: most stand in many rows."""
    made = np.empty(frame.shape, dtype=object)
    for place, name in enumerate(frame):
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            made[:, place] = column.astype(object)
        else:
            codes, values = pd.factorize(column)
            made[:, place] = np.append(np.asarray(values, dtype=object), math.nan)[codes]
    return made
