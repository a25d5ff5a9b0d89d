"""The newest snapshot is made ready before anybody asks, so that its first readers need not wait for it."""

import logging
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Final

from monitor.snapshots.store import RowsRemoved
from monitor.web.read_model import snapshot
from monitor.web.read_model.snapshot import EVERYTHING, NOTHING, SnapshotCache, SnapshotView
from tiering.terms import Level

EVERY_SECONDS: Final = 2.0
"""How often a new snapshot is looked for."""

_OF_UNITS: Final = ("units", "hotspots", "timeliness")
_OF_CASES: Final = ("cases", "overdue", "due_soon", "findings", "post_lines", "reductions")
_LOG: Final = logging.getLogger(__name__)


def make_ready(week: SnapshotView, before: SnapshotView | None) -> None:
    """Work out once what the pages of a week only pick from; of rows that the retention took, nothing."""
    week.story(EVERYTHING, before)
    snapshot.unit_words(week)
    for name in _OF_UNITS:
        week.records(name, NOTHING)
    with suppress(RowsRemoved):
        for name in _OF_CASES:
            week.records(name, NOTHING)
            week.rows(name, Level.OFFENDER_MANAGER, "")
            week.rows_of_teams(name, ())
        snapshot.reductions(week, frozenset())
        snapshot.load_split(week, Level.ALL, Level.ALL)
        snapshot.crns(week)
        week.frame("late")
        snapshot.change(week, before, Level.ALL, Level.ALL)


class WarmUp:
    """Makes the newest snapshot ready, and each that is stored later, beside whoever reads."""

    def __init__(self, shelf: SnapshotCache, every_seconds: float = EVERY_SECONDS) -> None:
        self._shelf = shelf
        self._every = every_seconds
        self._stop = Event()
        self._thread = Thread(target=self._for_ever, name="ready", daemon=True)

    def __enter__(self) -> "WarmUp":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _for_ever(self) -> None:
        ready: int | None = None
        while not self._stop.is_set():
            try:
                ready = self.look(ready)
            except Exception as fault:
                # Whoever opens a page meets the same fault and is told; the next look may go well.
                _LOG.warning("the newest snapshot could not be made ready: %s", fault)
            self._stop.wait(self._every)

    def look(self, ready: int | None) -> int | None:
        """Make the newest snapshot ready unless it is the one of that id; gives the id of what is ready now."""
        week = self._shelf.week()
        if week is None or week.number == ready:
            return ready
        make_ready(week, self._shelf.before(week))
        return week.number
