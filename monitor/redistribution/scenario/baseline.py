"""What a what-if starts from: the rows, the policy and the lateness of a stored snapshot, as they were archived."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from monitor.redistribution.scenario.model import Scenario
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from tiering.caseload import Caseload
from tiering.faults import ConfigFault
from tiering.policy import Policy


@dataclass(frozen=True)
class Start:
    """A stored snapshot as a what-if needs it.

    overdue: one row an overdue assessment, columns as the export ``overdue``. content_hash: of the rows it was taken
    from.
    """

    as_at: date
    revision: int
    content_hash: str
    caseload: Caseload
    policy: Policy
    overdue: pd.DataFrame


def start_of(store: Store, scenario: Scenario, named: str) -> Start:
    """The snapshot that a scenario starts from, the newest if it names none.

    Raises ConfigFault where there is none such, RowsRemoved where the retention took its rows away, ArchiveDamaged.
    """
    snapshot = _snapshot(store, scenario, named)
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    policy = Parameters.stored_with(snapshot).policy
    caseload, overdue = store.caseload(number), store.archived(number, "overdue")
    return Start(snapshot.as_at, snapshot.revision, snapshot.content_hash, caseload, policy, overdue)


def _snapshot(store: Store, scenario: Scenario, named: str) -> Snapshot:
    newest = store.newest(scenario.as_at)
    if newest is None:
        known = ", ".join(day.isoformat() for day in store.dates()[-5:])
        if not known:
            raise ConfigFault([f"{named}: there is no snapshot to start from; take one with: hotspots run"])
        raise ConfigFault([f"{named}: as_at: there is no snapshot of {scenario.as_at}; the last ones: {known}"])
    if scenario.revision is None or scenario.revision == newest.revision:
        return newest
    if scenario.as_at is None:
        raise ConfigFault([f"{named}: revision: {scenario.revision}: of which date? write as_at beside it"])
    earlier = {one.revision: one for one in store.revisions(newest.as_at)}
    if scenario.revision not in earlier:
        known = ", ".join(map(str, earlier))
        raise ConfigFault(
            [f"{named}: revision: there is no revision {scenario.revision} of {newest.as_at}; there are: {known}"]
        )
    return earlier[scenario.revision]
