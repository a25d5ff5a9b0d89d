"""How wide the bands are, and what they hold."""

import numpy as np
import pandas as pd
import pytest

from alerts.forecasting.flow_history import FlowHistory
from alerts.forecasting.run_off import forecast_run_off
from tests.alerts.forecasting.series import FRIDAY, ONE_TEAM, PLACES, WEEK, flow, forecast_of, noisy, stacked
from tests.alerts.forecasting.test_parameters import SHIPPED
from tiering.projection import PLANNED


@pytest.mark.parametrize("level", list(PLACES))
def test_the_first_snapshot_has_the_fallback_bands(level: str) -> None:
    forecasts = forecast_of(stacked(flow(0))).loc[(level, PLACES[level])]
    root = np.sqrt(1000 * np.arange(1, 13))
    for inside in ("80", "95"):
        points, capacity = (getattr(SHIPPED, f"fallback_{what}_{inside}")[level] for what in ("points", "capacity"))
        np.testing.assert_allclose(forecasts[f"points_high_{inside}"], 1000 + points * root)
        np.testing.assert_allclose(forecasts[f"points_low_{inside}"], np.maximum(0, 1000 - points * root))
        np.testing.assert_allclose(forecasts[f"capacity_high_{inside}"], 50 + capacity * root / 20)
        np.testing.assert_allclose(forecasts[f"capacity_low_{inside}"], np.maximum(0, 50 - capacity * root / 20))


def test_a_wild_short_history_has_wide_bands_and_a_calm_one_none_narrower_than_the_fallback() -> None:
    jumps = stacked(*(flow(back, case_points=1000.0 + 900 * (back % 2)) for back in range(6)))
    wild = forecast_of(jumps).loc[("team", "T1")]
    calm = forecast_of(stacked(*(flow(back) for back in range(6)))).loc[("team", "T1")]
    # Of five changes of 900, the ones upwards are the larger in square roots of what was held before.
    assert wild["points_high_95"].iloc[0] == pytest.approx(1000 + 900)
    assert calm["points_high_80"].iloc[0] == pytest.approx(1000 + 2.8 * 1000**0.5)


def test_the_bands_hold_the_share_of_outcomes_they_say() -> None:
    flows, organisation = noisy(45, 600)
    origin = pd.Timestamp(FRIDAY - 5 * WEEK)
    made = forecast_of(flows[flows["as_at"].le(origin)], organisation).loc["team"].reset_index()
    made["on"] = made["on"].dt.date
    came = flows.assign(code=flows["team_code"], on=flows["as_at"].dt.date)[["code", "on", "case_points"]]
    for ahead in range(1, 6):
        one = made[made["weeks_ahead"].eq(ahead)].merge(came, on=["code", "on"])
        assert len(one) == 600
        for inside in (80, 95):
            held = one["case_points"].between(one[f"points_low_{inside}"], one[f"points_high_{inside}"]).mean()
            assert 100 * held == pytest.approx(inside, abs=4)


def test_the_band_holds_so_many_of_the_past_errors_by_the_finite_sample_rule() -> None:
    # 30 weeks: the forecasts of weeks 14 to 29 are scored, 16 one week ahead; of 16, the band must hold 17 x 80%: 14.
    jumps = {15: 10.0, 12: 20.0, 9: 30.0, 6: 40.0}
    rows = [flow(back, case_points=1000 + jumps.get(back, 0.0)) for back in range(30)]
    for row in rows:
        row |= dict.fromkeys(PLANNED, 1000.0)
    forecasts = forecast_of(stacked(*rows)).loc[("team", "T1")]
    one = forecasts.iloc[0]
    known = FlowHistory.of(stacked(*rows), ONE_TEAM, FRIDAY)
    made = forecast_run_off(known, SHIPPED).points[:, 0, 0]
    errors = sorted(abs(made[week] - known.total[week + 1, 0]) / made[week] ** 0.5 for week in range(13, 29))
    assert one["points_high_80"] - one["points"] == pytest.approx(errors[14 - 1] * one["points"] ** 0.5)
    # Of 16 errors none can stand for 95%: the largest, and the fallback at least.
    assert errors[-1] < SHIPPED.fallback_points_95["team"]
    assert one["points_high_95"] - one["points"] == pytest.approx(
        SHIPPED.fallback_points_95["team"] * one["points"] ** 0.5
    )
    # Four weeks ahead 13 errors are no more than 3 of their own, too few for 80%.
    four = forecasts.iloc[3]
    assert four["points_high_80"] - four["points"] == pytest.approx(
        SHIPPED.fallback_points_80["team"] * 2 * four["points"] ** 0.5
    )


def test_errors_of_capacity_widen_its_band_though_points_never_err() -> None:
    rows = [flow(back, available_0=2000.0 + 400 * (back % 2)) for back in range(40)]
    one = forecast_of(stacked(*rows)).loc[("team", "T1")].iloc[0]
    assert one["points_high_80"] == pytest.approx(1000)
    assert one["capacity_high_80"] > one["capacity_percentage"] + 3


def test_the_wide_band_is_never_inside_the_narrow_one_and_nothing_falls_below_none() -> None:
    flows, organisation = noisy(30, 3)
    forecasts = forecast_of(flows, organisation)
    for what in ("points", "capacity"):
        low, high = f"{what}_low", f"{what}_high"
        assert (forecasts[f"{low}_95"] <= forecasts[f"{low}_80"]).all()
        assert (forecasts[f"{high}_80"] <= forecasts[f"{high}_95"]).all()
        assert (forecasts[f"{low}_95"] >= 0).all()
