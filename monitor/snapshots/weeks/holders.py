"""Count how often the offender manager of each person changed in the last 52 weeks, from the stored weeks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session, col, select

from monitor.parquet import read_columns
from monitor.snapshots.archive import Place, read_whole
from monitor.snapshots.contracts.frames import CASES
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame, Snapshot
from monitor.snapshots.weeks.history import find_history

WINDOW: Final = timedelta(weeks=52)
"""How far back changes of offender manager count."""

_COLUMNS: Final = ["crn", "om_code", "number_of_cases"]

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HolderChanges:
    """How often the offender manager of each case changed in the last 52 weeks.

    * counts: changes by CRN; a CRN that is not there has had none.
    * weeks: stored weeks that could be read, the week itself included; 0 if no week was looked at.
    """

    counts: "pd.Series[int]" = field(default_factory=lambda: _by_crn([], np.zeros(0, dtype=np.int64)))
    weeks: int = 0


def _by_crn(crns: Sequence[str], counts: Counts) -> "pd.Series[int]":
    """Counts by CRN."""
    return pd.Series(counts, index=pd.Index(list(crns), dtype="str"), dtype="int64")


def read_holder_changes(store: Store, snapshot_id: int, as_at: date) -> HolderChanges:
    """Count the changes of offender manager of every case of a snapshot over the 52 weeks up to it.

    * Weeks that are missing, whose rows the retention has removed, or whose file is damaged are left out:
      ``HolderChanges.weeks`` reports how many were used.
    """
    files = _files_of_weeks(store, [*find_history(store, as_at), snapshot_id], as_at - WINDOW)
    return _changes_in(store.archive, tuple(files))


def count_changes(crns: Sequence[str], weeks: Iterable[Any]) -> Counts:
    """Count the changes of offender manager of each of these cases over the weeks given.

    * crns: the cases to count for, in the order of the result.
    * weeks: tables of Arrow with the columns crn, om_code and number_of_cases, oldest week first.
    * A change is an offender manager other than the one before, however many weeks no one held the case in between.
      A week in which the row stands for several cases says nothing about either of them.
    """
    wanted = pa.array(crns, pa.string())
    counts: Counts = np.zeros(len(crns), dtype=np.int64)
    last = pa.nulls(len(crns), pa.string())
    for week in weeks:
        row = pc.index_in(wanted, value_set=_column(week, "crn", pa.string()))
        is_single = pc.equal(_column(week, "number_of_cases", pa.int64()), 1)
        holder = pc.take(pc.if_else(is_single, _column(week, "om_code", pa.string()), None), row)
        # Unknown on either side is unknown here, and no change.
        differs = pc.fill_null(pc.not_equal(holder, last), False)
        counts += differs.to_numpy(zero_copy_only=False)
        last = pc.coalesce(holder, last)
    return counts


def _files_of_weeks(store: Store, ids: Sequence[int], first: date) -> list[str]:
    """The content hashes of the cases of the snapshots of these ids since ``first``, oldest first."""
    query = (
        select(col(ArchivedFrame.sha256))
        .join(Snapshot, col(ArchivedFrame.snapshot_id) == col(Snapshot.id))
        .where(col(Snapshot.id).in_(ids), col(Snapshot.as_at) >= first)
        .where(col(ArchivedFrame.name) == CASES.name, col(ArchivedFrame.removal_id).is_(None))
        .order_by(col(Snapshot.as_at))
    )
    with Session(store.engine) as session:
        return list(session.exec(query))


# The names of the files are hashes of what is in them, so that an answer stays true for as long as it is held. Two,
# because a planner compares at most two snapshots.
@lru_cache(maxsize=2)
def _changes_in(archive: Place, files: tuple[str, ...]) -> HolderChanges:
    """The changes over weeks of the archive; the cases counted for are those of the last file."""
    newest = next(_tables(archive, files[-1:]), None)
    if newest is None:
        return HolderChanges()
    crns = newest.column("crn").to_pylist()
    weeks = list(_tables(archive, files))
    return HolderChanges(_by_crn(crns, count_changes(crns, weeks)), len(weeks))


def _tables(archive: Place, files: Iterable[str]) -> Iterator[Any]:
    """The columns needed of each file that can be read, in order."""
    for _, content in read_whole(archive, files):
        if content is not None:
            yield read_columns(content, _COLUMNS)


def _column(table: Any, name: str, kind: Any) -> Any:
    """A column as one array of that kind of value, whatever kind it was stored as."""
    return pc.cast(table.column(name).combine_chunks(), kind)
