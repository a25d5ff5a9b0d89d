"""The parts of each unit: sums of its rows, as points and as percentage points that add up exactly."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alerts.causes.model import CAUSE_DTYPES, LEVELS, empty_frame
from alerts.causes.rows import Comparison
from tiering.terms import Level
from tiering.workload import ALL

_SUMS = ["points", "available_points", "cases", "posts"]
_TOTALS = ["points", "available_points"]
_KEPT = {"rows": ["part", *_SUMS], "before": _TOTALS, "now": _TOTALS}

_NOTHING = 1e-9
"""Points: a part below this comes from adding floats."""


def causes_of_units(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Every part of the change of every unit of now, from the team up.

    Returns columns ``CAUSE_DTYPES``, by weeks_back, level, code and part. A part without points, cases or posts has no
    row. percentage_points: NaN if the unit has no available points in either week.
    """
    frames = [_of_level(comparison, level) for comparison in comparisons for level in (*LEVELS, Level.ALL)]
    if not frames:
        return empty_frame(CAUSE_DTYPES)
    causes = pd.concat(frames, ignore_index=True)
    return causes.sort_values(["weeks_back", "level", "code", "part"], ignore_index=True)


def _of_level(comparison: Comparison, level: Level) -> pd.DataFrame:
    coded = {
        name: frame[_KEPT[name]].assign(code=ALL if level is Level.ALL else frame[f"{level}_code"])
        for name, frame in (("rows", comparison.rows), ("before", comparison.before), ("now", comparison.now))
    }
    now = coded["now"].groupby("code")[_TOTALS].sum()
    before = coded["before"].groupby("code")[_TOTALS].sum().reindex(now.index, fill_value=0.0)
    rows = coded["rows"][coded["rows"]["code"].isin(now.index)]
    parts = rows.groupby(["code", "part"])[_SUMS].sum().reset_index()
    matters = parts[_TOTALS].abs().gt(_NOTHING).any(axis=1) | parts[["cases", "posts"]].ne(0).any(axis=1)
    parts = parts[matters].assign(level=level.value, weeks_back=comparison.weeks_back, since=comparison.since)
    parts["percentage_points"] = _percentage_points(parts, before, now)
    return parts[list(CAUSE_DTYPES)].astype(CAUSE_DTYPES)


def _percentage_points(parts: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> "pd.Series[float]":
    """What each part makes of the capacity percentage.

    With total points T and available points A then (0) and now (1), a part of total points gives it over the mean of
    1/A0 and 1/A1, and a part of available points the mean of T0 and T1 over A0 x A1: the order in which the two changed
    is not known, so half of it is each order. All parts then add up to 100 x T1/A1 - 100 x T0/A0.
    """
    (total_0, able_0), (total_1, able_1) = (week.reindex(parts["code"])[_TOTALS].to_numpy().T for week in (before, now))
    able_0, able_1 = np.where(able_0 > 0, able_0, np.nan), np.where(able_1 > 0, able_1, np.nan)
    of_total = parts["points"] * (1 / able_0 + 1 / able_1) / 2
    of_available = parts["available_points"] * (total_0 + total_1) / 2 / (able_0 * able_1)
    percentage: pd.Series[float] = 100 * (of_total - of_available)
    return percentage
