"""How good the forecasts that were really made have been."""

from datetime import date

import pandas as pd

from alerts.forecasting.flow_history import mondays
from tiering.terms import Level

SCORED_LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER)
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

    forecasts: stored forecasts with their as_at.
    actual: figures of units with their as_at, those of this week included.
    method: the one that is shown now; another's errors say nothing about it.

    points_mape, last_value_mape and bias are per cent of the actual points: the mean error of the forecast,
    that of assuming no change, and the mean excess of the forecast. coverage is the per cent of them inside the bands.
    """
    truth = actual.loc[actual["level"].isin(SCORED_LEVELS), ["as_at", "level", "code", "total_points"]]
    truth = truth[truth["as_at"].le(pd.Timestamp(as_at))]
    truth = truth.assign(week=mondays(truth["as_at"])).drop(columns="as_at")
    scored = forecasts.loc[forecasts["level"].isin(SCORED_LEVELS) & forecasts["method"].eq(method)]
    scored = scored.assign(made=mondays(scored["as_at"]))
    # By week, not by date: a snapshot taken on a Thursday still answers a forecast for the Friday of its week.
    scored["week"] = scored["made"] + pd.to_timedelta(7 * scored["weeks_ahead"], unit="D")
    pairs = scored.merge(truth, on=["level", "code", "week"])
    start = truth.rename(columns={"week": "made", "total_points": "last_value"})
    pairs = pairs.merge(start, on=["level", "code", "made"])
    # An error is a share of the actual points, so there is none if these are 0.
    pairs = pairs[pairs["total_points"].gt(0)]
    came = pairs["total_points"]
    errors = pd.DataFrame(
        {
            "level": pairs["level"],
            "weeks_ahead": pairs["weeks_ahead"],
            "points_mape": 100 * (pairs["points"] - came).abs() / came,
            "last_value_mape": 100 * (pairs["last_value"] - came).abs() / came,
            "bias": 100 * (pairs["points"] - came) / came,
            "coverage_80": 100.0 * came.between(pairs["points_low_80"], pairs["points_high_80"]),
            "coverage_95": 100.0 * came.between(pairs["points_low_95"], pairs["points_high_95"]),
        }
    )
    groups = errors.groupby(["level", "weeks_ahead"])
    scores = groups.mean().assign(forecasts=groups.size()).reset_index()
    return scores[SCORE_COLUMNS]
