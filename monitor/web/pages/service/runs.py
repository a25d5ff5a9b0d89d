"""The page of snapshots: how the service stands, the last weekly runs with their faults, and every snapshot."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from alerts.people import Role
from monitor.operations.run_ledger import faults_of
from monitor.operations.status import ServiceStatus
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.web.auth.permissions import Visibility
from monitor.web.dependencies import Reader
from monitor.web.pages import tables
from monitor.web.pages.view_models.models import ListedRun, ListedSnapshot, SnapshotsPage
from monitor.web.pages.view_models.page import Table
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import latest_runs, list_snapshots

MOST_RUNS: Final = 26


def shows_details(sight: Visibility) -> bool:
    """Whether a reader sees runs, counts and sources: those who see everything, and operators."""
    return sight.everything or sight.person.role is Role.OPERATOR


def snapshots_page(reader: Reader, state: ServiceStatus | None) -> SnapshotsPage:
    """Every snapshot; with details also the runs and how the service stands. state: None without details."""
    detailed = shows_details(reader.sight)
    stored = list_snapshots(reader.snapshots)
    # The latest revision comes first.
    revisions = {row.as_at: row.revision for row in reversed(stored) if not row.comparison}
    runs = _last_runs(reader.snapshots) if detailed else ()
    offered: dict[str, Table] = {"snapshots": lambda: tables.snapshot_table(stored, detailed)}
    if detailed:
        offered["runs"] = lambda: tables.run_table(runs)
    return SnapshotsPage(
        title="Snapshots",
        snapshots=tuple(
            ListedSnapshot(row, summary.cases, summary.rejected, _intake_path(row, revisions))
            for row, summary in ((row, RunSummary.of_snapshot(row)) for row in stored)
        ),
        state=state,
        runs=runs,
        detailed=detailed,
        leads_to_figures=reader.sight.person.role is not Role.OPERATOR,
        tables=offered,
    )


def _intake_path(row: Snapshot, revisions: Mapping[date, int]) -> str:
    """The path of the intake report of a snapshot; empty where the pages of its date show another one.

    revisions: the revision that the pages show for each date.
    """
    is_shown = not row.comparison and revisions[row.as_at] == row.revision
    return f"/data-quality/intake?as_at={row.as_at}" if is_shown else ""


def page_before_the_first(snapshots: SnapshotCache, state: ServiceStatus) -> SnapshotsPage:
    """The page while there is no snapshot: an operator reads there why."""
    return SnapshotsPage(
        title="Snapshots", snapshots=(), state=state, runs=_last_runs(snapshots), detailed=True, leads_to_figures=False
    )


def _last_runs(snapshots: SnapshotCache) -> tuple[ListedRun, ...]:
    """The last weekly runs, each with what made it fail."""
    return tuple(ListedRun(run, faults_of(run)) for run in latest_runs(snapshots, MOST_RUNS))
