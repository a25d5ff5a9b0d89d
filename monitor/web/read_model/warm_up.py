"""Prepares the newest snapshot before anyone asks for it, so that its first readers need not wait."""

import logging
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Final

from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS
from monitor.snapshots.store import RowsRemoved
from monitor.web.formatting import prepare_templates
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.cases import all_overdue
from monitor.web.read_model.index import IndexedFrame
from monitor.web.read_model.search import crns, search_entries
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.story import EVERYTHING, story_of
from monitor.web.read_model.supervision.benchmark import lack_of_list
from monitor.web.read_model.supervision.coming import coming_table
from monitor.web.read_model.supervision.sheet import mappa_levels, usual_snapshot_before
from monitor.web.read_model.units.changes import explain_change, load_split
from monitor.web.read_model.units.posts import post_table, reduction_table, reductions_of
from monitor.web.read_model.units.team import received_cases
from tiering.terms import Level

EVERY_SECONDS: Final = 2.0
"""How often a new snapshot is looked for."""

_OF_UNITS: Final = ("units", "timeliness")
_OF_LATER_VERSIONS: Final = (
    "causes", "staffing", "bulk_days", "team_types", "limits", "oversight_rates", "contact", "proposals",
    "proposed_units",
)  # fmt: skip
_OF_CASES: Final = ("cases", "overdue", "due_soon", "findings", "oversight")
_TEMPLATES: Final = (
    "base.html", "search_form.html", "parts.html", "concern_parts.html", "home.html", "unit.html", "team.html",
    "causes.html", "inspection.html", "offender_manager.html", "coming.html", "sheet.html",
)  # fmt: skip
"""Of the pages that are opened most."""
_LOG: Final = logging.getLogger(__name__)


def warm_up(week: SnapshotView, before: SnapshotView | None) -> None:
    """Make once what the pages of a week only pick from; of rows that retention removed, nothing."""
    story_of(week, before, EVERYTHING)
    search_entries(week)
    for name in _OF_UNITS:
        _ = week.indexed(name).columns
    week.frame("known_events")
    for name in _OF_LATER_VERSIONS:
        if week.has_frame(name):
            _ = week.indexed(name).columns
    with suppress(RowsRemoved):
        for name in _OF_CASES:
            if week.has_frame(name):
                _index(week, week.indexed(name))
        _index(week, post_table(week))
        _index(week, reduction_table(week))
        reductions_of(week, frozenset())
        load_split(week, Level.ALL, Level.ALL)
        crns(week)
        all_overdue(week)
        _index(week, received_cases(week))
        _index(week, coming_table(week))
        mappa_levels(week)
        _index(week, week.indexed(BENCHMARK_PLANS.name))
        lack_of_list(week)
        explain_change(week, before, Level.ALL, Level.ALL)


def warm_up_earlier(earlier: SnapshotView | None) -> None:
    """Make of an earlier week what pages compare the cases of a person with; of removed rows, nothing."""
    if earlier is not None:
        earlier.unit(Level.OFFENDER_MANAGER, "")
        with suppress(RowsRemoved):
            _index(earlier, earlier.indexed("cases"))


def _index(week: SnapshotView, table: IndexedFrame) -> None:
    """Make the indexes of a frame by asking for no rows."""
    _ = table.columns
    week.rows_in(table, Level.OFFENDER_MANAGER, "")
    table.rows_of_teams(())


class WarmUp:
    """Prepares the newest snapshot, and each that is stored later, in a thread of its own while others read.

    The one before is shown meanwhile, as at its own date.
    """

    def __init__(self, cache: SnapshotCache, every_seconds: float = EVERY_SECONDS) -> None:
        self._cache = cache
        self._every = every_seconds
        self._stop = Event()
        self._thread = Thread(target=self._run, name="warm-up", daemon=True)

    def __enter__(self) -> "WarmUp":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        prepared: int | None = None
        while not self._stop.is_set():
            try:
                prepared = self.look(prepared)
            except Exception as fault:
                # Anyone who opens a page meets the same fault, and the page says so; the next look may go well.
                _LOG.warning("the newest snapshot could not be made ready: %s", fault)
            self._stop.wait(self._every)

    def look(self, prepared: int | None) -> int | None:
        """Prepare the newest snapshot unless it is the one of that id; return the id of the prepared one."""
        week = self._cache.newest()
        if week is None or week.number == prepared:
            return prepared
        before = self._cache.before(week)
        prepare_templates(*_TEMPLATES)
        warm_up(week, before)
        for earlier in (before, usual_snapshot_before(self._cache, week)):
            warm_up_earlier(earlier)
        self._cache.declare_ready(week)
        return week.number
