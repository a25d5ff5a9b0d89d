"""Past weeks forecast again: which method they choose, and which of them count."""

import numpy as np
import pandas as pd
import pytest

from alerts.forecasting.forecast import LAST_VALUE, RUN_OFF
from tests.alerts.forecasting.series import flow, forecast_of, stacked
from tiering.projection import PLANNED


def planned_badly(weeks: int, wrong: float) -> pd.DataFrame:
    """A team that always holds 1,000 points, and by its planned dates now more and now less of them."""
    random = np.random.default_rng(8)
    return stacked(*(flow(back, **dict.fromkeys(PLANNED, random.normal(1000, wrong))) for back in range(weeks)))


@pytest.mark.parametrize("weeks", [30, 60, 100])
def test_run_off_is_shown_only_where_it_was_as_near_as_the_last_value(weeks: int) -> None:
    assert set(forecast_of(planned_badly(weeks, 0.0))["method"]) == {RUN_OFF}
    badly = forecast_of(planned_badly(weeks, 60.0))
    assert set(badly["method"]) == {LAST_VALUE}
    np.testing.assert_allclose(badly.loc[("team", "T1"), "points"], 1000)


def test_run_off_must_have_been_nearer_at_each_number_of_weeks_compared() -> None:
    # By planned dates 4 and 8 weeks ahead are known, 12 weeks ahead are not.
    random = np.random.default_rng(9)
    rows = [flow(back, case_points=1000.0 + 50 * (back % 5)) for back in range(60)]
    for row in rows:
        row |= dict.fromkeys(PLANNED, 1100.0)
    assert set(forecast_of(stacked(*rows))["method"]) == {RUN_OFF}
    for row in rows:
        row["planned_12"] = random.normal(1100.0, 400)
    assert set(forecast_of(stacked(*rows))["method"]) == {LAST_VALUE}


def test_errors_of_more_than_a_year_ago_widen_nothing() -> None:
    wild = [flow(back, case_points=1000.0 + 900 * (back % 2)) for back in range(70, 100)]
    planned = dict.fromkeys(PLANNED, 1100.0)
    calm = [flow(back, case_points=1000.0 + 50 * (back % 5), **planned) for back in range(70)]
    forecasts = forecast_of(stacked(*calm, *wild)).loc[("team", "T1")]
    assert set(forecasts["method"]) == {RUN_OFF}
    assert forecasts["points_high_95"].iloc[0] < 1400
    longer = forecast_of(stacked(*calm, *wild), band_weeks=99).loc[("team", "T1")]
    assert longer["points_high_95"].iloc[0] > 1500
