"""A clock that is wrong: nothing is removed, no reader is written to, and the operator is told once."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from monitor import logs
from monitor.cli import session
from monitor.clock import Jump, check_clock, clock_jump, find_jump, remember
from monitor.mail.backoff import pause_server, server_pause
from monitor.mail.claims import release_expired
from monitor.mail.due import due_numbers
from monitor.mail.outbox import messages
from monitor.mail.sender import deliver, server_name
from monitor.operations.backup import back_up, restore
from monitor.operations.scheduler import ScheduledSteps
from monitor.operations.status import state_now
from monitor.redistribution.repository import PlanState as PlanState
from monitor.redistribution.repository import state_of
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ClockLook, PlanRow, Snapshot

from ..clock import clock
from .conftest import AS_AT, NOW, WEEK, Answer, Home, everything_in, little_london
from .databases import Databases
from .extracts.small import write_csv

Program = Callable[..., Answer]
DAY = timedelta(days=1)
MOST = 35 * DAY
FAR = datetime(2036, 3, 3, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2016, 3, 3, 9, 0, tzinfo=UTC)
JUMPS = pytest.mark.parametrize("wrong", [FAR, LONG_AGO])


@pytest.fixture(autouse=True)
def _closed_after_each_test() -> Iterator[None]:
    yield
    logs.close_log()


@pytest.fixture
def watched(home: Home) -> Home:
    """Three weeks, of which retention at the right time takes none, and their newest extract in the watched folder."""
    home.settings = home.with_settings(source=str(Path(home.extract).parent), keep_cases_weeks=4)
    return home


def scheduler(home: Home, times: list[datetime]) -> tuple[ScheduledSteps, io.StringIO]:
    """A scheduler whose clock says the last of the times, and its log."""
    stream = io.StringIO()
    logs.open_log("json", "info", stream)
    return ScheduledSteps(home.settings, lambda: times[-1], Event()), stream


def clock_events(stream: io.StringIO) -> list[str]:
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [event["state"] for event in events if event["event"] == "clock"]


def last_look(store: Store) -> ClockLook | None:
    with Session(store.engine) as session:
        return session.get(ClockLook, 1)


def of_the_clock(home: Home) -> list[tuple[str, str]]:
    return [(one.recipient, one.state) for one in messages(home.store) if one.digest == "clock-find_jump"]


def of_readers(home: Home) -> list[tuple[str, str, str]]:
    return sorted(
        (one.recipient, one.digest, one.state) for one in messages(home.store) if one.digest != "clock-find_jump"
    )


def test_a_clock_is_believed_up_to_the_limit_in_both_directions_and_where_nothing_is_known() -> None:
    for direction in (1, -1):
        assert clock_jump(NOW + direction * MOST, NOW, MOST) is None
        beyond = NOW + direction * (MOST + timedelta(seconds=1))
        assert clock_jump(beyond, NOW, MOST) == Jump(beyond, NOW)
    assert clock_jump(FAR, None, MOST) is None


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (NOW + 3 * DAY, "2026-11-25 09:00 UTC, 3 days after the last known run of 2026-11-22: "),
        (NOW - DAY, "2026-11-21 09:00 UTC, 1 day before the last known run of 2026-11-22: "),
    ],
)
def test_a_jump_says_how_far_it_is_and_how_to_confirm_the_clock(now: datetime, said: str) -> None:
    assert said in str(Jump(now, NOW))
    assert str(Jump(now, NOW)).endswith("or confirm it: hotspots deliver --clock-is-right")


@JUMPS
def test_a_look_by_a_wrong_clock_removes_nothing_and_tells_the_operator_alone_and_once(
    watched: Home, wrong: datetime
) -> None:
    before, mail = everything_in(watched), of_readers(watched)
    times = [wrong]
    watch, stream = scheduler(watched, times)
    for minutes in (0, 15, 60 * 24):
        times.append(wrong + timedelta(minutes=minutes))
        watch.look()
    after = everything_in(watched)
    assert {name: rows for name, rows in after.items() if name != "outbox"} == {
        name: rows for name, rows in before.items() if name != "outbox"
    }
    assert of_readers(watched) == mail
    assert of_the_clock(watched) == [("operator@example.org", "sent")]
    assert clock_events(stream) == ["held"]
    assert any(
        "last known run of 2026-11-20" in said
        for said in state_now(watched.store, watched.settings, lambda: wrong).needs_a_person
    )

    times.append(NOW + DAY)
    watch.look()
    assert clock_events(stream) == ["held", "believed again"]
    assert {state for _, _, state in of_readers(watched)} == {"sent", "superseded"}
    look = last_look(watched.store)
    assert look is not None
    assert look.at == NOW + DAY


def test_a_scheduler_goes_on_once_a_command_has_confirmed_the_clock(
    watched: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, stream = scheduler(watched, [FAR])
    watch.look()
    clock.set(FAR)
    assert hotspots("deliver", "--clock-is-right", home=watched, clock_jump_days=35).status == 0
    look = last_look(watched.store)
    assert look is not None
    assert FAR <= look.at < FAR + timedelta(minutes=10)
    assert (look.confirmed_at, look.confirmed_by) == (look.at, session.account())
    logs.open_log("json", "info", stream)
    watch.look()
    assert clock_events(stream) == ["held", "believed again"]
    # Back again, it is another jump: the snapshots from before it was confirmed say nothing any more.
    assert find_jump(watched.store, watched.settings, NOW) == Jump(NOW, FAR)


@pytest.mark.parametrize("words", [("run", "--if-due"), ("deliver",), ("retention",)])
@JUMPS
def test_each_command_that_acts_by_the_clock_holds_back_until_the_clock_is_confirmed(
    watched: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], wrong: datetime
) -> None:
    clock.set(wrong)
    before, mail = everything_in(watched), of_readers(watched)
    options = {"source": watched.settings.source, "keep_cases_weeks": 4, "clock_jump_days": 35}
    for _ in range(2):
        held = hotspots(*words, home=watched, **options)
        assert (held.status, held.out) == (1, "")
        assert "hotspots deliver --clock-is-right" in held.err
    assert everything_in(watched)["archived_frame"] == before["archived_frame"]
    assert (everything_in(watched)["run"], of_readers(watched)) == (before["run"], mail)
    assert of_the_clock(watched) == [("operator@example.org", "sent")]
    assert last_look(watched.store) is None
    assert "--clock-is-right" not in hotspots(*words, "--clock-is-right", home=watched, **options).err
    assert "--clock-is-right" not in hotspots(*words, home=watched, **options).err


def test_a_dry_run_of_retention_shows_what_a_wrong_clock_would_take(
    watched: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(FAR)
    before = everything_in(watched)
    would = hotspots("retention", "--dry-run", home=watched, keep_cases_weeks=4, clock_jump_days=35)
    assert (would.status, "would remove: case-level rows of 2 snapshots" in would.out) == (0, True)
    assert everything_in(watched) == before


def test_a_run_by_hand_is_not_held_says_so_and_confirms_nothing(
    home: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names its date: the person who runs it answers for it. The clock it was stored by stays in doubt."""
    clock.set(FAR)
    extract = write_csv(home.settings.home / "next", little_london())
    answer = hotspots("run", "--extract", extract, "--as-at", AS_AT + WEEK, home=home, clock_jump_days=35)
    assert (answer.status, answer.err.startswith("note: the clock says 2036-03-03")) == (0, True)
    assert hotspots("retention", home=home, clock_jump_days=35).status == 1
    wrong = hotspots("run", "--extract", extract, "--as-at", AS_AT, "--clock-is-right", home=home)
    assert (wrong.status, "--if-due only" in wrong.err) == (2, True)


