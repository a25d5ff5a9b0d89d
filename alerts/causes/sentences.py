"""Say in one sentence why a unit's capacity percentage is what it is, without the figures of any one person."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.causes.model import WEEKS_BACK, WITHOUT_HOURS, Part, StandingPart
from alerts.wording import choose, count_of, day_and_month, number

NO_SINGLE_CAUSE: Final = "No single cause."

LEAST_SHARE: Final = 0.25
"""A part that explains less than a quarter is not a cause."""

SMALL_MOVE: Final = 1.0
"""Percentage points: a change this small is within what most units move in a week, so it needs no cause."""

FEWEST_PEOPLE: Final = 3
"""Of fewer people a sentence says neither why they have no hours nor what they hold: it would be about one of them."""

_SHOWN: Final = 0.05
"""Percentage points: less is shown as 0.0."""

_FLOW: Final = "flow"
_WHY: Final = {
    StandingPart.SICKNESS: "off sick",
    StandingPart.OTHER_REDUCTION: "with all their hours reduced",
    StandingPart.NO_CONTRACTED_HOURS: "without contracted hours",
    StandingPart.LEFT: "who have left",
}
_MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class _Sum:
    """A part of a sentence: percentage points, and the cases and posts behind them, net of those that went."""

    points: float
    cases: int
    posts: int


def because(level: str, code: str, causes: pd.DataFrame, standing: pd.DataFrame, red_line: float) -> str:
    """Say why a unit is as loaded as it is.

    * causes, standing: columns of ``alerts.causes.model.CAUSE_DTYPES`` and ``STANDING_DTYPES``.
    * red_line: per cent of capacity above which a unit is over. Above it, what people without hours hold, or no one, is
      a cause if it is at least a quarter of what is over 100%.
    * Otherwise the cause is the largest part of the longest change that is not small, if it is at least a quarter of
      all parts in that direction. Arrivals and ends count as one part.
    """
    own = standing[standing["level"].eq(level) & standing["code"].eq(code)]
    held = _standing_cause(own, red_line)
    if held:
        return held
    changed = causes[causes["level"].eq(level) & causes["code"].eq(code) & causes["percentage_points"].notna()]
    for weeks_back in sorted(WEEKS_BACK, reverse=True):
        parts = changed[changed["weeks_back"].eq(weeks_back)]
        if abs(parts["percentage_points"].sum()) > SMALL_MOVE:
            return _cause_of_change(parts)
    return NO_SINGLE_CAUSE


def weights_share(level: str, code: str, causes: pd.DataFrame, weeks_back: int = 1) -> str:
    """Say how much of a unit's change is the new weights, and how much the changed organisation; empty if none is."""
    rows = causes[causes["level"].eq(level) & causes["code"].eq(code) & causes["weeks_back"].eq(weeks_back)]
    change = rows["percentage_points"].sum()
    by_part = rows.groupby("part")["percentage_points"].sum()
    names = {Part.WEIGHTS: "the new weights", Part.ORGANISATION: "the changed organisation"}
    says = [_share(by_part[part], change, name) for part, name in names.items() if abs(by_part.get(part, 0)) >= _SHOWN]
    return " and ".join(says)


def _share(part: float, change: float, name: str) -> str:
    if part * change > 0 and abs(part) <= abs(change) + _SHOWN:
        return f"{abs(part):.1f} of {abs(change):.1f} points are {name}"
    return f"{name} alone {_verb(name)} {_signed(part)} points of a change of {_signed(change)}"


def _verb(name: str) -> str:
    return "make" if name.endswith("s") else "makes"


def _standing_cause(own: pd.DataFrame, red_line: float) -> str:
    """What people without hours, or no one, holds, if that is a cause; empty if not."""
    capacity = own["percentage_points"].sum(min_count=1)
    has_capacity = not math.isnan(capacity)
    if has_capacity and capacity <= red_line:
        return ""
    column = "percentage_points" if has_capacity else "points"
    least = LEAST_SHARE * (capacity - 100 if has_capacity else own["points"].sum())
    whole = f"{capacity:.1f}%" if has_capacity else f"{number(own['points'].sum())}"
    parts = {str(row["part"]): row for row in own.to_dict("records")}
    causes = {part: row for part, row in parts.items() if part in (*WITHOUT_HOURS, StandingPart.UNALLOCATED)}
    names = [part for part in causes if causes[part][column] > 0 and _may_name(part, causes[part]["officers"])]
    largest = max(names, key=lambda part: causes[part][column], default=None)
    if largest is not None and causes[largest][column] >= least:
        row = causes[largest]
        share = f"({_amount(row[column], column)} points of {whole})"
        return f"Because {_holders(largest, row['officers'])} {count_of(row['cases'], 'case')} {share}."
    absent = [row for part, row in causes.items() if part in WITHOUT_HOURS]
    together = sum(row[column] for row in absent)
    if not absent or together <= 0 or together < least:
        return ""
    return _people_without_hours(
        sum(row["officers"] for row in absent),
        sum(row["cases"] for row in absent),
        f"({_amount(together, column)} points of {whole})",
    )


