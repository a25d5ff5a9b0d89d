"""Least squares without negative answers: the active-set method of Lawson and Hanson."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NEAR = 1e-9
"""A gradient smaller than this share of the largest is none."""


def least_squares(matrix: Floats, wanted: Floats, start: Flags | None = None) -> Floats:
    """The vector of numbers from 0 up that brings ``matrix @ vector`` nearest to ``wanted``.

    * matrix: shape (rows, columns), its columns independent. wanted: shape (rows,).
    * start: the columns that are probably above 0, from a similar problem; it changes the time and not the answer.

    Source: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, 1974, chapter 23.
    """
    columns = matrix.shape[1]
    answer, free = np.zeros(columns), np.zeros(columns, dtype=bool)
    if start is not None:
        trial = _solve_free(matrix, wanted, start)
        if (trial[start] > 0).all():
            answer, free = trial, start.copy()
    scale = np.abs(matrix.T @ wanted).max(initial=0.0)
    while not free.all():
        gradient = matrix.T @ (wanted - matrix @ answer)
        gradient[free] = -np.inf
        best = int(gradient.argmax())
        if gradient[best] <= _NEAR * scale:
            break
        free[best] = True
        trial = _solve_free(matrix, wanted, free)
        if trial[best] <= 0:
            # Only rounding brings a number back that the gradient asked for: without it the loop would never end.
            free[best] = False
            break
        while (trial[free] <= 0).any():
            low = free & (trial <= 0)
            # As far towards the trial as all numbers stay at 0 or above; the first to reach 0 stays there.
            step = (answer[low] / (answer[low] - trial[low])).min()
            answer += step * (trial - answer)
            free &= answer > _NEAR * max(answer.max(), 0.0)
            answer[~free] = 0.0
            trial = _solve_free(matrix, wanted, free)
        answer = trial
    return answer


def _solve_free(matrix: Floats, wanted: Floats, free: Flags) -> Floats:
    """The least squares of the free columns alone; the others are 0."""
    answer = np.zeros(matrix.shape[1])
    if free.any():
        answer[free] = np.linalg.lstsq(matrix[:, free], wanted, rcond=None)[0]
    return answer