def test_a_first_run_is_believed_however_old_its_extract(
    new_home: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(FAR)
    first = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=new_home, clock_jump_days=35)
    assert (first.status, first.err) == (0, "")
    assert hotspots("deliver", home=new_home, clock_jump_days=35).status == 0


def test_what_was_sent_says_when_a_home_ran_that_remembers_no_look(home: Home) -> None:
    later = NOW + 3 * MOST
    with home.store.engine.begin() as connection:
        connection.execute(update(OutboxMessage).values(sent_at=later))
    assert find_jump(home.store, home.settings, later + DAY) is None
    assert find_jump(home.store, home.settings, NOW) == Jump(NOW, later)


def test_a_snapshot_of_a_day_to_come_says_only_when_it_was_taken(home: Home) -> None:
    with home.store.engine.begin() as connection:
        newest = update(Snapshot).where(col(Snapshot.id) == home.newest.id)
        connection.execute(newest.values(as_at=FAR.date()))
    assert find_jump(home.store, home.settings, NOW + MOST) is None
    assert find_jump(home.store, home.settings, FAR) == Jump(FAR, NOW)


def test_weekly_runs_by_hand_keep_a_clock_believed(home: Home) -> None:
    assert check_clock(home.store, home.settings, NOW) is None
    later = NOW + 6 * WEEK
    assert check_clock(home.store, home.settings, later) == Jump(later, NOW)
    home.take(home.extract, AS_AT + 5 * WEEK, proposes=False)
    with home.store.engine.begin() as connection:
        connection.execute(update(Snapshot).values(created_at=later))
    assert check_clock(home.store, home.settings, later) is None


def test_the_limit_is_a_setting(home: Home) -> None:
    later = NOW + 50 * DAY
    assert find_jump(home.store, home.settings, later) is not None
    assert find_jump(home.store, home.with_settings(clock_jump_days=60), later) is None


