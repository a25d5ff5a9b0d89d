"""Lateness joined to load: where is a caseload both too hot and too late?"""

import pandas as pd

from alerts.wording import count_of
from tiering.terms import Level

COUNTS = ["overdue", "high_risk_overdue", "due_soon"]


def count_late(units: pd.DataFrame, late: pd.DataFrame, soon: pd.DataFrame) -> pd.DataFrame:
    """The units with how many assessments of their cases are overdue, overdue with high RoSH, and due soon.

    units: columns level and code.
    late, soon: items of tiering.assessments, one row per assessment.
    """
    levels = []
    for level in Level:
        counts = pd.DataFrame(
            {
                "overdue": _code(level, late).value_counts(),
                "high_risk_overdue": _code(level, late[late["high_risk"]]).value_counts(),
                "due_soon": _code(level, soon).value_counts(),
            }
        )
        levels.append(counts.rename_axis("code").reset_index().assign(level=level.value))
    joined = units.merge(pd.concat(levels, ignore_index=True), on=["level", "code"], how="left")
    joined[COUNTS] = joined[COUNTS].fillna(0).astype(int)
    return joined


def count_high_risk_due_soon(units: pd.DataFrame, soon: pd.DataFrame) -> pd.DataFrame:
    """The units with high_risk_due_soon: how many of the assessments due soon are of high or very high RoSH cases."""
    high = soon[soon["high_risk"]]
    counts = {level.value: _code(level, high).value_counts() for level in Level}
    keys = zip(units["level"].tolist(), units["code"].tolist(), strict=True)
    return units.assign(high_risk_due_soon=[float(counts[level].get(code, 0)) for level, code in keys])


def rank_hot_and_late(hot: pd.DataFrame) -> pd.DataFrame:
    """The units that are both, ranked from 1 within each level, with the reason for the rank in words.

    hot: columns level, code, high_risk_overdue, overdue, total_points, available_points.

    Most overdue assessments of high RoSH cases first, because they can cost a life; then most points over capacity,
    then most overdue, then by code.
    """
    ranked = hot.assign(points_over=hot["total_points"] - hot["available_points"]).sort_values(
        ["level", "high_risk_overdue", "points_over", "overdue", "code"], ascending=[True, False, False, False, True]
    )
    ranked["rank"] = ranked.groupby("level").cumcount() + 1
    sizes = ranked.groupby("level")["code"].transform("size")
    reasons = [
        f"rank {rank} of {size}: {count_of(high, 'overdue assessment')} of high RoSH cases, "
        f"{count_of(points, 'point')} over capacity"
        for rank, size, high, points in zip(
            ranked["rank"], sizes, ranked["high_risk_overdue"], ranked["points_over"], strict=True
        )
    ]
    ranked["rank_reason"] = pd.Series(reasons, dtype="str", index=ranked.index)
    return ranked.drop(columns="points_over")


def _code(level: Level, items: pd.DataFrame) -> "pd.Series[str]":
    if level is Level.ALL:
        return pd.Series("all", index=items.index, dtype="str")
    if level is Level.POST:
        return items["team_code"] + "/" + items["om_code"]
    return items["om_code"] if level is Level.OFFENDER_MANAGER else items[f"{level}_code"]
