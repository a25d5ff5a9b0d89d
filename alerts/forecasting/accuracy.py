"""How good the forecasts that were really made have been."""

from datetime import date

import numpy as np
import pandas as pd

from alerts.forecasting.flow_history import Places, week_numbers
from tiering.exact import places_of
from tiering.terms import Level

SCORED_LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER)
SCORED_COLUMNS = [
    "level",
    "code",
    "weeks_ahead",
    "points",
    "points_low_80",
    "points_high_80",
    "points_low_95",
    "points_high_95",
    "method",
]
SCORE_COLUMNS = [
    "level",
    "weeks_ahead",
    "forecasts",
    "points_mape",
    "last_value_mape",
    "bias",
    "coverage_80",
    "coverage_95",
]


def score_forecasts(forecasts: pd.DataFrame, actual: pd.DataFrame, method: str, as_at: date) -> pd.DataFrame:
    """How good the forecasts of one method that were really made have been up to ``as_at``: columns ``SCORE_COLUMNS``.

    One row per level (team, office, cluster) and week ahead that can be judged.

    forecasts: stored forecasts with their as_at; columns ``SCORED_COLUMNS``.
    actual: figures of units with their as_at, those of this week included.
    method: the one that is shown now; another's errors say nothing about it.

    points_mape, last_value_mape and bias are per cent of the actual points: the mean error of the forecast,
    that of assuming no change, and the mean excess of the forecast. coverage is the per cent of them inside the bands.
    """
    truth = actual[actual["as_at"].le(pd.Timestamp(as_at))]
    shown = forecasts["method"].eq(method)
    errors = [
        _errors(level, forecasts[shown & forecasts["level"].eq(level)], truth[truth["level"].eq(level)])
        for level in SCORED_LEVELS
    ]
    groups = pd.concat(errors, ignore_index=True).groupby(["level", "weeks_ahead"])
    scores = groups.mean().assign(forecasts=groups.size()).reset_index()
    return scores[SCORE_COLUMNS]


def _errors(level: Level, forecasts: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """The error of each forecast of one level that can be judged, in per cent of the points that came."""
    codes = pd.Index(truth["code"].unique())
    # By week, not by date: a snapshot taken on a Thursday still answers a forecast for the Friday of its week.
    week, made = week_numbers(truth["as_at"]), week_numbers(forecasts["as_at"])
    aimed = made + forecasts["weeks_ahead"].to_numpy(dtype=np.int64)
    first, weeks = (week.min(), int(np.ptp(week)) + 1) if len(week) else (0, 0)
    # A row and a column more than there are, in which nothing is known: for units and weeks of which nothing is.
    points = np.full((len(codes) + 1, weeks + 1), np.nan)
    points[codes.get_indexer(pd.Index(truth["code"])), week - first] = truth["total_points"].to_numpy(dtype=np.float64)
    unit = places_of(forecasts["code"], codes)
    last_value, came = (points[unit, _within(one - first, weeks)] for one in (made, aimed))
    # An error is a share of the actual points, so there is none if these are 0.
    judged = ~np.isnan(last_value) & (came > 0)
    rows, last_value, came = forecasts[judged], last_value[judged], came[judged]
    low_80, high_80, low_95, high_95 = (
        rows[f"points_{side}_{share}"].to_numpy() for share in (80, 95) for side in ("low", "high")
    )
    excess = rows["points"].to_numpy() - came
    return pd.DataFrame(
        {
            "level": level.value,
            "weeks_ahead": rows["weeks_ahead"].to_numpy(),
            "points_mape": 100 * np.abs(excess) / came,
            "last_value_mape": 100 * np.abs(last_value - came) / came,
            "bias": 100 * excess / came,
            "coverage_80": 100.0 * ((came >= low_80) & (came <= high_80)),
            "coverage_95": 100.0 * ((came >= low_95) & (came <= high_95)),
        }
    )


def _within(weeks: Places, size: int) -> Places:
    """The weeks, each outside of so many from 0 as the one of which nothing is known, the last."""
    return np.where((weeks >= 0) & (weeks < size), weeks, -1)
