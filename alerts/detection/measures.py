"""Measure a scope in every week, like with like: the units and teams of now, with the figures that they had then."""

import math
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.direction import MeasuredWeek

WEEKS_KEPT: Final = 27
"""This week, and the half year from which the usual changes are learned."""

COLUMNS: Final = [
    "as_at",
    "level",
    "code",
    "offender_managers",
    "total_points",
    "available_points",
    "capacity_percentage",
    "is_comparable",
    "high_risk_overdue",
]
_ABOVE_PEOPLE: Final = ("team", "office", "cluster", "area", "all")


def first_day_kept(as_at: date) -> date:
    """The Monday of the first week that is compared with the week of ``as_at``."""
    return as_at - timedelta(days=as_at.weekday()) - timedelta(weeks=WEEKS_KEPT - 1)


def weeks_before(past: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The units above offender managers in the half year before a week; columns as those of ``past``."""
    return past[past["as_at"].ge(pd.Timestamp(first_day_kept(as_at))) & past["level"].isin(_ABOVE_PEOPLE)]


def recent_weeks(earlier: pd.DataFrame, alike: Collection[date], units: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Every unit above offender managers in the last half year, this week included; columns ``COLUMNS``.

    earlier: of ``weeks_before``, with the figures of the teams that each unit has now; NaN where they are not known.
    alike: the dates of the weeks with this week's weights.
    units: of this week.
    capacity_percentage compares with this week's and is NaN without capacity; is_comparable is False where it is not
    known, because the week has other weights or the unit was another one.
    """
    compares = earlier["as_at"].isin([pd.Timestamp(day) for day in alike]) & earlier["total_points"].notna()
    share = earlier["capacity_percentage"].where(compares)
    then = earlier.assign(capacity_percentage=share, is_comparable=compares)
    now = units[units["level"].isin(_ABOVE_PEOPLE)].assign(as_at=pd.Timestamp(as_at).as_unit("s"), is_comparable=True)
    weeks = pd.concat([then[COLUMNS], now[COLUMNS]], ignore_index=True) if len(then) else now[COLUMNS]
    late = weeks["high_risk_overdue"].astype("float64").round().astype("Int64")
    weeks = weeks.assign(high_risk_overdue=late).astype({"offender_managers": "int64", "is_comparable": "bool"})
    return weeks.sort_values(["as_at", "level", "code"], ignore_index=True)


_FIGURES: Final = (
    "offender_managers",
    "total_points",
    "available_points",
    "capacity_percentage",
    "high_risk_overdue",
)


def measure_weeks(
    weeks: pd.DataFrame,
    own: Collection[tuple[str, str]],
    places: Collection[tuple[str, str]],
    *,
    red_line: float,
    small_team: int,
) -> tuple[MeasuredWeek, ...]:
    """Measure a scope in each week, oldest first.

    weeks: as ``recent_weeks`` returns them; may be those of the scope alone.
    own: level and code of the units that the scope consists of; places: of those that are counted.
    small_team: a place with fewer offender managers in a week is not counted in that week.
    """
    if weeks.empty:
        return ()
    keys = list(zip(weeks["level"].tolist(), weeks["code"].tolist(), strict=True))
    wanted_own, wanted_places = set(own), set(places)
    is_own = np.array([key in wanted_own for key in keys], dtype=bool)
    is_place = np.array([key in wanted_places for key in keys], dtype=bool)
    # Plain arrays: a page measures its own few units in half a year of weeks, and frames would take most of its time.
    figures = {name: weeks[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in _FIGURES}
    comparable = weeks["is_comparable"].to_numpy(dtype=bool)
    people = figures["offender_managers"]
    is_place &= comparable & ((people == 0) | (people >= small_team))
    measured = []
    stamps = weeks["as_at"].to_numpy()
    for stamp in np.unique(stamps):
        of_places = np.flatnonzero((stamps == stamp) & is_place)
        whole = np.flatnonzero((stamps == stamp) & is_own)
        is_whole = len(whole) == len(wanted_own)
        total, available, capacity = (figures[name][of_places] for name in _FIGURES[1:4])
        over = capacity > red_line
        stranded = (available <= 0) & (total > 0)
        beyond = np.where(stranded, total, np.where(over, available * (capacity - red_line) / 100, 0.0))
        is_known = len(of_places) > 0
        measured.append(
            MeasuredWeek(
                as_at=pd.Timestamp(stamp).date(),
                units=len(of_places),
                units_over=float((over | stranded).sum()) if is_known else math.nan,
                units_without_capacity=int(stranded.sum()),
                points_over=float(beyond.sum()) if is_known else math.nan,
                available_points=float(available.sum()),
                capacity=_capacity(figures, whole) if is_whole and comparable[whole].all() else math.nan,
                high_risk_overdue=float(figures["high_risk_overdue"][whole].sum()) if is_whole else math.nan,
            )
        )
    return tuple(measured)


def _capacity(figures: Mapping[str, npt.NDArray[np.float64]], units: npt.NDArray[np.int64]) -> float:
    """Capacity of units together."""
    available = float(figures["available_points"][units].sum())
    return 100 * float(figures["total_points"][units].sum()) / available if available > 0 else math.nan
