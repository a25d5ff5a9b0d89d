"""What is learned from past flows, and what it makes of the weeks ahead."""

import numpy as np
import pandas as pd
import pytest

from alerts.forecasting.flow_history import FlowHistory
from alerts.forecasting.run_off import forecast_run_off
from tests.alerts.forecasting.series import (
    FRIDAY,
    ONE_TEAM,
    TWO_TEAMS,
    WEEK,
    flow,
    forecast_of,
    lives,
    middle,
    shared,
    stacked,
)
from tests.alerts.forecasting.test_parameters import SHIPPED
from tiering.projection import AVAILABLE, PLANNED


def test_planned_dates_that_never_come_true_are_corrected() -> None:
    falling = {f"planned_{ahead}": 1000.0 - 50 * ahead for ahead in range(1, 13)}
    np.testing.assert_allclose(middle(stacked(*(flow(back, **falling) for back in range(30)))), 1000)


def test_the_correction_is_learned_from_the_year_past_and_not_from_before() -> None:
    halving = {f"planned_{ahead}": 500.0 for ahead in range(1, 13)}
    rows = [flow(back, **(halving if back > 52 + 12 else {})) for back in range(100)]
    np.testing.assert_allclose(middle(stacked(*rows)), 1000)


def test_arrivals_replace_what_runs_off() -> None:
    np.testing.assert_allclose(middle(lives(40, life=10)), 1000)


def test_run_off_without_arrivals_is_what_is_planned() -> None:
    ending = {f"planned_{ahead}": 1000.0 - 50 * ahead for ahead in range(1, 13)}
    rows = [flow(back, **{f"arrived_{age}": 0.0 for age in range(13)}) for back in range(1, 30)]
    now = middle(stacked(*rows, flow(0, **ending)))
    np.testing.assert_allclose(now, [1000 - 50 * ahead for ahead in range(1, 13)])


def christmas(back: int) -> float:
    """Half as many arrivals in the week of Christmas."""
    return 50.0 if (FRIDAY - back * WEEK).isocalendar().week == 52 else 100.0


def test_a_season_is_learned_with_a_year_of_history_and_not_before() -> None:
    ahead = next(ahead for ahead in range(1, 13) if christmas(-ahead) == 50)
    long, short = (middle(lives(weeks, 1, christmas)) for weeks in (120, 50))
    assert long[ahead - 1] < 0.7 * long[ahead - 2]
    assert short[ahead - 1] == pytest.approx(short[ahead - 2])


def test_the_inflow_follows_the_recent_weeks_half_way() -> None:
    # 13 recent weeks of 200 and 39 of 100: a year's mean of 125, mixed half and half with 200.
    rising = lives(70, 1, lambda back: 200.0 if back < 13 else 100.0)
    without_season = SHIPPED.model_copy(update={"season_weeks_needed": 500})
    forecasts = forecast_run_off(FlowHistory.of(rising, ONE_TEAM, FRIDAY), without_season).points[-1, 0]
    assert forecasts[0] == pytest.approx((200 + 125) / 2)


def test_the_inflow_of_a_team_is_shrunk_towards_its_share_of_its_cluster() -> None:
    flows = stacked(*shared(30, 10))
    # 29 weeks are known; its share of 40 points a week is 40 x 1,030 / 2,040, worth 26 weeks of its own.
    own = (29 * 30 + 26 * 40 * 1030 / 2040) / (29 + 26)
    assert middle(flows, TWO_TEAMS)[0] == pytest.approx(1000 + own)
    assert middle(flows, TWO_TEAMS, "T2")[0] == pytest.approx(1000 + 40 - own)
    assert middle(flows, TWO_TEAMS, prior_weeks=1e9)[0] == pytest.approx(1000 + 40 * 1030 / 2040)


def test_reports_leave_the_window_and_the_usual_number_comes() -> None:
    rows = [flow(back, report_points=0.0 if back else 130.0) for back in range(30)]
    np.testing.assert_allclose(middle(stacked(*rows))[:5], [1000 + 130 * 0.75 + 2.5, 1070, 1040, 1010, 1010])


def test_duties_known_ahead_count_in_their_weeks() -> None:
    rows = [flow(back) for back in range(1, 30)]
    now = flow(0, duties_0=80.0, duties_1=80.0)
    np.testing.assert_allclose(middle(stacked(*rows, now))[:3], [1080, 1000, 1000])


def test_what_was_forecast_in_the_past_rests_on_nothing_that_came_later() -> None:
    random = np.random.default_rng(5)
    whole = lives(80, 6, lambda back: float(random.integers(50, 150)))
    for code in ("case_points", "available_0"):
        whole[code] += random.integers(-20, 20, len(whole))
    known = FlowHistory.of(whole, ONE_TEAM, FRIDAY)
    later = forecast_run_off(known, SHIPPED)
    for back in (5, 20, 45):
        day = FRIDAY - back * WEEK
        then = forecast_run_off(FlowHistory.of(whole[whole["as_at"].le(pd.Timestamp(day))], ONE_TEAM, day), SHIPPED)
        np.testing.assert_allclose(later.points[79 - back, 0], then.points[-1, 0])
        np.testing.assert_allclose(later.available[79 - back, 0], then.available[-1, 0])


def test_available_points_known_ahead_are_corrected_by_what_became_of_them() -> None:
    hoped = dict.fromkeys(AVAILABLE[1:], 2500.0)
    forecasts = forecast_of(stacked(*(flow(back, **hoped) for back in range(30)))).loc[("team", "T1")]
    np.testing.assert_allclose(forecasts["available_points"], 2000)
    np.testing.assert_allclose(forecasts["capacity_percentage"], 50)


def test_a_new_team_gets_its_share_of_the_cluster_and_a_former_one_is_gone() -> None:
    former = [dict(row, team_code="T0") for row in shared(20)]
    old, new = shared(20), flow(0, "T2", case_points=1020.0)
    new |= {f"arrived_{age}": 0.0 for age in range(1, 13)} | dict.fromkeys(PLANNED, 1000.0)
    forecasts = forecast_of(stacked(*(row for row in former if row["as_at"] < FRIDAY), *old, new), TWO_TEAMS)
    assert set(forecasts.loc["team"].index) == {"T1", "T2"}
    points = {code: forecasts.loc[("team", code), "points"].iloc[0] for code in ("T1", "T2")}
    assert points["T2"] > 1000
    assert forecasts.loc[("office", "F1"), "points"].iloc[0] == pytest.approx(points["T1"] + points["T2"])
