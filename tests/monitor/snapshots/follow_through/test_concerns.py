"""Concerns and answers are stored once, and nothing changes them; only their notes and made-up ones go."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from monitor.operations.backup import back_up, restore
from monitor.snapshots.contracts.follow_through import CONCERNS
from monitor.snapshots.follow_through.concerns import (
    add_answer,
    add_concern,
    concern_table,
    count_raised,
    read_concern,
    read_concerns,
)
from monitor.snapshots.follow_through.tables import ConcernAnswer, ConcernNote, ConcernRow

from ...conftest import AS_AT, Home

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def a_row(home: Home, om_code: str = "M1", number: int = 1, **more: object) -> ConcernRow:
    values: dict[str, object] = {
        "om_code": om_code, "number": number, "snapshot_id": home.newest.id, "as_at": AS_AT,
        "raised_by": "officer@example.org", "raised_at": NOW, "raised_on": NOW.date(),
    }  # fmt: skip
    return ConcernRow(**values | more)


def an_answer(concern_id: int, **more: object) -> ConcernAnswer:
    values: dict[str, object] = {
        "concern_id": concern_id, "answered_by": "spo1@example.org", "role": "spo", "answered_at": NOW,
        "answered_on": NOW.date(),
    }  # fmt: skip
    return ConcernAnswer(**values | more)


def test_each_is_stored_once_and_what_comes_late_leaves_nothing(home: Home) -> None:
    engine = home.store.engine
    assert add_concern(engine, a_row(home), "too much")
    assert not add_concern(engine, a_row(home), "sent twice")
    assert add_concern(engine, a_row(home, "M2"), "me too")
    (concern,) = read_concerns(engine, ["M1"])
    assert (concern.note, concern.answered_on, concern.answer) == ("too much", None, "")
    assert add_answer(engine, an_answer(concern.id), "cases move on Monday")
    assert not add_answer(engine, an_answer(concern.id), "another")
    answered = read_concern(engine, concern.id)
    assert answered is not None
    assert (answered.answer, answered.answered_by) == ("cases move on Monday", "spo1@example.org")
    assert [each.om_code for each in read_concerns(engine)] == ["M1", "M2"]
    assert count_raised(engine) == (2, 1)
    assert read_concern(engine, 0) is None


def test_a_fault_of_the_database_is_no_concern_raised_meanwhile(home: Home) -> None:
    with pytest.raises(DBAPIError):
        add_concern(home.store.engine, a_row(home, snapshot_id=999_999), "")
    with pytest.raises(DBAPIError):
        add_answer(home.store.engine, an_answer(999_999), "")


def test_nothing_changes_what_was_raised_and_only_the_made_up_goes(home: Home) -> None:
    engine = home.store.engine
    add_concern(engine, a_row(home), "too much")
    (concern,) = read_concerns(engine)
    add_answer(engine, an_answer(concern.id), "soon")
    for change in (
        "UPDATE concern SET om_code = 'M2'",
        "UPDATE concern_answer SET role = 'aco'",
        "UPDATE concern_note SET note = ''",
        "DELETE FROM concern_answer",
        "DELETE FROM concern",
    ):
        with pytest.raises(DBAPIError, match=r"only ever added to|FOREIGN|foreign"), engine.begin() as connection:
            connection.execute(text(change))
    add_concern(engine, a_row(home, "M2", is_made_up=True), "made up")
    with engine.begin() as connection:
        connection.execute(delete(ConcernNote))
        connection.execute(text("DELETE FROM concern WHERE om_code = 'M2'"))
    assert [each.om_code for each in read_concerns(engine)] == ["M1"]


def test_a_backup_holds_them_with_their_notes(home: Home, tmp_path: Path) -> None:
    add_concern(home.store.engine, a_row(home), "too much")
    (concern,) = read_concerns(home.store.engine)
    add_answer(home.store.engine, an_answer(concern.id), "soon")
    made = read_concerns(home.store.engine)
    file, _ = back_up(home.store, tmp_path, NOW)
    restore(home.store, file, NOW, replace=True)
    assert read_concerns(home.store.engine) == made
    assert made[0].answer == "soon"


def test_the_table_has_no_note(home: Home) -> None:
    assert concern_table(home.store.engine).empty
    add_concern(home.store.engine, a_row(home), "too much")
    add_concern(home.store.engine, a_row(home, "M2"), "me too")
    add_answer(home.store.engine, an_answer(read_concerns(home.store.engine)[0].id), "soon")
    table = concern_table(home.store.engine)
    assert table.columns.tolist() == CONCERNS.column_names
    assert table["answered_by"].isna().tolist() == [False, True]
    assert table["raised_at"].tolist() == ["2026-11-22T09:00:00+00:00"] * 2
    assert "too much" not in table.to_csv()
