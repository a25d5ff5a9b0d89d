"""Flows by calendar week, where weeks are missing."""

import numpy as np

from alerts.forecasting.flow_history import FlowHistory
from tests.alerts.forecasting.series import FRIDAY, ONE_TEAM, flow, lives, middle, stacked


def test_missing_weeks_change_neither_inflow_nor_run_off() -> None:
    whole = middle(lives(40, life=30))
    gaps = middle(lives(40, life=30, missing=(3, 7, 8, 9, 20, 30)))
    np.testing.assert_allclose(whole, 3000)
    np.testing.assert_allclose(gaps, 3000, rtol=0.01)


def test_the_new_cases_of_a_missing_week_are_spread_over_it_and_the_next() -> None:
    flows = stacked(flow(3, arrived_0=np.nan), flow(2, arrived_0=30.0), flow(0, arrived_0=80.0))
    history = FlowHistory.of(flows, ONE_TEAM, FRIDAY)
    assert history.has_snapshot.tolist() == [True, True, False, True]
    assert history.inflow_known.tolist() == [False, True, True, True]
    assert history.inflow[:, 0].tolist() == [0, 30, 40, 40]


def test_former_teams_come_after_those_of_the_organisation() -> None:
    flows = stacked(flow(1, "T0"), flow(1), flow(0))
    history = FlowHistory.of(flows, ONE_TEAM, FRIDAY)
    assert history.teams == 1
    assert history.present.tolist() == [[True, True], [True, False]]


def test_a_53rd_week_of_the_year_counts_as_the_52nd() -> None:
    history = FlowHistory.of(stacked(flow(0)), ONE_TEAM, FRIDAY)
    # 20 November 2026 is in week 47, and 2026 has 53.
    assert history.season.tolist() == [46, 47, 48, 49, 50, 51, 51, 0, 1, 2, 3, 4, 5]
