"""Months on a process chart: which weeks go into which, and where the lines are drawn anew."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from alerts.detection.trends.month_chart import chart_months, rebase_dates

ORGANISATION = pd.DataFrame(
    {"team_code": ["T1", "T2"], "office_code": ["F1", "F2"], "cluster_code": ["C1", "C1"], "area_code": ["N", "N"]}
)


def events(*rows: tuple[str, str, str]) -> pd.DataFrame:
    known = [(pd.Timestamp(day), level, code, "rebase") for day, level, code in rows]
    return pd.DataFrame(known, columns=["starts_on", "level", "code", "kind"])


def test_a_month_is_the_mean_of_its_weeks_and_years_follow_each_other() -> None:
    dates = [date(2025, 12, 19), date(2025, 12, 26), date(2026, 1, 2)]
    made = chart_months(np.array([[90.0, 110.0, 105.0], [np.nan, np.nan, 80.0]]), dates, ())
    assert made.months == (date(2025, 12, 1), date(2026, 1, 1))
    assert made.means[0].tolist() == [100.0, 105.0]
    assert np.isnan(made.means[1, 0])
    assert made.starts == ()


@pytest.mark.parametrize(("event", "start"), [(date(2026, 3, 1), 2), (date(2026, 3, 2), 3)])
def test_lines_are_drawn_anew_from_the_first_whole_month_after_an_event(event: date, start: int) -> None:
    dates = [date(2026, 1, 2) + timedelta(weeks=week) for week in range(26)]
    made = chart_months(np.linspace(90, 110, 26)[None, :], dates, [event])
    assert made.starts == (start,)
    assert made.chart.mean[0, start - 1] == pytest.approx(made.means[0, :start].mean())
    assert made.chart.mean[0, start] == pytest.approx(made.means[0, start:].mean())


def test_an_event_after_the_last_month_draws_nothing_anew() -> None:
    assert chart_months(np.array([[100.0]]), [date(2026, 1, 2)], [date(2026, 1, 9)]).starts == ()


def test_events_of_a_unit_are_its_own_and_those_of_the_units_above_it() -> None:
    known = events(("2026-03-02", "team", "T2"), ("2026-02-02", "cluster", "C1"), ("2026-01-02", "all", "all"))
    assert rebase_dates("F1", "office", known, ORGANISATION) == (date(2026, 1, 2), date(2026, 2, 2))
    assert rebase_dates("T2", "team", known, ORGANISATION)[-1] == date(2026, 3, 2)
    other = known.assign(kind="hours")
    assert rebase_dates("T2", "team", other, ORGANISATION) == ()
