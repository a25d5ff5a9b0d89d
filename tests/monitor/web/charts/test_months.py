"""Months against their own past, drawn and in words."""

import math
from datetime import date

import pandas as pd
import pytest

from monitor.web.charts.months import MonthsDrawing, draw_months

NAN = math.nan


def table(*values: float, lines: tuple[float, float, float] = (100.0, 90.0, 110.0), stretch: int = 0) -> pd.DataFrame:
    mean, lower, upper = lines
    return pd.DataFrame(
        {
            "month": [date(2026, 1 + place, 1) for place in range(len(values))],
            "month_percentage": list(values),
            "chart_mean": mean,
            "chart_lower": lower,
            "chart_upper": upper,
            "stretch": stretch,
        }
    )


def drawn(months: pd.DataFrame, red_line: float = 110.0) -> MonthsDrawing:
    drawing = draw_months(months, "office", "Hackney", red_line)
    assert drawing is not None
    return drawing


def test_a_month_between_the_limits_does_not_stand_out() -> None:
    drawing = drawn(table(99, 101, 100, 102, 98, 101))
    assert drawing.says == (
        "June so far: 101.0% of capacity on average. The limits, from 6 months of this office, are 90.0% and 110.0%, "
        "around a mean of 100.0%. The month is between them: it does not stand out from the months before."
    )
    assert not any(mark.outside for mark in drawing.marks)
    assert (len(drawing.lines), len(drawing.means), len(drawing.limits)) == (1, 1, 2)
    assert [tick.says for tick in drawing.columns] == ["Jan 2026", "Mar 2026", "Jun 2026"]
    assert drawing.title == "Capacity of Hackney month by month"


@pytest.mark.parametrize(("value", "side"), [(120.0, "above"), (80.0, "below")])
def test_a_month_outside_is_marked_and_said(value: float, side: str) -> None:
    drawing = drawn(table(99, 101, 100, 102, 98, value))
    assert [mark.outside for mark in drawing.marks] == [False] * 5 + [True]
    assert drawing.says.endswith(f"The month is {side} them: see what changed.")


def test_earlier_months_outside_are_counted_in_the_singular_and_the_plural() -> None:
    assert drawn(table(120, 101, 100, 102, 98, 101)).says.endswith(" 1 of the earlier months lies outside them.")
    assert drawn(table(120, 80, 100, 102, 98, 111)).says.endswith(" 2 of the earlier months lie outside them.")


def test_where_most_months_lie_outside_the_load_has_moved() -> None:
    assert "the load has moved to another level" in drawn(table(80, 81, 82, 118, 119, 120)).says


def test_a_usual_month_over_the_red_line_is_not_called_good() -> None:
    says = drawn(table(119, 121, 120, 122, 118, 121, lines=(120, 112, 128))).says
    assert says.endswith("That is usual for this office, and still over 110%.")


def test_lines_break_at_a_new_stretch_and_at_a_missing_month() -> None:
    months = table(99, NAN, 100, 102, 98, 101)
    months.loc[4:, "stretch"] = 1
    months.loc[4:, ["chart_mean", "chart_lower", "chart_upper"]] = NAN
    drawing = drawn(months)
    assert (len(drawing.lines), len(drawing.means), len(drawing.limits), len(drawing.marks)) == (3, 1, 2, 5)
    assert drawing.says.endswith("too few months since to compare this office with.")


def test_the_middle_month_is_left_out_where_the_words_would_meet() -> None:
    months = pd.concat([table(*[100.0] * 6), table(*[100.0] * 2)]).assign(
        month=[date(2026, 1 + place, 1) for place in range(8)]
    )
    assert len(drawn(months).columns) == 3
    assert [tick.says for tick in drawn(table(100.0, 100.0)).columns] == ["Jan 2026", "Feb 2026"]
    assert [tick.says for tick in drawn(table(100.0)).columns] == ["Jan 2026"]


@pytest.mark.parametrize(
    "months",
    [table(), table(100.0, 101.0, lines=(NAN, NAN, NAN)), table(100.0, 101.0, NAN)],
    ids=["no month", "no limits", "no figure now"],
)
def test_nothing_is_drawn_without_limits_or_a_figure_now(months: pd.DataFrame) -> None:
    assert draw_months(months, "office", "Hackney", 110.0) is None
