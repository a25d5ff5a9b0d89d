"""Every stored figure of many weeks as one table."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.follow_through.decisions import decision_table
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.over_weeks import StoredWeek, find_weeks, read_columns

FRAMES: Final = {"workload": "units", "hotspots": "hotspots", "timeliness": "timeliness"}
"""The frame of each table whose history is exported; decisions are of no week."""

TABLES: Final = (*FRAMES, "decisions")


def history_table(
    store: Store,
    table: str,
    first: date | None = None,
    last: date | None = None,
    *,
    levels: Collection[str] = (),
    codes: Collection[str] = (),
    every_revision: bool = False,
) -> pd.DataFrame:
    """Load a table of every week between two dates, both included, the oldest week first and sorted by its key.

    * table: one of ``TABLES``
    * levels, codes: of the units to load; empty for all
    * every_revision: also the figures that a later revision or a later date of the same week replaced
    * Returns as_at, revision, policy and weights_fingerprint, then the columns of the export, then what else is stored.
      Decisions have their own as_at and no revision.
    """
    if table == "decisions":
        return _decisions(store, first, last, levels, codes)
    contract = EXPORTS[table].frame
    names = list(dict.fromkeys([*EXPORTS[table].columns, *contract.column_names]))
    weeks = find_weeks(store.engine, first, last, every_revision=every_revision)
    read = list(read_columns(store.engine, FRAMES[table], names, weeks, levels, codes))
    joined = {name: [value for _, columns in read for value in columns[place]] for place, name in enumerate(names)}
    frame = pd.DataFrame(joined, columns=names).astype(contract.dtypes)
    sizes = [len(columns[0]) for _, columns in read]
    dated = _week_columns([week for week, _ in read], sizes).join(frame)
    return dated.sort_values(["as_at", "revision", *contract.key], ignore_index=True)


def _week_columns(weeks: Sequence[StoredWeek], sizes: list[int]) -> pd.DataFrame:
    """What every row of a week says about it."""
    return pd.DataFrame(
        {
            "as_at": np.repeat(np.array([week.as_at for week in weeks], dtype="datetime64[s]"), sizes),
            "revision": np.repeat(np.array([week.revision for week in weeks], dtype="int64"), sizes),
            "policy": pd.Series([week.policy for week in weeks], dtype="str").repeat(sizes).reset_index(drop=True),
            "weights_fingerprint": pd.Series([week.weights_fingerprint for week in weeks], dtype="str")
            .repeat(sizes)
            .reset_index(drop=True),
        }
    )


def _decisions(
    store: Store, first: date | None, last: date | None, levels: Collection[str], codes: Collection[str]
) -> pd.DataFrame:
    """The decisions about snapshots between two dates, oldest first."""
    made = decision_table(store.engine)
    wanted = pd.Series(True, index=made.index)
    if first is not None:
        wanted &= made["as_at"] >= pd.Timestamp(first)
    if last is not None:
        wanted &= made["as_at"] <= pd.Timestamp(last)
    if levels:
        wanted &= made["level"].isin(list(levels))
    if codes:
        wanted &= made["code"].isin(list(codes))
    return made[wanted].reset_index(drop=True)
