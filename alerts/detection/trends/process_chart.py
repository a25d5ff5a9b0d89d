"""XmR charts and peer funnels: to look at, never to alert on. See docs/detection.md for why."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int64]

LIMIT = 2.66
"""Three standard deviations in mean moving ranges, 3 / 1.128: NHS Making Data Count; Wheeler 1993.

Moving ranges, because a standard deviation over all points would take every shift for noise.
"""
SCREEN = 3.267
"""Mean moving ranges above which a moving range is left out, D4 of two points; sources as for ``LIMIT``.

One jump is a signal to show, not noise to widen the limits with.
"""


@dataclass(frozen=True)
class ProcessChart:
    """An XmR chart of every unit; arrays of shape (units, points), the lines the same in all points of a stretch.

    The signals say which way: 1 above, -1 below, 0 none.

    mean, lower, upper: the lines.
    outside: beyond a limit.
    run: one of ``run_of`` points in a row on one side of the mean.
    trend: one of ``trend_of`` points in a row that all rise or all fall.
    near: one of two of three points running, on one side of the mean, that lie in the outer third before the limit.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    outside: Signs
    run: Signs
    trend: Signs
    near: Signs


@dataclass(frozen=True)
class Funnel:
    """A funnel over peers: centre and tau of each point; limits of shape (units, points); sides as in ProcessChart."""

    centre: Floats
    tau: Floats
    lower: Floats
    upper: Floats
    outside: Signs


def monthly(figures: Floats, months: Counts) -> Floats:
    """The mean of each month's figures: shape (units, months), a column for each number that is in ``months``.

    figures: shape (units, weeks), NaN if there is none; months: the month of each week, increasing.
    """
    known = ~np.isnan(figures)
    starts = np.flatnonzero(np.diff(months, prepend=months[0] - 1))
    total = np.add.reduceat(np.where(known, figures, 0.0), starts, axis=1)
    count = np.add.reduceat(known, starts, axis=1, dtype=np.int64)
    means: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def process_chart(
    points: Floats, *, run_of: int, trend_of: int, rebased_at: Sequence[int] = (), baseline: int | None = None
) -> ProcessChart:
    """The XmR chart of every unit: points of shape (units, points), oldest first, NaN if there is none.

    run_of, trend_of: points running that make a signal.
    rebased_at: positions of known events, from each of which mean and limits are drawn again and signals begin again.
    baseline: draw the lines from only this many points of each stretch, and compare the rest with them.

    The rules are those of NHSRplotthedots 0.2, see docs/detection.md.
    """
    edges = sorted({0, *rebased_at, points.shape[1]})
    stretches = [_stretch(points[:, begin:end], run_of, trend_of, baseline) for begin, end in pairwise(edges)]
    return ProcessChart(
        **{
            line.name: np.concatenate([getattr(stretch, line.name) for stretch in stretches], axis=1)
            for line in fields(ProcessChart)
        }
    )


def peer_funnel(values: Floats, errors: Floats, deviations: float) -> Funnel:
    """Units against their peers: limits ``deviations`` standard deviations from the centre, wider for smaller units.

    values: shape (units, points), NaN if there is none.
    errors: the standard error of each value, above 0.
    """
    known = ~np.isnan(values) & ~np.isnan(errors)
    weights = np.where(known, errors, np.inf) ** -2.0
    figures = np.where(known, values, 0.0)
    total = weights.sum(axis=0)
    # Units differ for good reasons too. Without tau, the deviation between units beyond their errors (DerSimonian and
    # Laird), most large units would lie outside; it is added to every unit's own variance (Spiegelhalter 2005).
    with np.errstate(invalid="ignore", divide="ignore"):
        fixed = (weights * figures).sum(axis=0) / total
        excess = (weights * (figures - fixed) ** 2).sum(axis=0) - (known.sum(axis=0) - 1)
        between = np.maximum(0.0, excess / (total - (weights**2).sum(axis=0) / total))
        spread = (errors**2 + between) ** -1.0
        shares = np.where(known, spread, 0.0)
        centre = (shares * figures).sum(axis=0) / shares.sum(axis=0)
    margin = np.where(known, deviations * np.sqrt(errors**2 + between), np.nan)
    lower, upper = centre - margin, centre + margin
    return Funnel(centre, np.sqrt(between), lower, upper, _sides(values, lower, upper))


def _stretch(points: Floats, run_of: int, trend_of: int, baseline: int | None) -> ProcessChart:
    """The chart of the points between two events; a missing point breaks what runs through it."""
    base = points[:, :baseline]
    mean = np.broadcast_to(_means(base), points.shape)
    ranges = np.abs(np.diff(base, axis=1))
    margin = LIMIT * _means(np.where(ranges <= SCREEN * _means(ranges), ranges, np.nan))
    lower, upper = mean - margin, mean + margin
    outside = _sides(points, lower, upper)
    side = _sides(points, mean, mean)
    close = np.where(outside == 0, _sides(points, mean - margin * 2 / 3, mean + margin * 2 / 3), 0)
    # Up or down from one point to the next: a trend of n points is n - 1 such moves alike.
    moves = _sides(points[:, 1:], points[:, :-1], points[:, :-1])
    width = points.shape[1]
    # Two of three in the outer third, the third at least on the same side; a point beyond the limit is no near one.
    near = np.where(np.abs(_windows(close, 3)) >= 2, np.sign(_windows(close, 3)), 0)
    near = np.where(np.abs(_windows(side, 3)) == 3, near, 0)
    return ProcessChart(
        mean=mean,
        lower=lower,
        upper=upper,
        outside=outside,
        run=_part_of(_all_alike(side, run_of), run_of, width),
        trend=_part_of(_all_alike(moves, trend_of - 1), trend_of, width),
        near=np.where(close != 0, _part_of(near, 3, width), 0).astype(np.int8),
    )


def _means(points: Floats) -> Floats:
    """The mean of the figures of each unit, as a column; NaN if there is none."""
    count = (~np.isnan(points)).sum(axis=1, keepdims=True)
    total = np.nansum(points, axis=1, keepdims=True)
    means: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def _sides(points: Floats, lower: Floats, upper: Floats) -> Signs:
    """1 above the upper line, -1 below the lower one, 0 between, on a line, or if a figure is missing."""
    return (points > upper).astype(np.int8) - (points < lower).astype(np.int8)


def _windows(signs: Signs, length: int) -> Counts:
    """The sum of every ``length`` signs running: one column for each place at which they fit."""
    units, width = signs.shape
    total = np.zeros((units, max(0, width - length + 1)), dtype=np.int64)
    for start in range(length if total.shape[1] else 0):
        total += signs[:, start : start + total.shape[1]]
    return total


def _all_alike(signs: Signs, length: int) -> Signs:
    """The sign that ``length`` signs running share, or 0."""
    total = _windows(signs, length)
    return np.where(np.abs(total) == length, np.sign(total), 0).astype(np.int8)


def _part_of(windows: Signs, length: int, width: int) -> Signs:
    """The sign of the window that each point is part of; of two windows, the one that ends with the point."""
    marked = np.zeros((len(windows), width), dtype=np.int8)
    for start in range(length if windows.shape[1] else 0):
        part = marked[:, start : start + windows.shape[1]]
        part[...] = np.where(windows != 0, windows, part)
    return marked
