"""Capacity over the weeks, drawn and in words."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import pytest

from monitor.web.charts.capacity import Drawing, Tick, capacity_drawing

LAST = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
Weeks = Sequence[tuple[int, float]]


def course(weeks: Weeks, other_weights: Sequence[int] = ()) -> pd.DataFrame:
    """Capacity by weeks before the last, oldest first. other_weights: the weeks that had them."""
    return pd.DataFrame(
        {
            "as_at": [pd.Timestamp(LAST - back * WEEK) for back, _ in weeks],
            "capacity_percentage": [capacity for _, capacity in weeks],
            "weighed_alike": [back not in other_weights for back, _ in weeks],
        }
    )


def ahead(*weeks: tuple[float, float, float]) -> pd.DataFrame:
    """The middle, the lower and the upper end of what is expected, week by week."""
    return pd.DataFrame(
        {
            "on": [pd.Timestamp(LAST + number * WEEK) for number in range(1, len(weeks) + 1)],
            "capacity_percentage": [middle for middle, _, _ in weeks],
            "capacity_low_80": [low for _, low, _ in weeks],
            "capacity_high_80": [high for _, _, high in weeks],
        }
    )


def drawn(weeks: Weeks, forecast: pd.DataFrame | None = None, other_weights: Sequence[int] = ()) -> Drawing:
    expected = ahead() if forecast is None else forecast
    drawing = capacity_drawing(course(weeks, other_weights), expected, "North", 110, 90)
    assert drawing is not None
    return drawing


def test_weeks_and_percentages_have_their_places() -> None:
    drawing = drawn([(2, 100.0), (1, 110.0), (0, 105.0)])
    # From 80 to 120% over 188 units of height that begin at 12; three weeks over 414 units of width that begin at 52.
    assert drawing.lines == ("52.0,106.0 259.0,59.0 466.0,82.5",)
    assert drawing.dots == ((52.0, 106.0), (259.0, 59.0), (466.0, 82.5))
    assert (drawing.red, drawing.band_top, drawing.band_height, drawing.red_says) == (59.0, 59.0, 94.0, "110%")
    assert [tick.says for tick in drawing.rows] == ["80%", "90%", "100%", "110%", "120%"]
    assert drawing.columns == (Tick(52.0, "6 Nov", "start"), Tick(466.0, "20 Nov", "end"))
    assert drawing.title == "Capacity of North over the weeks"
    assert drawing.says == (
        "105.0% of capacity on 20 November 2026; between 100.0% and 110.0% since 6 November 2026; "
        "over 110% in 0 of 3 weeks."
    )


def test_a_line_breaks_where_a_week_is_missing_or_the_weights_changed() -> None:
    weeks = [(back, 100.0) for back in range(5, -1, -1)]
    assert [line.count(",") for line in drawn(weeks).lines] == [6]
    assert [line.count(",") for line in drawn([week for week in weeks if week[0] != 3]).lines] == [2, 3]
    assert [line.count(",") for line in drawn(weeks, other_weights=(5, 4)).lines] == [2, 4]


def test_no_sentence_holds_weeks_of_other_weights_against_this_one() -> None:
    says = drawn([(3, 150.0), (2, 150.0), (1, 111.0), (0, 105.0)], other_weights=(3, 2)).says
    assert "between 105.0% and 111.0% since 13 November 2026; over 110% in 1 of 2 weeks." in says
    assert "2 of the 4 weeks drawn had other weights: their lines stand apart." in says


def test_a_week_without_capacity_is_left_out_and_without_any_there_is_no_drawing() -> None:
    assert len(drawn([(2, 100.0), (1, math.nan), (0, 105.0)]).dots) == 2
    assert capacity_drawing(course([(1, math.nan), (0, math.nan)]), ahead(), "North", 110, 90) is None
    assert capacity_drawing(course([]), ahead(), "North", 110, 90) is None


def test_what_is_expected_goes_on_from_this_week_between_its_two_ends() -> None:
    drawing = drawn([(1, 100.0), (0, 100.0)], ahead((102.0, 98.0, 106.0), (104.0, 95.0, 113.0)))
    here = drawing.lines[0].split()[-1]
    forward = drawing.ahead.split()
    assert (forward[0], len(forward)) == (here, 3)
    edges = drawing.likely.split()
    assert (edges[0], edges[-1], len(edges)) == (here, here, 6)
    # The upper edge goes out and the lower one comes back: across the same weeks, and lower on the page.
    places = [tuple(map(float, place.split(","))) for place in edges]
    assert [across for across, _ in places] == sorted(across for across, _ in places[:3]) + sorted(
        (across for across, _ in places[3:]), reverse=True
    )
    assert places[2][1] < places[3][1]
    assert drawing.says.endswith(" Expected on 4 December: 104.0%.")
    assert [tick.says for tick in drawing.columns] == ["13 Nov", "20 Nov", "4 Dec"]


@pytest.mark.parametrize("end", [math.nan, math.inf])
def test_a_range_without_an_end_is_not_drawn(end: float) -> None:
    drawing = drawn([(0, 100.0)], ahead((102.0, 98.0, end)))
    assert (drawing.likely, bool(drawing.ahead)) == ("", True)
    assert [tick.says for tick in drawing.rows] == ["80%", "90%", "100%", "110%", "120%"]


def test_an_axis_never_goes_below_nothing_and_has_few_marks() -> None:
    drawing = drawn([(1, 2.0), (0, 480.0)])
    assert drawing.rows[0].says == "0%"
    assert len(drawing.rows) <= 6
    assert all(12 <= tick.at <= 200 for tick in drawing.rows)


def test_dates_that_would_run_into_each_other_are_left_out() -> None:
    columns = drawn([(20, 100.0), (0, 100.0)], ahead((100.0, 99.0, 101.0))).columns
    assert [tick.says for tick in columns] == ["3 Jul", "20 Nov"]
