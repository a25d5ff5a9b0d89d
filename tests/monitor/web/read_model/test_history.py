"""What each week said of a unit, and what is forecast of it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.snapshots.tables import Run
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import course_of, failed_week, forecast_of, latest_runs, timeliness_of
from tests.monitor.conftest import AS_AT, NOW, WEEK, Home


def test_the_course_of_a_unit_is_what_each_week_said(home: Home) -> None:
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    unit = week.unit("office", "O1")
    assert unit is not None
    weeks = course_of(cache, week, "office", ["O1"])
    assert list(weeks["as_at"]) == [AS_AT - 2 * WEEK, AS_AT - WEEK, AS_AT]
    assert weeks["capacity_percentage"].iloc[-1] == pytest.approx(unit.capacity_percentage)
    both = course_of(cache, week, "team", ["T1", "T2"])
    assert both["total_points"].tolist() == pytest.approx(weeks["total_points"].tolist())


def test_an_earlier_week_knows_nothing_of_later_ones(home: Home) -> None:
    cache = SnapshotCache(home.store)
    week = cache.week(AS_AT - WEEK)
    assert week is not None
    assert list(course_of(cache, week, "area", ["N"])["as_at"]) == [AS_AT - 2 * WEEK, AS_AT - WEEK]


def test_the_forecast_of_a_unit_is_in_the_order_of_its_weeks(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    ahead = forecast_of(week, "area", "N")
    assert ahead["weeks_ahead"].tolist() == sorted(set(ahead["weeks_ahead"]))
    assert len(ahead) > 1
    assert forecast_of(week, "area", "no such area").empty


def test_the_least_timely_rule_of_a_unit_comes_first(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    rows = timeliness_of(week, "all", "all")
    shares = week.timeliness.iloc[rows]["percentage"]
    assert len(shares) > 1
    assert shares.is_monotonic_increasing
    assert set(week.timeliness.iloc[rows]["code"]) == {"all"}


def test_a_heartbeat_that_failed_is_not_a_weekly_run(home: Home) -> None:
    cache = SnapshotCache(home.store)
    with Session(home.store.engine) as session, session.begin():
        for hours, (job, status) in enumerate([("weekly", "done"), ("heartbeat", "failed")]):
            began = NOW + timedelta(hours=hours)
            session.add(Run(job=job, iso_week="2026-W47", status=status, owner="here:1", attempt=1, started_at=began,
                            lease_until=began, due_at=began))  # fmt: skip
    assert failed_week(cache) is None
    assert [run.job for run in latest_runs(cache, 26)] == ["weekly"]
