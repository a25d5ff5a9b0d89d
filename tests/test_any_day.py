"""Another day for the tests: every process has it, and still waits for as long as it means to."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from .any_day.__main__ import DAYS, clock_that_shows, libfaketime, moment_of, reading_a_clock
from .clock import NOW

HOUR = timedelta(hours=1)
# What waits, by the clocks of Python and of the kernel, in a process that another process has started.
WAITING = """\
import datetime, json, threading, time
began = time.monotonic()
time.sleep(0.05)
threading.Event().wait(0.05)
lock = threading.Lock()
lock.acquire()
lock.acquire(timeout=0.05)
print(json.dumps([datetime.datetime.now(datetime.UTC).isoformat(), time.monotonic() - began]))
"""
STARTING = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAITING!r}], check=True, timeout=30)"


def test_a_day_is_so_many_days_from_now_or_a_moment() -> None:
    assert moment_of("+40", NOW) == NOW + timedelta(days=40)
    assert moment_of("2028-02-29T12:00", NOW) == datetime(2028, 2, 29, 12, tzinfo=UTC)
    for day in ("2027-02-29", "+a month", "40"):
        with pytest.raises(ValueError, match=re.escape(day.lstrip("+")) + "|range"):
            moment_of(day, NOW)


def test_the_days_are_those_on_which_programs_fail() -> None:
    moments = [moment_of(day, NOW) for day in DAYS]
    assert [(moment - NOW).days for moment in moments[:2]] == [40, 400]
    assert (2, 29) in [(moment.month, moment.day) for moment in moments]
    assert 53 in [moment.isocalendar().week for moment in moments]
    soon = [(moment, moment + timedelta(minutes=6)) for moment in moments]
    assert sum(before.year < after.year for before, after in soon) == 1
    local = [[moment.astimezone(ZoneInfo("Europe/London")).utcoffset() for moment in pair] for pair in soon]
    assert [after - before for before, after in local if before != after] == [HOUR, -HOUR]


@pytest.mark.parametrize("days", [-4_000, 400])
def test_a_process_that_a_process_starts_has_the_day_and_waits_for_as_long_as_it_means_to(days: int) -> None:
    unfaked = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")}
    seconds = subprocess.run(["date", "+%s"], env=unfaked, capture_output=True, text=True, check=True).stdout
    machine = datetime.fromtimestamp(int(seconds), UTC)
    environment = clock_that_shows(NOW + timedelta(days=days), machine, libfaketime(), unfaked)
    command = [sys.executable, "-c", STARTING]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    shown, waited = json.loads(ended.stdout)
    assert timedelta() <= datetime.fromisoformat(shown) - (NOW + timedelta(days=days)) < timedelta(minutes=1)
    assert 0.15 <= waited < 10


def test_the_small_part_loads_only_files_with_tests_that_read_a_clock() -> None:
    arguments = reading_a_clock()
    choice, files = arguments[:4], arguments[4:]
    assert choice == ["-m", "reads_clock", "-k", "not postgresql"]
    assert {file.rpartition("/")[2] for file in files} >= {"test_clock.py", "test_claims.py", "test_oidc.py"}
    assert __file__ not in files
