"""The value of each measure in every unit of a level and every week, from the stored figures."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from alerts.detection.trends.trend import week_by_week
from alerts.detection.trends.unit_weeks import Flags, Floats, UnitWeeks, WeeksByLevel
from alerts.risk_limits.definitions import Measure, RiskLimit
from tiering.terms import Level

_PATHS: Final = {
    Level.OFFENDER_MANAGER: (Level.TEAM, Level.OFFICE, Level.CLUSTER),
    Level.OFFICE: (Level.CLUSTER,),
}
"""The levels between a unit and its area."""


def measure_values(limit: RiskLimit, weeks: WeeksByLevel, red_line: float) -> Floats:
    """The values of a limit's measure; of shape (units of its level, weeks), NaN where they are not known.

    Each week is judged by its own weights, as the rule ``over_threshold`` judges it; red_line: per cent of
    capacity above which a unit is over the line.
    """
    own = weeks.of(Level(limit.level))
    match limit.measure:
        case Measure.POINTS_OVER_CAPACITY:
            over: Floats = np.maximum(own["total_points"] - own["available_points"], 0.0)
            return over
        case Measure.OFFENDER_MANAGERS_OVER_SHARE:
            counted = _over_for_weeks(weeks.of(Level.OFFENDER_MANAGER), red_line, limit.weeks or 1)
            return _share(_count_below(counted, Level.OFFENDER_MANAGER, own, weeks), own["offender_managers"])
        case Measure.OFFICES_OVER_SHARE:
            offices = weeks.of(Level.OFFICE)
            hot, working = _offices_over(offices, red_line)
            return _share(_count_below(hot, Level.OFFICE, own, weeks), _count_below(working, Level.OFFICE, own, weeks))
        case _:
            stored: Floats = own[limit.measure.value]
            return stored


def _over_for_weeks(people: UnitWeeks, red_line: float, least: int) -> Flags:
    """Which offender managers are over the line in a week, and have been for ``least`` weeks running."""
    capacity = people["capacity_percentage"]
    over, known = capacity > red_line, people.present & ~np.isnan(capacity)
    states = week_by_week(over, ~over, known, people.present, 1, 1, 0, people.calendar)
    running = np.column_stack([state.running for state in states])
    counted: Flags = known & (running >= least)
    return counted


def _offices_over(offices: UnitWeeks, red_line: float) -> tuple[Flags, Flags]:
    """Which offices are over the line or hold points without any capacity, and which hold or could hold any."""
    stranded = (offices["available_points"] <= 0) & (offices["total_points"] > 0)
    working = (offices["available_points"] > 0) | stranded
    return (offices["capacity_percentage"] > red_line) | stranded, working


def _count_below(counted: Flags, level: Level, own: UnitWeeks, weeks: WeeksByLevel) -> Floats:
    """How many of the units that count belong to each unit of ``own``; of the same shape as its figures.

    A unit counts in the area of its place now, or of its last known place, in every week.
    """
    if own.units["level"].iloc[0] == Level.ALL:
        total: Floats = counted.sum(axis=0, dtype=np.float64)[np.newaxis, :]
        return total
    area = weeks.of(level).units["parent_code"].tolist()
    for above in _PATHS[level]:
        parents = _parents(weeks.of(above).units)
        area = [parents.get(code) for code in area]
    place = pd.Index(own.units["code"]).get_indexer(pd.Index(area, dtype=object))
    sums = np.zeros(own.present.shape)
    np.add.at(sums, place[place >= 0], counted[place >= 0].astype(np.float64))
    return sums


def _parents(units: pd.DataFrame) -> Mapping[str, str]:
    return dict(zip(units["code"].tolist(), units["parent_code"].tolist(), strict=True))


def _share(part: Floats, whole: Floats) -> Floats:
    """Per cent of a whole; NaN where that is 0 or not known."""
    share: Floats = np.divide(100.0 * part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return share
