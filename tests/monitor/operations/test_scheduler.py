"""The clock: when the weekly job fires, and that the process ends when it is told to."""

import io
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import Session

from monitor import logs
from monitor.operations.due_times import next_due
from monitor.operations.scheduler import ScheduledSteps, trigger
from monitor.settings import load_settings
from monitor.snapshots.tables import Run

from ...clock import NOW, clock
from ...loaded_program import Loaded
from ..conftest import Home, little_london
from ..extracts.small import write_csv
from .test_heartbeat import serving

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("day", WEEKDAYS)
def test_the_job_fires_on_its_weekday_at_its_time_in_london(day: str) -> None:
    fires = trigger(load_settings(run_day=day))
    summer = fires.get_next_fire_time(None, datetime(2026, 7, 1, tzinfo=UTC))
    winter = fires.get_next_fire_time(None, datetime(2026, 12, 1, tzinfo=UTC))
    assert [WEEKDAYS[fired.weekday()] for fired in (summer, winter)] == [day, day]
    assert [fired.astimezone(UTC).strftime("%H:%M") for fired in (summer, winter)] == ["05:00", "06:00"]


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_clock_and_the_run_table_agree_on_when_the_next_run_is_due(change: datetime) -> None:
    for day in WEEKDAYS:
        settings = load_settings(run_day=day)
        for hours in range(-8 * 24, 8 * 24, 5):
            now = change + timedelta(hours=hours, minutes=1)
            assert trigger(settings).get_next_fire_time(None, now) == next_due(now, settings)


@pytest.mark.usefixtures("own_environment")
def test_the_job_fires_at_the_time_that_is_set_in_the_zone_that_is_set() -> None:
    settings = load_settings(run_day="thu", run_time="17:45", timezone="Pacific/Auckland")
    fired = trigger(settings).get_next_fire_time(None, datetime(2026, 11, 23, tzinfo=UTC))
    assert fired is not None
    assert fired.isoformat() == "2026-11-26T17:45:00+13:00"


def looking(home: Home, now: datetime = MONDAY, stopping: Event | None = None) -> tuple[ScheduledSteps, io.StringIO]:
    """A scheduler's look at this time, and what it logs."""
    stream = io.StringIO()
    logs.open_log("json", "info", stream)
    return ScheduledSteps(home.settings, lambda: now, stopping or Event()), stream


@pytest.fixture(autouse=True)
def _closed_after_each_test() -> Iterator[None]:
    yield
    logs.close_log()


@pytest.fixture
def watched(home: Home) -> Home:
    """A home whose newest extract, already taken, lies in the watched folder."""
    home.settings = home.with_settings(source=str(Path(home.extract).parent))
    return home


def told(stream: io.StringIO) -> list[tuple[str, str]]:
    """Each event with its state, or with the step it is about."""
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [(event["event"], event.get("state") or event.get("step")) for event in events]


def test_a_look_runs_sends_clears_away_and_calls_out(watched: Home) -> None:
    with serving() as listener:
        watched.settings = watched.with_settings(heartbeat_url=SecretStr(listener.url))
        watch, stream = looking(watched)
        watch.look()
        assert told(stream) == [
            ("run", "done"),
            ("delivery", "sent"),
            ("delivery", "sent"),
            ("retention", "done"),
            ("heartbeat", "called"),
        ]
        watch.look()
        assert len(told(stream)) == 5
        assert len(listener.calls) == 1


def test_retention_is_called_once_a_day(watched: Home) -> None:
    moments = [MONDAY, MONDAY + 15 * MINUTE, MONDAY + 24 * 60 * MINUTE]
    stream = io.StringIO()
    logs.open_log("json", "info", stream)
    watch = ScheduledSteps(watched.settings, lambda: moments[0], Event())
    for _ in range(2):
        watch.look()
        moments.pop(0)
    assert [event for event, _ in told(stream)].count("retention") == 1
    watch.look()
    assert [event for event, _ in told(stream)].count("retention") == 2


def test_a_week_without_figures_is_told_and_sent_on_the_same_look(watched: Home, tmp_path: Path) -> None:
    watched.settings = watched.with_settings(source=str(tmp_path))
    watch, stream = looking(watched, MONDAY + 7 * 24 * 60 * MINUTE + 240 * MINUTE)
    watch.look()
    found = told(stream)
    assert found[0] == ("run", "no extract")
    assert found.count(("notice", "queued")) == 2
    assert sorted(path.name.split("_")[0] for path in watched.settings.outbox.glob("*.eml")) == [
        "no-figures",
        "no-figures",
        "run-late",
        "weekly",
        "weekly",
    ]


