"""The weekly job: due on time on London's clocks, done once, tried again, and caught up."""

import io
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlmodel import Session

from alerts.digest.no_figures import Cause
from monitor import logs
from monitor.extracts import Insistence
from monitor.mail.outbox import messages
from monitor.operations.run_ledger import JOB, LEASE, RunState, cause_of, faults_of, last_run, reason_of
from monitor.operations.weekly_run import run_if_due
from monitor.processes import this_process
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Run

from ...clock import clock
from ...loaded_program import Loaded
from ..conftest import AS_AT, NOBODY, WEEK, Answer, Home, at_once, home_in, little_london
from ..extracts.small import a_case, write_csv

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
THIS_WEEK = "2026-W48"
HOUR = timedelta(hours=1)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def watched(home: Home) -> Home:
    """A home whose newest extract, already taken, lies in the watched folder: its week is quick to do."""
    home.settings = home.with_settings(source=str(Path(home.extract).parent))
    return home


def insert_run(home: Home, status: str, lease_until: datetime) -> None:
    run = Run(
        job=JOB,
        iso_week=THIS_WEEK,
        status=status,
        owner="elsewhere:1",
        attempt=1,
        started_at=lease_until - LEASE,
        lease_until=lease_until,
        finished_at=None if status == "running" else lease_until,
        due_at=MONDAY,
    )
    with Session(home.store.engine) as session, session.begin():
        session.add(run)


def run_of(home: Home) -> Run:
    found = last_run(home.store, THIS_WEEK)
    assert found is not None
    return found


@pytest.mark.both_databases
def test_a_due_week_is_done_once(watched: Home) -> None:
    first = run_if_due(watched.store, watched.settings, at(MONDAY))
    assert (first.state, first.detail) == (RunState.DONE, "2026-W48: snapshot of 2026-11-20, revision 1")
    run = run_of(watched)
    assert (run.status, run.attempt, run.snapshot_id, run.finished_at) == ("done", 1, watched.newest.id, MONDAY)
    again = run_if_due(watched.store, watched.settings, at(MONDAY + 6 * timedelta(days=1)))
    assert again.state is RunState.DONE_BEFORE
    assert again.detail == "2026-W48 was done at 2026-11-23 06:00 UTC: snapshot of 2026-11-20"
    assert run_of(watched).attempt == 1


def test_the_hour_before_it_is_due_belongs_to_the_week_before(watched: Home) -> None:
    assert run_if_due(watched.store, watched.settings, at(MONDAY - HOUR)).detail.startswith("2026-W47")


def test_a_failed_week_is_tried_again_when_its_extract_has_come(tmp_path: Path, own_environment: None) -> None:
    home = home_in(tmp_path / "late", NOBODY)
    arrivals = tmp_path / "arrivals"
    old = write_csv(arrivals / "2026-11-13", little_london())
    settings = home.with_settings(source=str(arrivals))
    failed = run_if_due(home.store, settings, at(MONDAY))
    assert failed.state is RunState.FAILED
    assert "the newest extract is for 2026-11-13; none for the run due 2026-11-23" in failed.detail
    assert (run_of(home).status, run_of(home).finished_at, home.store.newest()) == ("failed", MONDAY, None)
    assert cause_of(run_of(home)) is Cause.NOT_ARRIVED
    shutil.copytree(old, arrivals / "2026-11-20")
    done = run_if_due(home.store, settings, at(MONDAY + HOUR))
    assert (done.state, home.newest.as_at) == (RunState.DONE, AS_AT)
    run = run_of(home)
    assert (run.status, run.attempt, run.message) == ("done", 2, "snapshot of 2026-11-20")
    home.store.engine.dispose()


@pytest.mark.both_databases
def test_a_week_that_another_holds_is_left_alone(watched: Home) -> None:
    insert_run(watched, "running", MONDAY + LEASE)
    answer = run_if_due(watched.store, watched.settings, at(MONDAY + LEASE))
    assert (answer.state, answer.detail) == (RunState.HELD, "2026-W48 is being run by elsewhere:1")
    assert (run_of(watched).owner, run_of(watched).attempt) == ("elsewhere:1", 1)


@pytest.mark.both_databases
def test_a_week_whose_lease_ran_out_is_taken_over(watched: Home) -> None:
    insert_run(watched, "running", MONDAY)
    answer = run_if_due(watched.store, watched.settings, at(MONDAY + timedelta(seconds=1)))
    assert answer.state is RunState.DONE
    run = run_of(watched)
    assert (run.status, run.attempt) == ("done", 2)
    assert run.owner == this_process()


