"""What came of decisions: each unit at its decision and now, and what like units without a decision did meanwhile."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.follow_through.decisions import Decision, latest_by_episode

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Columns = dict[str, Collection[Any]]
Place = tuple[str, str]
"""Level and code of a unit."""

WITHIN: Final = 5.0
"""Percentage points of capacity by which like units may differ at the start."""

MOST_LIKE: Final = 10
FEWEST_LIKE: Final = 5
"""How many of the nearest are compared with, and below how many there is no comparison."""

LEAST_FALL: Final = 3.0
"""Percentage points: an office of 30 people moves by less in a month without anything having happened."""

FIRST_LOOK: Final = 3
"""Weeks after a decision: what it moves takes weeks to move, so no earlier week is judged."""

_LIMITS: Final = np.array([1.533, 1.476, 1.440, 1.415, 1.397, 1.383])
"""One in ten of a t distribution with 4 to 9 degrees of freedom is beyond: one less than there are like units."""

_RANGE: Final = ("like_low", "like_middle", "like_high")

DTYPES: Final = {
    "episode": "str",
    "number": "int64",
    "level": "str",
    "code": "str",
    "weeks": "int64",
    "capacity_then": "float64",
    "capacity_now": "float64",
    "high_risk_overdue_then": "Int64",
    "high_risk_overdue_now": "Int64",
    "like_units": "int64",
    **dict.fromkeys(_RANGE, "float64"),
    "judgement": "str",
}
"""Columns of the outcomes: weeks since the decision, per cent of capacity, and percentage points of like units."""


class Judgement(StrEnum):
    """Whether the unit fell by more than like units did by themselves; it never says why."""

    TOO_EARLY = "too_early"
    NO_COMPARISON = "no_comparison"
    WORKED = "worked"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class LikeUnits:
    """What like units without a decision did over the same weeks.

    count: how many were compared with, at most ten.
    low, middle, high: percentage points by which they moved; NaN if there are fewer than five.
    """

    count: int
    low: float
    middle: float
    high: float
    judgement: Judgement


@dataclass(frozen=True)
class _Panel:
    """The units of one level through the weeks of the last half year, by code; matrices of shape (units, weeks).

    mondays: of the weeks, this one last.
    capacity: per cent, NaN where the week does not compare or the unit is too small.
    late: overdue assessments of high RoSH cases. people: offender managers.
    """

    codes: pd.Index
    mondays: pd.DatetimeIndex
    capacity: Floats
    late: Floats
    people: Floats


def outcomes_of_decisions(
    decisions: Iterable[Decision], places: Mapping[str, Place], weeks: pd.DataFrame, small_team: int
) -> pd.DataFrame:
    """What came of the last decision about each episode, if it is in force; columns and dtypes as ``DTYPES``.

    * decisions: about the episodes of the week, and all others of the half year: a unit of any has had a decision.
    * places: level and code now of the unit of an episode, because a team may have got another code since.
    * weeks: as of ``alerts.detection.measures.recent_weeks``.
    * small_team: a unit with fewer offender managers, then or now, is neither reported nor compared with.

    The start is the week of the snapshot that the person saw. Without a row: units whose two weeks do not compare.
    Like units are of the same level and size band, within five points of the unit's capacity at the start, and without
    a decision: the ten nearest, by code if equally near. A size band goes from one power of two of offender managers to
    the next, because units of about one size move by about as much.
    """
    made = list(decisions)
    place_of = {decision.episode: (decision.level, decision.code) for decision in made} | dict(places)
    decided = {place_of[decision.episode] for decision in made if decision.is_in_force}
    latest = [decision for decision in latest_by_episode(made).values() if decision.is_in_force]
    if not latest or weeks.empty:
        return empty_outcomes()
    monday_of = weeks["as_at"] - pd.to_timedelta(weeks["as_at"].dt.day_of_week, unit="D")
    mondays = pd.DatetimeIndex(monday_of.unique()).sort_values()
    rows: dict[str, list[Any]] = {name: [] for name in DTYPES}
    for level in sorted({place_of[decision.episode][0] for decision in latest}):
        of_level = [decision for decision in latest if place_of[decision.episode][0] == level]
        codes = pd.Index([place_of[decision.episode][1] for decision in of_level], dtype="str")
        is_level = weeks["level"].eq(level)
        panel = _panel_of(weeks[is_level], mondays, mondays.get_indexer(monday_of[is_level]), small_team)
        is_decided = panel.codes.isin([code for its_level, code in decided if its_level == level])
        for part in _of_level(panel, of_level, codes, is_decided):
            for name, values in part.items():
                rows[name] += list(values)
    return pd.DataFrame(rows).astype(DTYPES)


def empty_outcomes() -> pd.DataFrame:
    """No outcome: a frame without rows."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in DTYPES.items()})


def like_units_of(row: Mapping[str, Any]) -> LikeUnits:
    """What one row of the outcomes says of like units."""
    low, middle, high = (float(row[name]) for name in _RANGE)
    return LikeUnits(int(row["like_units"]), low, middle, high, Judgement(row["judgement"]))


