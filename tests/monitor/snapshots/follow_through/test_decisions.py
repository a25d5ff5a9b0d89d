"""Decisions are added in their order, read by episode, and listed by what is wanted; nothing changes one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from monitor.operations.backup import back_up, restore
from monitor.snapshots.follow_through.decisions import (
    Wanted,
    add_decision,
    count_by_kind,
    count_latest,
    decision_table,
    list_latest,
    newest_number,
    read_decisions,
    read_recent_decisions,
)
from monitor.snapshots.follow_through.tables import DecisionNote, DecisionRow

from ...conftest import AS_AT, Home

pytestmark = pytest.mark.both_databases
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVERYTHING = Wanted()


def a_row(home: Home, code: str = "O1", number: int = 1, kind: str = "recruit", **more: object) -> DecisionRow:
    values: dict[str, object] = {
        "episode": f"over_threshold:office:{code}:2026-W45",
        "number": number,
        "rule": "over_threshold",
        "level": "office",
        "code": code,
        "first_week": "2026-W45",
        "unit_name": f"Office {code}",
        "snapshot_id": home.newest.id,
        "as_at": AS_AT,
        "decided_by": "north@example.org",
        "role": "director",
        "decided_at": NOW,
        "decided_on": NOW.date(),
        "kind": kind,
        "owner": "ACO Hackney",
        "has_note": True,
        "review_on": date(2026, 12, 20),
    }
    return DecisionRow(**values | more)


def test_a_number_is_given_once_and_a_decision_that_comes_late_leaves_nothing(home: Home) -> None:
    engine = home.store.engine
    assert newest_number(engine) == 0
    assert add_decision(engine, a_row(home), "first")
    assert not add_decision(engine, a_row(home, kind="redistribute"), "second")
    assert [decision.note for decision in read_decisions(engine, [a_row(home).episode])] == ["first"]
    assert add_decision(engine, a_row(home, number=2, kind="withdrawn", review_on=None), "")
    assert [decision.number for decision in read_decisions(engine, [a_row(home).episode])] == [1, 2]
    assert newest_number(engine) > 1
    assert count_by_kind(engine) == {"recruit": 1, "withdrawn": 1}


def test_a_fault_of_the_database_is_no_decision_made_meanwhile(home: Home) -> None:
    with pytest.raises(DBAPIError):
        add_decision(home.store.engine, a_row(home, snapshot_id=999_999), "")


def test_many_episodes_are_read_at_once(home: Home) -> None:
    for code in ("O1", "O2"):
        add_decision(home.store.engine, a_row(home, code), "")
    asked = [f"over_threshold:office:O{number}:2026-W45" for number in range(1200)]
    assert {decision.code for decision in read_decisions(home.store.engine, asked)} == {"O1", "O2"}


def test_what_a_week_needs_are_its_own_decisions_and_those_of_the_half_year_before(home: Home) -> None:
    engine, early = home.store.engine, AS_AT - timedelta(weeks=30)
    old = a_row(home, "O3", as_at=early, decided_on=early, episode="over_threshold:office:O3:2026-W10")
    for row in (a_row(home, "O1"), a_row(home, "O2"), old):
        assert add_decision(engine, row, "")

    def known(*episodes: str, as_at: date = AS_AT) -> list[str]:
        return [decision.code for decision in read_recent_decisions(engine, episodes, as_at)]

    assert known() == ["O1", "O2"]
    assert known(a_row(home, "O2").episode, old.episode) == ["O2", "O3", "O1"]
    assert known(as_at=AS_AT - timedelta(days=1)) == []
    assert known(as_at=early) == ["O3"]


def test_the_list_has_the_last_decision_about_each_episode_newest_first(home: Home) -> None:
    engine = home.store.engine
    for row in (a_row(home, "O1"), a_row(home, "O2"), a_row(home, "O1", 2, "redistribute", owner="Someone")):
        add_decision(engine, row, "")

    def listed(wanted: Wanted, *without: str, first: int = 0, most: int = 10) -> tuple[list[tuple[str, int]], int]:
        rows = list_latest(engine, wanted, without, first, most)
        return [(row.decision.code, row.decision.number) for row in rows], count_latest(engine, wanted, without)

    assert listed(EVERYTHING) == ([("O1", 2), ("O2", 1)], 2)
    assert listed(EVERYTHING, first=1, most=1) == ([("O2", 1)], 2)
    assert listed(EVERYTHING, a_row(home, "O1").episode) == ([("O2", 1)], 1)
    assert listed(Wanted(units=(("office", ["O2"]), ("team", ["O1"])))) == ([("O2", 1)], 1)
    assert listed(Wanted(units=())) == ([], 0)
    assert listed(replace(EVERYTHING, unit=("office", "O1"))) == ([("O1", 2)], 1)
    assert listed(replace(EVERYTHING, owner="Someone")) == ([("O1", 2)], 1)
    assert listed(replace(EVERYTHING, kind="recruit")) == ([("O2", 1)], 1)
    assert list_latest(engine, EVERYTHING, (), 0, 1)[0].unit_name == "Office O1"


def test_the_table_has_every_decision_with_its_note_as_long_as_there_is_one(home: Home) -> None:
    engine = home.store.engine
    add_decision(engine, a_row(home), "why")
    add_decision(engine, a_row(home, "O2"), "why not")
    with engine.begin() as connection:
        connection.execute(delete(DecisionNote).where(col(DecisionNote.note) == "why"))
    table = decision_table(engine)
    assert table["note"].isna().tolist() == [True, False]
    assert table["has_note"].all()
    assert table.loc[0, "decided_at"] == "2026-11-22T09:00:00+00:00"
    assert table.loc[0, "review_on"] == pd.Timestamp("2026-12-20")


@pytest.mark.parametrize(
    "change", ["UPDATE decision SET kind = 'other'", "DELETE FROM decision", "UPDATE decision_note SET note = ''"]
)
def test_the_database_itself_refuses_to_change_a_decision(home: Home, change: str) -> None:
    add_decision(home.store.engine, a_row(home), "why")
    with pytest.raises(DBAPIError, match="only ever added to"), home.store.engine.begin() as connection:
        connection.execute(text(change))
    assert read_decisions(home.store.engine, [a_row(home).episode])[0].note == "why"


def test_only_decisions_about_made_up_figures_can_be_removed(home: Home) -> None:
    engine = home.store.engine
    add_decision(engine, a_row(home, is_made_up=True), "")
    add_decision(engine, a_row(home, "O2"), "")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM decision WHERE code = 'O1'"))
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(text("DELETE FROM decision"))
    assert [row.decision.code for row in list_latest(engine, EVERYTHING, (), 0, 9)] == ["O2"]


def test_a_decision_outlives_its_day(home: Home) -> None:
    add_decision(home.store.engine, a_row(home, decided_at=NOW - timedelta(days=4000)), "")
    assert len(decision_table(home.store.engine)) == 1


def test_decisions_and_their_notes_come_back_from_a_backup(home: Home, tmp_path: Path) -> None:
    add_decision(home.store.engine, a_row(home), "why")
    before = decision_table(home.store.engine)
    file, manifest = back_up(home.store, tmp_path / "all.zip", NOW)
    assert (manifest.tables["decision"].rows, manifest.tables["decision_note"].rows) == (1, 1)
    add_decision(home.store.engine, a_row(home, number=2), "later")
    restore(home.store, file, NOW, replace=True)
    assert decision_table(home.store.engine).equals(before)
    with pytest.raises(DBAPIError, match="only ever added to"), home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM decision"))
