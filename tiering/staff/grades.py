"""Calculate spare capacity by grade, because the grade decides which cases fit into it."""

import numpy as np
import pandas as pd

from tiering.by_level import by_level
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.terms import Grade, Level
from tiering.workload import ALL

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels at which spare capacity is shown by grade."""

GRADES = (Grade.PO, Grade.PSO, Grade.TPO)
"""The grades that have a target."""

COLUMNS = [
    "level",
    "code",
    "grade",
    "offender_managers",
    "total_points",
    "available_points",
    "spare_points",
    "average_case_points",
    "spare_cases",
]
# Points of posts come as the nearest floats: without rounding, space for exactly ten cases could count as nine.
_DIGITS = 9
_FIGURES = ["offender_managers", "total_points", "available_points"]
_SUMS = ["total_points", "available_points", "spare_points", "spare_cases"]


def grade_points(caseload: Caseload, weighed: WeighedCases, units: pd.DataFrame) -> pd.DataFrame:
    """Calculate the load and spare capacity of each grade in each unit.

    units: the workload from tiering.workload.

    Returns one row per unit and grade, sorted by level, code and grade; columns ``COLUMNS``:

    - offender_managers: people in post
    - spare_points: what each post has left (an overloaded post has nothing left), added up
    - average_case_points: mean of the cases above 0 points that the grade holds in the whole service
    - spare_cases: whole average cases that fit into each post, added up

    The last two are missing for a grade that holds no such case. A grade has no row in a unit if its holders have all
    left their posts there and the posts are empty.
    """
    posts = _posts(caseload, units)
    average = _average_case_points(caseload.offender_managers, weighed)
    posts["average_case_points"] = posts["grade"].map(average).astype("float64")
    posts["spare_points"] = (posts["available_points"] - posts["total_points"]).clip(lower=0)
    posts["spare_cases"] = np.floor((posts["spare_points"] / posts["average_case_points"]).round(_DIGITS))
    key = ["level", "code", "grade"]
    levels = []
    for level in LEVELS:
        code = ALL if level is Level.ALL else posts[f"{level}_code"]
        by_grade = posts[[*_SUMS, "grade"]].assign(level=level.value, code=code).groupby(key)
        levels.append(by_grade[_SUMS].sum(min_count=1))
    sums = pd.concat(levels).round(_DIGITS)
    sums["offender_managers"] = by_level(posts, LEVELS, ["grade", "person"]).groupby(key)["person"].nunique()
    rows = sums.reset_index()
    rows["average_case_points"] = rows["grade"].map(average).astype("float64")
    return rows[COLUMNS].sort_values(key, ignore_index=True)


def _posts(caseload: Caseload, units: pd.DataFrame) -> pd.DataFrame:
    """One row per post that is held or has points, of a grade with a target, with its figures and its place."""
    managers = caseload.offender_managers
    figures = units[units["level"].eq(Level.POST)].set_index("code")[_FIGURES]
    posts = managers[["om_code", "team_code", "grade"]].copy()
    posts[_FIGURES] = figures.reindex(managers["team_code"] + "/" + managers["om_code"]).to_numpy()
    # No one is in a post that was left; the points still held there belong to no one else.
    posts["person"] = posts["om_code"].where(posts["offender_managers"] > 0)
    posts = posts[posts["grade"].isin(GRADES) & (posts["person"].notna() | (posts["total_points"] > 0))]
    return posts.merge(caseload.organisation, on="team_code", how="left", validate="many_to_one")


def _average_case_points(managers: pd.DataFrame, weighed: WeighedCases) -> dict[str, float]:
    """Mean points of the cases above 0 points, by the grade of the post that holds them."""
    cases = weighed.frame
    posts = pd.MultiIndex.from_frame(managers[["om_code", "team_code"]])
    holder = posts.get_indexer(pd.MultiIndex.from_frame(cases[["om_code", "team_code"]]))
    counts = (holder >= 0) & (weighed.exact > 0)
    grade = managers["grade"].to_numpy()[holder[counts]]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)[counts]
    points = weighed.exact[counts]
    averages = {}
    for holder_grade in GRADES:
        of = grade == holder_grade
        if of.any():
            averages[holder_grade.value] = int(points[of].sum()) / (weighed.units * int(number[of].sum()))
    return averages
