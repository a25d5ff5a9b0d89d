"""The snapshots that readers look at, a few of them in memory."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Final

from monitor.snapshots.store import Store
from monitor.snapshots.weeks.catalogue import load_snapshot, newest_id
from monitor.web.read_model.snapshot import SnapshotView

SIZE: Final = 4
"""Snapshots held in memory: this week's, the one before it, and two that readers look back to.

A snapshot keeps its frames of cases with it, so this bounds the memory that ``hotspots serve`` takes.
"""


LONGEST_HELD_BACK: Final = 30.0
"""Seconds that a new snapshot is held back at most while it is made ready: its first readers waited six for a page."""


class SnapshotCache:
    """Views of the snapshots used last; everything that is derived from a snapshot lives and goes with its view.

    * clock: gives seconds that only go forward.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self._clock = clock
        self._views: OrderedDict[int, SnapshotView] = OrderedDict()
        self._lock = Lock()
        self._ready: int | None = None
        self._held_back: tuple[int, float] | None = None

    def week(self, as_at: date | None = None) -> SnapshotView | None:
        """Return the home's newest snapshot for a date, or of all; None if there is none.

        The database is asked each time: another process stores the snapshots. Without a date, it is the one that was
        declared ready last, for as long as a newer one is held back.
        """
        number = newest_id(self.store.engine, as_at)
        if number is None:
            return None
        return (None if as_at else self._shown_instead(number)) or self.by_number(number)

    def newest(self) -> SnapshotView | None:
        """Return the newest snapshot of all, ready or not; None if there is none."""
        number = newest_id(self.store.engine)
        return None if number is None else self.by_number(number)

    def declare_ready(self, week: SnapshotView) -> None:
        """From now on hold back a newer snapshot than this until it is declared ready, too."""
        self._ready = week.number

    def _shown_instead(self, newest: int) -> SnapshotView | None:
        """The view that is ready, while the newest snapshot is held back."""
        with self._lock:
            ready = None if self._ready in (None, newest) else self._views.get(self._ready)
            if ready is None:
                return None
            self._views.move_to_end(ready.number)
            if self._held_back is None or self._held_back[0] != newest:
                self._held_back = (newest, self._clock())
            return ready if self._clock() - self._held_back[1] < LONGEST_HELD_BACK else None

    def before(self, week: SnapshotView) -> SnapshotView | None:
        """Return the snapshot a week is compared with; None for the first."""
        return self.by_number(week.history_ids[-1]) if week.history_ids else None

    def by_number(self, number: int) -> SnapshotView:
        """Return the snapshot of an id, which must exist."""
        with self._lock:
            view = self._views.get(number)
            if view is not None:
                self._views.move_to_end(number)
                return view
        # The row is read outside the lock, so that readers of other snapshots do not wait for the database. If two
        # threads read it, the view stored first stays for both: a second one would read every frame again.
        loaded = SnapshotView(self.store, load_snapshot(self.store.engine, number))
        with self._lock:
            view = self._views.setdefault(number, loaded)
            while len(self._views) > SIZE:
                self._views.popitem(last=False)
            return view
