"""The parts of a change as bars that add up: each begins where the one above it ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from alerts.wording import day_and_month, percent, signed_change

WIDTH: Final = 480
_ROW, _BAR = 26, 16
_LEFT, _RIGHT = 190, 64
"""Room for the words on the left, and for the figures on the right."""
_THINNEST: Final = 1.0
"""A bar of less than a point of the screen would not be seen."""


@dataclass(frozen=True)
class Bar:
    """One bar: words, figure and place. kind: rise, fall, or whole for the percentages at both ends."""

    says: str
    figure: str
    x: float
    y: float
    width: float
    kind: str
    words_y: float


@dataclass(frozen=True)
class CausesDrawing:
    """The chart: its bars, its size, and what it says in words."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    bar: int
    words_x: float
    figures_x: float
    title: str
    says: str


def draw_causes(parts: Sequence[tuple[str, float]], before: float, now: float, since: date) -> CausesDrawing | None:
    """Draw a change; None if it has no percentages.

    parts: name and percentage points of each part. before, now: per cent of capacity; NaN without capacity.
    """
    if math.isnan(before) or math.isnan(now):
        return None
    levels = [before]
    for _, points in parts:
        levels.append(levels[-1] + points)
    low, high = min(*levels, now), max(*levels, now)
    low -= (high - low or 1) / 10
    scale = (WIDTH - _LEFT - _RIGHT) / (high - low or 1)
    rows = [(f"On {day_and_month(since)}", percent(before), low, before, "whole")]
    rows += [
        (name, signed_change(points), min(start, end), max(start, end), "rise" if points > 0 else "fall")
        for (name, points), (start, end) in zip(parts, pairwise(levels), strict=True)
    ]
    rows.append(("Now", percent(now), low, now, "whole"))
    bars = tuple(
        Bar(
            says=name,
            figure=figure,
            x=round(_LEFT + (start - low) * scale, 1),
            y=place * _ROW + (_ROW - _BAR) / 2,
            width=round(max((end - start) * scale, _THINNEST), 1),
            kind=kind,
            words_y=place * _ROW + _ROW / 2 + 5,
        )
        for place, (name, figure, start, end, kind) in enumerate(rows)
    )
    listed = "; ".join(f"{name} {signed_change(points)}" for name, points in parts)
    return CausesDrawing(
        bars=bars,
        width=WIDTH,
        height=len(rows) * _ROW,
        bar=_BAR,
        words_x=_LEFT - 8,
        figures_x=WIDTH - 4,
        title=f"What changed since {day_and_month(since)}",
        says=f"From {percent(before)} on {day_and_month(since)} to {percent(now)} now, in percentage points: {listed}.",
    )