@pytest.mark.both_databases
def test_a_slow_run_that_was_taken_over_does_not_undo_what_its_successor_did(watched: Home, tmp_path: Path) -> None:
    elsewhere = watched.with_settings(source=str(tmp_path / "not there"))
    calls: list[datetime] = []

    def clock() -> datetime:
        calls.append(MONDAY)
        if len(calls) == 2:
            # While the first was failing its lease ran out, and another process has done the week.
            assert run_if_due(watched.store, watched.settings, at(MONDAY + LEASE + HOUR)).state is RunState.DONE
        return MONDAY

    run_if_due(watched.store, elsewhere, clock)
    assert (run_of(watched).status, run_of(watched).attempt) == ("done", 2)


def test_a_run_that_breaks_off_is_failed_and_not_held(home: Home, tmp_path: Path) -> None:
    write_csv(tmp_path / "arrivals" / "2026-11-23", little_london())
    settings = home.with_settings(source=str(tmp_path / "arrivals"))
    assert home.settings.people is not None
    without_archive = Store(settings.database_url, home.settings.people)
    with pytest.raises(OSError, match=r"people\.yaml"):
        run_if_due(without_archive, settings, at(MONDAY))
    without_archive.engine.dispose()
    assert (run_of(home).status, home.newest.as_at) == ("failed", AS_AT)
    assert "people.yaml" in (run_of(home).message or "")
    assert cause_of(run_of(home)) is Cause.BROKEN_OFF
    assert run_if_due(home.store, settings, at(MONDAY)).state is RunState.DONE


def test_only_the_latest_week_is_caught_up_after_a_long_downtime(watched: Home) -> None:
    answer = run_if_due(watched.store, watched.settings, at(MONDAY + timedelta(days=3, hours=5)))
    assert (answer.state, run_of(watched).iso_week) == (RunState.DONE, THIS_WEEK)
    assert last_run(watched.store, "2026-W47") is None
    assert last_run(watched.store, "2026-W46") is None


FRIDAY = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


@pytest.mark.both_databases
def test_a_run_day_changed_after_the_weeks_run_is_announced_and_done_on_the_new_day(watched: Home) -> None:
    monday, friday = watched.settings, watched.with_settings(run_day="fri")
    assert run_if_due(watched.store, monday, at(MONDAY)).state is RunState.DONE
    # Friday of the week before has been overtaken by Monday's run.
    early = run_if_due(watched.store, friday, at(FRIDAY - HOUR))
    assert (early.state, early.week) == (RunState.DONE_BEFORE, THIS_WEEK)
    shutil.copytree(watched.extract, Path(watched.extract).parent / "2026-11-26")
    stream = io.StringIO()
    logs.open_log("json", "info", stream)
    done = run_if_due(watched.store, friday, at(FRIDAY))
    logs.close_log()
    changed = (
        "the run day was changed: this week was done for Monday 2026-11-23 06:00 and is done again for "
        "Friday 2026-11-27 06:00"
    )
    assert (done.state, done.detail) == (RunState.DONE, f"2026-W48: snapshot of 2026-11-26, revision 1; {changed}")
    assert [event["reason"] for event in map(json.loads, stream.getvalue().splitlines()) if "reason" in event] == [
        changed
    ]
    assert (run_of(watched).due_at, run_of(watched).attempt) == (FRIDAY, 2)
    assert run_if_due(watched.store, friday, at(FRIDAY + HOUR)).state is RunState.DONE_BEFORE
    # And back: what was due on Monday has been done since, and the next is due on the Monday after.
    assert run_if_due(watched.store, monday, at(FRIDAY + 2 * HOUR)).state is RunState.DONE_BEFORE
    assert run_if_due(watched.store, monday, at(MONDAY + WEEK)).state is RunState.DONE


def test_a_run_time_changed_on_the_day_itself_is_due_again(watched: Home) -> None:
    run_if_due(watched.store, watched.settings, at(MONDAY))
    later = watched.with_settings(run_time=time(14, 0))
    assert run_if_due(watched.store, later, at(MONDAY + 7 * HOUR)).state is RunState.DONE_BEFORE
    assert run_if_due(watched.store, later, at(MONDAY + 8 * HOUR)).state is RunState.DONE
    assert run_of(watched).due_at == MONDAY + 8 * HOUR


def test_a_week_whose_lease_a_clock_ahead_had_set_is_taken_over(watched: Home) -> None:
    insert_run(watched, "running", MONDAY + 2 * timedelta(days=1))
    assert run_if_due(watched.store, watched.settings, at(MONDAY)).state is RunState.DONE


IMPORTS = (
    "from datetime import datetime; from monitor.settings import load_settings; "
    "from monitor.operations.weekly_run import Store, run_if_due"
)
"""In one line, which is done before the processes begin at the same moment."""


