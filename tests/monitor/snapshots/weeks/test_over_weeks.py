"""The stored figures of many weeks."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.over_weeks import find_files, find_weeks, read_columns

from ...conftest import AS_AT, WEEK, Home


@pytest.mark.both_databases
def test_a_week_is_its_last_date_and_its_latest_revision(home: Home) -> None:
    engine = home.store.engine
    summary = RunSummary.of_snapshot(home.newest)
    changed = summary.model_copy(update={"cases": summary.cases + 1}).to_json()
    for change in (
        {"as_at": AS_AT - WEEK, "revision": 2, "summary": changed},
        {"as_at": AS_AT - timedelta(days=1)},
        {"comparison": "wmt"},
    ):
        values = home.newest.model_dump(exclude={"id"}) | change
        with Session(engine) as session, session.begin():
            session.add(Snapshot(**values))
    weeks = find_weeks(engine, None, None)
    assert [(week.as_at, week.revision) for week in weeks] == [(AS_AT - 2 * WEEK, 1), (AS_AT - WEEK, 2), (AS_AT, 1)]
    assert [week.cases - weeks[0].cases for week in weeks] == [0, 1, 0]
    every = find_weeks(engine, AS_AT - WEEK, AS_AT - timedelta(days=1), every_revision=True)
    assert [(week.as_at, week.revision) for week in every] == [
        (AS_AT - WEEK, 1),
        (AS_AT - WEEK, 2),
        (AS_AT - timedelta(days=1), 1),
    ]
    assert find_weeks(engine, date(2030, 1, 1), None) == []


@pytest.mark.both_databases
def test_columns_are_read_week_by_week(home: Home) -> None:
    engine = home.store.engine
    weeks = find_weeks(engine, None, None)
    read = list(read_columns(engine, "units", ("code", "total_points"), weeks, ("area",), ("N", "M1")))
    units = home.store.units(weeks[0].id).set_index(["level", "code"])
    assert [week for week, _ in read] == weeks
    assert read[0][1] == [("N",), (units.loc[("area", "N"), "total_points"],)]
    assert list(read_columns(engine, "units", ("code", "cases"), weeks[:1], codes=("NONE",))) == [(weeks[0], [(), ()])]


def test_the_files_of_a_frame_are_found(home: Home) -> None:
    weeks = find_weeks(home.store.engine, None, None)
    found = find_files(home.store.engine, "cases", weeks[1:])
    assert set(found) == {week.id for week in weeks[1:]}
    assert find_files(home.store.engine, "nothing", weeks) == {}
