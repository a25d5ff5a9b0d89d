"""Two courses of one unit: their lines, their gaps, and the chart in words."""

from datetime import date, timedelta

import pandas as pd

from monitor.web.charts.alternative import TwoCourses, draw_alternative

LAST = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
NONE = float("nan")


def drawn(*weeks: tuple[int, float, float]) -> TwoCourses | None:
    """Drawn from weeks before the last, oldest first, each with both percentages; over the red line is over 110."""
    table = pd.DataFrame(
        {
            "as_at": [pd.Timestamp(LAST - back * WEEK) for back, _, _ in weeks],
            "capacity_percentage": [recorded for _, recorded, _ in weeks],
            "alternative_percentage": [other for _, _, other in weeks],
            "hot": [recorded > 110 for _, recorded, _ in weeks],
            "alternative_hot": [other > 110 for _, _, other in weeks],
        }
    )
    return draw_alternative(table, "Dalston", "wmt", 110)


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


def test_both_courses_stand_at_their_weeks_and_heights() -> None:
    drawing = drawn((2, 100, 90), (1, 115, 95), (0, 120, 112))
    assert drawing is not None
    (recorded,), (other,) = map(points, drawing.recorded), map(points, drawing.alternative)
    assert [x for x, _ in recorded] == [x for x, _ in other] == [52, 259, 466]
    assert all(theirs > mine for (_, mine), (_, theirs) in zip(recorded, other, strict=True))
    assert tuple(recorded) == drawing.recorded_dots
    assert tuple(other) == drawing.alternative_dots
    assert recorded[1][1] < drawing.red < recorded[0][1]
    assert drawing.title == "Capacity of Dalston over the weeks, as recorded and under wmt"
    assert drawing.says == (
        "120.0% of capacity as recorded on 20 November 2026, 112.0% under wmt. "
        "Over the red line in 2 of 3 weeks as recorded, in 1 under wmt."
    )
    assert [tick.says for tick in drawing.columns] == ["6 Nov", "20 Nov"]


def test_a_week_without_figures_is_a_gap_and_without_any_there_is_no_chart() -> None:
    drawing = drawn((3, 100, 90), (2, NONE, 90), (1, 100, NONE), (0, 100, 90))
    assert drawing is not None
    assert [len(line.split()) for line in drawing.recorded] == [1, 1]
    assert "in 0 of 2 weeks as recorded" in drawing.says
    single = drawn((0, 100, 90))
    assert single is not None
    assert ([tick.says for tick in single.columns], "0 of 1 week " in single.says) == (["20 Nov"], True)
    assert drawn((0, NONE, 90)) is None
    assert drawn() is None
