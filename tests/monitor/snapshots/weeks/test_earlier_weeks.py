"""Which earlier weeks a week is compared with."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from monitor.operations.retention import apply_retention
from monitor.snapshots.archive import path_of
from monitor.snapshots.tables import ArchivedFrame
from monitor.snapshots.weeks.earlier_weeks import read_earlier_weeks
from monitor.snapshots.weeks.history import find_history
from tests.monitor.conftest import AS_AT, NOW, WEEK, Home


def compared(home: Home, as_at: date) -> list[tuple[int, date]]:
    weeks = read_earlier_weeks(home.store, find_history(home.store, as_at), as_at)
    return [(week.weeks_back, week.as_at) for week in weeks]


@pytest.mark.parametrize(
    ("weeks_later", "expected"),
    [
        (1, [(1, AS_AT)]),
        (2, [(1, AS_AT), (4, AS_AT - 2 * WEEK)]),
        (3, [(1, AS_AT), (4, AS_AT - WEEK)]),
        (4, [(1, AS_AT), (4, AS_AT)]),
        (12, [(1, AS_AT), (13, AS_AT - WEEK)]),
    ],
)
def test_a_week_is_compared_with_the_previous_snapshot_and_with_two_iso_weeks(
    weeks_later: int, expected: list[tuple[int, date]], home: Home
) -> None:
    assert compared(home, AS_AT + weeks_later * WEEK) == expected
    # Any other day of the same ISO week finds the same.
    assert compared(home, AS_AT + weeks_later * WEEK - timedelta(days=2)) == expected


def test_the_first_week_has_none(home: Home) -> None:
    assert compared(home, AS_AT - 2 * WEEK) == []


def test_a_week_has_the_rows_and_the_policy_it_was_taken_with(home: Home) -> None:
    (week,) = read_earlier_weeks(home.store, find_history(home.store, AS_AT + WEEK), AS_AT + WEEK)
    stored = home.store.caseload(home.newest.id or 0)
    for name in ("organisation", "offender_managers", "cases", "duties", "reductions"):
        assert getattr(week.caseload, name).equals(getattr(stored, name))
    assert week.caseload.assessments.empty
    assert week.policy.fingerprint == home.newest.policy_fingerprint


def test_a_week_whose_rows_were_removed_is_left_out(home: Home) -> None:
    home.settings = home.with_settings(keep_cases_weeks=1)
    apply_retention(home.store, home.settings, NOW + 2 * WEEK)
    # The newest stays whole.
    assert compared(home, AS_AT + 2 * WEEK) == [(1, AS_AT)]


def test_a_week_whose_file_is_damaged_does_not_stop_the_figures(home: Home) -> None:
    with Session(home.store.engine) as session:
        entry = session.get_one(ArchivedFrame, (home.newest.id, "extract_cases"))
    path_of(home.store.archive, entry.sha256).unlink()
    assert compared(home, AS_AT + WEEK) == []
