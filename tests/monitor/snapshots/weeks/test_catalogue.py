"""Which snapshots there are, and the weights and points of those of a history."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from monitor.snapshots.weeks.catalogue import (
    capacity_by_snapshot,
    dates_and_weights,
    list_snapshots,
    load_snapshot,
    newest_date,
    newest_id,
    points_by_snapshot,
)

from ...conftest import AS_AT, WEEK, Home, little_london
from ...extracts.small import a_case, write_csv

pytestmark = pytest.mark.both_databases


def test_a_corrected_revision_is_the_newest_of_its_date(home: Home) -> None:
    engine, first = home.store.engine, home.newest
    assert newest_id(engine) == newest_id(engine, AS_AT) == first.id
    corrected = little_london(cases=[a_case("X000110", om_code="M3", team_code="T3")])
    second = home.take(write_csv(Path(home.extract).parent / "corrected", corrected), AS_AT, proposes=False)
    assert newest_id(engine) == newest_id(engine, AS_AT) == second.id != first.id
    assert second.id is not None
    assert load_snapshot(engine, second.id).revision == 2
    assert newest_date(engine) == AS_AT
    assert newest_id(engine, AS_AT - 9 * WEEK) is None


def test_a_comparison_is_listed_and_never_the_newest(home: Home) -> None:
    engine = home.store.engine
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE snapshot SET comparison = 'other' WHERE id = :newest"), {"newest": home.newest.id}
        )
    assert newest_date(engine) == AS_AT - WEEK
    assert newest_id(engine, AS_AT) is None
    listed = [(snapshot.as_at, snapshot.comparison) for snapshot in list_snapshots(engine)]
    assert listed == [(AS_AT, "other"), (AS_AT - WEEK, ""), (AS_AT - 2 * WEEK, "")]


def test_of_an_empty_store_there_is_no_newest(new_home: Home) -> None:
    engine = new_home.store.engine
    assert (newest_id(engine), newest_date(engine), list_snapshots(engine)) == (None, None, [])
    with pytest.raises(NoResultFound):
        load_snapshot(engine, 1)


def test_snapshots_are_weighed_alike_by_the_same_policy_or_the_same_weights(home: Home) -> None:
    engine, newest = home.store.engine, home.newest
    ids = [snapshot.id for day in home.store.dates() for snapshot in home.store.revisions(day)]
    first, second, third = (number for number in ids if number is not None)
    change = "UPDATE snapshot SET policy_fingerprint = 'other', weights_fingerprint = {} WHERE id = {}"
    with engine.begin() as connection:
        connection.execute(text(change.format("'other'", first)))
        connection.execute(text(change.format("weights_fingerprint", second)))
    assert dates_and_weights(engine, ids, newest) == {  # type: ignore[arg-type]
        first: (AS_AT - 2 * WEEK, False),
        second: (AS_AT - WEEK, True),
        third: (AS_AT, True),
    }


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


def test_the_capacity_of_some_units_is_read_by_code_and_snapshot(home: Home) -> None:
    number = home.newest.id
    assert number is not None
    units = home.store.units(number).set_index(["level", "code"])["capacity_percentage"]
    read = capacity_by_snapshot(home.store.engine, [number], "offender_manager", ["M1", "M6", "none"])
    assert read == {"M1": {number: units["offender_manager", "M1"]}, "M6": {number: None}}