def asking(home: Home, now: datetime) -> str:
    """A program that asks whether the week is due, does it if so, and says what it was told."""
    settings = {
        "home": home.settings.home,
        "people": home.settings.people,
        "source": home.settings.source,
        "database": home.settings.database_url,
    }
    return f"""
{IMPORTS}
settings = load_settings(**{ {name: str(value) for name, value in settings.items()} })
store = Store(settings.database_url, settings.archive)
print(run_if_due(store, settings, lambda: datetime.fromisoformat({now.isoformat()!r})).state.value)
store.engine.dispose()
"""


def race(home: Home, now: datetime, processes: int) -> list[str]:
    """What each of several processes, which ask at the same moment, is told."""
    ended = at_once(asking(home, now), processes)
    assert [(status, errors) for status, _, errors in ended] == [(0, "")] * processes
    return sorted(said.strip() for _, said, _ in ended)


@pytest.fixture
def arrived(new_home: Home) -> Home:
    """A home with no snapshot yet, whose first extract lies in the watched folder."""
    new_home.settings = new_home.with_settings(source=str(Path(new_home.extract).parent))
    return new_home


@pytest.mark.both_databases
def test_several_processes_never_do_one_week_twice(arrived: Home) -> None:
    answers = race(arrived, MONDAY, 3)
    assert (answers.count("done"), set(answers) - {"done", "done before", "held"}) == (1, set())
    assert (run_of(arrived).status, run_of(arrived).attempt, arrived.store.dates()) == ("done", 1, [AS_AT])
    assert (arrived.newest.revision, len(messages(arrived.store))) == (1, 2)


@pytest.mark.both_databases
def test_a_killed_run_is_taken_over_by_exactly_one_other_at_once(arrived: Home) -> None:
    people = arrived.settings.people
    assert people is not None
    text = people.read_text(encoding="utf-8")
    # It waits for its people file to be written, which happens when it has claimed the week, and never is.
    people.unlink()
    os.mkfifo(people)
    process = Loaded(["-c", asking(arrived, MONDAY)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while last_run(arrived.store, THIS_WEEK) is None and process.poll() is None:
        sleep(0.02)
    process.kill()
    said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    assert (run_of(arrived).status, run_of(arrived).attempt) == ("running", 1)
    people.unlink()
    people.write_text(text, encoding="utf-8")

    # Its process is gone from this machine: no one has to wait for its lease.
    answers = race(arrived, MONDAY + timedelta(seconds=1), 2)
    assert (answers.count("done"), set(answers) - {"done", "done before", "held"}) == (1, set())
    assert (run_of(arrived).status, run_of(arrived).attempt) == ("done", 2)
    assert (arrived.store.dates(), arrived.newest.revision, len(messages(arrived.store))) == ([AS_AT], 1, 2)


def test_an_extract_dated_in_the_future_never_becomes_a_snapshot(home: Home, tmp_path: Path) -> None:
    write_csv(tmp_path / "arrivals" / "2062-11-20", little_london())
    run_if_due(home.store, home.with_settings(source=str(tmp_path / "arrivals")), at(MONDAY))
    assert home.newest.as_at == AS_AT


def test_without_a_source_the_weekly_run_fails_in_words(home: Home) -> None:
    answer = run_if_due(home.store, home.settings, at(MONDAY))
    assert (answer.state, answer.detail.startswith("HOTSPOTS_SOURCE: not set")) == (RunState.FAILED, True)


def test_a_refused_extract_fails_the_week_without_quoting_a_row_until_it_is_accepted(
    home: Home, tmp_path: Path
) -> None:
    swing = little_london(cases=[a_case("X000301", number_of_cases=11)])
    extract = write_csv(tmp_path / "arrivals" / "2026-11-23", swing)
    settings = home.with_settings(source=str(tmp_path / "arrivals"))
    refused = run_if_due(home.store, settings, at(MONDAY))
    assert (refused.state, refused.detail) == (RunState.FAILED, reason_of(run_of(home)))
    assert cause_of(run_of(home)) is Cause.REFUSED
    assert refused.detail.endswith(f"see them with: hotspots run --extract {extract} --as-at 2026-11-23")
    assert "palmistry" not in refused.detail
    told = faults_of(run_of(home))
    assert told.lines[0].startswith("cases: 64 cases against 53 on 20 November 2026, a change of 20.8%")
    assert "assessments.kind: 1 of 5 rows in assessments.csv are rejected: is not one of " in "\n".join(told.lines)
    assert "palmistry" not in (run_of(home).faults or "")
    assert run_if_due(home.store, settings, at(MONDAY), insistence=Insistence(swing=True)).state is RunState.DONE
    run = run_of(home)
    assert (run.cause, run.command, run.faults) == (None, None, None)


def test_faults_of_the_configuration_are_kept_one_by_one_without_an_address(home: Home) -> None:
    home.settings.people_file.write_text("people:\n  - {email: a@example.org}\n  - {email: b@example.org}\n")
    settings = home.with_settings(source=str(Path(home.extract).parent))
    run_if_due(home.store, settings, at(MONDAY))
    told = faults_of(run_of(home))
    assert told.count == len(told.lines) >= 2
    assert "@" not in "".join(told.lines)


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (("2026-11-27", "2026-11-27 (1)"), "2 extracts for 2026-11-27: '2026-11-27', '2026-11-27 (1)': move away all"),
        (("extract_2026-11-27_created_2026-11-30",), "has 2 dates in its name, 2026-11-27 and 2026-11-30: "),
        (("2026-11-20", "archive-until-2026-11-29"), "'archive-until-2026-11-29': is the newest and is not named like"),
    ],
)
def test_nothing_is_stored_under_a_date_that_is_not_clear(
    home: Home, tmp_path: Path, names: tuple[str, ...], fault: str, hotspots: Callable[..., Answer]
) -> None:
    for name in names:
        write_csv(tmp_path / "arrivals" / name, little_london())
    before = home.store.dates()
    asked = {"home": home, "source": tmp_path / "arrivals"}
    clock.set(MONDAY + WEEK)
    answer = hotspots("run", "--if-due", **asked)
    assert (answer.status, fault in answer.err, "Traceback" in answer.err) == (2, True, False)
    assert answer.out == "1 notice queued; to send: hotspots deliver\n"
    assert home.store.dates() == before
    run = last_run(home.store, "2026-W49")
    assert run is not None
    assert (run.status, cause_of(run), run.command) == ("failed", Cause.REFUSED, None)
    assert fault in "\n".join(faults_of(run).lines)
    status = hotspots("status", **asked)
    assert (status.status, fault in status.err, fault in status.out) == (1, True, True)


