"""What is known about the weeks after a snapshot."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session, col, delete

from monitor.operations.retention import apply_retention
from monitor.snapshots.archive import path_of
from monitor.snapshots.tables import ArchivedFrame
from monitor.snapshots.weeks.weeks_ahead import WeeksAhead, read_weeks_ahead
from tests.monitor.conftest import AS_AT, NOBODY, NOW, WEEK, Home, home_in

from ...extracts.small import a_reduction, write_csv
from ...redistribution.service import a_service


def read(home: Home) -> WeeksAhead:
    ahead = read_weeks_ahead(home.store, home.newest.id or 0, AS_AT)
    assert ahead is not None
    return ahead


def test_the_forecast_of_teams_and_the_sickness_of_the_stored_weeks_are_read(home: Home) -> None:
    ahead = read(home)
    number = home.newest.id or 0
    units = home.store.units(number)
    teams = units.loc[units["level"].eq("team"), "code"].tolist()
    assert sorted(ahead.forecast["code"].unique()) == sorted(ahead.points.index) == sorted(teams)
    assert ahead.staffing["as_at"].tolist() == [pd.Timestamp(AS_AT - back * WEEK) for back in (2, 1, 0)]
    # Other reductions than for sickness are none of these.
    assert ahead.spells.empty


def test_a_spell_of_several_weeks_is_one(tmp_path: Path, own_environment: None) -> None:
    home = home_in(tmp_path / "two weeks", NOBODY)
    tables = a_service()
    later = a_reduction(om_code="P01", reason="sickness", hours=37.0, starts_on=AS_AT - timedelta(days=1), ends_on=None)
    coming = later | {"om_code": "P02", "starts_on": AS_AT + timedelta(days=1)}
    for back, more in ((1, []), (0, [later, coming])):
        reductions = [*tables["reductions"], *more]
        extract = write_csv(tmp_path / str(back), tables | {"reductions": reductions})
        home.take(extract, AS_AT - back * WEEK, proposes=False)
    ahead = read(home)
    home.store.engine.dispose()
    assert sorted(ahead.spells["om_code"]) == ["P01", "P04"]
    assert ahead.staffing["sick_hours"].tolist() == [37.0, 74.0]


def test_weeks_whose_rows_were_removed_are_left_out(home: Home) -> None:
    home.settings = home.with_settings(keep_cases_weeks=1)
    apply_retention(home.store, home.settings, NOW + timedelta(days=1))
    assert len(read(home).staffing) < 3


def test_a_damaged_week_is_left_out(home: Home) -> None:
    week_before = home.store.newest(AS_AT - WEEK)
    assert week_before is not None
    with Session(home.store.engine) as session:
        entry = session.get_one(ArchivedFrame, (week_before.id, "staffing"))
    path_of(home.store.archive, entry.sha256).unlink()
    assert len(read(home).staffing) == 2


@pytest.mark.parametrize("name", ["forecast", "staffing"])
def test_a_snapshot_from_before_such_frames_has_none(home: Home, name: str) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(delete(ArchivedFrame).where(col(ArchivedFrame.name) == name))
    assert read_weeks_ahead(home.store, home.newest.id or 0, AS_AT) is None
