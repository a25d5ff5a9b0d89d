"""Exact numbers in columns: whole numerators over one denominator, in 64 bits as long as they fit.

A sum, product or comparison that could leave 64 bits is made with Python's whole numbers, and so is a quotient of which
a part could leave the 53 bits of a float: the values are the same, only slower.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

Integers = npt.NDArray[np.int64]
_WHOLE_BITS: Final = 2**62
_FLOAT_BITS: Final = 2**53


@dataclass(frozen=True)
class Exact:
    """One column of exact numbers: ``whole`` (int64, or objects for numbers beyond it) over ``below``."""

    whole: npt.NDArray[Any]
    below: int

    @classmethod
    def of(cls, values: Sequence[Fraction], taken: Integers | None = None) -> Self:
        """Turn fractions into a column.

        * taken: the place among the values of each number of the column, because most are alike; None for each in turn.
        """
        below = lcm(*{value.denominator for value in values})
        numerators = [value.numerator * (below // value.denominator) for value in values]
        whole = _fitting(numerators)
        return cls(whole if taken is None else whole[taken], below)

    @classmethod
    def zeros(cls, size: int) -> Self:
        """A column of zeros."""
        return cls(np.zeros(size, dtype=np.int64), 1)

    def over(self, below: int) -> "Exact":
        """The same numbers over a multiple of the denominator."""
        times = below // self.below
        return Exact(self._with_room(times) * times, below)

    def plus(self, other: "Exact") -> "Exact":
        """The sum of each number and the number in the same place of another column."""
        below = lcm(self.below, other.below)
        mine, others = self.over(below), other.over(below)
        return Exact(mine._with_room(2) + others._with_room(2), below)

    def times(self, other: "Exact") -> "Exact":
        """The product of each number and the number in the same place of another column."""
        return Exact(self._with_room(other.largest) * other.whole, self.below * other.below)

    def then(self, other: "Exact") -> "Exact":
        """This column, and below it another."""
        below = lcm(self.below, other.below)
        return Exact(np.concatenate([self.over(below).whole, other.over(below).whole]), below)

    def least(self, other: "Exact") -> "Exact":
        """The smaller of each number and the number in the same place of another column."""
        below = lcm(self.below, other.below)
        return Exact(np.minimum(self.over(below).whole, other.over(below).whole), below)

    def sums(self, codes: Integers, size: int) -> "Exact":
        """Sum the numbers by their code from 0 to ``size`` - 1."""
        whole = self._with_room(max(1, len(self.whole)))
        sums = np.zeros(size, dtype=whole.dtype)
        np.add.at(sums, codes, whole)
        return Exact(sums, self.below)

    def at(self, places: slice) -> "Exact":
        """The numbers in these places."""
        return Exact(self.whole[places], self.below)

    def rounded(self) -> "Exact":
        """The nearest whole number of each, a half upwards."""
        doubled = self._with_room(2) * 2 + self.below
        return Exact(doubled // (2 * self.below), 1)

    @property
    def largest(self) -> int:
        """The largest numerator without its sign, 0 for an empty column."""
        return max(abs(int(self.whole.min())), abs(int(self.whole.max()))) if len(self.whole) else 0

    def floats(self) -> npt.NDArray[np.float64]:
        """The nearest float of each number."""
        if self.largest < _FLOAT_BITS and self.below < _FLOAT_BITS:
            # Both are floats exactly, so their quotient is rounded once.
            return np.asarray(self.whole.astype(np.float64) / float(self.below))
        return np.array([int(value) / self.below for value in self.whole], dtype=np.float64)

    def fractions(self) -> list[Fraction]:
        """Each number as a fraction."""
        return [Fraction(int(value), self.below) for value in self.whole]

    def _with_room(self, times: int) -> npt.NDArray[Any]:
        """The numerators, as objects if ``times`` times the largest could leave 64 bits."""
        fits = self.largest * max(abs(times), 1) + self.below < _WHOLE_BITS
        return self.whole if fits else self.whole.astype(object)


def _fitting(values: Sequence[int]) -> npt.NDArray[Any]:
    """Whole numbers as an array, of objects if one leaves 64 bits."""
    if all(-_WHOLE_BITS < value < _WHOLE_BITS for value in values):
        return np.array(values, dtype=np.int64)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def of_repeated(values: npt.ArrayLike, exactly: Callable[[Any], Fraction]) -> Exact:
    """Floats as exact numbers: each different value is made exact once, because most are alike."""
    found, taken = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    return Exact.of([exactly(value) for value in found.tolist()], taken)


@dataclass(frozen=True)
class Percentages:
    """What one column is of another in per cent: as the nearest floats, and compared with limits exactly.

    * whole: points x 100 over available points in the smallest whole numbers.
    * of: the denominators, 0 where there is nothing to be a part of.
    """

    whole: npt.NDArray[Any]
    of: npt.NDArray[Any]

    @classmethod
    def between(cls, part: Exact, base: Exact) -> Self:
        """What each number is of the number in the same place; ``base`` is never below 0."""
        up, down = 100 * base.below, part.below
        shared = gcd(up, down)
        up, down = up // shared, down // shared
        return cls(part._with_room(up) * up, base._with_room(down) * down)

    def floats(self) -> npt.NDArray[np.float64]:
        """The nearest floats; NaN where there is nothing to be a part of."""
        values = np.full(len(self.of), np.nan)
        some = np.asarray(self.of != 0, dtype=bool)
        fits = some & np.asarray((np.abs(self.whole) < _FLOAT_BITS) & (self.of < _FLOAT_BITS), dtype=bool)
        values[fits] = self.whole[fits].astype(np.float64) / self.of[fits].astype(np.float64)
        for place in np.flatnonzero(some & ~fits):
            values[place] = int(self.whole[place]) / int(self.of[place])
        return values

    def above(self, limit: Fraction) -> npt.NDArray[np.bool_]:
        """Whether each is above a limit in per cent; of nothing, whether there is anything at all."""
        return np.asarray(self._against(limit) > 0, dtype=bool)

    def reaches(self, limit: Fraction) -> npt.NDArray[np.bool_]:
        """Whether each is at a limit in per cent or above it."""
        return np.asarray(self._against(limit) >= 0, dtype=bool)

    def _against(self, limit: Fraction) -> npt.NDArray[Any]:
        """The difference of both sides of the comparison in whole numbers."""
        points, base = Exact(self.whole, 1).largest, Exact(self.of, 1).largest
        most = max(points * limit.denominator, base * max(abs(limit.numerator), 1))
        kind = np.int64 if most < _WHOLE_BITS // 2 else object
        sides = self.whole.astype(kind) * limit.denominator, self.of.astype(kind) * limit.numerator
        return np.asarray(sides[0] - sides[1])


def places_of(values: "pd.Series[str]", known: "pd.Index[str]") -> Integers:
    """The place of each text among those known, -1 if it is not among them: each different text is looked up once."""
    codes, found = pd.factorize(values)
    places = known.get_indexer(pd.Index(found)).astype(np.int64)
    # The last place is for missing values, whose code is -1.
    return np.asarray(np.append(places, -1)[codes], dtype=np.int64)


def each_once(numbers: Integers) -> Integers:
    """Whole numbers in ascending order, each once.

    ``np.unique`` of NumPy 2.4 puts them into a hash table, which takes thirty times as long as to sort them.
    """
    ordered: Integers = np.sort(numbers)
    is_first: npt.NDArray[np.bool_] = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return ordered[is_first]
