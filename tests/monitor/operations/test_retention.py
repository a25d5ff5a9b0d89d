"""Retention: what is over its time goes, on record; units, the newest week and what it needs stay."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as sqlmodel_select

from monitor.operations.backup import back_up
from monitor.operations.checks.verify import verify
from monitor.operations.retention import CASE_LEVEL, apply_retention
from monitor.processes import mark
from monitor.settings import Settings
from monitor.snapshots.follow_through.concerns import add_answer, add_concern, read_concerns
from monitor.snapshots.follow_through.decisions import add_decision, read_decisions
from monitor.snapshots.follow_through.readings import add_reading, read_readings
from monitor.snapshots.mail_tables import HeldMail, OutboxMessage
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import ArchivedFrame, Removal

from ..conftest import AS_AT, NOW, WEEK, Answer, Home, everything_in
from ..databases import Databases
from ..snapshots.follow_through.test_concerns import a_row as a_concern_row
from ..snapshots.follow_through.test_concerns import an_answer
from ..snapshots.follow_through.test_decisions import a_row as a_decision_row
from ..snapshots.follow_through.test_readings import OTHER as ANOTHER_PLAN
from ..snapshots.follow_through.test_readings import PLAN as A_PLAN
from ..snapshots.follow_through.test_readings import a_reading
from ..snapshots.test_store import a_message, a_snapshot, figures
from .test_backup import alternatives_of, keep_alternative

Program = Callable[..., Answer]
DAY = timedelta(days=1)
CASES, UNITS = pd.DataFrame({"crn": ["X000001"]}), pd.DataFrame({"team_code": ["T1"]})


def removals(store: Store) -> list[tuple[datetime, int, int]]:
    columns = (col(Removal.removed_at), col(Removal.frames), col(Removal.messages))
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(col(Removal.id)))]


def files_of(store: Store) -> set[str]:
    return {path.name for path in store.archive.rglob("*") if path.is_file()}


@pytest.fixture
def aged(home: Home) -> Home:
    """Three weekly snapshots of which only the newest is younger than its time."""
    home.settings = home.with_settings(keep_cases_weeks=1)
    return home


@pytest.mark.both_databases
def test_case_level_rows_go_when_their_time_is_over_and_units_stay(aged: Home, hotspots: Program) -> None:
    third = aged.newest
    oldest, newest = aged.store.dates()[0], AS_AT
    exported = hotspots("export", "workload", "--as-at", oldest, home=aged).out
    keep_alternative(aged)
    alternatives = alternatives_of(aged)
    removed = apply_retention(aged.store, aged.settings, NOW)
    assert (removed.snapshots, removed.messages) == (2, 0)
    assert removals(aged.store) == [(NOW, removed.frames, 0)]
    assert removed.frames >= 2 * 11
    for words in (("export", "cases"), ("export", "rejected"), ("verify",)):
        answer = hotspots(*words, "--as-at", oldest, home=aged)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err == (
            f"the case-level rows of the snapshot of {oldest}, revision 1, were removed on 2026-11-22 by the retention "
            "of 1 weeks (HOTSPOTS_KEEP_CASES_WEEKS); the figures of its units are still there\n"
        )
    assert hotspots("export", "workload", "--as-at", oldest, home=aged).out == exported
    assert alternatives_of(aged) == alternatives
    for table in ("hotspots", "forecast", "trend", "supervision", "grades"):
        assert hotspots("export", table, "--as-at", oldest, home=aged).status == 0
    assert hotspots("export", "cases", "--as-at", newest, home=aged).status == 0
    assert verify(aged.store, third).differences == []
    assert verify(aged.store, aged.take(aged.extract, AS_AT + WEEK, proposes=False)).differences == []


@pytest.mark.both_databases
def test_what_was_removed_is_not_in_a_backup_and_not_missed_by_it(aged: Home, tmp_path: Path) -> None:
    apply_retention(aged.store, aged.settings, NOW)
    manifest = back_up(aged.store, tmp_path / "backup.zip", NOW)[1]
    assert manifest.damaged == []
    assert {f"{name}.parquet" for name in manifest.archive} == files_of(aged.store)


def test_a_dry_run_says_the_same_and_changes_nothing(aged: Home) -> None:
    before = everything_in(aged)
    would = apply_retention(aged.store, aged.settings, NOW, dry_run=True)
    assert everything_in(aged) == before
    assert removals(aged.store) == []
    assert apply_retention(aged.store, aged.settings, NOW) == would
    again = apply_retention(aged.store, aged.settings, NOW + DAY)
    assert (again.snapshots, again.frames, again.files) == (0, 0, 0)
    assert len(removals(aged.store)) == 1


@pytest.fixture
def store(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    made = Store(databases.ready(tmp_path / "hotspots.db"), tmp_path / "archive")
    yield made
    made.engine.dispose()


@pytest.fixture
def settings(own_environment: None) -> Settings:
    return Settings(keep_cases_weeks=10, keep_mail_days=30)


def kept(store: Store, as_at: date) -> dict[str, bool]:
    """Whether the rows of each frame of a snapshot are still there."""
    snapshot = store.newest(as_at)
    assert snapshot is not None
    query = select(col(ArchivedFrame.name), col(ArchivedFrame.removal_id)).where(
        col(ArchivedFrame.snapshot_id) == snapshot.id
    )
    with store.engine.connect() as connection:
        return {name: removal is None for name, removal in connection.execute(query)}


def test_the_newest_snapshot_and_what_a_kept_one_is_derived_from_stay_whole(store: Store, settings: Settings) -> None:
    """The week before the oldest kept one gives up everything but since when each case is known."""
    numbers: list[int | None] = []
    for week in (40, 20, 11, 9):
        past = f"[{', '.join(map(str, numbers))}]"
        frames = {name: pd.DataFrame({"crn": [name, str(week)]}) for name in CASE_LEVEL}
        snapshot = store.save(
            a_snapshot(AS_AT - week * WEEK, history=past),
            figures(
                **frames,
                extract_cases=CASES,
                extract_organisation=UNITS,
                flow=UNITS,
                forecast=UNITS,
                grades=UNITS,
                known_events=UNITS,
            ),
            [],
        )
        numbers.append(snapshot.id)
    apply_retention(store, settings, NOW)
    units = {"extract_organisation": True, "flow": True, "forecast": True, "grades": True, "known_events": True}
    gone = dict.fromkeys([*CASE_LEVEL, "extract_cases"], False)
    for week in (40, 20):
        assert kept(store, AS_AT - week * WEEK) == gone | units
    assert kept(store, AS_AT - 11 * WEEK) == gone | units | {"first_seen": True, "people_seen": True}
    assert set(kept(store, AS_AT - 9 * WEEK).values()) == {True}
    apply_retention(store, settings, NOW + 520 * WEEK)
    assert set(kept(store, AS_AT - 9 * WEEK).values()) == {True}
    assert kept(store, AS_AT - 11 * WEEK)["first_seen"]


def test_a_week_is_kept_to_the_day_its_time_is_over(store: Store, settings: Settings) -> None:
    for week in (10, 0):
        store.save(a_snapshot(AS_AT - week * WEEK), figures(cases=CASES), [])
    for days, there in ((0, True), (1, False)):
        apply_retention(store, settings, datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + days * DAY)
        assert kept(store, AS_AT - 10 * WEEK) == {"cases": there}


def test_a_file_goes_only_when_no_kept_snapshot_names_it(store: Store, settings: Settings) -> None:
    store.save(a_snapshot(AS_AT - 40 * WEEK), figures(cases=CASES, extract_organisation=UNITS), [])
    store.save(a_snapshot(AS_AT - 30 * WEEK), figures(cases=CASES, flow=UNITS), [])
    assert apply_retention(store, settings, NOW).files == 0
    newest = store.newest()
    assert newest is not None
    assert newest.id is not None
    assert store.archived_frame(newest.id, "cases")["crn"].tolist() == ["X000001"]
    store.save(a_snapshot(AS_AT), figures(), [])
    assert apply_retention(store, settings, NOW).files == 1
    assert store.archived_frame(newest.id, "flow")["team_code"].tolist() == ["T1"]
    with pytest.raises(RowsRemoved):
        store.archived_frame(newest.id, "cases")


@pytest.mark.reads_clock
def test_what_killed_runs_left_goes_after_a_day(store: Store, settings: Settings) -> None:
    store.save(a_snapshot(AS_AT), figures(cases=CASES), [])
    (named,) = store.archive.rglob("*.parquet")
    at_work = f"b.{mark()}-0a.part"
    for name in ("a.1.part", at_work, f"{'0' * 64}.parquet", "notes of mine"):
        (named.parent / name).write_bytes(b"half")
        os.utime(named.parent / name, (NOW.timestamp(), NOW.timestamp()))
    other = store.archive.parent / "alternatives" / "other"
    other.mkdir(parents=True)
    for name in ("a.1.part", at_work, f"{AS_AT}.parquet"):
        (other / name).write_bytes(b"half")
        os.utime(other / name, (NOW.timestamp(), NOW.timestamp()))
    assert apply_retention(store, settings, NOW + DAY).files == 0
    removed = apply_retention(store, settings, NOW + DAY + timedelta(minutes=1))
    assert (removed.files, removed.bytes) == (3, 12)
    assert files_of(store) == {named.name, at_work, "notes of mine"}
    assert {path.name for path in other.iterdir()} == {at_work, f"{AS_AT}.parquet"}


@pytest.mark.both_databases
def test_bytes_of_settled_mail_go_and_its_row_stays(store: Store, settings: Settings) -> None:
    old, young = NOW - 31 * DAY, NOW - 29 * DAY
    mail = [
        a_message(recipient="sent@example.org", state="sent", sent_at=old, queued_at=old, sha256="abc"),
        a_message(recipient="sent-late@example.org", state="sent", sent_at=young, queued_at=old),
        a_message(recipient="superseded@example.org", state="superseded", queued_at=old),
        *(
            a_message(recipient=f"{state}@example.org", state=state, queued_at=old)
            for state in ("queued", "sending", "failed", "in_doubt")
        ),
    ]
    store.save(a_snapshot(), figures(), mail)
    assert apply_retention(store, settings, NOW).messages == 2
    with store.engine.connect() as connection:
        columns = (col(OutboxMessage.recipient), col(OutboxMessage.state), col(OutboxMessage.sha256))
        rows = connection.execute(select(*columns).where(func.length(col(OutboxMessage.message)) == 0))
        assert sorted(tuple(row) for row in rows) == [
            ("sent@example.org", "sent", "abc"),
            ("superseded@example.org", "superseded", ""),
        ]
    assert apply_retention(store, settings, NOW).messages == 0
    assert removals(store) == [(NOW, 0, 2)]


@pytest.mark.both_databases
def test_a_run_that_counts_on_a_file_keeps_it_from_the_retention(store: Store, settings: Settings) -> None:
    """The rows of the new week are those of a week whose time is over: its file is there, goes, and must be there."""
    store.save(a_snapshot(AS_AT - 40 * WEEK), figures(cases=CASES), [])
    store.save(a_snapshot(AS_AT - WEEK), figures(), [])
    other = Store(store.engine.url.render_as_string(hide_password=False), store.archive)

    class Interrupted(dict[str, pd.DataFrame]):
        """Frames of a run in which, once the files are written, another process applies the retention."""

        def items(self) -> Iterator[tuple[str, pd.DataFrame]]:  # type: ignore[override]
            yield from super().items()
            went.append(apply_retention(other, settings, NOW).files)

    went: list[int] = []
    new = store.save(a_snapshot(AS_AT), replace(figures(), archived=Interrupted(cases=CASES)), [])
    other.engine.dispose()
    assert went == [1]
    assert new.id is not None
    assert store.archived_frame(new.id, "cases")["crn"].tolist() == ["X000001"]


@pytest.mark.both_databases
def test_a_file_that_a_run_is_about_to_name_waits_for_it(store: Store, settings: Settings) -> None:
    store.save(a_snapshot(AS_AT - 40 * WEEK), figures(cases=CASES), [])
    newest = store.save(a_snapshot(AS_AT), figures(), [])
    (path,) = store.archive.rglob("*.parquet")
    clearing = threading.Thread(target=apply_retention, args=(store, settings, NOW))
    with Session(store.engine) as run, run.begin():
        run.add(ArchivedFrame(snapshot_id=newest.id or 0, name="cases", sha256=path.stem, rows=1))
        run.flush()
        clearing.start()
        clearing.join(0.3)
        assert (clearing.is_alive(), path.is_file()) == (True, True)
    clearing.join(60)
    assert (path.is_file(), len(removals(store))) == (True, 1)


def test_a_message_that_was_stopped_loses_its_content_with_the_others(home: Home) -> None:
    held = HeldMail(subject="s", message=b"a surname", leaks='[{"kind": "k", "part": "p", "words": "w"}]')
    message = a_message(
        recipient="stopped@example.org", snapshot_id=home.newest.id, state="suppressed", message=b"", held=held
    )
    with Session(home.store.engine) as session, session.begin():
        session.add(message)
    late = NOW + timedelta(days=home.settings.keep_mail_days)
    assert apply_retention(home.store, home.settings, late).messages == 0
    # With the four digests of earlier weeks that were superseded.
    assert apply_retention(home.store, home.settings, late + timedelta(seconds=1)).messages == 1 + 4
    with home.store.engine.connect() as connection:
        columns = (col(HeldMail.subject), col(HeldMail.message), col(HeldMail.leaks))
        assert connection.execute(select(*columns)).all() == [("", b"", "[]")]
    assert apply_retention(home.store, home.settings, late + DAY).messages == 0


def test_a_note_goes_after_its_term_and_its_decision_stays(home: Home) -> None:
    keep = home.with_settings(keep_notes_weeks=14, keep_cases_weeks=999, keep_mail_days=9999)
    for number, age in ((1, 15), (2, 13)):
        row = a_decision_row(home, number=number, decided_at=NOW - timedelta(weeks=age))
        assert add_decision(home.store.engine, row, f"{age} weeks old")
    assert apply_retention(home.store, keep, NOW, dry_run=True).notes == 1
    assert apply_retention(home.store, keep, NOW).notes == 1
    assert apply_retention(home.store, keep, NOW).notes == 0
    decisions = read_decisions(home.store.engine, [row.episode])
    assert [decision.note for decision in decisions] == ["", "13 weeks old"]
    with Session(home.store.engine) as session:
        removal = session.exec(sqlmodel_select(Removal)).one()
    assert (removal.notes, removal.keep_notes_weeks) == (1, 14)


def test_the_plan_and_note_of_a_second_reading_go_after_the_same_term(home: Home) -> None:
    keep = home.with_settings(keep_notes_weeks=14, keep_cases_weeks=999, keep_mail_days=9999)
    engine = home.store.engine
    for plan, weeks in ((A_PLAN, 15), (ANOTHER_PLAN, 13)):
        assert add_reading(engine, a_reading(home, read_at=NOW - timedelta(weeks=weeks)), plan, f"{weeks} weeks old")
    assert apply_retention(home.store, keep, NOW, dry_run=True).notes == 1
    assert apply_retention(home.store, keep, NOW).notes == 1
    assert [(reading.plan, reading.note) for reading in read_readings(engine)] == [
        (None, ""),
        (ANOTHER_PLAN, "13 weeks old"),
    ]
    assert apply_retention(home.store, keep, NOW).notes == 0


def test_the_notes_of_concerns_and_answers_go_after_the_same_term(home: Home) -> None:
    keep = home.with_settings(keep_notes_weeks=14, keep_cases_weeks=999, keep_mail_days=9999)
    engine, old = home.store.engine, NOW - timedelta(weeks=15)
    assert add_concern(engine, a_concern_row(home, raised_at=old), "15 weeks old")
    assert add_answer(engine, an_answer(read_concerns(engine)[0].id, answered_at=NOW), "new")
    assert apply_retention(home.store, keep, NOW, dry_run=True).notes == 1
    assert apply_retention(home.store, keep, NOW).notes == 1
    (concern,) = read_concerns(engine)
    assert (concern.note, concern.answer) == ("", "new")
    assert apply_retention(home.store, keep, NOW).notes == 0
