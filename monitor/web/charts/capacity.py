"""Capacity over the weeks as lines and areas of an SVG, ready for the template to write down."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from alerts.wording import day_and_month, limit, long_date, percent

WIDTH: Final = 480
HEIGHT: Final = 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 30
_LONGEST_STEP: Final = timedelta(days=10)
"""Weeks further apart than this are not joined: a week without a snapshot stays a gap."""

Across = Callable[[date], float]
Down = Callable[[float], float]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, what it says, and on which side of its place the words stand."""

    at: float
    says: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Drawing:
    """Lines (points of polylines), the normal band, the red line, the forecast, and what it all says in words."""

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    band_top: float
    band_height: float
    red: float
    red_says: str
    ahead: str
    likely: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    bottom: float
    title: str
    says: str


def capacity_drawing(
    course: pd.DataFrame,
    forecast: pd.DataFrame,
    name: str,
    red_line: float,
    normal_from: float,
    apart: Collection[date] = (),
) -> Drawing | None:
    """The course of one unit with what is expected of it; None where no week has a capacity percentage.

    Weeks weighed by other weights (``weighed_alike``) are drawn and not joined to the others, and no sentence holds
    them against this week. So are the weeks before the dates in ``apart``, when the unit had other teams.
    """
    known = course[course["capacity_percentage"].notna()]
    if known.empty:
        return None
    days = [pd.Timestamp(day).date() for day in known["as_at"]]
    values = [float(value) for value in known["capacity_percentage"]]
    alike = [bool(same) for same in known["weighed_alike"]]
    stages = [sum(day >= since for since in apart) for day in days]
    told = forecast[forecast["capacity_percentage"].notna()]
    days_ahead = [pd.Timestamp(day).date() for day in told["on"]]
    ahead = [float(value) for value in told["capacity_percentage"]]
    lows = [float(value) for value in told["capacity_low_80"]]
    highs = [float(value) for value in told["capacity_high_80"]]
    every = [value for value in (*values, *ahead, *lows, *highs, red_line, normal_from) if math.isfinite(value)]
    bottom, top = 10 * math.floor(min(every) / 10 - 0.5), 10 * math.ceil(max(every) / 10 + 0.5)
    bottom = max(0, bottom)
    first, last = days[0], (days_ahead or days)[-1]
    wide = max((last - first).days, 1)

    def across(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / wide, 1)

    def down(value: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (top - value) / (top - bottom), 1)

    forward = [(days[-1], values[-1]), *zip(days_ahead, ahead, strict=True)] if ahead else []
    edges = [(days[-1], values[-1]), *zip(days_ahead, highs, strict=True)]
    edges += reversed([(days[-1], values[-1]), *zip(days_ahead, lows, strict=True)])
    step = 10 * max(1, math.ceil((top - bottom) / 10 / 5))
    return Drawing(
        lines=tuple(
            _points(piece, across, down) for piece in _pieces(days, values, list(zip(alike, stages, strict=True)))
        ),
        dots=tuple((across(day), down(value)) for day, value in zip(days, values, strict=True)),
        band_top=down(red_line),
        band_height=round(down(normal_from) - down(red_line), 1),
        red=down(red_line),
        red_says=limit(red_line),
        ahead=_points(forward, across, down),
        likely=_points(edges, across, down) if ahead and all(map(math.isfinite, (*lows, *highs))) else "",
        rows=tuple(Tick(down(value), f"{value}%") for value in range(bottom, top + 1, step)),
        columns=_columns(days, days_ahead, across),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        title=f"Capacity of {name} over the weeks",
        says=_in_words(days, values, days_ahead, ahead, red_line, alike, [stage == stages[-1] for stage in stages]),
    )


def _pieces(
    days: Sequence[date], values: Sequence[float], kinds: Sequence[tuple[bool, int]]
) -> list[list[tuple[date, float]]]:
    """Runs of weeks without a gap, and of one kind: the same weights and the same teams."""
    pieces: list[list[tuple[date, float]]] = []
    for place, (day, value) in enumerate(zip(days, values, strict=True)):
        if not pieces or day - pieces[-1][-1][0] > _LONGEST_STEP or kinds[place] != kinds[place - 1]:
            pieces.append([])
        pieces[-1].append((day, value))
    return pieces


def _points(places: Sequence[tuple[date, float]], across: Across, down: Down) -> str:
    return " ".join(f"{across(day)},{down(value)}" for day, value in places)


def _columns(days: Sequence[date], days_ahead: Sequence[date], across: Across) -> tuple[Tick, ...]:
    """The first week, this week and the last week ahead, as far as their words do not run into each other."""
    marks = [(days[0], "start")] if len(days) > 1 else []
    marks.append((days[-1], "middle" if days_ahead and len(days) > 1 else "start" if days_ahead else "end"))
    if days_ahead:
        marks.append((days_ahead[-1], "end"))
    ticks = [Tick(across(day), f"{day.day} {day:%b}", anchor) for day, anchor in marks]
    return tuple(tick for place, tick in enumerate(ticks) if place == 0 or tick.at - ticks[place - 1].at > 60)


def _in_words(
    days: Sequence[date],
    values: Sequence[float],
    days_ahead: Sequence[date],
    ahead: Sequence[float],
    red_line: float,
    alike: Sequence[bool],
    same_teams: Sequence[bool],
) -> str:
    words = f"{percent(values[-1])} of capacity on {long_date(days[-1])}"
    compared = [(day, value) for day, value, *same in zip(days, values, alike, same_teams, strict=True) if all(same)]
    if compared:
        of_them = [value for _, value in compared]
        over = sum(value > red_line for value in of_them)
        words += f"; between {percent(min(of_them))} and {percent(max(of_them))} since {long_date(compared[0][0])}"
        words += f"; over {limit(red_line)} in {over} of {len(of_them)} weeks"
    words += "."
    for kind, same in (("weights", alike), ("teams", same_teams)):
        if not all(same):
            others = f"{len(same) - sum(same)} of the {len(same)} weeks drawn"
            words += f" {others} had other {kind}: their lines stand apart."
    if ahead:
        words += f" Expected on {day_and_month(days_ahead[-1])}: {percent(ahead[-1])}."
    return words
