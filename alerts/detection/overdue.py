"""Lateness joined to load: where is a caseload both too hot and too late?"""

import numpy as np
import pandas as pd

from alerts.wording import count_of
from tiering.by_level import by_level
from tiering.terms import Level

COUNTS = ["overdue", "high_risk_overdue", "due_soon"]
OVERSIGHT_COUNTS = ["oversight_overdue", "oversight_high_risk_overdue", "oversight_due_soon"]


def count_late(units: pd.DataFrame, late: pd.DataFrame, soon: pd.DataFrame) -> pd.DataFrame:
    """The units with how many assessments of their cases are overdue, overdue with high RoSH, and due soon.

    units: columns level and code.
    late, soon: items of tiering.timeliness.assessments, one row per assessment.
    """
    counts = pd.DataFrame(
        {
            "overdue": _count_by_unit(late),
            "high_risk_overdue": _count_by_unit(late[late["high_risk"]]),
            "due_soon": _count_by_unit(soon),
        }
    )
    joined = units.merge(counts.reset_index(), on=["level", "code"], how="left")
    joined[COUNTS] = joined[COUNTS].fillna(0).astype(int)
    return joined


def count_late_oversight(units: pd.DataFrame, items: pd.DataFrame, *, judged: bool) -> pd.DataFrame:
    """The units with how much beyond assessments is overdue, overdue for cases of high RoSH, and due soon.

    items: those of tiering.oversight that are late or due.
    judged: whether the extract records any such work; without it, the figures are missing.
    """
    if not judged:
        return units.assign(**dict.fromkeys(OVERSIGHT_COUNTS, np.nan))
    late = items["overdue"]
    counted = count_late(units[["level", "code"]], items[late], items[~late])
    return units.assign(**dict(zip(OVERSIGHT_COUNTS, (counted[name].to_numpy() for name in COUNTS), strict=True)))


def count_high_risk_due_soon(units: pd.DataFrame, soon: pd.DataFrame) -> pd.DataFrame:
    """The units with high_risk_due_soon: how many of the assessments due soon are of high or very high RoSH cases."""
    high = soon[soon["high_risk"]]
    counts = _count_by_unit(high).to_dict()
    keys = zip(units["level"].tolist(), units["code"].tolist(), strict=True)
    return units.assign(high_risk_due_soon=[float(counts.get(key, 0)) for key in keys])


def rank_hot_and_late(hot: pd.DataFrame) -> pd.DataFrame:
    """The units that are both, ranked from 1 within each level, with the reason for the rank in words.

    hot: columns level, code, high_risk_overdue, overdue, the same beyond assessments, total_points, available_points.

    Most overdue work for high RoSH cases first, because it can cost a life; then most points over capacity, then most
    overdue, then by code.
    """
    ranked = hot.assign(
        points_over=hot["total_points"] - hot["available_points"],
        late_high=hot["high_risk_overdue"] + hot["oversight_high_risk_overdue"],
        late=hot["overdue"] + hot["oversight_overdue"],
    ).sort_values(["level", "late_high", "points_over", "late", "code"], ascending=[True, False, False, False, True])
    ranked["rank"] = ranked.groupby("level").cumcount() + 1
    sizes = ranked.groupby("level")["code"].transform("size")
    reasons = [
        f"rank {rank} of {size}: {_late_high(high, beyond)}, {count_of(points, 'point')} over capacity"
        for rank, size, high, beyond, points in zip(
            ranked["rank"],
            sizes,
            ranked["high_risk_overdue"],
            ranked["oversight_high_risk_overdue"],
            ranked["points_over"],
            strict=True,
        )
    ]
    ranked["rank_reason"] = pd.Series(reasons, dtype="str", index=ranked.index)
    return ranked.drop(columns=["points_over", "late_high", "late"])


def _late_high(assessments: int, beyond: int) -> str:
    """What is overdue for cases of high RoSH."""
    late = count_of(assessments, "overdue assessment")
    if not beyond:
        return f"{late} of high RoSH cases"
    return f"{late} and {count_of(beyond, 'other overdue item')} of high RoSH cases"


def _count_by_unit(items: pd.DataFrame) -> "pd.Series[int]":
    """How many items each unit that has any has, by level and code."""
    coded = items.assign(post_code=items["team_code"] + "/" + items["om_code"], offender_manager_code=items["om_code"])
    return by_level(coded, tuple(Level), []).groupby(["level", "code"]).size()
