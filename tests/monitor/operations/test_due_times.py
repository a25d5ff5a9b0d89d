"""When the weekly run is due on London's clocks, and when it is late."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.operations.due_times import earlier_due_time, has_figures, is_late, latest_due, next_due, today_in
from monitor.settings import Settings, load_settings
from monitor.snapshots.tables import Run

from ..conftest import WEEK, Home

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def due_settings(run_day: str = "mon", run_time: time = time(6, 0)) -> Settings:
    return load_settings(run_day=run_day, run_time=run_time)


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        # In the last week of winter time, across the change on 29 March, and in the first of summer time.
        ("2026-03-23T06:00Z", "2026-03-23T06:00Z", "2026-03-30T05:00Z"),
        ("2026-03-29T23:00Z", "2026-03-23T06:00Z", "2026-03-30T05:00Z"),
        ("2026-03-30T04:59Z", "2026-03-23T06:00Z", "2026-03-30T05:00Z"),
        ("2026-03-30T05:00Z", "2026-03-30T05:00Z", "2026-04-06T05:00Z"),
        # The same across 25 October.
        ("2026-10-19T05:00Z", "2026-10-19T05:00Z", "2026-10-26T06:00Z"),
        ("2026-10-26T05:59Z", "2026-10-19T05:00Z", "2026-10-26T06:00Z"),
        ("2026-10-26T06:00Z", "2026-10-26T06:00Z", "2026-11-02T06:00Z"),
    ],
)
def test_a_run_is_due_at_six_in_the_morning_of_london_in_summer_and_winter(now: str, last: str, following: str) -> None:
    moment, before, after = (datetime.fromisoformat(text) for text in (now, last, following))
    assert latest_due(moment, due_settings()) == before
    assert next_due(moment, due_settings()) == after


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("run_day", WEEKDAYS)
@pytest.mark.parametrize("change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_every_moment_lies_between_the_last_due_time_and_the_next(run_day: str, change: datetime) -> None:
    settings = due_settings(run_day)
    for hours in range(-8 * 24, 8 * 24):
        now = change + hours * HOUR
        last, following = latest_due(now, settings), next_due(now, settings)
        assert last.astimezone(UTC) <= now < following.astimezone(UTC)
        assert following.date() - last.date() == WEEK
        for due in (last, following):
            assert (WEEKDAYS[due.weekday()], due.time()) == (run_day, time(6, 0))
            assert due.astimezone(UTC).astimezone(LONDON).time() == time(6, 0)


@pytest.mark.usefixtures("own_environment")
def test_a_run_in_the_hour_that_comes_twice_is_due_once() -> None:
    settings = due_settings("sun", time(1, 30))
    change = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    due = [latest_due(change + minutes * timedelta(minutes=1), settings).date() for minutes in range(120)]
    assert set(due) == {date(2026, 10, 25)}


@pytest.mark.usefixtures("own_environment")
def test_a_due_time_is_never_still_to_come() -> None:
    settings = due_settings("sun", time(1, 30))
    for minutes in range(180):
        now = datetime(2026, 3, 29, tzinfo=UTC) + minutes * timedelta(minutes=1)
        assert latest_due(now, settings).astimezone(UTC) <= now


@pytest.mark.usefixtures("own_environment")
def test_the_day_begins_in_london_an_hour_before_it_does_in_universal_time_in_summer() -> None:
    assert today_in(due_settings(), datetime(2026, 7, 1, 22, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert today_in(due_settings(), datetime(2026, 7, 1, 23, 0, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.usefixtures("own_environment")
def test_a_run_is_late_once_its_grace_is_over() -> None:
    settings = load_settings(late_after_hours=3)
    assert not is_late(MONDAY, settings, MONDAY + 3 * HOUR - timedelta(seconds=1))
    assert is_late(MONDAY, settings, MONDAY + 3 * HOUR)


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize(("run_time", "was"), [(time(6, 0), None), (time(14, 0), MONDAY)])
def test_a_run_for_another_time_than_the_one_set_now_shows_that_time(run_time: time, was: datetime | None) -> None:
    run = Run(job="weekly", iso_week="2026-W48", due_at=MONDAY)
    assert earlier_due_time(run, due_settings(run_time=run_time)) == was
    assert earlier_due_time(None, due_settings(run_time=run_time)) is None


def test_a_snapshot_of_the_seven_days_before_the_due_time_has_the_figures_of_the_week(home: Home) -> None:
    assert has_figures(home.store, MONDAY)
    assert not has_figures(home.store, datetime(2026, 11, 27, 6, 0, tzinfo=UTC))
