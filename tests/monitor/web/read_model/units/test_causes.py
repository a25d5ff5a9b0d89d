"""Why units changed, from the stored parts: they add up to what the units show, and to the rows behind them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from monitor.snapshots.tables import ArchivedFrame
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.causes import ComparedWeek, compared_weeks, rows_behind
from monitor.web.read_model.units.changes import explain_change
from tests.monitor.conftest import AS_AT, Home

UNITS = [("area", "N"), ("cluster", "C1"), ("office", "O1"), ("team", "T1"), ("team", "T3"), ("team", "T4")]


@pytest.fixture(scope="module")
def changed(week_later: Home) -> tuple[SnapshotCache, SnapshotView]:
    cache = SnapshotCache(week_later.store)
    week = cache.week()
    assert week is not None
    return cache, week


def since_last_week(week: SnapshotView, level: str, code: str) -> ComparedWeek:
    return next(compared for compared in compared_weeks(week, level, code) if compared.weeks_back == 1)


@pytest.mark.parametrize(("level", "code"), UNITS)
def test_the_parts_add_up_to_the_change_of_the_unit(
    level: str, code: str, changed: tuple[SnapshotCache, SnapshotView]
) -> None:
    cache, week = changed
    before = cache.before(week)
    assert before is not None
    change, then = explain_change(week, before, level, code), before.unit(level, code)
    compared = next(iter(compared_weeks(week, level, code)), None)
    assert change is not None
    assert then is not None
    if compared is None:
        assert (change.total, change.available_now) == (0, change.available_before)
        return
    assert compared.points == pytest.approx(change.total, abs=1e-9)
    assert compared.percentage_before == pytest.approx(then.capacity_percentage, nan_ok=True)
    assert compared.change == pytest.approx(compared.percentage - then.capacity_percentage, nan_ok=True)
    for part in compared.parts:
        behind = rows_behind(week, level, code, 1, part.part)
        assert behind["points"].sum() == pytest.approx(part.points)
        assert behind["cases"].sum() == part.cases


def test_parts_that_raise_the_load_come_first_and_have_names(changed: tuple[SnapshotCache, SnapshotView]) -> None:
    compared = since_last_week(changed[1], "area", "N")
    points = [part.percentage_points for part in compared.parts]
    assert points == sorted(points, reverse=True)
    names = [part.name for part in compared.parts]
    assert {"Cases that arrived", "Cases that ended", "Tier changed", "Duties and reports"} <= set(names)
    assert compared.since == AS_AT


def test_rows_behind_a_part_are_named_and_the_largest_come_first(changed: tuple[SnapshotCache, SnapshotView]) -> None:
    week = changed[1]
    moved = rows_behind(week, "cluster", "C1", 1, "transfers")
    assert moved["crn"].tolist() == ["X000007", "X000007"]
    assert dict(zip(moved["team_code"], moved["om_name"], strict=True)) == {
        "T1": week.names["M1"],
        "T3": week.names["M3"],
    }
    assert rows_behind(week, "team", "T4", 1, "transfers").empty


def test_a_unit_that_is_not_there_has_no_causes(changed: tuple[SnapshotCache, SnapshotView]) -> None:
    assert compared_weeks(changed[1], "team", "T9") == ()


def test_a_snapshot_of_an_earlier_version_has_no_causes(own_week_later: Home) -> None:
    home = own_week_later
    with home.store.engine.begin() as connection:
        names = ("causes", "cause_rows")
        connection.execute(delete(ArchivedFrame).where(col(ArchivedFrame.name).in_(names)))
    week = SnapshotCache(home.store).week()
    assert week is not None
    assert week.as_at == AS_AT + timedelta(weeks=1)
    assert compared_weeks(week, "team", "T1") == ()
    assert rows_behind(week, "team", "T1", 1, "ends").empty
