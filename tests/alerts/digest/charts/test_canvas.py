"""What every chart has in common."""

import struct
from dataclasses import replace
from io import BytesIO

import pandas as pd
from PIL import Image

from alerts.digest.charts.capacity import draw_capacity_by_week
from alerts.digest.charts.quadrant import draw_quadrant
from tests.alerts.digest.charts.drawn import NONE, quadrant, story, weekly
from tests.alerts.digest.digests import HOSTILE
from tests.alerts.pictures import AS_AT, london


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


def test_one_week_is_no_line_and_few_offices_are_no_cloud() -> None:
    history = london().history
    this_week = history[history["as_at"] == pd.Timestamp(AS_AT)]
    assert draw_capacity_by_week(this_week, NONE, story().visible_parts, AS_AT, 110.0, 90.0) is None
    assert draw_quadrant(story().places[:2], {"F011"}, 110.0) is None
    assert draw_quadrant(story().places, set(), 110.0) is None


def test_hostile_names_and_units_without_capacity_can_be_drawn() -> None:
    units = [replace(unit, name=name) for unit, name in zip(story().places, HOSTILE, strict=False)]
    units = [replace(unit, high_risk_overdue=9 - place) for place, unit in enumerate(units)]
    units[0] = replace(units[0], name="$\\frac{$ is no mathematics")
    units.append(replace(units[0], code="none", capacity=float("nan")))
    assert draw_quadrant(units, {unit.code for unit in units}, 80.0) is not None
    shown = [replace(unit, name=name) for unit, name in zip(story().visible_parts, HOSTILE, strict=False)]
    assert draw_capacity_by_week(london().history, london().forecasts, shown, AS_AT, 110.0, 90.0) is not None
