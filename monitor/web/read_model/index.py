"""Indexes made once for all rows of a snapshot, so that a page only picks the rows of its unit.

Filtering a frame for one unit looks at every case of the service, a quarter of a million of a national one, and a page
has 300 milliseconds in all. So each frame is grouped once, into arrays of row numbers by value, and functions hand on
row numbers until the rows themselves are needed.
"""

import math
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.web.read_model.memo import Memo
from monitor.web.read_model.rows import Row, Values, fill_rows

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

NO_ROWS: Final[Positions] = np.array([], dtype=np.int64)

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


class IndexedFrame:
    """A frame with its indexes, each made when it is first asked for, and once.

    frame: never changed after this, because every index and every reader relies on its rows.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._indexes = Memo()

    def rows(self, kind: type[Row], places: Positions, **more: Values) -> tuple[Row, ...]:
        """Return the rows at some places as rows of a kind, in the order of the places.

        more: the values of fields that the frame has no column for, one per place.
        """
        columns = self.columns
        return fill_rows(kind, lambda name: columns[name][places].tolist(), **more)

    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any]]:
        """The values of every column, by its name."""
        return self._indexes.get(("columns",), lambda: columns_of(self.frame))

    def positions(self, *columns: str) -> Mapping[Any, Positions]:
        """Return the rows of every value of a column, or of every pair of values of two."""
        return self._indexes.get(("positions", *columns), lambda: positions_by_value(self.frame, *columns))

    def rows_of_teams(self, teams: Collection[str]) -> Positions:
        """Return the rows about some teams, in their order; the frame has the column team_code."""
        of_team = self.positions("team_code")
        return np.sort(np.concatenate([NO_ROWS, *(of_team.get(team, NO_ROWS) for team in teams)]))

    def rows_of_units(self, units: Iterable[tuple[str, str]]) -> Positions:
        """Return the rows about some units, given as (level, code), in their order; the frame has both columns."""
        of_unit = self.positions("level", "code")
        return np.sort(np.concatenate([NO_ROWS, *(of_unit.get(unit, NO_ROWS) for unit in units)]))


def positions_by_value(frame: pd.DataFrame, *columns: str) -> dict[Any, Positions]:
    """Return the rows of every value of a column, or of every pair of values of two; a missing value has none."""
    groups = frame.groupby(columns[0] if len(columns) == 1 else list(columns)).indices
    return {value: np.asarray(rows, dtype=np.int64) for value, rows in groups.items()}


@dataclass(frozen=True)
class Split:
    """A column in numbers: its distinct values, sorted, and for each row the place of its value among them."""

    values: tuple[str, ...]
    codes: Positions

    def sums(self, rows: Positions, *figures: Floats) -> list[tuple[str, list[float]]]:
        """Return every value that the rows have, with the sum of each of the figures.

        bincount adds up by code in one pass over the rows of a unit; a group-by would sort and hash them first.
        """
        codes, size = self.codes[rows], len(self.values)
        sums = [np.bincount(codes, weights=figure[rows], minlength=size).tolist() for figure in figures]
        present = np.flatnonzero(np.bincount(codes, minlength=size)).tolist()
        return [(self.values[place], [of_figure[place] for of_figure in sums]) for place in present]


def split_of(column: "pd.Series[str]", missing: str) -> Split:
    """Number the values of a text column; missing: the value to use where there is none."""
    codes, values = pd.factorize(column.fillna(missing), sort=True)
    return Split(tuple(map(str, values)), codes.astype(np.int64))


@dataclass(frozen=True)
class Pairing:
    """How the cases of a week go with those of the week before.

    * earlier: for each case of the week, its row in the week before; -1 if it was not there
    * later: for each case of the week before, its row in the week; -1 if it is gone
    * reason: for each case of the week, which of ``REASONS`` changed its points; -1 if they are the same, or it is new
    * difference: for each case of the week, its points less those of the week before; 0 if it is new
    """

    earlier: Positions
    later: Positions
    reason: npt.NDArray[np.int8]
    difference: Floats


def pairing_of(after: pd.DataFrame, before: pd.DataFrame) -> Pairing:
    """Pair the cases of two weeks by their CRN.

    Done once for the whole service: of which units a case was a part is looked up afterwards, so every unit and every
    offender manager reads its change from the same pairing.
    """
    now, then = pd.Index(after["crn"]), pd.Index(before["crn"])
    earlier, later = then.get_indexer(now).astype(np.int64), now.get_indexer(then).astype(np.int64)
    paired = np.flatnonzero(earlier >= 0)
    difference, reason = np.zeros(len(after)), np.full(len(after), _UNCHANGED, dtype=np.int8)
    difference[paired] = after["points"].to_numpy()[paired] - before["points"].to_numpy()[earlier[paired]]
    moved = paired[difference[paired] != 0]
    reason[moved] = _reasons(after.iloc[moved], before.iloc[earlier[moved]])
    return Pairing(earlier, later, reason, difference)


def _reasons(after: pd.DataFrame, before: pd.DataFrame) -> npt.NDArray[np.int8]:
    """Return which of ``REASONS`` each case goes under; the frames hold the same cases, row by row."""
    changed = np.array(
        [
            np.logical_or.reduce([_differs(after[column], before[column]) for column in columns])
            for columns in _CHANGES.values()
        ]
    )
    how_many = changed.sum(axis=0)
    # A case whose own fields are the same and whose points are not was weighed by other weights.
    several, weights = len(_CHANGES), len(_CHANGES) + 1
    return np.select([how_many == 0, how_many > 1], [weights, several], changed.argmax(axis=0)).astype(np.int8)


def _differs(left: "pd.Series[str]", right: "pd.Series[str]") -> Flags:
    """Return where two columns differ; missing is the same as missing."""
    mine, theirs = left.to_numpy(dtype=object), right.to_numpy(dtype=object)
    same = (mine == theirs) | (pd.isna(mine) & pd.isna(theirs))
    differs: Flags = ~same.astype(bool)
    return differs


class Beginnings:
    """Words by what they begin with, whatever their capitals.

    Sorted once, the words with one beginning stand together: two binary searches find the first and the last of them,
    instead of a look at every CRN.
    """

    def __init__(self, words: Sequence[str]) -> None:
        upper = np.array([word.upper() for word in words], dtype=object)
        self._order = np.argsort(upper, kind="stable")
        self._sorted = upper[self._order]

    def with_prefix(self, prefix: str) -> Positions:
        """Return where the words stand that begin so, in the order in which they were given."""
        wanted = prefix.upper()
        # No word that begins so sorts after the beginning followed by the last character there is.
        first, last = np.searchsorted(self._sorted, [wanted, wanted + _LAST_CHARACTER])
        rows: Positions = np.sort(self._order[first:last])
        return rows


def hottest_first(units: pd.DataFrame) -> Positions:
    """Return the order of units: first those that hold points and have no capacity, then the hottest."""
    available, total = units["available_points"].to_numpy(), units["total_points"].to_numpy()
    capacity = units["capacity_percentage"].to_numpy(dtype=np.float64)
    without_capacity = (available <= 0) & (total > 0)
    codes = units["code"].to_numpy(dtype=object)
    # lexsort sorts by its last key first. The code decides between equals, so that the order is the same every time.
    return np.lexsort((codes, np.where(np.isnan(capacity), np.inf, -capacity), ~without_capacity)).astype(np.int64)


def columns_of(frame: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of a frame as arrays: picking rows of one is a numpy index, without a frame in between."""
    return {
        str(name): column.to_numpy() if column.dtype.kind in "bif" else _objects(column)
        for name, column in frame.items()
    }


def _objects(column: "pd.Series[Any]") -> npt.NDArray[np.object_]:
    """Return the values of a column as objects, each text once.

    Reading a text column makes a new Python string for every row, and most values stand in many rows: the distinct ones
    are made once and shared, which takes less memory and time.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype(object).to_numpy()
    codes, values = pd.factorize(column)
    # The code of a missing value is -1, which picks the last: NaN.
    return np.append(np.asarray(values, dtype=object), math.nan)[codes]
