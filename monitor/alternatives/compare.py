"""What was recorded next to what an alternative history says: every unit of every week that has both."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from monitor.alternatives.files import Manifest, folder_of, is_name, list_alternatives, path_of, stored_manifest
from monitor.parquet import read_frame
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.over_weeks import StoredWeek, find_weeks, read_columns
from tiering.faults import UserFault
from tiering.terms import Band

COLUMNS: Final = (
    "as_at", "revision", "alternative", "policy", "alternative_policy", "level", "code", "name", "parent_code",
    "total_points", "available_points", "capacity_percentage", "band", "hot",
    "alternative_total_points", "alternative_available_points", "alternative_percentage", "alternative_band",
    "alternative_hot", "difference",
)  # fmt: skip
"""* hot, alternative_hot: whether the unit is over the red line of the policy that was recorded, and of the other
* difference: percentage points of capacity, the alternative less what was recorded; missing without both
"""

_FIGURES: Final = ("total_points", "available_points", "capacity_percentage", "band")
_OF_ALTERNATIVE: Final = (
    "alternative_total_points",
    "alternative_available_points",
    "alternative_percentage",
    "alternative_band",
)
_STORED: Final = ("level", "code", "name", "parent_code", *_FIGURES)


class AlternativeFault(UserFault):
    """There is no such alternative history, or none of its weeks can be read."""


def read_alternative(store: Store, name: str) -> Manifest:
    """The manifest of an alternative with at least one week; raises AlternativeFault."""
    manifest = stored_manifest(folder_of(store) / name) if is_name(name) else None
    if manifest is None or not manifest.weeks:
        known = ", ".join(list_alternatives(folder_of(store)))
        others = f"there are: {known}" if known else "make one with: hotspots recompute"
        raise AlternativeFault([f"there is no alternative history {name}; {others}"])
    return manifest


def weeks_of(store: Store, manifest: Manifest, first: date | None = None, last: date | None = None) -> list[StoredWeek]:
    """The stored weeks that the alternative has, of the same rows and revision, oldest first."""
    return [week for week in find_weeks(store.engine, first, last) if _is_of(manifest, week)]


def weighed_otherwise(manifest: Manifest, week: StoredWeek) -> StoredWeek:
    """A stored week as the alternative weighed it: with the name and the fingerprint of that policy."""
    fingerprint = manifest.weeks[week.as_at].policy_fingerprint
    return replace(week, policy=manifest.policy, policy_fingerprint=fingerprint, weights_fingerprint=fingerprint)


def _is_of(manifest: Manifest, week: StoredWeek) -> bool:
    entry = manifest.weeks.get(week.as_at)
    return entry is not None and (entry.content_hash, entry.revision) == (week.content_hash, week.revision)


def read_week(store: Store, name: str, manifest: Manifest, as_at: date) -> pd.DataFrame:
    """The rows of one week of an alternative, as ``tiering.by_policy`` returns them; raises AlternativeFault."""
    path = path_of(folder_of(store) / name, as_at)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != manifest.weeks[as_at].sha256:
        raise AlternativeFault([f"{path}: missing or altered; run hotspots recompute again"])
    return read_frame(content)


def read_units(
    store: Store, name: str, names: Sequence[str], weeks: Sequence[StoredWeek], levels: Collection[str] = ()
) -> Iterator[tuple[StoredWeek, list[tuple[Any, ...]]]]:
    """Read columns of the units of an alternative, as ``over_weeks.read_columns`` reads those that were recorded.

    * weeks: of the alternative, as ``weeks_of`` finds them

    Raises AlternativeFault.
    """
    manifest = read_alternative(store, name)
    for week in weeks:
        rows = read_week(store, name, manifest, week.as_at)
        rows = rows[rows["level"].isin(list(levels))] if levels else rows
        columns = (rows[column].astype(object) for column in names)
        yield week, [tuple(column.where(column.notna(), None)) for column in columns]


def compare_weeks(
    store: Store,
    name: str,
    first: date | None = None,
    last: date | None = None,
    *,
    levels: Collection[str] = (),
    codes: Collection[str] = (),
) -> pd.DataFrame:
    """Put what was recorded and what an alternative says in one row per unit and week; columns ``COLUMNS``.

    * levels, codes: of the units; empty for all

    Sorted by date, level and code. Raises AlternativeFault.
    """
    manifest = read_alternative(store, name)
    weeks = weeks_of(store, manifest, first, last)
    read = read_columns(store.engine, "units", _STORED, weeks, levels, codes)
    parts = [_side_by_side(week, columns, store, name, manifest) for week, columns in read]
    rows = pd.concat([_none(), *parts], ignore_index=True)
    return rows.sort_values(["as_at", "level", "code"], ignore_index=True)


def _none() -> pd.DataFrame:
    """No row, with the types of the columns."""
    types = dict.fromkeys(COLUMNS, "str")
    types |= {"as_at": "datetime64[s]", "revision": "int64", "hot": "bool", "alternative_hot": "bool"}
    numbers = [column for column in COLUMNS if column.endswith(("_points", "_percentage"))]
    types |= dict.fromkeys([*numbers, "difference"], "float64")
    return pd.DataFrame({name: pd.Series([], dtype=types[name]) for name in COLUMNS})


def _side_by_side(
    week: StoredWeek, columns: Sequence[Sequence[Any]], store: Store, name: str, manifest: Manifest
) -> pd.DataFrame:
    recorded = pd.DataFrame(dict(zip(_STORED, columns, strict=True)), columns=list(_STORED))
    other = read_week(store, name, manifest, week.as_at)[["level", "code", *_FIGURES]]
    other = other.rename(columns=dict(zip(_FIGURES, _OF_ALTERNATIVE, strict=True)))
    rows = recorded.merge(other, on=["level", "code"], how="inner", validate="one_to_one")
    rows = rows.assign(
        as_at=np.datetime64(week.as_at, "s"),
        revision=week.revision,
        alternative=name,
        policy=week.policy,
        alternative_policy=manifest.policy,
        hot=rows["band"].eq(Band.RED).fillna(False),
        alternative_hot=rows["alternative_band"].eq(Band.RED).fillna(False),
        difference=rows["alternative_percentage"].astype("float64") - rows["capacity_percentage"].astype("float64"),
    )
    return rows[list(COLUMNS)].astype(_none().dtypes.to_dict())
