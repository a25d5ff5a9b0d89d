"""Every unit of one level through the weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.exact import places_of
from tiering.terms import Level

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PAST_COLUMNS = [
    "as_at",
    "level",
    "code",
    "name",
    "parent_code",
    "total_points",
    "available_points",
    "capacity_percentage",
    "comparable_percentage",
    "unallocated_cases",
    "high_risk_overdue",
    "offender_managers",
    "offender_managers_without_hours",
    "spo_hours",
    "span",
    "forecast_percentage",
    "oversight_high_risk_overdue",
]


@dataclass(frozen=True)
class UnitWeeks:
    """Every unit of one level through the weeks, oldest first; matrices of shape (units, weeks).

    dates: as-at date of each week's snapshot.
    units: one row per unit, with this week's figures, or the last known ones of a unit that is gone.
    present: whether the unit is in that week's snapshot.
    alike: which weeks have this week's weights; of shape (weeks,).
    figures: a matrix for each number of ``PAST_COLUMNS``, NaN if it is not known.
    """

    dates: list[date]
    units: pd.DataFrame
    present: Flags
    alike: Flags
    figures: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.figures[name]

    @property
    def calendar(self) -> npt.NDArray[np.int64]:
        """The number of each snapshot's ISO week, counted from the first one."""
        mondays = [day.toordinal() - day.weekday() for day in self.dates]
        return (np.array(mondays, dtype=np.int64) - mondays[0]) // 7

    @property
    def compares(self) -> Flags:
        """Where a unit compares with this week: it was weighed alike, and the points of its teams are known."""
        unknown = ~np.isnan(self["capacity_percentage"]) & np.isnan(self["comparable_percentage"])
        compares: Flags = self.alike & ~unknown
        return compares


def weights_since(dates: Sequence[date], alike: Sequence[bool]) -> date | None:
    """The date from which every week has the weights of the last one; None if all of them have."""
    otherwise = [place for place, same in enumerate(alike) if not same]
    return dates[otherwise[-1] + 1] if otherwise else None


def missing_weeks(dates: Sequence[date]) -> list[date]:
    """Mondays of the weeks without a date, between the first and the last of the dates."""
    mondays = {day - timedelta(days=day.weekday()) for day in dates}
    if not mondays:
        return []
    span = (max(mondays) - min(mondays)).days // 7
    return [monday for week in range(span) if (monday := min(mondays) + timedelta(weeks=week)) not in mondays]


@dataclass(frozen=True)
class WeeksByLevel:
    """The units of this week and of the past, by level; each level is made once, because a service has years of them.

    units: this week's workload with the counts of alerts.detection.overdue.
    past: earlier weeks, at most one snapshot for each ISO week and none for this one; columns as ``PAST_COLUMNS``.
        comparable_percentage is the capacity percentage of weeks with this week's weights, missing for others.
    """

    units: pd.DataFrame
    past: pd.DataFrame
    as_at: date
    _made: dict[Level, UnitWeeks] = field(default_factory=dict)

    def of(self, level: Level) -> UnitWeeks:
        """Every unit of a level through the weeks."""
        if level not in self._made:
            self._made[level] = unit_weeks(level, self.units, self.past, self.as_at)
        return self._made[level]


def unit_weeks(level: Level, units: pd.DataFrame, past: pd.DataFrame, as_at: date) -> UnitWeeks:
    """Every unit of a level that is in this week's workload or in an earlier one, through the weeks."""
    now = units[units["level"].eq(level)]
    now = now.assign(as_at=pd.Timestamp(as_at), comparable_percentage=now["capacity_percentage"])
    # Rows by their places: a copy of those of offender managers would be most of years of a national service.
    rows = np.flatnonzero(past["level"].eq(level))
    codes = pd.Series(past["code"].array.take(rows))
    dates = sorted({stamp.date() for stamp in past["as_at"].unique()} | {as_at})
    # Most units are there this week: only the others are looked for in the weeks before it.
    places = places_of(codes, pd.Index(now["code"]))
    left = past.iloc[rows[places < 0]][PAST_COLUMNS]
    gone = left.sort_values("as_at", ascending=False).drop_duplicates("code")
    known = pd.concat([now, gone], ignore_index=True) if len(gone) else now.reset_index(drop=True)
    places[places < 0] = len(now) + places_of(left["code"], pd.Index(gone["code"]))
    weeks = np.searchsorted(np.array(dates, dtype="datetime64[s]"), past["as_at"].to_numpy(dtype="datetime64[s]")[rows])
    figures = {}
    for name in PAST_COLUMNS[5:]:
        matrix = np.full((len(known), len(dates)), np.nan)
        matrix[places, weeks] = past[name].to_numpy(dtype=float)[rows]
        matrix[: len(now), -1] = now[name].to_numpy(dtype=float)
        figures[name] = matrix
    return UnitWeeks(dates, known, ~np.isnan(figures["total_points"]), _alike_weeks(figures, past, dates), figures)


def _alike_weeks(figures: Mapping[str, Floats], past: pd.DataFrame, dates: Sequence[date]) -> Flags:
    """Which weeks were weighed by this week's weights: in all others no unit of any level compares."""
    has_capacity, compares = (
        np.any(~np.isnan(figures[name]), axis=0) for name in ("capacity_percentage", "comparable_percentage")
    )
    alike: Flags = ~has_capacity | compares
    for place, day in enumerate(dates):
        if alike[place]:
            continue
        week = past["as_at"].eq(pd.Timestamp(day))
        alike[place] = past.loc[week, "comparable_percentage"].notna().any()
    return alike
