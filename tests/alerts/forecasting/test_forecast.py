"""The next twelve weeks: which method is shown, and how the rows add up."""

import numpy as np
import pandas as pd
import pytest

from alerts.forecasting.forecast import COLUMNS
from tests.alerts.forecasting.series import FRIDAY, WEEK, flow, forecast_of, lives, stacked
from tests.tiering.rows import team
from tiering.projection import AVAILABLE, PLANNED


def test_an_office_without_capacity_has_points_and_no_percentage() -> None:
    organisation = pd.DataFrame([team(), team("T2", "F2")])
    nothing = dict.fromkeys(AVAILABLE, 0.0)
    rows = [one for back in range(30) for one in (flow(back, **nothing), flow(back, "T2"))]
    forecasts = forecast_of(stacked(*rows), organisation)
    bands = ["capacity_percentage", "capacity_low_80", "capacity_high_80", "capacity_low_95", "capacity_high_95"]
    assert forecasts.loc[("office", "F1"), bands].isna().all(axis=None)
    np.testing.assert_allclose(forecasts.loc[("office", "F1"), "points"], 1000)
    np.testing.assert_allclose(forecasts.loc[("area", "A1"), "capacity_percentage"], 100)


@pytest.mark.parametrize(
    ("weeks", "missing", "method"),
    [
        (25, (), "last value"),
        (26, (), "run-off"),
        (26, (4, 9), "run-off"),
        (26, tuple(range(1, 8)), "run-off"),
        # Nothing that was forecast since has come about, so nothing says that run-off is the nearer.
        (26, tuple(range(1, 13)), "last value"),
    ],
)
def test_half_a_year_of_history_is_needed_with_or_without_gaps(
    weeks: int, missing: tuple[int, ...], method: str
) -> None:
    assert set(forecast_of(lives(weeks, 10, missing=missing))["method"]) == {method}


def test_with_too_little_history_points_stay_and_available_points_are_those_known_ahead() -> None:
    less = {f"available_{ahead}": 1000.0 for ahead in range(5, 13)} | dict.fromkeys(PLANNED, 0.0)
    forecasts = forecast_of(stacked(flow(2), flow(1), flow(0, **less))).loc[("team", "T1")]
    assert forecasts["points"].tolist() == [1000] * 12
    assert forecasts["available_points"].tolist() == [2000] * 4 + [1000] * 8
    assert forecasts["capacity_percentage"].tolist() == [50] * 4 + [100] * 8


def organised() -> pd.DataFrame:
    """Six teams in three offices, two clusters and one area, not in order."""
    places = [("T6", "F3", "C2"), ("T1", "F2", "C1"), ("T2", "F1", "C1"), ("T3", "F1", "C1"), ("T4", "F3", "C2")]
    return pd.DataFrame([team(*place) for place in [*places, ("T5", "F2", "C1")]])


@pytest.mark.parametrize("weeks", [3, 40])
def test_the_middles_of_the_parts_add_up_at_every_level(weeks: int) -> None:
    organisation = organised()
    rows = []
    for number in range(1, 7):
        one = lives(weeks, 5 + number, lambda back, size=number: 10.0 * size + back % 3)
        rows.append(one.assign(team_code=f"T{number}"))
    forecasts = forecast_of(pd.concat(rows, ignore_index=True), organisation).reset_index()
    assert list(forecasts.columns) == COLUMNS
    order = ["level", "code", "weeks_ahead"]
    assert forecasts[order].equals(forecasts.sort_values(order, ignore_index=True)[order])
    assert len(forecasts) == 12 * (6 + 3 + 2 + 1 + 1)
    assert (forecasts["on"].dt.date == [FRIDAY + ahead * WEEK for ahead in forecasts["weeks_ahead"]]).all()
    teams = forecasts[forecasts["level"].eq("team")].merge(organisation, left_on="code", right_on="team_code")
    for level in ("office", "cluster", "area"):
        for what in ("points", "available_points"):
            parts = teams.groupby([f"{level}_code", "weeks_ahead"])[what].sum()
            whole = forecasts[forecasts["level"].eq(level)].set_index(["code", "weeks_ahead"])[what]
            np.testing.assert_allclose(whole, parts)