def _may_name(part: str, officers: int) -> bool:
    return part == StandingPart.UNALLOCATED or officers >= FEWEST_PEOPLE


def _holders(part: str, officers: int) -> str:
    if part == StandingPart.UNALLOCATED:
        return "no one holds"
    return f"{count_of(officers, 'offender manager')} {_WHY[StandingPart(part)]} still hold"


def _people_without_hours(officers: int, cases: int, share: str) -> str:
    people = f"{count_of(officers, 'person')} without available hours still {choose(officers, 'holds', 'hold')}"
    if officers < FEWEST_PEOPLE:
        return f"Because {people} cases."
    return f"Because {people} {count_of(cases, 'case')} {share}."


def _cause_of_change(parts: pd.DataFrame) -> str:
    change = float(parts["percentage_points"].sum())
    sums = _net_sums(parts)
    same_way = {name: part for name, part in sums.items() if part.points * change > 0}
    largest = max(same_way, key=lambda name: abs(same_way[name].points))
    cause = same_way[largest]
    if abs(cause.points) < LEAST_SHARE * sum(abs(part.points) for part in same_way.values()):
        return NO_SINGLE_CAUSE
    since = day_and_month(parts["since"].iloc[0].date())
    moved = f"{'Up' if change > 0 else 'Down'} {abs(change):.1f} points since {since}"
    return f"{moved} because {_phrase(largest, cause)} ({_signed(cause.points)})."


def _net_sums(parts: pd.DataFrame) -> dict[str, _Sum]:
    """The parts by name, arrivals and ends as one."""
    names = parts["part"].replace({Part.ARRIVALS.value: _FLOW, Part.ENDS.value: _FLOW})
    sums = parts.groupby(names)[["percentage_points", "cases", "posts"]].sum()
    return {
        str(name): _Sum(float(points), int(cases), int(posts))
        for name, points, cases, posts in sums.itertuples(name=None)
    }


def _phrase(name: str, cause: _Sum) -> str:
    """What happened, in words that fit its direction."""
    is_up = cause.points > 0
    if name in (_FLOW, Part.TRANSFERS):
        return _flow_phrase(name, cause, is_up)
    if name in _OF_CASES:
        return f"{_OF_CASES[name]} of {count_of(cause.cases, 'case')} changed"
    if name in _OF_PEOPLE and abs(cause.posts) < FEWEST_PEOPLE:
        return f"{'fewer' if is_up else 'more'} hours are available"
    if name in (Part.LEAVERS, Part.JOINERS):
        return f"{count_of(abs(cause.posts), 'person')} {'left' if name == Part.LEAVERS else 'joined'}"
    return _PHRASES[Part(name)][0 if is_up else 1]


def _flow_phrase(name: str, cause: _Sum, is_up: bool) -> str:
    came, went = ("arrived", "ended") if name == _FLOW else ("came from other teams", "went to them")
    fits = cause.cases * cause.points > 0
    if fits and is_up:
        return f"{number(cause.cases)} more {choose(cause.cases, 'case', 'cases')} {came} than {went}"
    if fits:
        return f"{number(-cause.cases)} more {choose(-cause.cases, 'case', 'cases')} {went} than {came}"
    return f"the cases that {came} weigh {'more' if is_up else 'less'} than those that {went}"


_OF_PEOPLE: Final = (Part.LEAVERS, Part.JOINERS, Part.SICKNESS, Part.OTHER_REDUCTIONS)
_OF_CASES: Final[Mapping[str, str]] = {
    Part.TIER: "the tier",
    Part.ROSH: "the RoSH",
    Part.SETTING: "the setting",
    Part.ACTIVITY: "the activity",
    Part.PRIORITISATION: "the prioritised contact",
}
_PHRASES: Final[Mapping[Part, tuple[str, str]]] = {
    Part.NUMBER_OF_CASES: ("rows stand for more cases", "rows stand for fewer cases"),
    Part.DUTIES: ("duties and reports take more", "duties and reports take less"),
    Part.GRADE: ("grades changed", "grades changed"),
    Part.ROUNDING: ("points are rounded up", "points are rounded down"),
    Part.MOVED_POSTS: ("posts moved to other teams", "posts came from other teams"),
    Part.CONTRACTED_HOURS: ("contracted hours fell", "contracted hours rose"),
    Part.SICKNESS: ("more hours are lost to sickness", "fewer hours are lost to sickness"),
    Part.OTHER_REDUCTIONS: ("reductions take more hours", "reductions take fewer hours"),
    Part.TEAM_TYPE: ("the type of a team changed", "the type of a team changed"),
    Part.WEIGHTS: ("the weights changed", "the weights changed"),
    Part.ORGANISATION: ("the organisation changed", "the organisation changed"),
}
"""What happened if a part raises the capacity percentage, and if it lowers it."""


def _amount(value: float, column: str) -> str:
    return f"{value:.1f}" if column == "percentage_points" else number(value)


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else _MINUS}{abs(value):.1f}"
