"""Run the tests as if it were another day, one day after another: ``make test-any-day`` runs all of them on all days.

    python -m tests.any_day [--on DAY]... [--reads-clock] [arguments of pytest]

DAY is a number of days from now, such as +40, or a moment in UTC, such as 2028-02-29T12:00; without any it is each of
``DAYS`` in turn. With --reads-clock only the tests with that mark are run. The clock goes on from there, in every
process that the tests start. It needs libfaketime.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

DAYS = {
    "+40": "more than a month later: mail and leases are over, figures are old",
    "+400": "more than a year later",
    "2028-02-29T12:00": "a leap day",
    "2027-03-28T00:55": "clocks go forward in London within minutes",
    "2027-10-31T00:55": "clocks go back in London within minutes",
    "2028-12-31T23:55": "the year ends within minutes",
    "2032-12-29T12:00": "ISO week 53",
}
PYTHON = Path(__file__).with_name("python")
TESTS = Path(__file__).parents[1]


def moment_of(day: str, now: datetime) -> datetime:
    """The moment that a day on the command line stands for; ``ValueError`` for what is none."""
    if day.startswith("+"):
        return now + timedelta(days=int(day))
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def clock_that_shows(moment: datetime, now: datetime, library: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Variables for a process, and all that it starts, whose clock shows ``moment`` when the machine's shows ``now``.

    library: what the dynamic linker is to load, with libfaketime in it. environment: the variables to begin with.
    """
    found = [str(PYTHON), environment.get("PYTHONPATH", "")]
    return {
        **environment,
        "LD_PRELOAD": library,
        "FAKETIME": f"{(moment - now).total_seconds():+f}",
        # Spans of time stay spans of time: waiting, time limits, and the kernel's own clock below them.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(part for part in found if part),
    }


def libfaketime() -> str:
    """Where the library is, from the program that comes with it."""
    try:
        asked = subprocess.run(["faketime", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit("Another day needs libfaketime: sudo apt-get install faketime")
    return asked.stdout.strip()


def reading_a_clock() -> list[str]:
    """Arguments of pytest for the tests that are marked so, on SQLite: the server is never asked for the time.

    Only the files with such tests are named, so that the others need not be loaded to be left out.
    """
    files = sorted(TESTS.rglob("test_*.py"))
    marked = [str(path) for path in files if "@pytest.mark.reads_clock\n" in path.read_text(encoding="utf-8")]
    return ["-m", "reads_clock", "-k", "not postgresql", *marked]


def main(words: list[str]) -> int:
    """Run pytest once per day; the largest of its exit statuses."""
    parser = argparse.ArgumentParser(prog="python -m tests.any_day", allow_abbrev=False)
    parser.add_argument("--on", action="append", metavar="DAY", help="a day instead of all of them; may be repeated")
    parser.add_argument("--reads-clock", action="store_true", help="only the tests that are marked so")
    chosen, arguments = parser.parse_known_args(words)
    arguments += reading_a_clock() if chosen.reads_clock else []
    library, statuses = libfaketime(), []
    for day in chosen.on or DAYS:
        now = datetime.now(UTC)
        moment = moment_of(day, now)
        print(f"== {day}: {moment:%A %d %B %Y, %H:%M} UTC {DAYS.get(day, '')}".rstrip(), flush=True)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        environment = clock_that_shows(moment, now, library, os.environ)
        statuses.append(subprocess.run(command, env=environment).returncode)
    # Killed by a signal, a process has a negative one.
    return max(map(abs, statuses))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
