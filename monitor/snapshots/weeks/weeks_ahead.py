"""Read what is known about the weeks after a snapshot: its forecast, and the sickness of the last 52 weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd
from sqlmodel import Session, col, select

from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.contracts.frames import FORECAST, STAFFING
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.history import find_history
from tiering.terms import Level, ReductionReason

WINDOW: Final = timedelta(weeks=52)
"""How far back sickness is read."""

_STAFFING: Final = ["people", "sick_hours", "contracted_hours"]
_REDUCTIONS: Final = "extract_reductions"


@dataclass(frozen=True)
class WeeksAhead:
    """What is known about the weeks after a snapshot.

    * forecast: of every team; columns as the frame ``forecast``.
    * points: total points of each team now, by its code.
    * staffing: of the whole service, one row per stored week of the last 52 that can be read, oldest first; columns
      as_at, people, sick_hours, contracted_hours.
    * spells: every spell of sickness in those weeks, once; columns om_code, starts_on.
    """

    forecast: pd.DataFrame
    points: "pd.Series[float]"
    staffing: pd.DataFrame
    spells: pd.DataFrame


def read_weeks_ahead(store: Store, snapshot_id: int, as_at: date) -> WeeksAhead | None:
    """Read what is known about the weeks after a snapshot; None if it was stored without a forecast or staffing.

    * Weeks that are missing, whose rows the retention has removed, or whose files are damaged are left out.
    """
    if not store.has_archived(snapshot_id, FORECAST.name):
        return None
    forecast = store.archived_frame(snapshot_id, FORECAST.name)
    units = store.units(snapshot_id)
    teams = units[units["level"].eq(Level.TEAM)]
    weeks = list(_weeks(store, [*find_history(store, as_at), snapshot_id], as_at - WINDOW))
    if not weeks:
        return None
    staffing = [week.assign(as_at=pd.Timestamp(day)) for day, week, _ in weeks]
    spells = [spells for _, _, spells in weeks]
    return WeeksAhead(
        forecast[forecast["level"].eq(Level.TEAM)].reset_index(drop=True),
        teams.set_index("code")["total_points"],
        pd.concat(staffing, ignore_index=True),
        pd.concat(spells).drop_duplicates(ignore_index=True),
    )


def _weeks(store: Store, ids: Sequence[int], first: date) -> Iterator[tuple[date, pd.DataFrame, pd.DataFrame]]:
    """The date, the staffing of the whole service, and the spells of sickness of each week that can be read."""
    query = (
        select(col(Snapshot.id), col(Snapshot.as_at))
        .where(col(Snapshot.id).in_(ids), col(Snapshot.as_at) >= first)
        .order_by(col(Snapshot.as_at))
    )
    with Session(store.engine) as session:
        dated = [(number, as_at) for number, as_at in session.exec(query) if number is not None]
    for number, as_at in dated:
        if not store.has_archived(number, STAFFING.name):
            continue
        try:
            staffing = store.archived_frame(number, STAFFING.name)
            reductions = store.archived_frame(number, _REDUCTIONS)
        except (RowsRemoved, ArchiveDamaged):
            continue
        sick = reductions["reason"].eq(ReductionReason.SICKNESS) & reductions["starts_on"].le(pd.Timestamp(as_at))
        whole = staffing.loc[staffing["level"].eq(Level.ALL), _STAFFING]
        yield as_at, whole, reductions.loc[sick, ["om_code", "starts_on"]]
