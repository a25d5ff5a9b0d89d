"""Load what a what-if starts from: the rows, the policy and the overdue assessments of a stored snapshot."""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import Scenario
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.holders import HolderChanges, read_holder_changes
from monitor.snapshots.weeks.weeks_ahead import WeeksAhead, read_weeks_ahead
from tiering.caseload import Caseload
from tiering.policies.policy import Policy


@dataclass(frozen=True)
class Baseline:
    """A stored snapshot as a what-if needs it.

    - overdue: one row per overdue assessment, columns as the export ``overdue``.
    - content_hash: of the rows it was taken from.
    - weeks_ahead: what is known about the weeks after it, if the scenario asks for draws of them.
    - holders: how often the offender manager of each case changed in the last 52 weeks.
    """

    as_at: date
    revision: int
    content_hash: str
    caseload: Caseload
    policy: Policy
    overdue: pd.DataFrame
    holders: HolderChanges = field(default_factory=HolderChanges)
    weeks_ahead: WeeksAhead | None = None


def load_baseline(store: Store, scenario: Scenario, named: str) -> Baseline:
    """Load the snapshot that a scenario starts from, the latest if it names none.

    - named: the name of the scenario in faults, such as its file.
    - Raises ScenarioFault if there is no such snapshot, or no forecast to draw weeks from; RowsRemoved if the retention
      has removed its rows; or ArchiveDamaged.
    """
    snapshot = _snapshot(store, scenario, named)
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    policy = Parameters.of_snapshot(snapshot).policy
    caseload, overdue = store.caseload(number), store.archived_frame(number, "overdue")
    holders = read_holder_changes(store, number, snapshot.as_at)
    ahead = None if scenario.robust is None else _weeks_ahead(store, snapshot, number, named)
    return Baseline(snapshot.as_at, snapshot.revision, snapshot.content_hash, caseload, policy, overdue, holders, ahead)


def _weeks_ahead(store: Store, snapshot: Snapshot, number: int, named: str) -> WeeksAhead:
    ahead = read_weeks_ahead(store, number, snapshot.as_at)
    if ahead is None:
        says = f"the snapshot of {snapshot.as_at} was stored without a forecast to draw weeks from; leave robust out"
        raise ScenarioFault(named, [Fault(0, "robust", says)])
    return ahead


def _snapshot(store: Store, scenario: Scenario, named: str) -> Snapshot:
    newest = store.newest(scenario.as_at)
    if newest is None:
        raise ScenarioFault(named, [_no_snapshot(store, scenario)])
    if scenario.revision is None or scenario.revision == newest.revision:
        return newest
    if scenario.as_at is None:
        raise ScenarioFault(named, [Fault(0, "revision", f"{scenario.revision}: of which date? write as_at as well")])
    earlier = {snapshot.revision: snapshot for snapshot in store.revisions(newest.as_at)}
    if scenario.revision not in earlier:
        known = ", ".join(map(str, earlier))
        says = f"there is no revision {scenario.revision} of {newest.as_at}; there are: {known}"
        raise ScenarioFault(named, [Fault(0, "revision", says)])
    return earlier[scenario.revision]


def _no_snapshot(store: Store, scenario: Scenario) -> Fault:
    """The fault of a date without a snapshot, or of a store without any."""
    known = ", ".join(day.isoformat() for day in store.dates()[-5:])
    if not known:
        return Fault(0, "", "there is no snapshot to start from; take one with: hotspots run")
    return Fault(0, "as_at", f"there is no snapshot of {scenario.as_at}; the last ones: {known}")
