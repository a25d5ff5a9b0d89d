"""Agreed plans are only ever added to; their moves and people go with the rows of the snapshot."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.operations.backup import back_up, restore
from monitor.operations.retention import apply_retention
from monitor.snapshots.follow_through.agreed import (
    MOVES,
    PEOPLE,
    UNITS,
    AgreedFrames,
    add_agreed,
    read_agreed,
    read_agreed_frames,
    read_agreed_units,
    rows_as_json,
)
from monitor.snapshots.follow_through.tables import AgreedPlan

from ...conftest import Home
from ...follow_through.plans import store_plan
from ...web.conftest import NOW

pytestmark = pytest.mark.both_databases

CAPACITIES = pd.DataFrame(
    [("office", "O1", "Ö", 100 / 3, float("nan")), ("team", "T1", "T", 1.1, 2.2)], columns=list(UNITS)
).astype(UNITS)
FRAMES = AgreedFrames(
    pd.DataFrame([("X1", None, "T1", "M1", "T1", 2)], columns=list(MOVES)).astype(MOVES),
    pd.DataFrame([("M1", "Arbuthnot", 120.5, 110.25)], columns=list(PEOPLE)).astype(PEOPLE),
)


def an_agreed(home: Home, plan_id: int, **more: object) -> AgreedPlan:
    values: dict[str, object] = {
        "plan_id": plan_id,
        "name": "Tried",
        "snapshot_id": home.newest.id,
        "as_at": home.newest.as_at,
        "starts_on": home.newest.as_at,
        "scope_level": "cluster",
        "scope_codes": '["C1"]',
        "agreed_by": "north@example.org",
        "role": "director",
        "agreed_at": NOW,
        "agreed_on": NOW.date(),
        "move_count": 1,
        "weeks": 2,
        "units": rows_as_json(CAPACITIES),
    }
    return AgreedPlan(**values | more)


@pytest.fixture
def plan_id(home: Home) -> int:
    return store_plan(home).plan.id or 0


def test_what_was_agreed_is_read_as_it_was_written_and_agreed_once(home: Home, plan_id: int) -> None:
    engine = home.store.engine
    assert read_agreed(engine, plan_id) is None
    assert add_agreed(engine, an_agreed(home, plan_id), FRAMES)
    assert not add_agreed(engine, an_agreed(home, plan_id, agreed_by="other@example.org"), FRAMES)
    agreed = read_agreed(engine, plan_id)
    assert agreed is not None
    assert (agreed.agreed_by, agreed.agreed_at) == ("north@example.org", NOW)
    pd.testing.assert_frame_equal(read_agreed_units(agreed), CAPACITIES)
    frames = read_agreed_frames(engine, agreed)
    assert frames is not None
    pd.testing.assert_frame_equal(frames.moves, FRAMES.moves)
    pd.testing.assert_frame_equal(frames.people, FRAMES.people)


def test_a_fault_of_the_database_is_no_earlier_agreement(home: Home) -> None:
    with pytest.raises(DBAPIError):
        add_agreed(home.store.engine, an_agreed(home, 999_999), FRAMES)


@pytest.mark.parametrize(
    "change", ["UPDATE agreed_plan SET units = ''", "DELETE FROM agreed_plan", "UPDATE agreed_rows SET moves = '[]'"]
)
def test_the_database_itself_refuses_to_change_what_was_agreed(home: Home, plan_id: int, change: str) -> None:
    add_agreed(home.store.engine, an_agreed(home, plan_id), FRAMES)
    if change.startswith("DELETE"):
        with home.store.engine.begin() as connection:
            connection.execute(text("DELETE FROM agreed_rows"))
    with pytest.raises(DBAPIError, match="only ever added to"), home.store.engine.begin() as connection:
        connection.execute(text(change))


def test_an_agreement_about_made_up_figures_goes_with_its_demonstration(home: Home, plan_id: int) -> None:
    add_agreed(home.store.engine, an_agreed(home, plan_id, is_made_up=True), FRAMES)
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM agreed_rows"))
        connection.execute(text("DELETE FROM agreed_plan"))
    assert read_agreed(home.store.engine, plan_id) is None


def test_units_outlive_the_rows_of_the_snapshot_and_moves_and_people_do_not(home: Home) -> None:
    engine, early = home.store.engine, home.store.newest_before(home.newest.as_at)
    assert early is not None
    plan_id = store_plan(home, early).plan.id or 0
    add_agreed(engine, an_agreed(home, plan_id, snapshot_id=early.id), FRAMES)
    settings = home.with_settings(keep_cases_weeks=1)
    late = NOW + timedelta(weeks=settings.keep_cases_weeks + 60)
    assert apply_retention(home.store, settings, late).what_ifs > 0
    agreed = read_agreed(engine, plan_id)
    assert agreed is not None
    assert read_agreed_frames(engine, agreed) is None
    assert len(read_agreed_units(agreed)) == len(CAPACITIES)


def test_an_agreement_comes_back_from_a_backup(home: Home, plan_id: int, tmp_path: Path) -> None:
    engine = home.store.engine
    add_agreed(engine, an_agreed(home, plan_id), FRAMES)
    file, manifest = back_up(home.store, tmp_path / "all.zip", NOW)
    assert (manifest.tables["agreed_plan"].rows, manifest.tables["agreed_rows"].rows) == (1, 1)
    restore(home.store, file, NOW, replace=True)
    agreed = read_agreed(engine, plan_id)
    assert agreed is not None
    assert read_agreed_frames(engine, agreed) is not None
