"""Forecast the next twelve weeks of every team, office, cluster and area, with bands made of past errors.

    points then = c x planned run-off of the cases now held + usual inflow x season x ageing + reports + duties

The correction c, the season and the ageing are learned from all teams together, the inflow from the team and its
cluster. Every past week is forecast again with what was known then, and the bands are as wide as those errors were.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from alerts.forecasting.bands import BandedForecast, add_bands
from alerts.forecasting.flow_history import FlowHistory, Places, mondays
from alerts.forecasting.hindcast import Hindcast, hindcast_run_off, is_nearer_than_last_value, sum_by_unit
from alerts.forecasting.parameters import LEVELS, ForecastNumbers
from alerts.forecasting.run_off import AHEAD, forecast_run_off
from tiering.projection import WEEKS_AHEAD
from tiering.terms import Level

RUN_OFF, LAST_VALUE = "run-off", "last value"
COLUMNS = [
    "level",
    "code",
    "name",
    "weeks_ahead",
    "on",
    "points",
    "points_low_80",
    "points_high_80",
    "points_low_95",
    "points_high_95",
    "available_points",
    "capacity_percentage",
    "capacity_low_80",
    "capacity_high_80",
    "capacity_low_95",
    "capacity_high_95",
    "method",
]


def forecast(
    flows: pd.DataFrame,
    units: pd.DataFrame,
    history: pd.DataFrame,
    organisation: pd.DataFrame,
    numbers: ForecastNumbers,
    as_at: date,
) -> pd.DataFrame:
    """Points, available points and capacity percentage 1 to 12 weeks ahead; columns ``COLUMNS``.

    One row per unit and week, for teams, offices, clusters, areas and all; sorted by level, code and weeks_ahead.

    flows: the frames of tiering.projection.flow of past snapshots and this one, with their as_at; at most one for each
        calendar week.
    units: this week's workload.
    history: figures of past snapshots with this week's weights (columns as alerts.detection.hotspots.PAST_COLUMNS).

    The method is "last value", today's points, with fewer than ``weeks_needed`` weeks of history, this one included,
    and as long as run-off, made again for the past year, was further from what clusters came to hold. The middles of
    the parts add up to that of the whole; the bands do not. Capacity percentages are missing if no points will be
    available.
    """
    flow_history = FlowHistory.of(flows, organisation, as_at)
    weeks = len(flow_history.has_snapshot)
    enough = weeks >= numbers.weeks_needed and flow_history.has_snapshot.sum() > numbers.hindcast_from_week
    by_team = forecast_run_off(flow_history, numbers) if enough else None
    if by_team is not None and not is_nearer_than_last_value(by_team, flow_history, numbers):
        by_team = None
    now = units.loc[units["level"].isin(LEVELS), ["level", "code", "name", "total_points"]]
    now = now.sort_values(["level", "code"], ignore_index=True)
    parts = []
    for level in sorted(LEVELS):
        level_units = now[now["level"].eq(level)]
        unit = _unit_places(level, level_units["code"], organisation)
        if by_team is not None:
            hindcast = hindcast_run_off(by_team, flow_history, unit, numbers)
        else:
            past = history[history["level"].eq(level)]
            hindcast = _hindcast_last_value(flow_history, unit, level_units, past, as_at)
        # What one service's few weeks of last values missed by may be luck, so the bands are no narrower than the
        # fallback; run-off has a year of its own errors to go by.
        banded = add_bands(hindcast, level, numbers, at_least_fallback=by_team is None)
        parts.append(_forecast_rows(level_units, banded, as_at, LAST_VALUE if by_team is None else RUN_OFF))
    return pd.concat(parts, ignore_index=True)


def _unit_places(level: Level, codes: "pd.Series[str]", organisation: pd.DataFrame) -> Places:
    """The place in ``codes`` of the unit to which each team belongs."""
    if level is Level.ALL:
        return np.zeros(len(organisation), dtype=np.int64)
    return pd.Index(codes).get_indexer(pd.Index(organisation[f"{level}_code"])).astype(np.int64)


def _hindcast_last_value(
    flow_history: FlowHistory, unit: Places, now: pd.DataFrame, past: pd.DataFrame, as_at: date
) -> Hindcast:
    """Every past forecast by the last value of the units of one level, and this week's.

    unit: the place of each team's unit in ``now``.
    """
    codes = pd.Index(now["code"])
    monday = pd.Timestamp(as_at - timedelta(days=as_at.weekday()))
    back = ((monday - mondays(past["as_at"])).dt.days // 7).to_numpy(dtype=np.int64)
    row = codes.get_indexer(pd.Index(past["code"]))
    weeks = int(back.max(initial=0)) + 1
    total, able = np.zeros((weeks, len(codes))), np.zeros((weeks, len(codes)))
    there = np.zeros((weeks, len(codes)), dtype=bool)
    exists = row >= 0
    place = (weeks - 1 - back[exists], row[exists])
    total[place] = past["total_points"].to_numpy(dtype=float)[exists]
    able[place] = past["available_points"].to_numpy(dtype=float)[exists]
    there[place] = True
    total[-1] = now["total_points"].to_numpy(dtype=float)
    coming = sum_by_unit(flow_history.available[-1:, : flow_history.teams], unit)[0]
    able[-1] = coming[:, 0]
    there[-1] = True
    origin = np.ones(weeks, dtype=bool)
    points = np.repeat(total[:, :, None], WEEKS_AHEAD, axis=2)
    available = np.repeat(able[:, :, None], WEEKS_AHEAD, axis=2)
    # Only the points stay: hours and leavers of the weeks ahead are known in every extract, with or without history.
    available[-1] = coming[:, 1:]
    return Hindcast(points, available, total, able, there, origin)


def _forecast_rows(units: pd.DataFrame, banded: BandedForecast, as_at: date, method: str) -> pd.DataFrame:
    """The rows of one level, by code and weeks ahead; bands end at 0, because no caseload is below nothing."""
    place = np.repeat(np.arange(len(units)), WEEKS_AHEAD)
    ahead = np.tile(AHEAD, len(units))
    points, available = banded.points.ravel(), banded.available.ravel()
    capacity = np.divide(100 * points, available, out=np.full(len(points), np.nan), where=available > 0)
    rows = {
        **{name: units[name].array.take(place) for name in ("level", "code", "name")},
        "weeks_ahead": ahead,
        "on": np.datetime64(as_at, "s") + ahead * np.timedelta64(7, "D"),
        "points": points,
        "available_points": available,
        "capacity_percentage": capacity,
        "method": pd.array([method] * len(place), dtype="str"),
    }
    for inside, half in (("80", banded.points_80.ravel()), ("95", banded.points_95.ravel())):
        rows[f"points_low_{inside}"] = np.maximum(0.0, points - half)
        rows[f"points_high_{inside}"] = points + half
    for inside, half in (("80", banded.capacity_80.ravel()), ("95", banded.capacity_95.ravel())):
        rows[f"capacity_low_{inside}"] = np.maximum(0.0, capacity - half)
        rows[f"capacity_high_{inside}"] = capacity + half
    return pd.DataFrame(rows, columns=COLUMNS)
