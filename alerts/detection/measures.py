"""Measure a scope in every week, like with like: the units and teams of now, with the figures that they had then."""

import math
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import numpy as np
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


def recent_weeks(past: pd.DataFrame, units: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Every unit above offender managers in the last half year, this week included; columns ``COLUMNS``.

    past: earlier weeks with the teams that each unit has now, columns as ``alerts.detection.unit_weeks.PAST_COLUMNS``.
    units: of this week.
    capacity_percentage compares with this week's and is NaN without capacity; is_comparable is False where it is not
    known, because the week has other weights or the unit was another one.
    """
    first = pd.Timestamp(as_at - timedelta(days=as_at.weekday()) - timedelta(weeks=WEEKS_KEPT - 1))
    lately = past[past["as_at"].ge(first) & past["level"].isin(_ABOVE_PEOPLE)]
    # A unit without available points has no percentage in weeks that compare, either.
    known = lately["comparable_percentage"].notna() | _without_percentage(lately, past)
    earlier = lately.assign(capacity_percentage=lately["comparable_percentage"], is_comparable=known)
    now = units[units["level"].isin(_ABOVE_PEOPLE)].assign(as_at=pd.Timestamp(as_at).as_unit("s"), is_comparable=True)
    weeks = pd.concat([earlier[COLUMNS], now[COLUMNS]], ignore_index=True)
    weeks["offender_managers"] = weeks["offender_managers"].astype("int64")
    weeks["high_risk_overdue"] = weeks["high_risk_overdue"].astype("int64")
    weeks["is_comparable"] = weeks["is_comparable"].astype("bool")
    return weeks.sort_values(["as_at", "level", "code"], ignore_index=True)


def _without_percentage(lately: pd.DataFrame, past: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of units without capacity in weeks in which some unit has a percentage that compares."""
    alike = past.loc[past["comparable_percentage"].notna(), "as_at"].unique()
    return lately["as_at"].isin(alike) & lately["capacity_percentage"].isna()


def measure_weeks(
    weeks: pd.DataFrame,
    own: Collection[tuple[str, str]],
    places: Collection[tuple[str, str]],
    teams: Collection[str],
    *,
    red_line: float,
    small_team: int,
) -> tuple[MeasuredWeek, ...]:
    """Measure a scope in each week, oldest first.

    weeks: as ``recent_weeks`` returns them; may be those of the scope alone.
    own: level and code of the units that the scope consists of; places: of those that are counted; teams: their teams.
    small_team: a place with fewer offender managers in a week is not counted in that week.
    """
    if weeks.empty:
        return ()
    keys = list(zip(weeks["level"].tolist(), weeks["code"].tolist(), strict=True))
    wanted_own, wanted_places, wanted_teams = set(own), set(places), {("team", code) for code in teams}
    is_own = np.array([key in wanted_own for key in keys], dtype=bool)
    is_place = np.array([key in wanted_places for key in keys], dtype=bool)
    is_team = np.array([key in wanted_teams for key in keys], dtype=bool)
    people = weeks["offender_managers"].to_numpy()
    is_place &= (people == 0) | (people >= small_team)
    measured = []
    stamps = weeks["as_at"].to_numpy()
    for stamp in np.unique(stamps):
        in_week = stamps == stamp
        of_places = weeks[in_week & is_place & weeks["is_comparable"].to_numpy()]
        late = weeks.loc[in_week & is_team, "high_risk_overdue"]
        whole = weeks[in_week & is_own]
        capacity, available = of_places["capacity_percentage"], of_places["available_points"]
        over = capacity > red_line
        stranded = (available <= 0) & (of_places["total_points"] > 0)
        beyond = (available * (capacity - red_line) / 100).where(over, 0.0).where(~stranded, of_places["total_points"])
        is_known = len(of_places) > 0
        measured.append(
            MeasuredWeek(
                as_at=pd.Timestamp(stamp).date(),
                units=len(of_places),
                units_over=float((over | stranded).sum()) if is_known else math.nan,
                units_without_capacity=int(stranded.sum()),
                points_over=float(beyond.sum()) if is_known else math.nan,
                available_points=float(available.sum()),
                capacity=_capacity(whole),
                high_risk_overdue=float(late.sum()) if len(late) else math.nan,
            )
        )
    return tuple(measured)


def _capacity(units: pd.DataFrame) -> float:
    """Capacity of the units of a scope together; NaN unless each compares with this week."""
    if units.empty or not units["is_comparable"].all():
        return math.nan
    if len(units) == 1:
        return float(units["capacity_percentage"].iloc[0])
    available = float(units["available_points"].sum())
    points = units["capacity_percentage"].fillna(0.0) * units["available_points"] / 100
    return 100 * float(points.sum()) / available if available > 0 else math.nan
