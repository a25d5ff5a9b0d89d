"""Where each team of an earlier week belonged then, and where it belongs now, both in the codes of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.causes.model import LEVELS, PLACE_COLUMNS
from alerts.detection.organisation.continuity import codes_now
from alerts.detection.organisation.model import OrganisationChanges

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """The places that rows count for.

    * table: columns ``PLACE_COLUMNS``: first the teams of now in the order of their organisation, then the teams of the
      earlier week where they were. A code is missing where it now stands for another unit.
    * then, now: for each team of the earlier week, the row of its place then and now. A team that has ended stays where
      it was.
    * moved: which teams of the earlier week count for other units than then.
    """

    table: pd.DataFrame
    then: Positions
    now: Positions
    moved: npt.NDArray[np.bool_]


def find_places(
    before: pd.DataFrame, now: pd.DataFrame, as_at: date, changes: Mapping[date, OrganisationChanges]
) -> Places:
    """Find the places of the teams of an earlier week; before, now: the organisation of either week."""
    since = {day: of_day for day, of_day in changes.items() if day > as_at}
    then = pd.DataFrame(
        {f"{level}_code": _codes(before[f"{level}_code"], str(level), as_at, since, merged=False) for level in LEVELS}
    )
    table = pd.concat([now[PLACE_COLUMNS], then], ignore_index=True)
    at_then = np.arange(len(now), len(table))
    received = _codes(before["team_code"], "team", as_at, since, merged=True)
    found = pd.Index(now["team_code"]).get_indexer(pd.Index(received)).astype(np.int64)
    at_now = np.where(found >= 0, found, at_then)
    codes = table.fillna("").to_numpy(dtype=object)
    return Places(table, at_then, at_now, (codes[at_then] != codes[at_now]).any(axis=1))


def _codes(
    codes: "pd.Series[str]", level: str, as_at: date, changes: Mapping[date, OrganisationChanges], *, merged: bool
) -> "pd.Series[str]":
    rows = pd.DataFrame({"as_at": pd.Timestamp(as_at), "level": level, "code": codes.reset_index(drop=True)})
    return codes_now(rows, changes, merged=merged)
