"""Two courses of one unit over the weeks, as recorded and under another policy, as lines of an SVG."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from alerts.wording import clean, count_of, limit, long_date, percent
from monitor.web.charts.capacity import HEIGHT, WIDTH, Tick

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 12, 30
_LONGEST_STEP: Final = timedelta(days=10)
"""Weeks further apart than this are not joined: a week without figures stays a gap."""

_STEPS: Final = 5


@dataclass(frozen=True)
class TwoCourses:
    """Points of polylines, dots of each course, the red line and axes, and what it all says in words."""

    recorded: tuple[str, ...]
    alternative: tuple[str, ...]
    recorded_dots: tuple[tuple[float, float], ...]
    alternative_dots: tuple[tuple[float, float], ...]
    red: float
    red_says: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    bottom: float
    title: str
    says: str


def draw_alternative(weeks: pd.DataFrame, name: str, policy: str, red_line: float) -> TwoCourses | None:
    """Draw a unit as recorded and under another policy; None without a week that has both percentages.

    * weeks: columns as_at, capacity_percentage, alternative_percentage, hot, alternative_hot; oldest first
    * policy: the name of the other policy
    * red_line: per cent of capacity
    """
    known = weeks[weeks["capacity_percentage"].notna() & weeks["alternative_percentage"].notna()]
    if known.empty:
        return None
    days = [pd.Timestamp(day).date() for day in known["as_at"]]
    recorded, other = (known[column].astype(float).tolist() for column in _PERCENTAGES)
    every = [*recorded, *other, red_line]
    bottom, top = max(0, 10 * math.floor(min(every) / 10 - 0.5)), 10 * math.ceil(max(every) / 10 + 0.5)
    wide = max((days[-1] - days[0]).days, 1)
    step = 10 * max(1, math.ceil((top - bottom) / 10 / _STEPS))

    def across(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - days[0]).days / wide, 1)

    def down(value: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (top - value) / (top - bottom), 1)

    places = [
        [(across(day), down(value)) for day, value in zip(days, course, strict=True)] for course in (recorded, other)
    ]
    return TwoCourses(
        recorded=tuple(_lines(days, places[0])),
        alternative=tuple(_lines(days, places[1])),
        recorded_dots=tuple(places[0]),
        alternative_dots=tuple(places[1]),
        red=down(red_line),
        red_says=limit(red_line),
        rows=tuple(Tick(down(value), f"{value}%") for value in range(bottom, top + 1, step)),
        columns=_columns(days, across(days[0]), across(days[-1])),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        title=f"Capacity of {clean(name)} over the weeks, as recorded and under {policy}",
        says=_in_words(days, recorded, other, known, policy),
    )


_PERCENTAGES: Final = ("capacity_percentage", "alternative_percentage")


def _lines(days: Sequence[date], places: Sequence[tuple[float, float]]) -> Iterator[str]:
    """The points of each run of weeks without a gap."""
    piece: list[str] = []
    for number, (x, y) in enumerate(places):
        if number and days[number] - days[number - 1] > _LONGEST_STEP:
            yield " ".join(piece)
            piece = []
        piece.append(f"{x},{y}")
    yield " ".join(piece)


def _columns(days: Sequence[date], first: float, last: float) -> tuple[Tick, ...]:
    """The first and the last week."""
    end = Tick(last, f"{days[-1].day} {days[-1]:%b}", "end" if len(days) > 1 else "start")
    return (Tick(first, f"{days[0].day} {days[0]:%b}", "start"), end) if len(days) > 1 else (end,)


def _in_words(
    days: Sequence[date], recorded: Sequence[float], other: Sequence[float], weeks: pd.DataFrame, policy: str
) -> str:
    over, over_there = int(weeks["hot"].sum()), int(weeks["alternative_hot"].sum())
    return (
        f"{percent(recorded[-1])} of capacity as recorded on {long_date(days[-1])}, "
        f"{percent(other[-1])} under {policy}. "
        f"Over the red line in {over} of {count_of(len(days), 'week')} as recorded, in {over_there} under {policy}."
    )
