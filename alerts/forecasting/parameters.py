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
from tiering.terms import Level
from tiering.yaml_files import numbers_in_force, read_yaml

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
    overdue_end_weeks, overdue_release_weeks: weeks for which an overdue end or release still counts as to come.
    year_weeks, recent_weeks: the two windows that are learned from.
    recent_share: weight of the recent window in the inflow of a cluster, from 0 to 1.
    prior_weeks: weeks of a team's own inflow that weigh as much as its cluster's rate.
    season_weeks_needed: weeks of history before a season is learned.
    season_prior_years: years without a season that are mixed in.
    report_weeks: weeks over which today's reports leave the window.
    hindcast_from_week: weeks of history before a past forecast is scored.
    band_weeks: how many of the last weeks' forecasts are scored.
    inside_80, inside_95: per cent of past errors the bands must hold.
    fallback_*: half-widths of the bands where history is too short, by level, in square roots of points (capacity:
        the same over available points), times the square root of the weeks ahead.
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
    """The numbers in force on ``as_at``.

    config: the folder that holds forecast.yaml.
    Raises ConfigFault with every fault found.
    """
    path = config / "forecast.yaml"
    file = read_yaml(path, ForecastFile)
    values, local_assumptions, faults = numbers_in_force(path, file, _KEYS, as_at)
    faults += [f"{path}: {fault}" for fault in _number_faults(values)]
    if faults:
        raise ConfigFault(faults)
    return ForecastNumbers(title=file.title, says=file.says, local_assumptions=local_assumptions, **values)


def _number_faults(values: dict[str, Any]) -> Iterator[str]:
    """Faults of numbers that no forecast can be made with, or that contradict each other."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _level_faults(key, value)
        elif not (math.isfinite(value) and value >= 0):
            yield f"{key}: {value} must be 0 or more"
        elif isinstance(value, int) and value < 1 and not key.startswith("overdue_"):
            yield f"{key}: {value} must be 1 week or more"
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


def _level_faults(key: str, value: ByLevel) -> Iterator[str]:
    for level in LEVELS:
        if level not in value:
            yield f"{key}: {level} has no value"
    for level, width in value.items():
        if level not in LEVELS:
            yield f"{key}: {level} has no forecast; the levels are {', '.join(LEVELS)}"
        if not (math.isfinite(width) and width > 0):
            yield f"{key}: {level}: {width} must be above 0"
