"""Read the rows of the earlier weeks that a week is compared with, to find the causes of what changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlmodel import Session, col, select

from alerts.causes.model import WEEKS_BACK, EarlierWeek
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import Snapshot
from tiering.caseload import TABLES, Caseload, complete_table

_NEEDED: Final = ("organisation", "offender_managers", "cases", "duties", "reductions")
"""The tables that points rest on. Assessments and events are far larger, and no cause is in them."""


def read_earlier_weeks(store: Store, ids: Sequence[int], as_at: date) -> tuple[EarlierWeek, ...]:
    """Read the weeks that ``as_at`` is compared with: the previous one, and those of 4 and 13 weeks ago.

    * ids: its history, oldest first, no two of one ISO week.
    * Leaves out a week without a snapshot, and one whose rows were removed or cannot be read: the figures of a week do
      not wait for a file of three months ago. ``hotspots check`` reports such a file.
    """
    snapshots = _snapshots(store, ids)
    by_week = {snapshot.as_at.isocalendar()[:2]: snapshot for snapshot in snapshots}
    wanted = {back: by_week.get((as_at - timedelta(weeks=back)).isocalendar()[:2]) for back in WEEKS_BACK}
    if snapshots:
        wanted[1] = snapshots[-1]
    weeks = [_week(store, back, snapshot) for back, snapshot in wanted.items() if snapshot is not None]
    return tuple(week for week in weeks if week is not None)


def _snapshots(store: Store, ids: Sequence[int]) -> list[Snapshot]:
    """The snapshots of these ids that could be compared with, oldest first."""
    recent = ids[-max(WEEKS_BACK) :]
    query = select(Snapshot).where(col(Snapshot.id).in_(recent)).order_by(col(Snapshot.as_at))
    with Session(store.engine) as session:
        return list(session.exec(query))


def _week(store: Store, weeks_back: int, snapshot: Snapshot) -> EarlierWeek | None:
    number = snapshot.id
    if number is None:
        raise ValueError("the snapshot is not stored")
    try:
        tables = {name: store.archived_frame(number, f"extract_{name}") for name in _NEEDED}
    except (RowsRemoved, ArchiveDamaged):
        return None
    typed = {name: complete_table(name, frame) for name, frame in tables.items()}
    caseload = Caseload(**typed, assessments=TABLES["assessments"].empty())
    return EarlierWeek(weeks_back, snapshot.as_at, caseload, Parameters.of_snapshot(snapshot).policy)
