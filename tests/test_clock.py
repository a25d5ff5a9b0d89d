"""The tests own their clock: what they start reads it, and none of them reads the machine's."""

import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from .clock import NOW, clock

HERE = Path(__file__).parent
A_CLOCK = re.compile(r"""datetime\.now\(|\.utcnow\(|\.today\(\)|time\.time\(\)|"-m", "monitor\"""")
BY_THE_MACHINE = {
    "test_any_day.py": "it asks which day another process has",
    "monitor/cli/test_main.py": "it asks whether the module starts, and nothing that has a date",
    "monitor/web/test_serving.py": "its workers are processes of their own, and it asks for nothing that has a date",
}


@pytest.mark.reads_clock
def test_a_process_that_a_test_starts_goes_by_the_clock_of_the_test() -> None:
    clock.set(NOW + timedelta(days=400))
    program = clock.program("--help", first="import atexit; atexit.register(lambda: print(session.now().isoformat()))")
    ended = subprocess.run([sys.executable, *program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.splitlines()[-1].startswith("2027-12-27T09:0")


def test_a_clock_that_was_set_goes_on_from_there() -> None:
    assert NOW <= clock.now() < NOW + timedelta(minutes=1)
    clock.set(NOW - timedelta(days=1))
    first = clock.now()
    time.sleep(0.001)
    assert first < clock.now() < NOW


def test_no_test_reads_the_clock_of_the_machine() -> None:
    """What passes on the day it is written, and on no other, begins with one of these."""
    tests = [path for path in HERE.rglob("test_*.py") if path != Path(__file__)] + [*HERE.rglob("conftest.py")]
    found = {path for path in tests if A_CLOCK.search(path.read_text(encoding="utf-8"))}
    assert {path.relative_to(HERE).as_posix() for path in found} == set(BY_THE_MACHINE)
