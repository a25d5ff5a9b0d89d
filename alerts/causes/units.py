"""The parts of each unit: sums of its rows, as points and as percentage points that add up exactly."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alerts.causes.model import CAUSE_DTYPES, LEVELS, empty_frame
from alerts.causes.rows import Comparison
from alerts.causes.weighed_week import Floats
from tiering.terms import Level
from tiering.workload import ALL

_SUMS = ["points", "available_points", "cases", "posts"]
_TOTALS = ["points", "available_points"]

_NOTHING = 1e-9
"""Points: a part below this comes from adding floats."""


def causes_of_units(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Every part of the change of every unit of now, from the team up.

    Returns columns ``CAUSE_DTYPES``, by weeks_back, level, code and part. A part without points, cases or posts has no
    row. percentage_points: NaN if the unit has no available points in either week.
    """
    if not comparisons:
        return empty_frame(CAUSE_DTYPES)
    found = [_of_level(comparison, level) for comparison in comparisons for level in (*LEVELS, Level.ALL)]
    parts = pd.concat([parts for parts, _, _ in found], ignore_index=True)
    before, now = (np.concatenate(weeks) for weeks in ([then for _, then, _ in found], [now for _, _, now in found]))
    parts["percentage_points"] = _percentage_points(parts, before, now)
    matters = parts[_TOTALS].abs().gt(_NOTHING).any(axis=1) | parts[["cases", "posts"]].ne(0).any(axis=1)
    causes = parts.loc[matters, list(CAUSE_DTYPES)].astype(CAUSE_DTYPES)
    return causes.sort_values(["weeks_back", "level", "code", "part"], ignore_index=True)


def _of_level(comparison: Comparison, level: Level) -> tuple[pd.DataFrame, Floats, Floats]:
    """The sums of every part of the units of a level; and the totals then and now of the unit of each part."""
    before, now = (week[_TOTALS].groupby(_codes(week, level)).sum() for week in (comparison.before, comparison.now))
    codes = _codes(comparison.rows, level)
    is_known = codes.isin(now.index)
    rows, codes = comparison.rows[is_known], codes[is_known]
    parts = rows[_SUMS].groupby([codes, rows["part"]]).sum().reset_index()
    parts = parts.assign(level=level.value, weeks_back=comparison.weeks_back, since=comparison.since)
    then = before.reindex(now.index, fill_value=0.0)
    place = now.index.get_indexer(pd.Index(parts["code"]))
    return parts, then.to_numpy()[place], now.to_numpy()[place]


def _codes(frame: pd.DataFrame, level: Level) -> "pd.Series[str]":
    """The code of the unit of a level that each row counts for."""
    codes = pd.Series(ALL, index=frame.index, dtype="str") if level is Level.ALL else frame[f"{level}_code"]
    return codes.rename("code")


def _percentage_points(parts: pd.DataFrame, before: Floats, now: Floats) -> "pd.Series[float]":
    """What each part makes of the capacity percentage; before, now: the totals of its unit in either week.

    With total points T and available points A then (0) and now (1), a part of total points gives it over the mean of
    1/A0 and 1/A1, and a part of available points the mean of T0 and T1 over A0 x A1: the order in which the two changed
    is not known, so half of it is each order. All parts then add up to 100 x T1/A1 - 100 x T0/A0.
    """
    (total_0, able_0), (total_1, able_1) = before.T, now.T
    able_0, able_1 = np.where(able_0 > 0, able_0, np.nan), np.where(able_1 > 0, able_1, np.nan)
    of_total = parts["points"] * (1 / able_0 + 1 / able_1) / 2
    of_available = parts["available_points"] * (total_0 + total_1) / 2 / (able_0 * able_1)
    percentage: pd.Series[float] = 100 * (of_total - of_available)
    return percentage
