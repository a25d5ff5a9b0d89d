"""The points of units, added up in each snapshot."""

import pytest

from monitor.snapshots.weekly_points import points_by_snapshot

from ..conftest import Home

pytestmark = pytest.mark.both_databases


def test_the_points_of_units_are_added_up_in_each_snapshot(home: Home) -> None:
    newest = home.newest.id
    assert newest is not None
    units = home.store.units(newest).set_index(["level", "code"])
    (total, available), office = points_by_snapshot(home.store.engine, [newest], "team", ["T1", "T2"])[newest], "O1"
    assert total == pytest.approx(units.loc[("office", office), "total_points"])
    assert available == pytest.approx(units.loc[("office", office), "available_points"])


def test_a_snapshot_without_the_unit_is_left_out(home: Home) -> None:
    assert home.newest.id is not None
    assert points_by_snapshot(home.store.engine, [home.newest.id], "team", ["no such team"]) == {}
    assert points_by_snapshot(home.store.engine, [], "team", ["T1"]) == {}
