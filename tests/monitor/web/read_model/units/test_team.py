"""The people of a team in one table: load, change, weeks over, what is late, due, waiting and new, with a total."""

import math
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from monitor.operations.retention import apply_retention
from monitor.snapshots.weeks.catalogue import capacity_by_snapshot
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.team import COLUMNS, TeamMember, members_of, monday_of, received_cases, team_table
from tests.monitor.conftest import AS_AT, WEEK, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, an_assessment, write_csv

from ...conftest import NOW

MONDAY = date(2026, 11, 23)


def members(home: Home, level: str, code: str, day: date = AS_AT, as_at: date | None = None) -> dict[str, TeamMember]:
    """The rows of a team table by code, the total under its own."""
    cache = SnapshotCache(home.store)
    week = cache.week(as_at)
    assert week is not None
    unit = week.unit(level, code)
    assert unit is not None
    return {row.code: row for row in members_of(team_table(cache, week, cache.before(week), unit, day))}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One week in which M3 of team T3 has received cases, has reviews due and plans to countersign."""
    folder = tmp_path_factory.mktemp("busy")
    of_m3 = {"om_code": "M3", "team_code": "T3", "rosh": "high"}
    cases = [
        a_case("X000201", **of_m3, allocated_on=AS_AT, number_of_cases=1),
        a_case("X000202", **of_m3, allocated_on=AS_AT - timedelta(days=6)),
        a_case("X000203", **of_m3, allocated_on=AS_AT - timedelta(days=7)),
        a_case("X000204", **of_m3, allocated_on=AS_AT - timedelta(days=27)),
        a_case("X000205", **of_m3, allocated_on=AS_AT - timedelta(days=28)),
        a_case("X000206", om_code=None, team_code="T3", allocated_on=AS_AT),
    ]
    # A review falls due four months after the last one: on Sunday, on Monday, on the Sunday after, and a day later.
    done = [date(2026, 7, 22), date(2026, 7, 23), date(2026, 7, 29), date(2026, 7, 30)]
    reviews = [an_assessment(f"X00020{number}", completed_on=day) for number, day in enumerate(done, start=1)]
    plans = [an_assessment("X000201", kind="risk_management_plan", completed_on=date(2026, 3, 1))]
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        tables = little_london(cases=cases, assessments=[*reviews, *plans])
        tables["cases"] = [{"allocated_on": None, **case} for case in tables["cases"]]
        home.take(write_csv(folder / "extract", tables), AS_AT)
        yield home
    home.store.engine.dispose()


def test_a_week_begins_on_monday() -> None:
    assert [monday_of(MONDAY + timedelta(days=day)) for day in (-1, 0, 6, 7)] == [
        MONDAY - timedelta(days=7), MONDAY, MONDAY, MONDAY + timedelta(days=7)
    ]  # fmt: skip


def test_the_hottest_come_first_and_the_total_last(service: Home) -> None:
    rows = list(members(service, "office", "O1").values())
    assert [row.code for row in rows] == ["M1", "M2", "O1"]
    assert rows[0].capacity_percentage > rows[1].capacity_percentage
    assert (rows[0].grade, rows[0].contracted_hours, rows[-1].grade) == ("PO", 55.5, "")
    assert rows[-1].cases == 12 + 20 + 15 + 1


def test_the_change_is_in_points_of_capacity_since_the_snapshot_before(service: Home) -> None:
    cache = SnapshotCache(service.store)
    week = cache.week()
    assert week is not None
    before = cache.before(week)
    assert before is not None
    now, then = week.unit("offender_manager", "M1"), before.unit("offender_manager", "M1")
    assert now is not None
    assert then is not None
    assert members(service, "team", "T1")["M1"].change == now.capacity_percentage - then.capacity_percentage


def test_weeks_over_count_back_to_the_first_week_that_was_not(service: Home) -> None:
    rows = members(service, "office", "O1")
    week = SnapshotCache(service.store).week()
    assert week is not None
    ids = sorted(week.weighings, key=lambda number: week.weighings[number], reverse=True)
    capacity = capacity_by_snapshot(service.store.engine, ids, "offender_manager", ["M1"])["M1"]
    course = [capacity[number] or 0 for number in ids]
    assert course[0] > week.red_line
    assert rows["M1"].weeks_over == next((n for n, share in enumerate(course) if share <= week.red_line), len(course))
    assert rows["M2"].weeks_over == 0


def test_someone_without_capacity_has_no_weeks_over_and_no_change(service: Home) -> None:
    away = members(service, "team", "T4")["M6"]
    assert math.isnan(away.capacity_percentage)
    assert math.isnan(away.weeks_over)
    assert math.isnan(away.change)


def test_cases_received_are_counted_in_seven_and_in_twenty_eight_days(busy: Home) -> None:
    rows = members(busy, "team", "T3")
    assert (rows["M3"].received_7, rows["M3"].received_28) == (2, 4)
    assert (rows["M4"].received_7, rows["T3"].received_28) == (0, 4)


def test_an_extract_without_dates_of_allocation_leaves_new_cases_unknown(service: Home) -> None:
    rows = members(service, "team", "T1")
    assert math.isnan(rows["M1"].received_7)
    assert math.isnan(rows["T1"].received_28)


def test_reviews_are_counted_in_the_week_they_fall_due(busy: Home) -> None:
    rows = members(busy, "team", "T3", AS_AT)
    later = members(busy, "team", "T3", MONDAY)
    assert rows["M3"].due_this_week == 1
    assert later["M3"].due_this_week == rows["M3"].due_next_week == 2
    assert later["M3"].due_next_week == 1
    assert rows["T3"].due_next_week == 2


def test_a_week_beyond_what_the_snapshot_knows_is_not_known(busy: Home) -> None:
    last_known = AS_AT + timedelta(days=28)
    row = members(busy, "team", "T3", last_known - timedelta(days=7))["M3"]
    assert row.due_this_week == 0
    assert math.isnan(row.due_next_week)


def test_plans_that_wait_for_a_countersignature_are_counted_by_person(busy: Home) -> None:
    rows = members(busy, "team", "T3")
    assert (rows["M3"].awaiting_countersignature, rows["T3"].awaiting_countersignature) == (1, 1)


def test_what_retention_removed_is_not_known_and_the_load_still_is(home: Home) -> None:
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW + WEEK)
    day = AS_AT - WEEK
    row = members(home, "team", "T1", day, day)["M1"]
    assert row.total_points > 0
    assert row.grade == ""
    assert math.isnan(row.due_this_week)
    assert math.isnan(row.received_7)


def test_the_first_snapshot_has_no_change(busy: Home) -> None:
    assert math.isnan(members(busy, "team", "T3")["M3"].change)


def test_received_cases_are_kept_once_for_the_snapshot(busy: Home) -> None:
    week = SnapshotCache(busy.store).week()
    assert isinstance(week, SnapshotView)
    assert received_cases(week) is received_cases(week)
    assert COLUMNS[:4] == ["level", "code", "name", "grade"]
