"""The state of the service: facts, and what needs a person."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session

from monitor.settings import Settings
from monitor.snapshots.tables import OutboxMessage, Run, Snapshot
from monitor.status import STALE_AFTER_DAYS, Status, status
from monitor.weekly import JOB, LEASE

from .conftest import AS_AT, NOW, Answer, Home

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def state_of(home: Home, settings: Settings | None = None, today: date = AS_AT, now: datetime = MONDAY) -> Status:
    return status(home.store, settings or home.settings, now, today)


def set_mail(home: Home, state: str) -> None:
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    with home.store.engine.begin() as connection:
        connection.execute(update(table).where(table.c.recipient == "north@example.org").values(state=state))


def ran(home: Home, state: str, message: str | None = None) -> None:
    run = Run(
        job=JOB,
        iso_week="2026-W48",
        status=state,
        owner="here:1",
        attempt=1,
        started_at=MONDAY - LEASE,
        lease_until=MONDAY,
        message=message,
    )
    with Session(home.store.engine) as session, session.begin():
        session.add(run)


def test_nothing_needs_a_person_where_all_is_well(home: Home) -> None:
    assert state_of(home, today=date(2026, 11, 23)) == Status(
        [
            "last snapshot: 2026-11-20, revision 1, 3 days old, policy london-2009",
            "coverage: 53 cases, 6 offender managers, 3 rows rejected, 0 team(s) without data",
            "mail: 2 queued, 4 superseded",
        ],
        [],
    )


def test_without_a_snapshot_somebody_has_to_take_one(new_home: Home) -> None:
    assert state_of(new_home) == Status(["no snapshot yet"], ["no snapshot yet: take one with `hotspots run`"])


def test_a_snapshot_that_missed_its_week_needs_a_person(home: Home) -> None:
    late = AS_AT + timedelta(days=STALE_AFTER_DAYS)
    assert state_of(home, today=late).needs_a_person == []
    assert state_of(home, today=late + timedelta(days=1)).needs_a_person == ["the last snapshot is 11 days old"]


@pytest.mark.parametrize("state", ["failed", "in_doubt", "suppressed"])
def test_mail_that_did_not_go_needs_a_person(home: Home, state: str) -> None:
    set_mail(home, state)
    found = state_of(home)
    words = state.replace("_", " ")
    assert found.needs_a_person == [f"3 message(s) {words}: see `hotspots digests`"]
    assert f"3 {words}" in found.facts[-1]


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_mail_that_waits_or_went_needs_nobody(home: Home, state: str) -> None:
    set_mail(home, state)
    assert state_of(home).needs_a_person == []


def test_mail_that_waits_for_more_than_a_day_needs_a_person(home: Home) -> None:
    assert state_of(home, now=NOW + timedelta(days=1)).needs_a_person == []
    assert state_of(home, now=NOW + timedelta(days=1, minutes=1)).needs_a_person == [
        "2 message(s) queued for more than a day: send them with `hotspots deliver`"
    ]


def test_weeks_without_a_snapshot_are_named(home: Home) -> None:
    table = Snapshot.__table__  # type: ignore[attr-defined]
    summary = json.loads(home.newest.summary) | {"missing_weeks": ["2026-10-19", "2026-10-26"]}
    with home.store.engine.begin() as connection:
        connection.execute(update(table).values(summary=json.dumps(summary)))
    assert "weeks without a snapshot: 2026-10-19, 2026-10-26" in state_of(home).facts


@pytest.mark.parametrize(
    ("state", "message", "fact", "wrong"),
    [
        (None, None, "run of 2026-W48: not yet", ["the run of 2026-W48 has not been done"]),
        ("running", None, "run of 2026-W48: running", []),
        ("done", "snapshot of 2026-11-20", "run of 2026-W48: done", []),
        (
            "failed",
            "no extract has come",
            "run of 2026-W48: failed",
            ["the run of 2026-W48 has not been done: no extract has come"],
        ),
    ],
)
def test_the_weekly_run_and_the_next_are_told_where_a_source_is_watched(
    home: Home, state: str | None, message: str | None, fact: str, wrong: list[str]
) -> None:
    if state is not None:
        ran(home, state, message)
    found = state_of(home, home.with_settings(source="/extracts"))
    assert found.facts[-2:] == [fact, "next run: Monday 2026-11-30 06:00 GMT"]
    assert found.needs_a_person == wrong


def test_a_run_that_stopped_without_a_word_needs_a_person(home: Home) -> None:
    ran(home, "running")
    found = state_of(home, home.with_settings(source="/extracts"), now=MONDAY + timedelta(minutes=1))
    (wrong,) = found.needs_a_person
    assert wrong.startswith("the run of 2026-W48 ")
    assert "None" not in wrong


def test_the_program_ends_with_status_1_when_a_person_is_needed(
    home: Home, new_home: Home, hotspots: Callable[..., Answer]
) -> None:
    nothing = hotspots("status", home=new_home)
    assert (nothing.status, nothing.out) == (1, "no snapshot yet\n")
    assert nothing.err == "needs a person: no snapshot yet: take one with `hotspots run`\n"
    set_mail(home, "failed")
    answer = hotspots("status", home=home)
    assert answer.status == 1
    assert "needs a person: 3 message(s) failed: see `hotspots digests`" in answer.err
    assert answer.out.startswith("last snapshot: 2026-11-20, revision 1, ")
