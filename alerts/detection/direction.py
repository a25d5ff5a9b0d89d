"""Judge whether a scope got better or worse, by config/direction.yaml: never from one number by chance."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.yaml_files import numbers_in_force, read_yaml

WEEKS_BACK: Final = (1, 4, 13)
"""The earlier weeks that this one is compared with; 1 stands for the previous snapshot, whenever that was."""


class DirectionFile(BaseModel):
    """The file config/direction.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    says: str
    times_usual: Dated[float]
    weeks_learned: Dated[int]
    weeks_needed: Dated[int]
    least_units_over: Dated[float]
    least_points_over: Dated[float]
    least_high_risk_overdue: Dated[float]


class DirectionNumbers(BaseModel):
    """The numbers of the direction as they are in force on one date.

    times_usual: how many times its usual change a measure must have moved.
    weeks_learned: from how many weeks before this one the usual change is learned.
    weeks_needed: with fewer changes from week to week than this there is no telling what is usual.
    least_units_over, least_high_risk_overdue: the smallest change that counts.
    least_points_over: the same, in per cent of the available points.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    says: str
    times_usual: float
    weeks_learned: int
    weeks_needed: int
    least_units_over: float
    least_points_over: float
    least_high_risk_overdue: float
    local_assumptions: int = 0

    @property
    def numbers_in_force(self) -> int:
        """How many numbers the direction rests on."""
        return len(_KEYS)

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, whatever its wording."""
        content = self.model_dump(mode="json", exclude={"title", "says", "local_assumptions"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_KEYS = tuple(key for key in DirectionFile.model_fields if key not in ("title", "says"))


class Measure(StrEnum):
    """What the direction goes by; less is better for each."""

    UNITS_OVER = "units_over"
    POINTS_OVER = "points_over"
    HIGH_RISK_OVERDUE = "high_risk_overdue"


@dataclass(frozen=True)
class MeasuredWeek:
    """The measures of a scope in one week; NaN where one is not known or does not compare with this week's.

    as_at: of the snapshot.
    units: how many units of the scope have comparable figures.
    units_over: how many of them are over the line, or hold work without any capacity for it.
    units_without_capacity: how many of these have no capacity.
    points_over: by how many points they are over it, together.
    available_points: of all of them.
    capacity: of the whole scope, in per cent.
    high_risk_overdue: overdue assessments of high and very high RoSH cases of the whole scope.
    """

    as_at: date
    units: int
    units_over: float
    units_without_capacity: int
    points_over: float
    available_points: float
    capacity: float
    high_risk_overdue: float

    @property
    def is_comparable(self) -> bool:
        """Whether its capacity compares with this week's."""
        return not math.isnan(self.units_over)


class Course(StrEnum):
    """Which way a scope went. EARLY: there are earlier weeks, but too few to know which changes are usual."""

    FIRST = "first"
    BETTER = "better"
    WORSE = "worse"
    MIXED = "mixed"
    SAME = "same"
    EARLY = "early"


@dataclass(frozen=True)
class Direction:
    """Which way a scope went.

    weeks_back: against which of ``WEEKS_BACK``; None if it is the same against each, or there is none.
    worse, better: what got worse and what got better since then, by more than is usual.
    """

    course: Course
    weeks_back: int | None = None
    worse: tuple[Measure, ...] = ()
    better: tuple[Measure, ...] = ()


def load_direction_numbers(config: Path, as_at: date) -> DirectionNumbers:
    """The numbers in force on ``as_at``.

    config: the folder that holds direction.yaml.
    Raises ConfigFault with every fault found.
    """
    path = config / "direction.yaml"
    file = read_yaml(path, DirectionFile)
    values, local_assumptions, faults = numbers_in_force(path, file, _KEYS, as_at)
    faults += [f"{path}: {fault}" for fault in _number_faults(values)]
    if faults:
        raise ConfigFault(faults)
    return DirectionNumbers(title=file.title, says=file.says, local_assumptions=local_assumptions, **values)


def _number_faults(values: dict[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            yield f"{key}: {value} must be 0 or more"
        elif key.startswith("weeks_") and value < 1:
            yield f"{key}: {value} must be 1 week or more"


def compared_weeks(weeks: Sequence[MeasuredWeek]) -> dict[int, MeasuredWeek]:
    """The earlier weeks that the last one is compared with, by ``WEEKS_BACK``; those without a snapshot are left out.

    weeks: oldest first, at most one for each ISO week.
    """
    earlier = {_weeks_between(week.as_at, weeks[-1].as_at): week for week in weeks[:-1]}
    if len(weeks) > 1:
        earlier[1] = weeks[-2]
    return {back: earlier[back] for back in WEEKS_BACK if back in earlier}


def judge_direction(weeks: Sequence[MeasuredWeek], numbers: DirectionNumbers) -> Direction:
    """Which way a scope went, against the first of the compared weeks since which something changed by more than usual.

    weeks: oldest first, at most one for each ISO week, this one last.
    """
    compared = compared_weeks(weeks)
    usual = {measure: _usual_change(measure, weeks, numbers) for measure in Measure}
    is_known = False
    for back, earlier in compared.items():
        signs = _significant_changes(earlier, weeks[-1], usual, numbers)
        is_known |= bool(signs)
        worse = tuple(measure for measure, sign in signs.items() if sign > 0)
        better = tuple(measure for measure, sign in signs.items() if sign < 0)
        if worse or better:
            course = Course.MIXED if worse and better else Course.WORSE if worse else Course.BETTER
            return Direction(course, back, worse, better)
    if is_known:
        return Direction(Course.SAME)
    return Direction(Course.EARLY if compared else Course.FIRST)


def _significant_changes(
    earlier: MeasuredWeek, now: MeasuredWeek, usual: Mapping[Measure, float], numbers: DirectionNumbers
) -> dict[Measure, int]:
    """For each known measure 1 if it is higher than is usual by then, -1 if lower, 0 if neither."""
    # Weekly changes that have nothing to do with each other add up as the square root of their number.
    apart = math.sqrt(max(_weeks_between(earlier.as_at, now.as_at), 1))
    signs = {}
    for measure in Measure:
        change = _change(measure, earlier, now)
        limit = numbers.times_usual * usual[measure] * apart
        if not math.isnan(change + limit):
            counts = abs(change) > limit and abs(change) >= _least(measure, now, numbers)
            signs[measure] = (1 if change > 0 else -1) if counts else 0
    # A unit that crosses the line by a hair changes the count by one, and the points over it by nothing.
    points = _change(Measure.POINTS_OVER, earlier, now)
    if signs.get(Measure.UNITS_OVER, 0) * points < _least(Measure.POINTS_OVER, now, numbers):
        signs = {measure: 0 if measure is Measure.UNITS_OVER else sign for measure, sign in signs.items()}
    return signs


def _change(measure: Measure, before: MeasuredWeek, after: MeasuredWeek) -> float:
    """How far a measure moved; NaN if it is not known, or counts other units than it did."""
    if measure is not Measure.HIGH_RISK_OVERDUE and before.units != after.units:
        return math.nan
    change: float = getattr(after, measure) - getattr(before, measure)
    return change


def _least(measure: Measure, week: MeasuredWeek, numbers: DirectionNumbers) -> float:
    """The smallest change of a measure that counts."""
    if measure is Measure.POINTS_OVER:
        return numbers.least_points_over * week.available_points / 100
    return numbers.least_units_over if measure is Measure.UNITS_OVER else numbers.least_high_risk_overdue


def _usual_change(measure: Measure, weeks: Sequence[MeasuredWeek], numbers: DirectionNumbers) -> float:
    """The mean change of a measure, up or down, between the weeks before this one; NaN if too few are known."""
    learned = [week for week in weeks[:-1] if _weeks_between(week.as_at, weeks[-1].as_at) <= numbers.weeks_learned]
    changes = [abs(_change(measure, before, after)) for before, after in pairwise(learned)]
    known = [change for change in changes if not math.isnan(change)]
    return sum(known) / len(known) if len(known) >= numbers.weeks_needed else math.nan


def _weeks_between(earlier: date, later: date) -> int:
    """How many ISO weeks lie between two dates."""
    mondays = (day.toordinal() - day.weekday() for day in (earlier, later))
    first, last = mondays
    return (last - first) // 7
