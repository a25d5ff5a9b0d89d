"""The months of a unit as the lines and marks of a process chart: their mean, its limits, and what lies outside."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

import pandas as pd

from alerts.wording import count_of, limit, number, percent
from monitor.web.charts.capacity import HEIGHT, WIDTH, Tick

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 30
_ROOM: Final = 80
"""Between the words of two marks of the time axis."""


class _Month(NamedTuple):
    """One month as it is drawn, in per cent of capacity; NaN for a figure or a line that it does not have."""

    month: date
    percentage: float
    mean: float
    lower: float
    upper: float
    stretch: int

    @property
    def has_limits(self) -> bool:
        return not math.isnan(self.upper)

    @property
    def side(self) -> str:
        """Where the month lies outside its limits: above or below; empty if it does not."""
        return "above" if self.percentage > self.upper else "below" if self.percentage < self.lower else ""


@dataclass(frozen=True)
class Mark:
    """The place of a month, and whether it lies outside the limits."""

    x: float
    y: float
    outside: bool


@dataclass(frozen=True)
class MonthsDrawing:
    """The chart: points of polylines, marks, the red line and axes, and what it all says in words."""

    lines: tuple[str, ...]
    means: tuple[str, ...]
    limits: tuple[str, ...]
    marks: tuple[Mark, ...]
    red: float
    red_says: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    bottom: float
    title: str
    says: str


def draw_months(table: pd.DataFrame, level: str, name: str, red_line: float) -> MonthsDrawing | None:
    """Draw the months of a unit; None where no month has limits or the last has no figure.

    table: as monitor.web.read_model.units.months returns it. red_line: per cent of capacity.
    """
    columns = ("month", "month_percentage", "chart_mean", "chart_lower", "chart_upper", "stretch")
    months = [_Month(*values) for values in zip(*(table[column].tolist() for column in columns), strict=True)]
    if not months or not any(month.has_limits for month in months) or math.isnan(months[-1].percentage):
        return None
    every = [
        value
        for month in months
        for value in (month.percentage, month.lower, month.upper, red_line)
        if not math.isnan(value)
    ]
    low, high = max(0, 10 * math.floor(min(every) / 10)), 10 * math.ceil(max(every) / 10)
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    wide = max(len(months) - 1, 1)

    def across(place: int) -> float:
        return round(_LEFT + 6 + (right - _LEFT - 12) * place / wide, 1)

    def down(value: float) -> float:
        return round(_TOP + (bottom - _TOP) * (high - max(value, low)) / (high - low), 1)

    def line(values: Sequence[float]) -> Iterator[str]:
        """The line through values, one per month; broken where one is missing or the lines are drawn anew."""
        points = list(enumerate(zip(months, values, strict=True)))
        for (_, known), piece in groupby(points, lambda point: (point[1][0].stretch, not math.isnan(point[1][1]))):
            if known:
                yield " ".join(f"{across(place)},{down(value)}" for place, (_, value) in piece)

    step = 10 * max(1, math.ceil((high - low) / 10 / 5))
    return MonthsDrawing(
        lines=tuple(line([month.percentage for month in months])),
        means=tuple(line([month.mean for month in months])),
        limits=(*line([month.lower for month in months]), *line([month.upper for month in months])),
        marks=tuple(
            Mark(across(place), down(month.percentage), bool(month.side))
            for place, month in enumerate(months)
            if not math.isnan(month.percentage)
        ),
        red=down(red_line),
        red_says=limit(red_line),
        rows=tuple(Tick(down(value), f"{value}%") for value in range(low, high + 1, step)),
        columns=tuple(_columns([month.month for month in months], [across(place) for place in range(len(months))])),
        left=_LEFT,
        right=right,
        bottom=bottom,
        title=f"Capacity of {name} month by month",
        says=" ".join(_sentences(months, level, red_line)),
    )


def _columns(months: Sequence[date], places: Sequence[float]) -> Iterator[Tick]:
    """The first month, the last, and the one in the middle if there is room for it."""
    last = len(months) - 1
    marked = {0: "start", last // 2: "middle", last: "end"} if last else {0: "start"}
    if any(places[after] - places[before] < _ROOM for before, after in pairwise(sorted(marked))):
        marked = {0: "start", last: "end"}
    for place, anchor in marked.items():
        yield Tick(places[place], f"{months[place]:%b %Y}", anchor)


def _sentences(months: Sequence[_Month], level: str, red_line: float) -> Iterator[str]:
    """What the chart says: this month against its limits, the red line, and how many months lie outside."""
    now = months[-1]
    yield f"{now.month:%B} so far: {percent(now.percentage)} of capacity on average."
    if not now.has_limits:
        yield f"The limits were drawn anew, and there are too few months since to compare this {level} with."
        return
    own = [month for month in months if month.stretch == now.stretch and not math.isnan(month.percentage)]
    yield (
        f"The limits, from {count_of(len(own), 'month')} of this {level}, are {percent(max(0.0, now.lower))} and "
        f"{percent(now.upper)}, around a mean of {percent(now.mean)}."
    )
    if now.side:
        yield f"The month is {now.side} them: see what changed."
    else:
        yield "The month is between them: it does not stand out from the months before."
        if now.percentage > red_line:
            yield f"That is usual for this {level}, and still over {limit(red_line)}."
    outside = sum(bool(month.side) for month in own)
    if outside > len(own) / 2:
        yield "Most months lie outside: the load has moved to another level, and the limits say little until later."
    elif outside > bool(now.side):
        others = outside - bool(now.side)
        yield f"{number(others)} of the earlier months {'lies' if others == 1 else 'lie'} outside them."
