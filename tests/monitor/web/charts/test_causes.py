"""Bars that add up."""

import math
from datetime import date
from itertools import pairwise

import pytest

from monitor.web.charts.causes import draw_causes

SINCE = date(2026, 11, 13)


def test_each_bar_begins_where_the_one_above_it_ends() -> None:
    drawing = draw_causes([("Sickness", 30.0), ("Cases that ended", -10.0)], 90.0, 110.0, SINCE)
    assert drawing is not None
    first, rise, fall, last = drawing.bars
    assert [bar.kind for bar in drawing.bars] == ["whole", "rise", "fall", "whole"]
    assert [bar.figure for bar in drawing.bars] == ["90.0%", "+30.0", "\N{MINUS SIGN}10.0", "110.0%"]
    assert first.x + first.width == pytest.approx(rise.x, abs=0.2)
    assert rise.x + rise.width == pytest.approx(fall.x + fall.width, abs=0.2)
    assert last.x + last.width == pytest.approx(fall.x, abs=0.2)
    assert rise.width == pytest.approx(3 * fall.width, abs=0.3)
    assert {above.y < below.y for above, below in pairwise(drawing.bars)} == {True}
    assert drawing.says == (
        "From 90.0% on 13 November to 110.0% now, in percentage points: Sickness +30.0; "
        "Cases that ended \N{MINUS SIGN}10.0."
    )


def test_bars_stay_between_their_words_and_figures() -> None:
    drawing = draw_causes([("Sickness", 0.001), ("Tier changed", 80.0)], 20.0, 100.001, SINCE)
    assert drawing is not None
    assert all(drawing.words_x < bar.x and bar.x + bar.width < drawing.figures_x - 40 for bar in drawing.bars)
    assert all(bar.width >= 1 for bar in drawing.bars)
    assert drawing.bars[-1].y + drawing.bar <= drawing.height


def test_nothing_that_changed_is_drawn_too() -> None:
    drawing = draw_causes([], 100.0, 100.0, SINCE)
    assert drawing is not None
    assert [bar.says for bar in drawing.bars] == ["On 13 November", "Now"]


@pytest.mark.parametrize(("before", "now"), [(math.nan, 100.0), (100.0, math.nan)])
def test_without_capacity_there_is_nothing_to_draw(before: float, now: float) -> None:
    assert draw_causes([("Sickness", math.nan)], before, now, SINCE) is None
