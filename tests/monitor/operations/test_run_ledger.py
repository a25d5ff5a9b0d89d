"""The run table: claimed by one process at a time, and what became of each run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.digest.no_figures import Cause
from monitor.extracts import FaultLines
from monitor.operations.run_ledger import (
    JOB,
    LEASE,
    Failure,
    RunState,
    RunStatus,
    cause_of,
    claim,
    fail,
    faults_of,
    finish,
    is_abandoned,
    iso_week,
    last_run,
    reason_of,
    refusal_number,
    run_for,
)
from monitor.snapshots.tables import Run

from ..conftest import Home

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
WEEK = "2026-W48"
COMMAND = "hotspots run --extract /extracts/2026-11-20 --as-at 2026-11-20"


def run_of(home: Home) -> Run:
    run = last_run(home.store, WEEK)
    assert run is not None
    return run


def test_a_week_is_named_as_iso_does() -> None:
    assert [iso_week(day) for day in (date(2026, 11, 23), date(2027, 1, 1), date(2027, 1, 4))] == [
        "2026-W48",
        "2026-W53",
        "2027-W01",
    ]


@pytest.mark.both_databases
def test_a_failed_run_says_why_until_it_is_claimed_again(new_home: Home) -> None:
    store = new_home.store
    assert cause_of(last_run(store, WEEK)) is Cause.NOT_STARTED
    assert claim(store, JOB, MONDAY, MONDAY) is None
    assert cause_of(run_of(new_home)) is None
    faults = FaultLines(("cases.csv: line 4: a@example.org", "cases.csv: line 5: X123456"), 7)
    fail(store, JOB, WEEK, MONDAY, MONDAY + LEASE, Failure("2 faults in /extracts", Cause.REFUSED, COMMAND, faults))
    run = run_of(new_home)
    assert (run.status, run.finished_at, cause_of(run)) == (RunStatus.FAILED, MONDAY + LEASE, Cause.REFUSED)
    assert reason_of(run) == f"2 faults in /extracts; see them with: {COMMAND}"
    assert faults_of(run) == FaultLines(("cases.csv: line 4: (address)", "cases.csv: line 5: (identifier)"), 7)

    again = MONDAY + timedelta(hours=1)
    assert claim(store, JOB, MONDAY, again) is None
    run = run_of(new_home)
    assert (run.status, run.attempt, cause_of(run), reason_of(run), run.finished_at) == ("running", 2, None, "", None)
    assert faults_of(run) == FaultLines((), 0)


@pytest.mark.both_databases
def test_each_different_refusal_of_a_week_has_a_number_that_it_keeps(new_home: Home) -> None:
    first = Failure("1 fault in a.zip", Cause.REFUSED, COMMAND, FaultLines(("cases.csv: half the cases",), 1))
    other_file = Failure("1 fault in b.zip", Cause.REFUSED, COMMAND, first.faults)
    other_fault = Failure(first.message, Cause.REFUSED, COMMAND, FaultLines(("cases.csv: no tier",), 1))
    late = Failure("none has arrived", Cause.NOT_ARRIVED)
    numbers = []
    for number, failure in enumerate((late, first, first, other_file, late, first, other_fault, other_file)):
        now = MONDAY + timedelta(hours=number)
        assert claim(new_home.store, JOB, MONDAY, now) is None
        fail(new_home.store, JOB, WEEK, now, now, failure)
        numbers.append(refusal_number(run_of(new_home)) if failure is not late else None)
    assert numbers == [None, 1, 1, 2, None, 1, 3, 2]


def test_a_refusal_from_before_they_were_numbered_is_the_first() -> None:
    assert refusal_number(Run(message="1 fault in a.zip")) == 1


@pytest.mark.both_databases
def test_what_is_done_is_not_claimed_again_and_what_another_holds_is_named(new_home: Home) -> None:
    store = new_home.store
    assert claim(store, JOB, MONDAY, MONDAY) is None
    finish(store, JOB, WEEK, MONDAY, MONDAY + LEASE, "snapshot of 2026-11-20")
    answer = claim(store, JOB, MONDAY, MONDAY + LEASE)
    assert answer is not None
    assert (answer.state, answer.week) == (RunState.DONE_BEFORE, WEEK)
    assert answer.detail == "2026-W48 was done at 2026-11-23 06:30 UTC: snapshot of 2026-11-20"
    # Each job has rows of its own.
    assert (run_for(store, MONDAY, "heartbeat"), claim(store, "heartbeat", MONDAY, MONDAY)) == (None, None)


def test_an_outcome_is_not_recorded_for_a_claim_that_is_not_ours_any_more(new_home: Home) -> None:
    assert claim(new_home.store, JOB, MONDAY, MONDAY) is None
    finish(new_home.store, JOB, WEEK, MONDAY - LEASE, MONDAY, "snapshot of 2026-11-20")
    assert (run_of(new_home).status, run_of(new_home).message) == ("running", None)


@pytest.mark.parametrize(
    ("owner", "lease_until", "abandoned"),
    [
        ("elsewhere:1", MONDAY + LEASE, False),
        ("elsewhere:1", MONDAY - LEASE, True),
        ("elsewhere:1", MONDAY + timedelta(days=2), True),
    ],
)
def test_a_run_of_another_machine_is_abandoned_when_its_lease_is_over(
    owner: str, lease_until: datetime, abandoned: bool
) -> None:
    run = Run(job=JOB, iso_week=WEEK, status=RunStatus.RUNNING, owner=owner, attempt=1, started_at=MONDAY,
              lease_until=lease_until, due_at=MONDAY)  # fmt: skip
    assert is_abandoned(run, MONDAY) is abandoned
    run.status = RunStatus.DONE
    assert not is_abandoned(run, MONDAY)
