"""The clock of a test: it shows ``NOW`` when the test starts, in this process and in every process that it starts.

The machine's clock shows another day at every test run, so what a test queues, keeps or expects must not depend on it.
"""

import time
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

# The program has one place that reads the clock; this puts another clock there before it starts.
_PROGRAM = """\
from datetime import datetime
{first}
from monitor.cli import main, session
machine = session.now
ahead = datetime.fromisoformat("{moment}") - machine()
session.now = lambda: machine() + ahead
main.main()
"""


class Clock:
    """A clock that can be set, and goes on from there."""

    def __init__(self) -> None:
        self.set(NOW)

    def set(self, moment: datetime) -> None:
        """Show this moment now. moment: aware of its time zone."""
        self._moment, self._set_at = moment, time.monotonic()

    def now(self) -> datetime:
        """The moment that the clock shows, in UTC."""
        return self._moment.astimezone(UTC) + timedelta(seconds=time.monotonic() - self._set_at)

    def program(self, *words: object, first: str = "") -> list[str]:
        """Arguments for Python that run the program with these words by this clock.

        words: the command line of ``hotspots``, without its name.
        first: Python that the process runs before it imports the program, on one line.
        """
        return ["-c", _PROGRAM.format(first=first, moment=self.now().isoformat()), *map(str, words)]


clock = Clock()
