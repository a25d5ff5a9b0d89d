"""The snapshots that readers look at, a few of them in memory."""

from collections import OrderedDict
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


class SnapshotCache:
    """Views of the snapshots used last; everything that is derived from a snapshot lives and goes with its view."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._views: OrderedDict[int, SnapshotView] = OrderedDict()
        self._lock = Lock()

    def week(self, as_at: date | None = None) -> SnapshotView | None:
        """Return the home's newest snapshot for a date, or of all; None if there is none.

        The database is asked each time: another process stores the snapshots.
        """
        number = newest_id(self.store.engine, as_at)
        return None if number is None else self.by_number(number)

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
