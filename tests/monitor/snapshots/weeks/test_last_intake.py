"""What the last snapshot was taken from: by its intake report, by its rows without one, and without either."""

from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.extracts import NO_WEEK, Insistence, LastWeek
from monitor.operations.retention import apply_retention
from monitor.snapshots.tables import ArchivedFrame
from monitor.snapshots.weeks.last_intake import last_week_of, read_last_week

from ...conftest import AS_AT, NOW, WEEK, Home, little_london
from ...extracts.small import read, write_csv

ROWS = {
    "organisation": 4,
    "offender_managers": 7,
    "cases": 20,
    "assessments": 4,
    "events": 1,
    "duties": 1,
    "reductions": 2,
}
CODES = {
    ("organisation", "area_code"): ["N", "S"],
    ("organisation", "cluster_code"): ["C1", "C2"],
    ("organisation", "office_code"): ["O1", "O2", "O3"],
    ("organisation", "team_code"): ["T1", "T2", "T3", "T4"],
    ("offender_managers", "om_code"): ["M1", "M2", "M3", "M4", "M5", "M6"],
}


def assert_of_little_london(last: LastWeek, of_rejected: int = 2) -> None:
    """What can be counted by hand in the little service; of_rejected: how many rejected cases count as filled."""
    assert (last.as_at, last.cases) == (AS_AT, 53)
    assert last.rows == ROWS
    assert {column: codes.to_pylist() for column, codes in last.codes.items() if column in CODES} == CODES
    assert len(last.codes["cases", "crn"]) == 20
    filled = {column: last.filled["cases", column] for column in ("tier", "om_code", "release_on", "rosh_delius")}
    # X000104 has no tier, X000107 no officer, and X000106 alone a date of release.
    with_one = 19 + of_rejected
    assert filled == {"tier": with_one, "om_code": with_one, "release_on": 1, "rosh_delius": 0}
    # Columns that no row may lack are not among them.
    assert ("cases", "crn") not in last.filled
    assert last.unmatched_share == pytest.approx(1 / 19)
    # X000901, X000902 and an assessment, of 42 rows.
    assert last.rejected_share == pytest.approx(3 / 42)
    assert last.missing == ()


def test_a_home_without_snapshots_has_no_last_week(new_home: Home) -> None:
    assert read_last_week(new_home.store, AS_AT) == NO_WEEK


@pytest.mark.both_databases
def test_the_newest_snapshot_up_to_the_date_is_the_last_week(home: Home) -> None:
    assert_of_little_london(read_last_week(home.store, AS_AT + WEEK))
    assert_of_little_london(read_last_week(home.store, AS_AT))
    assert read_last_week(home.store, AS_AT - WEEK).as_at == AS_AT - WEEK
    assert read_last_week(home.store, AS_AT - 3 * WEEK) == NO_WEEK


def test_the_extract_itself_is_the_same_last_week(home: Home, tmp_path: Path) -> None:
    assert_of_little_london(last_week_of(AS_AT, read(write_csv(tmp_path, little_london()))))


def test_a_snapshot_without_an_intake_report_is_counted_again(home: Home) -> None:
    stored = read_last_week(home.store, AS_AT)
    number = home.newest.id
    with Session(home.store.engine) as session, session.begin():
        session.delete(session.get_one(ArchivedFrame, (number, "intake")))
    assert number is not None
    assert not home.store.has_archived(number, "intake")
    counted = read_last_week(home.store, AS_AT)
    assert_of_little_london(counted, of_rejected=0)
    # An empty activity and number of cases have become their default, which counts as no value.
    assert counted.filled["cases", "activity"] == stored.filled["cases", "activity"] == 0
    assert counted.filled["cases", "number_of_cases"] == 2
    assert stored.filled["cases", "number_of_cases"] == 22


def test_a_snapshot_whose_rows_were_removed_has_only_its_number_of_cases(home: Home) -> None:
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW)
    assert read_last_week(home.store, AS_AT - 2 * WEEK) == LastWeek(AS_AT - 2 * WEEK, 53)
    assert_of_little_london(read_last_week(home.store, AS_AT))


def test_what_was_missing_on_request_is_known_with_the_rows_and_without(home: Home, tmp_path: Path) -> None:
    tables = little_london()
    del tables["events"]
    home.take(write_csv(tmp_path, tables), AS_AT + WEEK, insistence=Insistence(missing=("events",)), proposes=False)
    last = read_last_week(home.store, AS_AT + WEEK)
    assert last.missing == ("events",)
    assert "events" not in last.rows
    home.take(write_csv(tmp_path, tables), AS_AT + 2 * WEEK, proposes=False)
    assert read_last_week(home.store, AS_AT + 2 * WEEK).missing == ("events",)
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW + 9 * WEEK)
    removed = read_last_week(home.store, AS_AT + WEEK)
    assert removed == LastWeek(AS_AT + WEEK, 53, missing=("events",))
