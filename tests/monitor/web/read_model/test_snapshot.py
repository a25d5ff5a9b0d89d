"""One snapshot as the pages read it: where a unit stands, what is in it, and which weeks it compares with."""

import pytest

from monitor.snapshots.contracts.frames import FRAMES
from monitor.snapshots.tables import Snapshot
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from tests.monitor.conftest import AS_AT, WEEK, Home
from tests.monitor.web.conftest import remove_frames


def codes(week: SnapshotView, rows: list[int]) -> list[str]:
    return [str(code) for code in week.units["code"].iloc[rows]]


def test_a_snapshot_that_is_not_stored_cannot_be_read(service: Home) -> None:
    with pytest.raises(ValueError, match="not stored"):
        SnapshotView(service.store, Snapshot(as_at=AS_AT, history="[]"))


def test_a_frame_is_read_once(week: SnapshotView) -> None:
    assert week.frame("cases") is week.frame("cases")
    assert week.indexed("units").frame is week.units


def test_every_unit_stands_below_the_units_above_it(week: SnapshotView) -> None:
    north, first = ("area", "N", "North"), ("cluster", "C1", "Cluster 1")
    assert week.above("area", "N") == []
    assert week.above("cluster", "C1") == [north]
    assert week.above("team", "T1")[:2] == [north, first]
    assert [level for level, _, _ in week.above("team", "T1")] == ["area", "cluster", "office"]
    person = week.unit("offender_manager", "M2")
    assert person is not None
    assert week.above("offender_manager", "M2")[-1][:2] == ("team", person.parent_code)
    assert week.above("offender_manager", "nobody") == []


def test_the_parts_of_a_unit_are_the_units_right_below_it(week: SnapshotView) -> None:
    below = week.units[week.units["parent_code"].eq("O1") & week.units["level"].eq("team")]
    assert set(codes(week, week.parts("office", "O1").tolist())) == set(below["code"])
    assert codes(week, week.parts("office", "no such office").tolist()) == []
    assert set(codes(week, week.parts("all", "all").tolist())) == {"N", "S"}


def test_the_people_of_teams_are_the_holders_of_their_posts_the_hottest_first(week: SnapshotView) -> None:
    everyone = week.people(frozenset(week.organisation["team_code"]))
    figures = week.units.iloc[everyone]
    # M6 is away and holds cases: no capacity at all comes before any percentage.
    assert figures["code"].iloc[0] == "M6"
    assert figures["capacity_percentage"].iloc[1:].is_monotonic_decreasing
    assert set(codes(week, week.people(frozenset({"T4"})).tolist())) == {"M5", "M6"}
    assert week.people(frozenset()).tolist() == []


def test_the_rows_of_a_unit_are_those_of_its_teams(week: SnapshotView) -> None:
    cases = week.frame("cases")
    assert week.rows("cases", "all", "all").tolist() == list(range(len(cases)))
    assert set(cases["team_code"].iloc[week.rows("cases", "team", "T3")]) == {"T3"}
    assert set(cases["om_code"].iloc[week.rows("cases", "offender_manager", "M5")]) == {"M5"}
    assert week.rows("cases", "office", "no such office").tolist() == []
    of_offices = sum(len(week.rows("cases", "office", code)) for code in set(week.organisation["office_code"]))
    assert of_offices == len(cases)


def test_there_are_no_figures_of_an_unknown_unit(week: SnapshotView) -> None:
    assert week.unit("office", "no such office") is None


def test_a_week_compares_with_those_of_its_history_only(service: Home) -> None:
    cache = SnapshotCache(service.store)
    first, second, third = (cache.week(AS_AT - weeks * WEEK) for weeks in (2, 1, 0))
    assert first is not None
    assert third is not None
    assert third.compares_with(second)
    assert third.compares_with(first)
    assert not first.compares_with(third)
    assert not first.compares_with(None)


def test_a_frame_that_is_not_stored_has_no_rows_and_the_columns_of_its_contract(home: Home) -> None:
    remove_frames(home, "limits")
    week = SnapshotView(home.store, home.newest)
    assert week.frame_if_stored("limits").empty
    assert list(week.frame_if_stored("limits").columns) == FRAMES["limits"].column_names
    assert week.frame_if_stored("team_types") is week.frame("team_types")
    assert week.frame_if_stored("units") is week.units
