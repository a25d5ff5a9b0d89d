"""What has happened since plans were agreed, week by week and office by office."""

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from alerts.follow_through.outcomes import COUNTS, MOVE_COLUMNS
from monitor.operations.retention import apply_retention
from monitor.snapshots.follow_through.agreed import MOVES, PEOPLE, UNITS, AgreedFrames, add_agreed, rows_as_json
from monitor.snapshots.follow_through.outcomes import read_moves, read_outcomes
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.tables import Snapshot

from ...conftest import Home
from ...follow_through.plans import store_plan
from ...web.conftest import NOW
from .test_agreed import an_agreed

MOVES_MADE = [
    ("X000001", "M9", "T1", "M1", "T1", 1),
    ("X000002", "M1", "T1", "M2", "T2", 1),
    ("X000003", "M1", "T1", "M2", "T2", 9),
    ("X000103", "M1", "T3", "M2", "T2", 1),
    ("X999999", "M1", "T3", "M2", "T2", 1),
]
"""One done, two still with the giver, one gone elsewhere, one ended, as the cases of every week have it."""

PROMISES = [("office", "O1", "Office 1", 130.0, 110.0), ("office", "O2", "Office 2", 20.0, 40.0)]


def first_of(home: Home) -> Snapshot:
    snapshot = home.store.newest(min(home.store.dates()))
    assert snapshot is not None
    return snapshot


def agree_early(home: Home) -> AgreedPlan:
    """A plan that starts from the first snapshot of the home, agreed with the moves above."""
    early = first_of(home)
    units = pd.DataFrame([*PROMISES, ("team", "T1", "T1", 1.0, 2.0)], columns=list(UNITS)).astype(UNITS)
    agreed = an_agreed(
        home,
        store_plan(home, early).plan.id or 0,
        snapshot_id=early.id,
        as_at=early.as_at,
        starts_on=early.as_at,
        units=rows_as_json(units),
    )
    moves = pd.DataFrame(MOVES_MADE, columns=list(MOVES)).astype(MOVES)
    people = pd.DataFrame(columns=list(PEOPLE)).astype(PEOPLE)
    assert add_agreed(home.store.engine, agreed, AgreedFrames(moves, people))
    return agreed


@pytest.mark.both_databases
def test_every_later_week_has_the_moves_of_each_office(home: Home) -> None:
    agree_early(home)
    table = read_outcomes(home.store, home.newest)
    later = [day for day in home.store.dates() if day > first_of(home).as_at]
    assert table["as_at"].dt.date.unique().tolist() == sorted(later)
    newest = table[table["as_at"].dt.date.eq(home.newest.as_at)].set_index("code")
    counts = ["moves", "due", "done", "still_with_giver", "gone_elsewhere", "ended"]
    assert newest.loc["O1", counts].tolist() == [3, 2, 1, 2, 0, 0]
    assert newest.loc["O2", counts].tolist() == [2, 2, 0, 0, 1, 1]
    units = home.store.units(home.newest.id or 0).set_index(["level", "code"])["capacity_percentage"]
    for code, start, promised in (("O1", 130.0, 110.0), ("O2", 20.0, 40.0)):
        row = newest.loc[code]
        assert (row["start_percentage"], row["promised_percentage"]) == (start, promised)
        assert row["capacity_percentage"] == units["office", code]


def test_a_plan_has_no_outcome_before_a_later_week(home: Home) -> None:
    agree_early(home)
    assert read_outcomes(home.store, first_of(home)).empty


def test_without_an_agreed_plan_there_is_no_row(home: Home) -> None:
    assert read_outcomes(home.store, home.newest).empty


def test_without_the_rows_the_capacities_stay(home: Home) -> None:
    agree_early(home)
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM agreed_rows"))
    table = read_outcomes(home.store, home.newest)
    assert table["moves"].isna().all()
    assert table["promised_percentage"].notna().all()


def test_a_week_whose_rows_are_removed_has_no_counts(home: Home) -> None:
    agree_early(home)
    whole = read_outcomes(home.store, home.newest)
    # The plan's own rows go with those of its snapshot; here only the cases of one week go.
    with home.store.engine.begin() as connection:
        of_newest = f"name = 'extract_cases' AND snapshot_id = {home.newest.id}"
        connection.execute(text(f"UPDATE archived_frame SET sha256 = '{'0' * 64}' WHERE {of_newest}"))
    table = read_outcomes(home.store, home.newest)
    is_newest = table["as_at"].dt.date.eq(home.newest.as_at)
    assert table.loc[is_newest, "moves"].isna().all()
    assert table[~is_newest].equals(whole[~is_newest])


def test_the_retention_takes_the_counts_with_the_rows(home: Home) -> None:
    agree_early(home)
    apply_retention(home.store, home.with_settings(keep_cases_weeks=60), NOW + pd.Timedelta(weeks=200))
    table = read_outcomes(home.store, home.newest)
    assert len(table) > 0
    assert table["moves"].isna().all()


@pytest.mark.both_databases
def test_a_run_reports_the_moves_of_plans_agreed_in_the_last_thirteen_weeks(home: Home) -> None:
    agree_early(home)
    cases, newest = home.store.archived_frame(home.newest.id or 0, "extract_cases"), home.newest.as_at
    table = read_outcomes(home.store, home.newest)
    counted = table[table["as_at"].dt.date.eq(newest)].set_index("code")[COUNTS]
    moves = read_moves(home.store, cases, newest)
    assert list(moves.columns) == MOVE_COLUMNS
    for row in moves.to_dict("records"):
        assert [row[name] for name in COUNTS] == counted.loc[row["code"]].tolist()
    assert set(moves["code"]) == {"O1", "O2"}
    assert read_moves(home.store, cases, newest + timedelta(weeks=20)).empty
    assert read_moves(home.store, cases, first_of(home).as_at).empty


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM agreed_rows",
        f"UPDATE archived_frame SET sha256 = '{'0' * 64}' WHERE name = 'extract_organisation'",
    ],
)
def test_a_plan_whose_rows_cannot_be_read_stops_no_run(home: Home, damage: str) -> None:
    agree_early(home)
    cases = home.store.archived_frame(home.newest.id or 0, "extract_cases")
    with home.store.engine.begin() as connection:
        connection.execute(text(damage))
    assert read_moves(home.store, cases, home.newest.as_at).empty
