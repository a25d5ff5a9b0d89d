"""What the capacity percentage of a week consists of: who holds the points, and why some have no hours for them."""

import numpy as np
import pandas as pd

from alerts.causes.model import LEVELS, PLACE_COLUMNS, STANDING_DTYPES, StandingPart
from alerts.causes.weighed_week import WeighedWeek, reasons_without_hours
from tiering.by_level import by_level
from tiering.terms import Level
from tiering.workload import ALL


def standing_causes(week: WeighedWeek) -> pd.DataFrame:
    """Every part of the total points of every unit, from the team up.

    Returns columns ``STANDING_DTYPES``, by level, code and part. officers: different offender managers. A part without
    points or cases has no row. percentage_points: NaN if the unit has no available points.
    """
    rows = pd.concat([_held(week), _unallocated(week), _of_posts(week, "duty_points"), _of_posts(week, "rounding")])
    teams = week.caseload.organisation
    rows = rows[rows["points"].ne(0) | rows["cases"].ne(0)]
    places = teams[PLACE_COLUMNS].iloc[rows["team"].to_numpy()].reset_index(drop=True)
    rows = rows.reset_index(drop=True).join(places)
    available = teams[PLACE_COLUMNS].join(week.team_sums()["available_points"])
    levels = (*LEVELS, Level.ALL)
    key = ["level", "code", "part"]
    officers = by_level(rows, levels, ["part", "om_code"]).groupby(key)["om_code"].nunique()
    parts = pd.concat([_of_level(rows, available, level) for level in levels]).set_index(key)
    parts = parts.assign(officers=officers).reset_index()[list(STANDING_DTYPES)]
    return parts.astype(STANDING_DTYPES).sort_values(key, ignore_index=True)


def _held(week: WeighedWeek) -> pd.DataFrame:
    """The cases of each post, as held by a person with hours, or by why there are none."""
    posts, held = week.posts, week.holder >= 0
    cases = np.bincount(week.holder[held], week.counts[held], len(posts)).astype(np.int64)
    reasons = [StandingPart.HELD if reason is None else reason for reason in reasons_without_hours(posts)]
    return pd.DataFrame(
        {
            "part": [reason.value for reason in reasons],
            "om_code": posts["om_code"],
            "team": posts["team"],
            "cases": cases,
            "points": posts["case_points"],
        }
    )


def _unallocated(week: WeighedWeek) -> pd.DataFrame:
    free = week.holder < 0
    size = len(week.caseload.organisation)
    return pd.DataFrame(
        {
            "part": StandingPart.UNALLOCATED.value,
            "om_code": None,
            "team": np.arange(size),
            "cases": np.bincount(week.team[free], week.counts[free], size).astype(np.int64),
            "points": np.bincount(week.team[free], week.points[free], size),
        }
    ).astype({"om_code": "str"})


def _of_posts(week: WeighedWeek, column: str) -> pd.DataFrame:
    part = {"duty_points": StandingPart.DUTIES, "rounding": StandingPart.ROUNDING}[column]
    posts = week.posts
    return pd.DataFrame(
        {"part": part.value, "om_code": posts["om_code"], "team": posts["team"], "cases": 0, "points": posts[column]}
    )


def _of_level(rows: pd.DataFrame, available: pd.DataFrame, level: Level) -> pd.DataFrame:
    coded, able = (
        frame.assign(code=ALL if level is Level.ALL else frame[f"{level}_code"]) for frame in (rows, available)
    )
    parts = coded.groupby(["code", "part"])[["cases", "points"]].sum().reset_index()
    points = able.groupby("code")["available_points"].sum().reindex(parts["code"]).to_numpy()
    share: pd.Series[float] = 100 * parts["points"] / np.where(points > 0, points, np.nan)
    return parts.assign(level=level.value, percentage_points=share)
