"""Exact columns against Python's own fractions, also where 64 bits are not enough."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.capacity import exact_fraction
from tiering.exact import Exact, Percentages, each_once, of_repeated, places_of

SMALL = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=370)
HUGE = st.fractions(min_value=-(10**25), max_value=10**25, max_denominator=10**9)
NUMBERS = st.lists(SMALL, min_size=1, max_size=8) | st.lists(SMALL | HUGE, min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(SMALL, SMALL), min_size=1, max_size=8) | st.lists(
    st.tuples(SMALL | HUGE, SMALL | HUGE), min_size=1, max_size=8
)
LIMITS = st.fractions(min_value=0, max_value=300, max_denominator=8)


@given(NUMBERS)
def test_a_column_holds_its_numbers_and_their_nearest_floats(numbers: list[Fraction]) -> None:
    column = Exact.of(numbers)
    assert column.fractions() == numbers
    assert column.floats().tolist() == [number.numerator / number.denominator for number in numbers]
    assert column.rounded().fractions() == [(number + Fraction(1, 2)).__floor__() for number in numbers]
    doubled = column.then(Exact.of([Fraction(1, 3)]))
    assert doubled.fractions() == [*numbers, Fraction(1, 3)]
    assert doubled.at(slice(len(numbers))).fractions() == numbers


@given(NUMBERS, st.data())
def test_sums_by_code_are_exact(numbers: list[Fraction], data: st.DataObject) -> None:
    codes = data.draw(st.lists(st.integers(0, 2), min_size=len(numbers), max_size=len(numbers)))
    expected = [Fraction()] * 4
    for number, code in zip(numbers, codes, strict=True):
        expected[code] += number
    assert Exact.of(numbers).sums(np.array(codes), 4).fractions() == expected


@given(PAIRS)
def test_two_columns_are_added_multiplied_and_compared_number_by_number(pairs: list[tuple[Fraction, Fraction]]) -> None:
    one, other = (Exact.of([pair[place] for pair in pairs]) for place in (0, 1))
    assert one.plus(other).fractions() == [a + b for a, b in pairs]
    assert one.times(other).fractions() == [a * b for a, b in pairs]
    assert one.least(other).fractions() == [min(a, b) for a, b in pairs]


@given(PAIRS, LIMITS)
def test_percentages_are_the_nearest_floats_and_are_compared_exactly(
    pairs: list[tuple[Fraction, Fraction]], limit: Fraction
) -> None:
    pairs = [*((part, abs(base)) for part, base in pairs), (limit, Fraction(100)), (limit * 7, Fraction(700))]
    capacity = Percentages.between(*(Exact.of([pair[place] for pair in pairs]) for place in (0, 1)))
    expected = [float(100 * part / base) if base else np.nan for part, base in pairs]
    np.testing.assert_array_equal(capacity.floats(), expected)
    some = [place for place, (_, base) in enumerate(pairs) if base]
    shares = [100 * pairs[place][0] / pairs[place][1] for place in some]
    assert capacity.above(limit)[some].tolist() == [share > limit for share in shares]
    assert capacity.reaches(limit)[some].tolist() == [share >= limit for share in shares]
    nothing = [place for place, (_, base) in enumerate(pairs) if not base]
    assert capacity.above(limit)[nothing].tolist() == [pairs[place][0] > 0 for place in nothing]


@pytest.mark.parametrize("size", [2**31, 2**53 - 1, 2**53 + 1, 2**62 - 1, 2**62, 2**64 + 1])
def test_the_bounds_of_64_and_53_bits_change_no_number(size: int) -> None:
    numbers = [Fraction(size, 7), Fraction(-size, 3), Fraction(1, 2)]
    column = Exact.of(numbers)
    assert column.plus(column).fractions() == [2 * number for number in numbers]
    assert column.sums(np.array([0, 0, 0]), 1).fractions() == [sum(numbers)]
    assert column.floats().tolist() == [float(number) for number in numbers]
    capacity = Percentages.between(column, Exact.of([Fraction(size)] * 3))
    assert capacity.floats().tolist() == [float(100 * number / size) for number in numbers]


def test_a_column_without_numbers_has_none() -> None:
    empty = Exact.of([])
    assert empty.plus(Exact.zeros(0)).floats().tolist() == []
    assert empty.sums(np.array([], dtype=np.int64), 2).fractions() == [0, 0]


def test_repeated_floats_are_made_exact_as_they_were_typed() -> None:
    column = of_repeated([22.2, 0.1, 22.2], exact_fraction)
    assert column.fractions() == [Fraction(111, 5), Fraction(1, 10), Fraction(111, 5)]


def test_texts_are_found_by_their_place_and_others_and_missing_ones_are_not() -> None:
    texts = pd.Series(["b", None, "a", "c", "b"], dtype="str")
    assert places_of(texts, pd.Index(["a", "b"])).tolist() == [1, -1, 0, -1, 1]
    assert places_of(texts.iloc[:0], pd.Index(["a"])).tolist() == []


def test_whole_numbers_are_sorted_and_each_is_there_once() -> None:
    numbers = np.array([7, -1, 7, 2, -1, 2**53 + 1, 2**53], dtype=np.int64)
    assert each_once(numbers).tolist() == [-1, 2, 7, 2**53, 2**53 + 1]
    assert each_once(numbers[:0]).tolist() == []
