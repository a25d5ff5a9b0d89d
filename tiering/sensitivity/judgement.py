"""Say how firm each figure is: its interval over the draws, and how often the hottest offices stay so."""

from typing import Final

import numpy as np
import pandas as pd

from tiering.sensitivity.weighing import DrawnUnits
from tiering.terms import Level

TOP: Final = 10
"""How many offices a reader takes for the hottest."""
_INTERVAL: Final = (5, 95)

COLUMNS: Final = [
    "level",
    "code",
    "name",
    "capacity_percentage",
    "percentage_low",
    "percentage_high",
    "over_line_share",
    "rank",
    "top_ten_share",
]


def judge_draws(units: pd.DataFrame, drawn: DrawnUnits, red_above: float) -> pd.DataFrame:
    """One row per unit, in the order of ``units``; columns ``COLUMNS``.

    * units: the workload as the policy itself weighs it.
    * percentage_low, percentage_high: the 5th and 95th percentile of the capacity percentage over the draws.
    * over_line_share: share of the draws in which the unit is over the red line.
    * rank, top_ten_share: of offices alone, the place by capacity now, and the share of the draws in the top ten.
    """
    place = pd.MultiIndex.from_frame(drawn.keys).get_indexer(pd.MultiIndex.from_frame(units[["level", "code"]]))
    percentages = drawn.percentages[place]
    known = ~np.isnan(percentages).any(axis=1)
    rows = units[["level", "code", "name", "capacity_percentage"]].reset_index(drop=True)
    for column in COLUMNS[4:]:
        rows[column] = np.nan
    low, high = np.percentile(percentages[known], _INTERVAL, axis=1)
    rows.loc[known, "percentage_low"], rows.loc[known, "percentage_high"] = low, high
    rows.loc[known, "over_line_share"] = (percentages[known] > red_above).mean(axis=1)

    offices = np.flatnonzero(rows["level"].eq(Level.OFFICE).to_numpy() & known)
    now = rows["capacity_percentage"].to_numpy()[offices]
    rows.loc[offices, "rank"] = np.argsort(np.argsort(-now, kind="stable")) + 1
    ranks = np.argsort(np.argsort(-percentages[offices], axis=0, kind="stable"), axis=0)
    rows.loc[offices, "top_ten_share"] = (ranks < TOP).mean(axis=1)
    return rows.astype({"rank": "Int64"})[COLUMNS]


def top_offices(rows: pd.DataFrame) -> pd.DataFrame:
    """The hottest offices as the policy itself weighs them, hottest first."""
    return rows[rows["rank"].le(TOP).fillna(False)].sort_values("rank", ignore_index=True)


def hot_offices(rows: pd.DataFrame, red_above: float) -> tuple[int, int]:
    """How many offices are over the red line in every draw, and how many are over it now."""
    hot = rows[rows["level"].eq(Level.OFFICE) & rows["capacity_percentage"].gt(red_above)]
    return int(hot["over_line_share"].eq(1).sum()), len(hot)