def test_a_clock_that_cannot_be_judged_is_not_believed(watched: Home) -> None:
    """The people file is broken, so that no operator can be found: readers and rows are left alone all the same."""
    assert watched.settings.people is not None
    watched.settings.people.write_text("people: {", encoding="utf-8")
    before = everything_in(watched)
    watch, _ = scheduler(watched, [FAR])
    watch.look()
    watch.look()
    assert everything_in(watched) == before


@pytest.mark.both_databases
def test_first_looks_at_the_same_moment_are_one(new_home: Home) -> None:
    begin = Barrier(4)

    def first_look() -> None:
        begin.wait()
        remember(new_home.store, NOW)

    with ThreadPoolExecutor(4) as pool:
        for ended in [pool.submit(first_look) for _ in range(4)]:
            ended.result()
    with Session(new_home.store.engine) as session:
        assert [one.at for one in session.exec(select(ClockLook))] == [NOW]


def test_a_look_at_the_clock_does_not_keep_a_backup_from_being_restored(
    home: Home, new_home: Home, tmp_path: Path
) -> None:
    file, _ = back_up(home.store, tmp_path / "backup.zip", NOW)
    remember(new_home.store, NOW)
    restore(new_home.store, file, NOW)
    assert new_home.newest.as_at == AS_AT


@pytest.mark.both_databases
def test_mail_that_a_clock_ahead_claimed_or_put_off_goes_at_once_when_the_clock_is_right_again(home: Home) -> None:
    waiting = [one.id for one in messages(home.store, ("queued",))]
    first = update(OutboxMessage).where(col(OutboxMessage.id) == waiting[0])
    others = update(OutboxMessage).where(col(OutboxMessage.id).in_(waiting[1:]))
    with home.store.engine.begin() as connection:
        connection.execute(first.values(state="sending", phase="claimed", lease_until=NOW + 2 * DAY, claims=1))
        connection.execute(others.values(send_after=NOW + 2 * DAY))
    assert sorted(due_numbers(home.store, NOW)) == sorted(number for number in waiting if number is not None)
    release_expired(home.store, NOW)
    assert len(messages(home.store, ("queued",))) == len(waiting)
    assert [one.state for one in deliver(home.store, home.settings, lambda: NOW)] == ["sent"] * len(waiting)


@pytest.mark.both_databases
def test_a_server_that_a_clock_ahead_left_alone_is_tried_when_the_clock_is_right_again(home: Home) -> None:
    server = server_name(home.settings)
    pause_server(home.store, server, "no answer", FAR, lambda: 1.0)
    assert server_pause(home.store, server, FAR) is not None
    assert server_pause(home.store, server, NOW) is None
    pause_server(home.store, server, "still no answer", NOW, lambda: 1.0)
    found = server_pause(home.store, server, NOW)
    assert found is not None
    assert (found.faults, found.not_before) == (2, NOW + timedelta(minutes=5))


def test_a_plan_that_a_clock_ahead_was_at_is_broken_off() -> None:
    plan = PlanRow(state="solving", lease_until=FAR)
    assert state_of(plan, NOW) is PlanState.BROKEN_OFF
    assert state_of(plan, FAR) is PlanState.SOLVING


def test_the_operators_word_touches_no_other_mail(home: Home) -> None:
    """Nothing is released and nothing given up by a clock that is not believed, even if the mail server is down."""
    with home.store.engine.begin() as connection:
        waiting = update(OutboxMessage).where(col(OutboxMessage.state) == "queued")
        connection.execute(waiting.values(state="sending", phase="data", lease_until=NOW, claims=1))
    shutil.rmtree(home.settings.outbox, ignore_errors=True)
    before = of_readers(home)
    home.settings.outbox.write_text("not a folder")
    jump = check_clock(home.store, home.settings, FAR)
    assert jump is not None
    watch, _ = scheduler(home, [FAR])
    watch.look()
    assert of_the_clock(home) == [("operator@example.org", "queued")]
    assert of_readers(home) == before


@pytest.mark.both_databases
def test_a_home_from_before_clocks_were_judged_is_judged_by_its_snapshots(databases: Databases, home: Home) -> None:
    assert last_look(home.store) is None
    assert check_clock(home.store, home.settings, NOW + MOST) == Jump(NOW + MOST, datetime(2026, 11, 20, tzinfo=UTC))
    assert check_clock(home.store, home.settings, NOW + DAY) is None
    assert check_clock(home.store, home.settings, NOW + MOST) is None


def test_the_scheduler_confirms_the_clock_when_it_is_told_to(
    home: Home, hotspots: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(FAR)
    served: list[Settings] = []
    monkeypatch.setattr("monitor.operations.scheduler.run_until_stopped", lambda settings, _: served.append(settings))
    assert hotspots("schedule", "--clock-is-right", home=home, clock_jump_days=35).status == 0
    assert (len(served), find_jump(home.store, home.settings, FAR)) == (1, None)
