"""Forecasts made over a recorded run, week by week, against what came about."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from alerts.forecasting.forecast import forecast
from alerts.forecasting.parameters import ForecastNumbers
from tests.benchmarks.forecast.record import Array, Record
from tiering.terms import Level

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)


@dataclass(frozen=True)
class Truth:
    """The units of one level and what they really weighed; matrices of shape (weeks, units)."""

    codes: list[str]
    names: list[str]
    points: Array
    available: Array


def truths(kept: Record) -> dict[Level, Truth]:
    """What came about at every level."""
    organisation = kept.world.organisation
    found = {}
    for level in LEVELS:
        if level is Level.ALL:
            codes, place, names = ["all"], np.zeros(len(organisation), dtype=int), ["All areas"]
        else:
            place, unique = pd.factorize(organisation[f"{level}_code"], sort=True)
            codes = list(unique)
            names = list(organisation.drop_duplicates(f"{level}_code").sort_values(f"{level}_code")[f"{level}_name"])
        member = np.eye(len(codes))[place]
        found[level] = Truth(codes, names, kept.points @ member, kept.available @ member)
    return found


def units(known: dict[Level, Truth], week: int) -> pd.DataFrame:
    """The workload of every unit in one week, the columns a forecast asks for."""
    frames = []
    for level, truth in known.items():
        total, able = truth.points[week], truth.available[week]
        frames.append(
            pd.DataFrame(
                {
                    "level": level.value,
                    "code": truth.codes,
                    "name": truth.names,
                    "total_points": total,
                    "available_points": able,
                    "capacity_percentage": 100 * total / np.where(able > 0, able, np.nan),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def history(known: dict[Level, Truth], dates: Sequence[date], weeks: range) -> pd.DataFrame:
    """The figures of past weeks, with their date."""
    frames = [units(known, week).assign(as_at=pd.Timestamp(dates[week])) for week in weeks]
    return pd.concat(frames or [units(known, 0).head(0).assign(as_at=pd.Timestamp(dates[0]))], ignore_index=True)


@dataclass(frozen=True)
class Made:
    """Every forecast made of one level; arrays of shape (origins, units, weeks ahead), by column."""

    origins: list[int]
    columns: dict[str, Array]


COLUMNS = ["points", "points_low_80", "points_high_80", "points_low_95", "points_high_95", "available_points"]
COLUMNS += ["capacity_percentage", "capacity_low_80", "capacity_high_80", "capacity_low_95", "capacity_high_95"]


def forecasts(kept: Record, numbers: ForecastNumbers, origins: Sequence[int]) -> tuple[dict[Level, Made], list[float]]:
    """The forecast of each origin, made from the weeks up to it, and the seconds each took."""
    known = truths(kept)
    teams = kept.world.teams
    made: dict[Level, list[Array]] = {level: [] for level in LEVELS}
    seconds = []
    for origin in origins:
        flows = kept.flows.iloc[: teams * (origin + 1)]
        now = units(known, origin)
        past = history(known, kept.dates, range(max(0, origin - 25), origin))
        began = time.perf_counter()
        said = forecast(flows, now, past, kept.world.organisation, numbers, kept.dates[origin])
        seconds.append(time.perf_counter() - began)
        for level in LEVELS:
            values = said.loc[said["level"].eq(level), COLUMNS].to_numpy(dtype=float)
            made[level].append(values.reshape(-1, 12, len(COLUMNS)))
    stacked = {level: np.stack(values) for level, values in made.items()}
    columns = {
        level: Made(list(origins), {name: values[..., place] for place, name in enumerate(COLUMNS)})
        for level, values in stacked.items()
    }
    return columns, seconds


def judge(made: Made, truth: Truth, weeks_ahead: Sequence[int]) -> pd.DataFrame:
    """Errors and coverage of one level, one row a number of weeks ahead; per cent."""
    rows = []
    for ahead in weeks_ahead:
        use = [place for place, origin in enumerate(made.origins) if origin + ahead < len(truth.points)]
        then = [made.origins[place] + ahead for place in use]
        came, able = truth.points[then], truth.available[then]
        last = truth.points[[made.origins[place] for place in use]]
        said = {name: values[use, :, ahead - 1] for name, values in made.columns.items()}
        some = came > 0
        wrong = np.where(some, said["points"] - came, 0.0) / np.where(some, came, 1.0)
        still = np.where(some, last - came, 0.0) / np.where(some, came, 1.0)
        both = some & (able > 0) & ~np.isnan(said["capacity_percentage"])
        capacity = 100 * came / np.where(able > 0, able, np.nan)
        row = {
            "weeks ahead": ahead,
            "MAPE": 100 * np.abs(wrong)[some].mean(),
            "last value": 100 * np.abs(still)[some].mean(),
            "bias": 100 * wrong[some].mean(),
        }
        for inside in ("80", "95"):
            hit = (said[f"points_low_{inside}"] <= came) & (came <= said[f"points_high_{inside}"])
            row[f"cover {inside}"] = 100 * hit[some].mean()
        row["width 80"] = 100 * ((said["points_high_80"] - said["points_low_80"])[some] / came[some]).mean()
        row["capacity error"] = np.abs(said["capacity_percentage"] - capacity)[both].mean()
        row["capacity bias"] = (said["capacity_percentage"] - capacity)[both].mean()
        for inside in ("80", "95"):
            hit = (said[f"capacity_low_{inside}"] <= capacity) & (capacity <= said[f"capacity_high_{inside}"])
            row[f"capacity cover {inside}"] = 100 * hit[both].mean()
        rows.append(row)
    return pd.DataFrame(rows)
