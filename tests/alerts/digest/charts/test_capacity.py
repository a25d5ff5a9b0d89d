"""Capacity over the weeks, and the forecast."""

from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import numpy as np
import pandas as pd
from PIL import Image

from alerts.digest.charts.canvas import Chart
from tests.alerts.digest.charts.drawn import NONE, story, weekly
from tests.alerts.pictures import AS_AT, forecasts_of, london

RED = (0xB1, 0x0E, 0x1E)
LIKELY = (0xF3, 0xD5, 0xD2)


def test_the_alternative_text_of_the_weeks_states_the_finding() -> None:
    assert weekly().alternative_text == (
        "Line chart of capacity percentage from 29 May to 20 November. Haringey, Redbridge & Waltham Forest is "
        "highest: 112.3%, from 100.0%. 1 of 6 clusters is over 110%. 2 weeks without a snapshot are gaps."
    )


def longest_gap(columns: list[int]) -> int:
    return max(after - before for before, after in pairwise(columns))


def test_a_missing_week_is_a_gap_in_the_line() -> None:
    whole = london().history
    weeks = sorted(whole["as_at"].unique())[-11:]
    unbroken = whole[whole["as_at"].isin(weeks)]
    broken = unbroken[unbroken["as_at"] != pd.Timestamp(AS_AT - timedelta(weeks=5))]
    assert longest_gap(columns_with(weekly(unbroken), RED, near=3)) < 10
    assert longest_gap(columns_with(weekly(broken), RED, near=3)) > 60


def columns_with(chart: Chart, colour: tuple[int, int, int], near: int = 12) -> list[int]:
    """The columns of the lines' part of a picture that hold the colour, or one very near it."""
    pixels = np.asarray(Image.open(BytesIO(chart.png)).convert("RGB")).astype(int)[:, : 1104 * 64 // 100]
    alike = (np.abs(pixels - colour) <= near).all(axis=2)
    return np.flatnonzero(alike.any(axis=0)).tolist()


def test_the_forecast_goes_on_in_dashes_inside_a_band_from_today_on() -> None:
    whole = london().history
    chart = weekly(whole[whole["as_at"].ge(pd.Timestamp(AS_AT - timedelta(weeks=10)))], london().forecasts)
    band = columns_with(chart, LIKELY)
    past = [x for x in columns_with(chart, RED) if x < band[0]]
    assert band[-1] - band[0] > 200
    assert past[-1] >= band[0] - 4
    ahead = [x for x in columns_with(chart, RED) if x >= band[0]]
    gaps = [after - before for before, after in pairwise(ahead)]
    assert max(gaps) > 4
    assert sum(gap > 4 for gap in gaps) >= 3


def test_without_a_forecast_the_lines_end_today_and_nothing_is_said_of_the_weeks_ahead() -> None:
    other = london().forecasts
    nobodys = other[~other["code"].isin([unit.code for unit in story().visible_parts])]
    unknown = other.assign(capacity_percentage=float("nan"))
    for forecasts in (NONE, nobodys, unknown):
        assert weekly(forecasts=forecasts) == weekly()
    assert columns_with(weekly(), LIKELY, near=6) == []


def test_a_unit_of_another_level_with_the_same_code_has_a_forecast_of_its_own() -> None:
    other = london().forecasts.assign(level="team", capacity_percentage=50.0)
    assert weekly(forecasts=pd.concat([other, london().forecasts])) == weekly(forecasts=london().forecasts)


def test_the_alternative_text_says_where_the_forecast_ends_and_likely_lies() -> None:
    assert weekly(forecasts=london().forecasts).alternative_text == (
        weekly().alternative_text
        + " Haringey, Redbridge & Waltham Forest is forecast at 118.3% on 12 February, likely 113.1% to 123.5%."
    )


def test_a_last_value_is_never_called_a_forecast() -> None:
    carried = forecasts_of(london().workload, a_week=0.0, method="last value")
    assert weekly(forecasts=carried).alternative_text.endswith(
        " There is no forecast for Haringey, Redbridge & Waltham Forest: the last value is shown up to "
        "12 February, likely 107.1% to 117.5%."
    )


def test_a_forecast_without_an_interval_is_drawn_and_told_without_one() -> None:
    bare = london().forecasts.assign(capacity_low_80=float("nan"), capacity_high_80=float("nan"))
    chart = weekly(forecasts=bare)
    assert chart.alternative_text.endswith("is forecast at 118.3% on 12 February.")
    assert columns_with(chart, LIKELY, near=6) == []
