"""The error of the forecasts that were really made."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.forecasting.accuracy import SCORE_COLUMNS, score_forecasts
from alerts.forecasting.forecast import LAST_VALUE, RUN_OFF
from tests.alerts.forecasting.series import FRIDAY, WEEK


def made(as_at: date, ahead: int, points: float, half: float, level: str = "office") -> dict[str, Any]:
    row = {"as_at": pd.Timestamp(as_at), "level": level, "code": "F1", "weeks_ahead": ahead, "points": points}
    row |= {"method": RUN_OFF}
    row |= {"points_low_80": points - half, "points_high_80": points + half}
    return row | {"points_low_95": points - 2 * half, "points_high_95": points + 2 * half}


def real(as_at: date, points: float, level: str = "office") -> dict[str, Any]:
    return {"as_at": pd.Timestamp(as_at), "level": level, "code": "F1", "total_points": points}


ACTUAL = pd.DataFrame([real(FRIDAY - 2 * WEEK, 100), real(FRIDAY - WEEK, 80), real(FRIDAY, 50)])


def test_forecasts_are_scored_against_what_came_about_and_against_no_change() -> None:
    stored = pd.DataFrame(
        [
            made(FRIDAY - 2 * WEEK, 1, 88, half=10),  # 80 came: 10% too high, inside; no change: 25% too high
            made(FRIDAY - WEEK, 1, 60, half=6),  # 50 came: 20% too high, in the wide band; no change: 60% too high
            made(FRIDAY - 2 * WEEK, 2, 40, half=1),  # 50 came: 20% too low, outside; no change: 100% too high
            made(FRIDAY, 1, 70, half=1),  # nothing to hold it against yet
            made(FRIDAY - WEEK, 1, 60, half=6, level="area"),
        ]
    )
    forecasts = score_forecasts(stored, ACTUAL, RUN_OFF, FRIDAY)
    assert list(forecasts.columns) == SCORE_COLUMNS
    assert forecasts.to_numpy().tolist() == [
        ["office", 1, 2, pytest.approx(15), pytest.approx(42.5), pytest.approx(15), 50, 100],
        ["office", 2, 1, pytest.approx(20), pytest.approx(100), pytest.approx(-20), 0, 0],
    ]


def test_a_snapshot_on_another_day_of_the_week_still_answers_and_what_lies_ahead_does_not() -> None:
    tuesday = pd.DataFrame([real(FRIDAY - WEEK, 80), real(FRIDAY - timedelta(days=3), 50)])
    stored = pd.DataFrame([made(FRIDAY - WEEK, 1, 60, half=6)])
    assert score_forecasts(stored, tuesday, RUN_OFF, FRIDAY)["points_mape"].tolist() == [pytest.approx(20)]
    assert score_forecasts(stored, tuesday, RUN_OFF, FRIDAY - timedelta(days=4)).empty


def test_forecasts_of_another_method_than_the_one_shown_are_not_scored() -> None:
    stored = pd.DataFrame(
        [made(FRIDAY - 2 * WEEK, 1, 88, half=10), made(FRIDAY - WEEK, 1, 50, half=6) | {"method": LAST_VALUE}]
    )
    assert score_forecasts(stored, ACTUAL, RUN_OFF, FRIDAY)["points_mape"].tolist() == [pytest.approx(10)]
    assert score_forecasts(stored, ACTUAL, LAST_VALUE, FRIDAY)["points_mape"].tolist() == [pytest.approx(0)]


def test_no_forecast_yet_gives_no_scores() -> None:
    nothing = pd.DataFrame([made(FRIDAY, 1, 60, half=6)])
    forecasts = score_forecasts(nothing.head(0), ACTUAL, RUN_OFF, FRIDAY)
    assert forecasts.empty
    assert list(forecasts.columns) == SCORE_COLUMNS
