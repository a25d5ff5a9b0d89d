"""The pictures in a digest."""

import struct
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import pairwise

import numpy as np
import pandas as pd
from PIL import Image

from alerts.digest.charts.canvas import Chart
from alerts.digest.charts.capacity import draw_capacity_by_week
from alerts.digest.charts.quadrant import draw_quadrant
from alerts.digest.privacy import ReaderScope
from alerts.digest.story import Story, build_story
from tests.alerts.digest.test_digest import HOSTILE
from tests.alerts.pictures import AS_AT, forecasts_of, london

RED = (0xB1, 0x0E, 0x1E)
LIKELY = (0xF3, 0xD5, 0xD2)
NONE = forecasts_of(london().workload).iloc[:0]


@cache
def story() -> Story:
    return build_story(london(), ReaderScope("area", "N", "North London"), red_line=110.0, small_team=5)


def weekly(history: pd.DataFrame | None = None, forecasts: pd.DataFrame = NONE) -> Chart:
    past = london().history if history is None else history
    chart = draw_capacity_by_week(past, forecasts, story().shown, AS_AT, 110.0, 90.0)
    assert chart is not None
    return chart


def quadrant() -> Chart:
    chart = draw_quadrant(story().places, {"F051", "F021", "F041", "F023"}, 110.0)
    assert chart is not None
    return chart


def chunks_of(png: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found.add(name)
        at += 12 + length
    return found


def test_the_same_figures_give_the_same_bytes() -> None:
    assert weekly().png == weekly().png
    assert weekly(forecasts=london().forecasts).png == weekly(forecasts=london().forecasts.iloc[::-1]).png
    assert quadrant().png == quadrant().png


def test_a_picture_is_small_twice_as_fine_as_shown_and_says_nothing_of_its_maker() -> None:
    for chart in (weekly(), weekly(forecasts=london().forecasts), quadrant()):
        picture = Image.open(BytesIO(chart.png))
        assert picture.size == (2 * chart.width, 2 * chart.height)
        assert chart.width == 552
        assert len(picture.getcolors() or []) <= 64
        assert len(chart.png) <= 30_000
        assert chunks_of(chart.png) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def test_the_alternative_text_of_the_weeks_states_the_finding() -> None:
    assert weekly().alternative_text == (
        "Line chart of capacity percentage from 29 May to 20 November. Haringey, Redbridge & Waltham Forest is "
        "highest: 112.3%, from 100.0%. 1 of 6 clusters is over 110%. 2 weeks without a snapshot are gaps."
    )


def test_the_alternative_text_of_the_offices_names_the_worst() -> None:
    assert quadrant().alternative_text == (
        "Scatter chart of 24 offices: capacity percentage against high RoSH assessments overdue. 4 are over 110% "
        "and late: Stratford (118.9%, 17 overdue), Mare Street (124.6%, 14 overdue) and Tottenham Hale (119.4%, 5 "
        "overdue). Those named are the worst."
    )


def columns_with_red(chart: Chart) -> list[bool]:
    picture = Image.open(BytesIO(chart.png)).convert("RGB")
    left = picture.crop((0, 0, picture.width * 6 // 10, picture.height))
    pixels = left.load()
    return [any(pixels[x, y] == RED for y in range(left.height)) for x in range(left.width)]


def longest_gap(columns: list[bool]) -> int:
    drawn = [x for x, found in enumerate(columns) if found]
    return max(after - before for before, after in pairwise(drawn))


def test_a_missing_week_is_a_gap_in_the_line() -> None:
    whole = london().history
    weeks = sorted(whole["as_at"].unique())[-11:]
    unbroken = whole[whole["as_at"].isin(weeks)]
    broken = unbroken[unbroken["as_at"] != pd.Timestamp(AS_AT - timedelta(weeks=5))]
    assert longest_gap(columns_with_red(weekly(unbroken))) < 10
    assert longest_gap(columns_with_red(weekly(broken))) > 60


def test_one_week_is_no_line_and_few_offices_are_no_cloud() -> None:
    history = london().history
    this_week = history[history["as_at"] == pd.Timestamp(AS_AT)]
    assert draw_capacity_by_week(this_week, NONE, story().shown, AS_AT, 110.0, 90.0) is None
    assert draw_quadrant(story().places[:2], {"F011"}, 110.0) is None
    assert draw_quadrant(story().places, set(), 110.0) is None


def test_hostile_names_and_units_without_capacity_can_be_drawn() -> None:
    units = [replace(unit, name=name) for unit, name in zip(story().places, HOSTILE, strict=False)]
    units = [replace(unit, high_risk_overdue=9 - place) for place, unit in enumerate(units)]
    units[0] = replace(units[0], name="$\\frac{$ is no mathematics")
    units.append(replace(units[0], code="none", capacity=float("nan")))
    assert draw_quadrant(units, {unit.code for unit in units}, 80.0) is not None
    shown = [replace(unit, name=name) for unit, name in zip(story().shown, HOSTILE, strict=False)]
    assert draw_capacity_by_week(london().history, london().forecasts, shown, AS_AT, 110.0, 90.0) is not None


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
    nobodys = other[~other["code"].isin([unit.code for unit in story().shown])]
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
