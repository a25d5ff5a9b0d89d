"""Least squares without negative answers, against the conditions that the best answer alone fulfils."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiering.calibration.nnls import least_squares


@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_no_other_numbers_from_0_up_come_nearer(seed: int, columns: int, more: int) -> None:
    chance = np.random.default_rng(seed)
    matrix, wanted = chance.normal(size=(columns + more, columns)), chance.normal(size=columns + more)
    answer = least_squares(matrix, wanted)
    # Karush, Kuhn and Tucker: no number below 0, no slope where it is above 0, none downwards where it is 0.
    slope = matrix.T @ (matrix @ answer - wanted)
    assert (answer >= 0).all()
    assert np.abs(slope[answer > 0]).max(initial=0.0) < 1e-7
    assert slope.min() > -1e-7


@given(st.integers(0, 2**32 - 1), st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_the_start_does_not_change_the_answer(seed: int, start: int) -> None:
    chance = np.random.default_rng(seed)
    matrix, wanted = chance.normal(size=(20, 8)), chance.normal(size=20)
    free = np.array([bool(start >> place & 1) for place in range(8)])
    np.testing.assert_allclose(least_squares(matrix, wanted, free), least_squares(matrix, wanted), atol=1e-9)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [([3.0, 4.0], [3, 4]), ([-3.0, 4.0], [0, 4]), ([-1.0, -1.0], [0, 0]), ([0.0, 0.0], [0, 0])],
)
def test_what_would_be_below_0_is_0(wanted: list[float], answer: list[float]) -> None:
    np.testing.assert_allclose(least_squares(np.eye(2), np.array(wanted)), answer, atol=1e-12)