def test_what_one_step_meets_does_not_keep_the_others_from_theirs(watched: Home) -> None:
    assert watched.settings.people is not None
    people = watched.settings.people.read_text(encoding="utf-8")
    watched.settings.people.write_text("people: [{email: nobody}]", encoding="utf-8")
    watch, stream = looking(watched)
    watch.look()
    assert told(stream) == [
        ("run", "refused"),
        ("step failed", "mail"),
        ("step failed", "notices"),
        ("retention", "done"),
    ]
    assert "nobody" not in stream.getvalue()
    watched.settings.people.write_text(people, encoding="utf-8")
    watch.look()
    assert told(stream)[4:7] == [("run", "done"), ("delivery", "sent"), ("delivery", "sent")]


def test_a_run_that_breaks_off_does_not_stop_the_scheduler(watched: Home, tmp_path: Path) -> None:
    arrivals = tmp_path / "arrivals"
    write_csv(arrivals / "2026-11-23", little_london())
    watched.settings = watched.with_settings(source=str(arrivals))
    away = watched.settings.archive.rename(watched.settings.home / "archive-away")
    watched.settings.archive.write_text("a file stands where the archive was", encoding="utf-8")
    watch, stream = looking(watched)
    watch.look()
    assert told(stream)[:2] == [("run", "failed"), ("step failed", "run")]
    assert ("delivery", "sent") in told(stream)
    assert ("notice", "queued") in told(stream)
    watched.settings.archive.unlink()
    away.rename(watched.settings.archive)
    watch.look()
    assert ("run", "done") in told(stream)


def test_a_database_out_of_reach_is_told_and_tried_again(watched: Home) -> None:
    settings = watched.settings
    watched.settings = watched.with_settings(database=SecretStr(f"sqlite:///{settings.home}/archive"))
    watch, stream = looking(watched)
    watch.look()
    watch.look()
    assert told(stream) == [("database out of reach", "database")] * 2
    (first, _) = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["level"], first["error"]) == ("error", "OperationalError")


def test_a_database_that_goes_and_comes_back_is_met_again(watched: Home) -> None:
    database = watched.settings.home / "hotspots.db"
    watch, stream = looking(watched)
    watch.look()
    watched.store.engine.dispose()
    watch.store.engine.dispose()
    away = database.rename(database.with_suffix(".away"))
    database.mkdir()
    watch.look()
    assert told(stream)[-1][0] == "database out of reach"
    database.rmdir()
    away.rename(database)
    before = len(told(stream))
    watch.look()
    assert "database out of reach" not in [event for event, _ in told(stream)[before:]]


def test_once_it_is_told_to_stop_no_other_step_and_no_other_mail_begins(watched: Home) -> None:
    stopping = Event()
    stopping.set()
    watch, stream = looking(watched, stopping=stopping)
    watch.look()
    assert told(stream) == []

    class AfterTheFirstMail(io.StringIO):
        def write(self, text: str) -> int:
            if "delivery" in text:
                stopping.set()
            return super().write(text)

    stopping.clear()
    noticing = AfterTheFirstMail()
    logs.open_log("json", "info", noticing)
    watch.look()
    assert told(noticing) == [("run", "done"), ("delivery", "sent")]


def test_without_a_source_only_what_is_queued_is_sent(home: Home) -> None:
    watch, stream = looking(home)
    watch.look()
    assert told(stream) == [("delivery", "sent"), ("delivery", "sent"), ("retention", "done")]


def running(home: Home) -> bool:
    with Session(home.store.engine) as session:
        return session.execute(select(Run)).first() is not None


@pytest.mark.reads_clock
def test_the_scheduler_catches_up_at_start_and_ends_its_step_before_it_stops(home: Home) -> None:
    arrivals = Path(home.extract).parent
    today = NOW.date()
    shutil.copytree(home.extract, arrivals / today.isoformat())
    settings = {"HOME": home.settings.home, "PEOPLE": home.settings.people, "SOURCE": arrivals, "LOG_FORMAT": "json"}
    process = Loaded(
        clock.program("schedule"),
        env=os.environ | {f"HOTSPOTS_{name}": str(value) for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 60
        while not running(home) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    events = [json.loads(line) for line in err.splitlines()]
    assert (process.returncode, out) == (0, "")
    assert [event["event"] for event in events] == ["started", "stopping", "run", "stopped"]
    assert events[0]["next_run"].startswith("Monday ")
    assert (events[2]["state"], events[2]["as_at"], events[2]["revision"]) == ("done", today.isoformat(), 1)
    assert home.newest.as_at == today