def test_a_week_whose_extract_was_not_clear_is_done_by_the_first_look_after_it_was_cleared_up(
    home: Home, tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    arrivals = tmp_path / "arrivals"
    for name in ("2026-11-27", "2026-11-27 (1)", "extract_2026-11-27_created_2026-11-30", "archive-until-2026-11-29"):
        write_csv(arrivals / name, little_london())
    clock.set(MONDAY + WEEK)
    assert hotspots("run", "--if-due", home=home, source=arrivals).status == 2
    for folder in arrivals.iterdir():
        if folder.name != "2026-11-27":
            shutil.rmtree(folder)
    done = hotspots("run", "--if-due", home=home, source=arrivals)
    assert (done.status, home.newest.as_at) == (0, AS_AT + WEEK)


def test_a_corrected_extract_under_the_same_name_is_taken(home: Home, tmp_path: Path) -> None:
    settings = home.with_settings(source=str(tmp_path / "arrivals"))
    write_csv(tmp_path / "arrivals" / "2026-11-23", {**little_london(), "cases": [a_case("X000301")]})
    assert run_if_due(home.store, settings, at(MONDAY)).state is RunState.FAILED
    write_csv(tmp_path / "arrivals" / "2026-11-23", little_london())
    assert run_if_due(home.store, settings, at(MONDAY + HOUR)).state is RunState.DONE
    assert home.newest.as_at == date(2026, 11, 23)


def test_what_is_passed_over_is_named_if_nothing_else_is_there(home: Home, tmp_path: Path) -> None:
    (tmp_path / "arrivals").mkdir()
    (tmp_path / "arrivals" / "~$2026-11-23.xlsx").write_text("Ann Arbuthnot")
    (tmp_path / "arrivals" / "2026-11-23.zip").touch()
    answer = run_if_due(home.store, home.with_settings(source=str(tmp_path / "arrivals")), at(MONDAY))
    assert answer.detail.endswith(
        "passed over: ~$2026-11-23.xlsx (a lock file: a program has the workbook open), "
        "2026-11-23.zip (empty: still being written or downloaded)"
    )
    assert cause_of(run_of(home)) is Cause.NOT_ARRIVED


@pytest.mark.both_databases
def test_a_store_of_its_own_sees_what_another_ran(watched: Home) -> None:
    run_if_due(watched.store, watched.settings, at(MONDAY))
    other = Store(watched.settings.database_url, watched.settings.archive)
    assert run_if_due(other, watched.settings, at(MONDAY)).state is RunState.DONE_BEFORE
    other.engine.dispose()
