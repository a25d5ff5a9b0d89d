"""The months of a unit against its own past: the same figures as the exported trend."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from monitor.snapshots.exports.export import table_of
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import course_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.months import months_of
from tests.monitor.conftest import AS_AT, Template

from ...conftest import copied
from ...half_a_year import DAYS, six_months

__all__ = ["six_months"]

UNITS = [("team", "T1"), ("team", "T3"), ("office", "O1"), ("office", "O2"), ("cluster", "C1"), ("area", "N")]


@pytest.fixture(scope="module")
def half_a_year(six_months: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnapshotCache]:
    """Six months, and an event known for the office of T4, from which its lines are drawn anew."""
    with copied(six_months, tmp_path_factory.mktemp("half_a_year")) as home:
        yield SnapshotCache(home.store)


@pytest.fixture
def week(half_a_year: SnapshotCache) -> SnapshotView:
    week = half_a_year.week()
    assert week is not None
    return week


def months(cache: SnapshotCache, week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    return months_of(week, level, code, course_of(cache, week, level, [code]))


def test_the_last_month_has_the_figures_of_the_exported_trend(half_a_year: SnapshotCache, week: SnapshotView) -> None:
    trend = table_of(half_a_year.store, week.snapshot, "trend").set_index(["level", "code"])
    for level, code in UNITS:
        last = months(half_a_year, week, level, code).iloc[-1]
        for name in ("month_percentage", "chart_mean", "chart_lower", "chart_upper"):
            assert last[name] == pytest.approx(trend.loc[(level, code), name]), (code, name)


def test_a_month_outside_its_limits_says_on_which_side(half_a_year: SnapshotCache, week: SnapshotView) -> None:
    table = months(half_a_year, week, "team", "T3")
    assert table["month"].tolist() == [day.replace(day=1) for day in DAYS]
    assert table["outside"].tolist() == ["", "", "", "", "", "high"]


def test_limits_start_again_at_a_known_event_and_wait_for_six_months(
    half_a_year: SnapshotCache, week: SnapshotView
) -> None:
    table = months(half_a_year, week, "team", "T4")
    assert table["stretch"].tolist() == [0, 0, 0, 0, 1, 1]
    assert table[["chart_mean", "chart_lower", "chart_upper"]].isna().all(axis=None)
    assert set(table["outside"]) == {""}


def test_months_before_the_first_figure_are_left_out(week: SnapshotView) -> None:
    only_now = pd.DataFrame({"as_at": [AS_AT], "capacity_percentage": [90.0], "weighed_alike": [True]})
    assert months_of(week, "team", "T3", only_now)["month"].tolist() == [date(2026, 11, 1)]
    otherwise = only_now.assign(weighed_alike=False)
    assert months_of(week, "team", "T3", otherwise).empty
