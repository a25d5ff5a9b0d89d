"""What every chart has in common."""

import struct
from dataclasses import replace
from io import BytesIO

import pandas as pd
from PIL import Image

from alerts.digest.charts.capacity import draw_capacity_by_week
from tests.alerts.digest.charts.drawn import NONE, story, weekly
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


def test_a_picture_is_small_twice_as_fine_as_shown_and_says_nothing_of_its_maker() -> None:
    for chart in (weekly(), weekly(forecasts=london().forecasts)):
        picture = Image.open(BytesIO(chart.png))
        assert picture.size == (2 * chart.width, 2 * chart.height)
        assert chart.width == 552
        assert len(picture.getcolors() or []) <= 64
        assert len(chart.png) <= 30_000
        assert chunks_of(chart.png) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def test_one_week_is_no_line() -> None:
    history = london().history
    this_week = history[history["as_at"] == pd.Timestamp(AS_AT)]
    assert draw_capacity_by_week(this_week, NONE, story().visible_parts, AS_AT, 110.0, 90.0) is None


def test_hostile_names_can_be_drawn() -> None:
    shown = [
        replace(unit, name=name)
        for unit, name in zip(story().visible_parts, ("$\\frac{$ is no mathematics", *HOSTILE), strict=False)
    ]
    assert draw_capacity_by_week(london().history, london().forecasts, shown, AS_AT, 110.0, 90.0) is not None
