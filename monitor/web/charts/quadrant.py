"""Load against lateness of the units of a scope, as the dots and lines of an SVG: too hot and too late at top right."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

import pandas as pd

from alerts.digest.scope.units import Unit
from alerts.wording import count_of, join_list, limit, number
from monitor.web.charts.capacity import HEIGHT, WIDTH, Tick
from tiering.terms import Level

BOTH, HOT, LATE, NEITHER = "Too hot and too late", "Too hot", "Late", "Neither"
NUMBERED: Final = 5
"""Of those in the corner so many get a number that stands in the table too."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 26, 30, 48
_PLACES: Final = ((12, 0), (-12, 0), (0, -13), (0, 13))
"""Where a number may stand from the middle of its dot: on the right, on the left, above, below."""
_OF_ITS_OWN: Final = 17
"""How far a number is from every other dot and number, so that no one takes it for that dot's."""
_ROWS: Final = 5


@dataclass(frozen=True)
class Dot:
    """One unit: its place in the picture, missing where it has no capacity percentage, and in which corner it is.

    label: its number, and label_at the middle of where it stands.
    """

    unit: Unit
    where: str
    at: tuple[float, float] | None
    label: str = ""
    label_at: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Quadrant:
    """The picture: every unit, where the two lines cross, the axes, and what it all says in words."""

    dots: tuple[Dot, ...]
    cross: tuple[float, float]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    top: float
    bottom: float
    threshold: str
    title: str
    says: str

    @property
    def table(self) -> pd.DataFrame:
        """The numbers of the picture, one row per unit."""
        rows = [
            (one.unit.level, one.unit.code, one.unit.name, one.unit.capacity, one.unit.high_risk_overdue, one.where)
            for one in self.dots
        ]
        columns = ["level", "code", "name", "capacity_percentage", "high_risk_overdue", "where"]
        return pd.DataFrame(rows, columns=columns)


def quadrant(units: Sequence[Unit], name: str, threshold: float, least: float) -> Quadrant | None:
    """The picture of some units of one level; None where none has a capacity percentage.

    threshold: per cent of capacity over which a unit is too hot. least: overdue assessments of high RoSH cases from
    which it is late.
    """
    drawn = [unit for unit in units if not math.isnan(unit.capacity)]
    if not drawn:
        return None
    lowest = 10 * math.floor(min([threshold, *(unit.capacity for unit in drawn)]) / 10 - 0.5)
    highest = 10 * math.ceil(max([threshold, *(unit.capacity for unit in drawn)]) / 10 + 0.5)
    most = max([least, *(unit.high_risk_overdue for unit in drawn)])
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def across(value: float) -> float:
        return round(_LEFT + (right - _LEFT) * (value - lowest) / (highest - lowest), 1)

    def down(value: float) -> float:
        # A little room below nothing and above the most, so that no dot lies on an edge.
        return round(bottom - (bottom - _TOP) * (value + most * 0.06) / (most * 1.12), 1)

    worst_first = sorted(units, key=lambda unit: (-_corner(unit, threshold, least), -unit.high_risk_overdue, unit.code))
    dots, numbered = [], 0
    for unit in worst_first:
        where = _WORDS[_corner(unit, threshold, least)]
        shown = not math.isnan(unit.capacity)
        numbered += where == BOTH and shown
        label = str(numbered) if where == BOTH and shown and numbered <= NUMBERED else ""
        at = (across(unit.capacity), down(unit.high_risk_overdue)) if shown else None
        dots.append(Dot(unit, where, at, label))
    step = 10 * max(1, math.ceil((highest - lowest) / 10 / 6))
    rise = next(size for size in _round_numbers() if size * _ROWS >= most)
    return Quadrant(
        dots=tuple(_apart(dots)),
        cross=(across(threshold), down(least - 0.5)),
        rows=tuple(Tick(down(value), number(value)) for value in range(0, math.floor(most) + 1, rise)),
        columns=tuple(Tick(across(value), f"{value}%") for value in range(max(0, lowest), highest + 1, step)),
        left=_LEFT,
        right=right,
        top=_TOP,
        bottom=bottom,
        threshold=limit(threshold),
        title=f"Load and lateness: {name}",
        says=_in_words(dots, threshold),
    )


_WORDS: Final = {3: BOTH, 2: HOT, 1: LATE, 0: NEITHER}


def _round_numbers() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)


def _apart(dots: Sequence[Dot]) -> Iterator[Dot]:
    """The dots, each number at the first place where it is nearest to its own; on the right if there is none."""
    taken: list[tuple[float, float]] = []
    for one in dots:
        if not (one.label and one.at):
            yield one
            continue
        x, y = one.at
        others = [*taken, *(dot.at for dot in dots if dot.at and dot is not one)]
        places = [(round(x + right, 1), round(y + below, 1)) for right, below in _PLACES]
        free = (place for place in places if all(math.dist(place, other) >= _OF_ITS_OWN for other in others))
        taken.append(next(free, places[0]))
        yield replace(one, label_at=taken[-1])


def _corner(unit: Unit, threshold: float, least: float) -> int:
    hot = unit.has_no_capacity or unit.capacity > threshold
    return 2 * hot + (unit.high_risk_overdue >= least)


def _in_words(dots: Sequence[Dot], threshold: float) -> str:
    both = [one for one in dots if one.where == BOTH]
    named = [f"{one.unit.name} ({one.unit.standing}, {number(one.unit.high_risk_overdue)} overdue)" for one in both[:3]]
    missing = sum(one.at is None for one in dots)
    level = Level(dots[0].unit.level).value
    words = (
        f"{count_of(len(dots), level)}: {number(len(both))} over {limit(threshold)} of capacity and late with "
        f"assessments of high RoSH cases{f', most of all {join_list(named)}' if named else ''}; "
        f"{number(sum(one.where == HOT for one in dots))} too hot only, "
        f"{number(sum(one.where == LATE for one in dots))} late only, "
        f"{number(sum(one.where == NEITHER for one in dots))} neither."
    )
    return words + (f" {number(missing)} without any hours cannot be drawn." if missing else "")
