"""The clock: when the weekly job fires, and that the process ends when it is told to."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.schedule import trigger
from monitor.settings import load_settings
from monitor.snapshots.tables import Run
from monitor.weekly import next_due

from .conftest import Home

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


def running(home: Home) -> bool:
    with Session(home.store.engine) as session:
        return session.execute(select(Run)).first() is not None


def test_the_scheduler_catches_up_at_start_and_ends_its_job_before_it_stops(home: Home) -> None:
    arrivals = Path(home.extract).parent
    today = datetime.now(UTC).date()
    shutil.copytree(home.extract, arrivals / today.isoformat())
    settings = {"HOME": home.settings.home, "PEOPLE": home.settings.people, "SOURCE": arrivals}
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "schedule"],
        env=os.environ | {f"HOTSPOTS_{name}": str(value) for name, value in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not running(home) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "stopping: the job at work ends first\n")
    lines = out.splitlines()
    assert lines[0].startswith("next run: Monday ")
    assert f"snapshot of {today}, revision 1" in lines[1]
    assert [line.split("  ")[1:3] for line in lines[2:]] == [
        ["sent", "north@example.org"],
        ["sent", "south@example.org"],
    ]
    assert home.newest.as_at == today
