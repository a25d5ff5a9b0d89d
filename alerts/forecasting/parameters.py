"""Load, check and fingerprint the numbers of the forecast: config/forecast.yaml."""

import hashlib
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.policy import numbers_in_force, read_yaml
from tiering.terms import Level

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels that get a forecast."""

ByLevel = dict[Level, float]


class ForecastFile(BaseModel):
    """The file config/forecast.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    says: str
    weeks_needed: Dated[int]
    overdue_end_weeks: Dated[int]
    overdue_release_weeks: Dated[int]
    year_weeks: Dated[int]
    recent_weeks: Dated[int]
    recent_share: Dated[float]
    prior_weeks: Dated[float]
    season_weeks_needed: Dated[int]
    season_prior_years: Dated[float]
    report_weeks: Dated[int]
    hindcast_from_week: Dated[int]
    band_weeks: Dated[int]
    inside_80: Dated[float]
    inside_95: Dated[float]
    fallback_points_80: Dated[ByLevel]
    fallback_points_95: Dated[ByLevel]
    fallback_capacity_80: Dated[ByLevel]
    fallback_capacity_95: Dated[ByLevel]


class ForecastNumbers(BaseModel):
    """Every number of the forecast as it is in force on one date.

    weeks_needed: weeks of history, missing ones and this one included, below which the last value is shown.
    overdue_*_weeks: weeks an overdue end or release is counted on. year_weeks, recent_weeks: the two windows of what is
    learned; recent_share: weight of the recent one in the inflow of a cluster. prior_weeks: weeks of a team's own
    inflow that weigh as much as its cluster's rate. season_*: weeks of history before a season is learned, and years of
    no season mixed in. report_weeks: weeks over which the reports of today leave the window. hindcast_from_week: weeks
    of history before a past forecast is scored; band_weeks: how many of the last weeks' forecasts are. inside_*: per
    cent of past errors the bands must hold. fallback_*: half-widths of the bands where history cannot tell, in square
    roots of points (capacity: the same, over available points) times the square root of the weeks ahead, by level.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    says: str
    weeks_needed: int
    overdue_end_weeks: int
    overdue_release_weeks: int
    year_weeks: int
    recent_weeks: int
    recent_share: float
    prior_weeks: float
    season_weeks_needed: int
    season_prior_years: float
    report_weeks: int
    hindcast_from_week: int
    band_weeks: int
    inside_80: float
    inside_95: float
    fallback_points_80: ByLevel
    fallback_points_95: ByLevel
    fallback_capacity_80: ByLevel
    fallback_capacity_95: ByLevel
    local_assumptions: int = 0

    @property
    def numbers_in_force(self) -> int:
        """How many numbers the forecast rests on, those of the five levels counted as one."""
        return len(_KEYS)

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, whatever its wording."""
        content = self.model_dump(mode="json", exclude={"title", "says", "local_assumptions"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_KEYS = tuple(key for key in ForecastFile.model_fields if key not in ("title", "says"))


def load_forecast_numbers(config: Path, as_at: date) -> ForecastNumbers:
    """The numbers in force on ``as_at``; raises ConfigFault with every fault found."""
    path = config / "forecast.yaml"
    file = read_yaml(path, ForecastFile)
    values, local_assumptions, faults = numbers_in_force(path, file, _KEYS, as_at)
    faults += [f"{path}: {fault}" for fault in _unusable(values)]
    if faults:
        raise ConfigFault(faults)
    return ForecastNumbers(title=file.title, says=file.says, local_assumptions=local_assumptions, **values)


def _unusable(values: dict[str, Any]) -> Iterator[str]:
    """Numbers that no forecast can be made with, or that contradict each other."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _unusable_levels(key, value)
        elif not (math.isfinite(value) and value >= 0):
            yield f"{key}: {value} must be a number from 0"
        elif isinstance(value, int) and value < 1 and not key.startswith("overdue_"):
            yield f"{key}: {value} must be whole weeks from 1"
    if values.get("recent_share", 0.0) > 1:
        yield "recent_share: must not be above 1"
    for key in ("inside_80", "inside_95"):
        if not 0 < values.get(key, 1.0) < 100:
            yield f"{key}: must be above 0 and below 100 per cent"
    for narrow, wide in (
        ("inside_80", "inside_95"),
        ("recent_weeks", "year_weeks"),
        ("hindcast_from_week", "weeks_needed"),
    ):
        if narrow in values and wide in values and values[narrow] > values[wide]:
            yield f"{narrow}: must not be above {wide}"


def _unusable_levels(key: str, value: ByLevel) -> Iterator[str]:
    for level in LEVELS:
        if level not in value:
            yield f"{key}: {level} has no value"
    for level, one in value.items():
        if level not in LEVELS:
            yield f"{key}: {level} gets no forecast; the levels are {', '.join(LEVELS)}"
        if not (math.isfinite(one) and one > 0):
            yield f"{key}: {level}: {one} must be above 0"
