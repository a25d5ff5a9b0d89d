"""The state of the service: facts for people and for programs, and what needs a person."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import Session

from alerts.digest.no_figures import Cause
from monitor.mail.outbox import load_message, messages
from monitor.operations.run_ledger import HEARTBEAT, JOB, LEASE
from monitor.operations.status import STALE_AFTER_DAYS, LastSnapshot, ProposalCounts, ServiceStatus, status
from monitor.operations.weekly_run import run_if_due
from monitor.run import Request, take_snapshot
from monitor.settings import Settings
from monitor.snapshots.archive import keep
from monitor.snapshots.database import HEAD
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.tables import ArchivedFrame, Run, Snapshot

from ..conftest import AS_AT, NOW, PEOPLE, Answer, Home
from ..web.conftest import remove_frames
from .checks.test_verify import archived_file

MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
LATE = MONDAY + timedelta(hours=3)


def state_of(home: Home, settings: Settings | None = None, today: date = AS_AT, now: datetime = NOW) -> ServiceStatus:
    return status(home.store, settings or home.settings, now, today)


DAY = timedelta(days=1)
CHANGED = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
"""A Thursday, the day before the next run where it has been put off to Fridays."""


def watching(home: Home) -> Settings:
    return home.with_settings(source="/extracts")


def set_mail(home: Home, state: str, everyone: bool = False) -> None:
    table = OutboxMessage.__table__  # type: ignore[attr-defined]
    wanted = table.c.id > 0 if everyone else table.c.recipient == "north@example.org"
    with home.store.engine.begin() as connection:
        connection.execute(update(table).where(wanted).values(state=state))


def ran(
    home: Home,
    state: str,
    message: str | None = None,
    cause: Cause | None = None,
    command: str | None = None,
    job: str = JOB,
) -> None:
    run = Run(
        job=job,
        iso_week="2026-W49",
        status=state,
        owner="here:1",
        attempt=1,
        started_at=MONDAY - LEASE,
        lease_until=MONDAY,
        due_at=MONDAY,
        cause=cause,
        message=message,
        command=command,
    )
    with Session(home.store.engine) as session, session.begin():
        session.add(run)


def test_nothing_needs_a_person_where_all_is_well(home: Home) -> None:
    found = state_of(home, today=date(2026, 11, 23))
    assert found.needs_a_person == []
    assert found.facts()[:3] == [
        "last snapshot: 2026-11-20, revision 1, 3 days old, policy london-2009",
        "coverage: 53 cases, 6 offender managers, 3 rows rejected, 0 teams without data",
        "email: 2 queued, 4 superseded; oldest queued 2026-11-22 09:00 UTC",
    ]
    counted = ProposalCounts(1, 0, 0)
    assert found.snapshot == LastSnapshot(AS_AT, 1, 3, False, "london-2009", False, 53, 6, 3, [], [], [], [], counted)


def with_terms(home: Home, **values: float) -> Path:
    """A folder of numbers in which some terms of proposals are other ones."""
    folder = home.settings.home / "other-terms"
    shutil.copytree(home.settings.config, folder)
    file = folder / "proposals.yaml"
    text = file.read_text(encoding="utf-8")
    for name, value in values.items():
        text, changed = re.subn(rf"({name}:\n  2000-01-01: {{value: )[^,]+", rf"\g<1>{value}", text)
        assert changed == 1
    file.write_text(text, encoding="utf-8")
    return folder


def test_a_search_that_runs_out_of_work_is_a_fact_and_stops_no_digest(home: Home) -> None:
    assert "proposals: found for 1 of 1 cluster with a lasting hotspot" in state_of(home).facts()
    settings = home.with_settings(config=with_terms(home, most_iterations=1, widest_gap=0))
    taken = take_snapshot(Request(home.extract, AS_AT), settings, home.store, NOW)
    assert taken.summary.digests_queued == 2
    for number in (message.id or 0 for message in messages(home.store, ["queued"])):
        loaded = load_message(home.store, number)
        assert loaded is not None
        assert b"within the cluster" not in loaded.message
    state = state_of(home, today=date(2026, 11, 23))
    assert "proposals: found for 0 of 1 cluster with a lasting hotspot; 1 ran out of work" in state.facts()
    assert state.needs_a_person == []


def test_a_search_that_ends_in_an_error_needs_a_person(home: Home) -> None:
    frame = home.store.archived_frame(home.newest.id or 0, "proposals")
    failed = frame.assign(status="failed", elective_moves=pd.array([pd.NA], dtype="Int64"))
    with Session(home.store.engine) as session, session.begin():
        session.get_one(ArchivedFrame, (home.newest.id, "proposals")).sha256 = keep(home.settings.archive, failed)
    state = state_of(home, today=date(2026, 11, 23))
    assert "proposals: found for 0 of 1 cluster with a lasting hotspot; 1 ended in an error" in state.facts()
    assert state.needs_a_person == ["the search for a proposal ended in an error for 1 cluster: see the log of the run"]


def test_a_snapshot_from_before_there_were_proposals_says_nothing_of_them(home: Home) -> None:
    remove_frames(home, "proposals")
    assert "proposals" not in " ".join(state_of(home).facts())


def test_without_a_snapshot_somebody_has_to_take_one(new_home: Home) -> None:
    found = state_of(new_home)
    assert (found.snapshot, found.facts()[0]) == (None, "no snapshot yet")
    assert found.needs_a_person == ["no snapshot yet: take one with `hotspots run`"]


def test_a_changed_run_day_is_announced(home: Home) -> None:
    settings = watching(home)
    run_if_due(home.store, home.with_settings(source=str(Path(home.extract).parent)), lambda: CHANGED - 3 * DAY)
    assert "changed" not in " ".join(status(home.store, settings, CHANGED, CHANGED.date()).facts())
    found = status(home.store, home.with_settings(source="/extracts", run_day="fri"), CHANGED, CHANGED.date())
    assert found.facts()[3:6] == [
        "run of 2026-W48: done",
        "next run: Friday 2026-11-27 06:00 GMT",
        "the run day was changed: the last run was due Monday 2026-11-23 06:00 GMT",
    ]
    assert found.as_json()["run"]["changed_from"] == "2026-11-23T06:00:00+00:00"


def test_a_run_whose_lease_a_clock_ahead_had_set_needs_a_person(home: Home) -> None:
    with Session(home.store.engine) as session, session.begin():
        session.add(
            Run(
                job=JOB,
                iso_week="2026-W48",
                status="running",
                owner="here:1",
                attempt=1,
                started_at=CHANGED,
                lease_until=CHANGED + 2 * DAY,
                due_at=CHANGED,
            )
        )
    wrong = status(home.store, watching(home), CHANGED, CHANGED.date()).needs_a_person
    assert any("the run of 2026-W48 stopped without recording a result" in one for one in wrong)


def test_a_snapshot_that_missed_its_week_needs_a_person(home: Home) -> None:
    late = AS_AT + timedelta(days=STALE_AFTER_DAYS)
    assert state_of(home, today=late).needs_a_person == []
    stale = state_of(home, today=late + timedelta(days=1))
    assert stale.needs_a_person == ["the last snapshot is 11 days old"]
    assert "11 days old (stale)" in stale.facts()[0]


@pytest.mark.parametrize("harm", ["missing", "altered"])
def test_a_damaged_file_of_the_newest_snapshot_needs_a_person_and_is_named(home: Home, harm: str) -> None:
    path = archived_file(home, "overdue")
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x")
    found = state_of(home, today=date(2026, 11, 23))
    assert found.needs_a_person == ["files of its archive are missing or altered (overdue): restore them from a backup"]


def test_made_up_figures_are_called_so(home: Home) -> None:
    table = Snapshot.__table__  # type: ignore[attr-defined]
    with home.store.engine.begin() as connection:
        connection.execute(update(table).values(source="synthetic"))
    assert state_of(home).facts()[0].endswith("policy london-2009, made up")


@pytest.mark.parametrize("state", ["failed", "in_doubt", "suppressed"])
def test_mail_that_did_not_go_needs_a_person(home: Home, state: str) -> None:
    set_mail(home, state)
    found = state_of(home)
    words = state.replace("_", " ")
    to = "; not sent to north@example.org" if state == "suppressed" else ""
    assert found.needs_a_person == [f"3 messages {words}: see `hotspots digests`{to}"]
    assert f"3 {words}" in found.facts()[2]
    assert found.mail.states[state] == 3


@pytest.mark.parametrize("state", ["queued", "sent"])
def test_mail_that_waits_or_went_needs_nobody(home: Home, state: str) -> None:
    set_mail(home, state)
    assert state_of(home).needs_a_person == []


def test_mail_that_waits_for_more_than_a_day_needs_a_person(home: Home) -> None:
    assert state_of(home, now=NOW + timedelta(days=1)).needs_a_person == []
    assert state_of(home, now=NOW + timedelta(days=1, minutes=1)).needs_a_person == [
        "email has been queued for more than a day: send it with `hotspots deliver`"
    ]


def test_mail_that_is_switched_off_needs_a_person(home: Home) -> None:
    (wrong,) = state_of(home, home.with_settings(mail="off")).needs_a_person
    assert "switched off" in wrong


def test_weeks_without_a_snapshot_are_named(home: Home) -> None:
    table = Snapshot.__table__  # type: ignore[attr-defined]
    summary = json.loads(home.newest.summary) | {"missing_weeks": ["2026-10-19", "2026-10-26"]}
    with home.store.engine.begin() as connection:
        connection.execute(update(table).values(summary=json.dumps(summary)))
    assert "weeks without a snapshot: 2026-10-19, 2026-10-26" in state_of(home).facts()


@pytest.mark.parametrize(
    ("state", "message", "fact", "wrong"),
    [
        (None, None, "run of 2026-W49: not yet, late", ["the run of 2026-W49 has not been done"]),
        ("done", "snapshot of 2026-11-20", "run of 2026-W49: done", []),
        (
            "failed",
            "2 faults in /extracts/2026-11-20",
            "run of 2026-W49: failed, late",
            ["the run of 2026-W49 has not been done: 2 faults in /extracts/2026-11-20"],
        ),
    ],
)
def test_the_weekly_run_and_the_next_are_told_where_a_source_is_watched(
    home: Home, state: str | None, message: str | None, fact: str, wrong: list[str]
) -> None:
    if state is not None:
        ran(home, state, message, Cause.REFUSED if state == "failed" else None)
    set_mail(home, "sent", everyone=True)
    found = state_of(home, watching(home), now=LATE)
    assert found.facts()[3:5] == [fact, "next run: Monday 2026-12-07 06:00 GMT"]
    assert found.needs_a_person == wrong


@pytest.mark.parametrize("message", [None, "/extracts: holds no extract with its as-at date in its name"])
def test_a_week_that_has_not_come_yet_needs_nobody_within_its_grace(home: Home, message: str | None) -> None:
    if message is not None:
        ran(home, "failed", message, Cause.NOT_ARRIVED)
    set_mail(home, "sent", everyone=True)
    assert state_of(home, watching(home), now=LATE - timedelta(seconds=1)).needs_a_person == []
    assert len(state_of(home, watching(home), now=LATE).needs_a_person) == 1


def test_a_refused_week_needs_a_person_at_once_and_its_reason_is_kept_apart(home: Home) -> None:
    ran(home, "failed", "2 faults in /extracts/2026-11-20", Cause.REFUSED, "hotspots run")
    set_mail(home, "sent", everyone=True)
    found = state_of(home, watching(home), now=MONDAY)
    assert len(found.needs_a_person) == 1
    assert found.run is not None
    assert (found.run.state, found.run.reason, found.run.late) == (
        "failed",
        "2 faults in /extracts/2026-11-20; see them with: hotspots run",
        False,
    )


def test_a_week_that_was_taken_by_hand_needs_nobody(home: Home) -> None:
    set_mail(home, "sent", everyone=True)
    week_before = LATE - timedelta(weeks=1)
    assert state_of(home, watching(home), now=week_before).needs_a_person == []
    assert len(state_of(home, watching(home), now=LATE).needs_a_person) == 1


def test_a_run_at_work_needs_nobody(home: Home) -> None:
    set_mail(home, "sent", everyone=True)
    ran(home, "running")
    assert state_of(home, watching(home), now=MONDAY).needs_a_person == []


def test_a_run_that_stopped_without_a_word_needs_a_person(home: Home) -> None:
    set_mail(home, "sent", everyone=True)
    ran(home, "running")
    (wrong,) = state_of(home, watching(home), now=MONDAY + timedelta(minutes=1)).needs_a_person
    assert wrong.startswith("the run of 2026-W49 ")
    assert "None" not in wrong


@pytest.mark.parametrize("state", [None, "done", "failed"])
def test_the_heartbeat_is_told_where_a_url_is_set(home: Home, state: str | None) -> None:
    ran(home, "done")
    settings = watching(home)
    assert "heartbeat" not in " ".join(state_of(home, settings, now=MONDAY).facts())
    if state is not None:
        ran(home, state, job=HEARTBEAT)
    called = settings.model_copy(update={"heartbeat_url": SecretStr("https://example.org/1c7e")})
    assert f"run of 2026-W49: done, heartbeat {state or 'not yet'}" in state_of(home, called, now=MONDAY).facts()


def test_the_schema_and_the_room_that_is_left_are_facts(home: Home) -> None:
    found = state_of(home)
    files = [path.stat().st_size for path in home.settings.archive.rglob("*.parquet")]
    assert (found.schema, found.room.archive_bytes) == (HEAD, sum(files))
    assert f"database: schema {HEAD}" in found.facts()
    assert found.facts()[-1].startswith("disk: archive 0.")
    assert found.facts()[-1].endswith(f"{found.room.free_bytes // 1_000_000:,} MB free")


def test_a_disk_that_fills_up_needs_a_person(home: Home) -> None:
    (wrong,) = state_of(home, home.with_settings(free_disk_mb=1_000_000_000)).needs_a_person
    assert wrong.startswith("only ")
    assert str(home.settings.home) in wrong


def test_a_home_that_is_not_there_yet_has_the_room_of_its_disk(home: Home) -> None:
    away = home.with_settings(home=home.settings.home / "not" / "there")
    assert state_of(home, away).room.free_bytes > 0


def test_the_program_says_what_the_watched_place_gives_next(home: Home, hotspots: Callable[..., Answer]) -> None:
    arrivals = Path(home.extract).parent
    taken = "watched place: nothing newer than the snapshot for 2026-11-20\n"
    assert taken in hotspots("status", home=home, source=arrivals).out
    assert "watched place" not in hotspots("status", home=home).out
    (arrivals / "2026-11-21").mkdir()
    next_one = f"next is {arrivals}/2026-11-21, as at 2026-11-21"
    assert f"watched place: {next_one}\n" in hotspots("status", home=home, source=arrivals).out
    as_json = json.loads(hotspots("status", "--json", home=home, source=arrivals).out)
    assert as_json["run"]["next_extract"] == [next_one]
    (arrivals / "2026-11-21 - Copy").mkdir()
    unclear = hotspots("status", home=home, source=arrivals).out
    assert "watched place: 2 extracts for 2026-11-21: '2026-11-21', '2026-11-21 - Copy': move away all" in unclear


def test_readers_who_get_nothing_and_a_people_file_with_a_fault_need_a_person(home: Home) -> None:
    assert home.settings.people is not None
    home.settings.people.write_text(PEOPLE.replace("area: N,", "area: W,"), encoding="utf-8")
    assert state_of(home).needs_a_person == [
        "north@example.org: area W is not in the figures, so this reader gets no digest and sees no figures"
    ]
    home.settings.people.write_text("people: [1]\n", encoding="utf-8")
    (fault,) = state_of(home).needs_a_person
    assert fault.endswith("people.yaml cannot be used, so no email can be sent: see `hotspots check`")


def test_the_example_people_are_not_missed(home: Home) -> None:
    example = home.settings.home / "people.example.yaml"
    example.write_text(PEOPLE.replace("area: N,", "area: W,"), encoding="utf-8")
    assert state_of(home, home.with_settings(people=example)).needs_a_person == []
