"""Second readings are stored once, and nothing changes them; only plans, notes and made-up ones go."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from monitor.operations.backup import back_up, restore
from monitor.snapshots.contracts.follow_through import SECOND_READINGS
from monitor.snapshots.follow_through.readings import (
    ReadPlan,
    add_reading,
    count_readings,
    read_readings,
    reading_table,
    readings_in_force,
)
from monitor.snapshots.follow_through.tables import SecondReading, SecondReadingPlan

from ...conftest import AS_AT, Home

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLAN = ReadPlan("X000001", "risk_management_plan", date(2026, 10, 1), date(2026, 10, 9))
OTHER = PLAN._replace(crn="X000002")


def a_reading(home: Home, *, agrees: bool = True, **more: object) -> SecondReading:
    values: dict[str, object] = {
        "month": date(2026, 10, 1), "team_code": "T1", "office_code": "O1", "snapshot_id": home.newest.id,
        "as_at": AS_AT, "agrees": agrees, "has_note": True, "read_by": "spo1@example.org", "role": "spo",
        "read_at": NOW, "read_on": NOW.date(),
    }  # fmt: skip
    return SecondReading(**values | more)


def test_a_plan_is_read_a_second_time_once(home: Home) -> None:
    engine = home.store.engine
    assert add_reading(engine, a_reading(home), PLAN, "as I would")
    assert not add_reading(engine, a_reading(home, agrees=False), PLAN, "sent twice")
    assert add_reading(engine, a_reading(home, agrees=False), OTHER, "too late")
    first, second = read_readings(engine)
    assert (first.plan, first.agrees, first.note, first.read_on) == (PLAN, True, "as I would", NOW.date())
    assert (second.plan, second.agrees, second.team_code) == (OTHER, False, "T1")
    assert count_readings(engine) == (2, 2)
    with pytest.raises(DBAPIError):
        add_reading(engine, a_reading(home, snapshot_id=999_999), PLAN._replace(crn="X000003"), "")
    assert count_readings(engine) == (2, 2)


def test_a_correction_takes_the_place_of_what_was_found_and_both_stay(home: Home) -> None:
    engine = home.store.engine
    assert add_reading(engine, a_reading(home), PLAN, "as I would")
    (first,) = read_readings(engine)
    later = date(2026, 11, 24)
    correction = a_reading(home, agrees=False, corrects=first.id, read_on=later)
    assert add_reading(engine, correction, PLAN, "on reflection", 2)
    assert not add_reading(engine, correction, PLAN, "sent twice", 2)
    made = read_readings(engine)
    assert [(reading.agrees, reading.note, reading.number, reading.corrects) for reading in made] == [
        (True, "as I would", 1, None), (False, "on reflection", 2, first.id),
    ]  # fmt: skip
    assert readings_in_force(made) == (made[1],)
    table = reading_table(engine)
    assert table["agrees"].tolist() == [True, False]
    assert table["corrected_on"].dt.date.tolist()[0] == later
    assert table["corrected_on"].isna().tolist() == [False, True]
    with engine.begin() as connection:
        connection.execute(delete(SecondReadingPlan))
    assert [reading.agrees for reading in readings_in_force(read_readings(engine))] == [False]


def test_nothing_changes_what_was_read_and_only_the_made_up_goes(home: Home) -> None:
    engine = home.store.engine
    add_reading(engine, a_reading(home), PLAN, "as I would")
    for change in (
        "UPDATE second_reading SET agrees = NOT agrees",
        "UPDATE second_reading_plan SET note = ''",
        "DELETE FROM second_reading",
    ):
        with pytest.raises(DBAPIError, match=r"only ever added to|FOREIGN|foreign"), engine.begin() as connection:
            connection.execute(text(change))
    add_reading(engine, a_reading(home, is_made_up=True, team_code="T2"), OTHER, "made up")
    with engine.begin() as connection:
        connection.execute(delete(SecondReadingPlan))
        connection.execute(text("DELETE FROM second_reading WHERE team_code = 'T2'"))
    assert [(reading.team_code, reading.plan, reading.note) for reading in read_readings(engine)] == [("T1", None, "")]


def test_a_backup_holds_them_with_their_plans(home: Home, tmp_path: Path) -> None:
    add_reading(home.store.engine, a_reading(home), PLAN, "as I would")
    made = read_readings(home.store.engine)
    file, _ = back_up(home.store, tmp_path, NOW)
    restore(home.store, file, NOW, replace=True)
    assert read_readings(home.store.engine) == made != []


def test_the_table_has_neither_plan_nor_note(home: Home) -> None:
    assert reading_table(home.store.engine).empty
    add_reading(home.store.engine, a_reading(home), PLAN, "as I would")
    table = reading_table(home.store.engine)
    assert table.columns.tolist() == SECOND_READINGS.column_names
    assert table[["agrees", "read_at"]].to_numpy().tolist() == [[True, "2026-11-22T09:00:00+00:00"]]
    assert PLAN.crn not in table.to_csv()
    assert "as I would" not in table.to_csv()
