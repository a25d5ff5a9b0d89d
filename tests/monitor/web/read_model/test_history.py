"""What each week said of a unit, and what is forecast of it."""

import pytest

from monitor.web.charts.capacity import capacity_drawing
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import course_of, forecast_of
from tests.monitor.conftest import AS_AT, WEEK, Home


def test_the_course_of_a_unit_is_what_each_week_said(home: Home) -> None:
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    unit = week.unit("office", "O1")
    assert unit is not None
    weeks = course_of(cache, week, "office", ["O1"])
    assert list(weeks["as_at"]) == [AS_AT - 2 * WEEK, AS_AT - WEEK, AS_AT]
    assert weeks["capacity_percentage"].iloc[-1] == pytest.approx(unit["capacity_percentage"])
    both = course_of(cache, week, "team", ["T1", "T2"])
    assert both["total_points"].tolist() == pytest.approx(weeks["total_points"].tolist())


def test_an_earlier_week_knows_nothing_of_later_ones(home: Home) -> None:
    cache = SnapshotCache(home.store)
    week = cache.week(AS_AT - WEEK)
    assert week is not None
    assert list(course_of(cache, week, "area", ["N"])["as_at"]) == [AS_AT - 2 * WEEK, AS_AT - WEEK]


def test_a_drawing_breaks_its_line_where_a_week_is_missing(home: Home) -> None:
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    weeks = course_of(cache, week, "area", ["N"])
    ahead = forecast_of(week, "area", "N")
    whole = capacity_drawing(weeks, ahead, "North", 110, 90)
    broken = capacity_drawing(weeks.iloc[[0, 2]], ahead, "North", 110, 90)
    assert whole is not None
    assert broken is not None
    assert (len(whole.lines), len(broken.lines)) == (1, 2)
    assert "weeks." in whole.says
    assert capacity_drawing(weeks.assign(capacity_percentage=float("nan")), ahead, "North", 110, 90) is None