def _panel_of(weeks: pd.DataFrame, mondays: pd.DatetimeIndex, columns: Rows, small_team: int) -> _Panel:
    """The weeks of the units of one level as matrices; columns: the place of each row's week among the mondays."""
    codes = pd.Index(weeks["code"].unique()).sort_values()
    rows = codes.get_indexer(pd.Index(weeks["code"]))

    def matrix(name: str) -> Floats:
        values = np.full((len(codes), len(mondays)), np.nan)
        values[rows, columns] = weeks[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    people = matrix("offender_managers")
    compares = (matrix("is_comparable") == 1) & (people >= small_team)
    capacity = np.where(compares, matrix("capacity_percentage"), np.nan)
    return _Panel(codes, mondays, capacity, matrix("high_risk_overdue"), people)


def _of_level(panel: _Panel, decisions: Sequence[Decision], codes: pd.Index, is_decided: Flags) -> Iterator[Columns]:
    """The outcomes of decisions about units of one level, start by start; codes: of the unit of each."""
    rows = panel.codes.get_indexer(codes)
    days = pd.DatetimeIndex([decision.as_at for decision in decisions])
    starts = panel.mondays.get_indexer(days - pd.to_timedelta(days.day_of_week, unit="D"))
    is_there = (rows >= 0) & (starts >= 0) & (starts < len(panel.mondays) - 1)
    for start in np.unique(starts[is_there]):
        (chosen,) = np.nonzero(is_there & (starts == start))
        chosen = chosen[~np.isnan(panel.capacity[rows[chosen]][:, [start, -1]]).any(axis=1)]
        made = [decisions[place] for place in chosen.tolist()]
        yield {
            "episode": [decision.episode for decision in made],
            "number": [decision.number for decision in made],
            "level": [decision.level for decision in made],
            "code": codes[chosen].tolist(),
            **_of_start(panel, rows[chosen], int(start), is_decided),
        }


def _of_start(panel: _Panel, rows: Rows, start: int, is_decided: Flags) -> Columns:
    """The figures of units whose decisions have the same start; rows: of the units in the panel."""
    at_start, now = panel.capacity[:, start], panel.capacity[:, -1]
    _, band = np.frexp(panel.people[:, start])
    distance = np.abs(at_start - at_start[rows][:, None])
    is_like = (distance <= WITHIN) & (band == band[rows][:, None]) & ~is_decided & ~np.isnan(now)
    nearest = np.argsort(np.where(is_like, distance, np.inf), axis=1, kind="stable")[:, :MOST_LIKE]
    is_compared = np.take_along_axis(is_like, nearest, axis=1)
    change = panel.capacity[:, -2:] - at_start[:, None]
    moved = np.where(is_compared[..., None], change[nearest], np.nan)
    weeks = [(panel.mondays[column] - panel.mondays[start]).days // 7 for column in (-2, -1)]
    count = is_compared.sum(axis=1)
    return {
        "weeks": [weeks[1]] * len(rows),
        "capacity_then": at_start[rows],
        "capacity_now": now[rows],
        "high_risk_overdue_then": panel.late[rows, start],
        "high_risk_overdue_now": panel.late[rows, -1],
        "like_units": count,
        **dict(zip(_RANGE, _range_of(moved[..., 1], count), strict=True)),
        "judgement": judge(change[rows], moved, is_early=weeks[0] < FIRST_LOOK),
    }


def _range_of(moved: Floats, count: Counts) -> tuple[Floats, Floats, Floats]:
    """The lowest, the middle and the highest move of like units; NaN where there are too few."""
    low, middle, high = np.full((3, len(moved)), np.nan)
    enough = count >= FEWEST_LIKE
    some = moved[enough]
    low[enough], high[enough] = np.nanmin(some, axis=1), np.nanmax(some, axis=1)
    middle[enough] = np.nanmedian(some, axis=1)
    return low, middle, high


def judge(change: Floats, moved: Floats, *, is_early: bool) -> list[str]:
    """Whether units fell by more than like units did by themselves, as values of ``Judgement``.

    * change: percentage points since the decision, the week before and now; shape (units, 2).
    * moved: those of the like units, NaN where there is none; shape (units, like units, 2).
    * is_early: the week before is less than three weeks after the decision.

    Units are decided about when they are high, and what is high comes down by itself: that is regression to the mean.
    So a fall alone shows nothing. It counts as worked only if all of this holds, this week and the week before:

    * the unit fell by at least three points;
    * it fell by more than each of the like units;
    * it fell by more than nine in ten of them would by a t distribution, because the lowest of five is passed by chance
      once in six times.

    Two weeks, because a single one is low by chance: looked at every week, one in five would be some time. It still
    says nothing about why the unit fell. ``make bench-follow-through`` measures how often it is wrong.
    """
    count = (~np.isnan(moved)).sum(axis=1)
    is_beyond = (_is_beyond(change, moved, count)).all(axis=1)
    choices = [count[:, 1] < FEWEST_LIKE, np.full(len(change), is_early), is_beyond]
    names = [Judgement.NO_COMPARISON.value, Judgement.TOO_EARLY.value, Judgement.WORKED.value]
    return [str(name) for name in np.select(choices, names, Judgement.NOT_SHOWN.value)]


def _is_beyond(change: Floats, moved: Floats, count: Counts) -> Flags:
    """Whether each unit fell by more than like units do, in each of the two weeks."""
    is_there = ~np.isnan(moved)
    middle = np.where(is_there, moved, 0.0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(is_there, moved - middle[:, None], 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=1) / np.maximum(count - 1, 1) * (1 + 1 / np.maximum(count, 1)))
    limit = middle - _LIMITS[np.clip(count, FEWEST_LIKE, MOST_LIKE) - FEWEST_LIKE] * spread
    lowest = np.where(is_there, moved, np.inf).min(axis=1, initial=np.inf)
    is_beyond: Flags = (count >= FEWEST_LIKE) & (change <= -LEAST_FALL) & (change < limit) & (change < lowest)
    return is_beyond
