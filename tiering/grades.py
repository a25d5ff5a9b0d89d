"""Spare capacity by grade: whose room it is decides which cases fit into it."""

import numpy as np
import pandas as pd

from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.terms import Grade, Level
from tiering.workload import ALL

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels at which room is shown by grade."""

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
# Points of posts come as the nearest floats: without rounding, room for ten cases may look like a hair less.
_DIGITS = 9
_FIGURES = ["offender_managers", "total_points", "available_points"]
_SUMS = ["total_points", "available_points", "spare_points", "spare_cases"]


def grade_points(caseload: Caseload, weighed: WeighedCases, units: pd.DataFrame) -> pd.DataFrame:
    """Load and room of each grade in each unit: columns as ``COLUMNS``, sorted by level, code and grade.

    units: workload of tiering.workload. offender_managers: persons in post. spare_points: what each post has left, an
    overloaded one nothing, added up. average_case_points: of the cases above 0 points that the grade holds in the whole
    service. spare_cases: whole average cases that fit into each post, added up. Both are missing for a grade that holds
    no such case. A grade whose posts in a unit are all left and empty has no row there.
    """
    posts = _posts(caseload, units)
    average = _average_case_points(caseload.offender_managers, weighed)
    posts["average_case_points"] = posts["grade"].map(average).astype("float64")
    posts["spare_points"] = (posts["available_points"] - posts["total_points"]).clip(lower=0)
    posts["spare_cases"] = np.floor((posts["spare_points"] / posts["average_case_points"]).round(_DIGITS))
    levels = []
    for level in LEVELS:
        code = ALL if level is Level.ALL else posts[f"{level}_code"]
        by_grade = posts.assign(level=level.value, code=code).groupby(["level", "code", "grade"])
        sums = by_grade[_SUMS].sum(min_count=1).round(_DIGITS)
        sums["offender_managers"] = by_grade["person"].nunique()
        sums["average_case_points"] = by_grade["average_case_points"].first()
        levels.append(sums.reset_index())
    return pd.concat(levels)[COLUMNS].sort_values(["level", "code", "grade"], ignore_index=True)


def _posts(caseload: Caseload, units: pd.DataFrame) -> pd.DataFrame:
    """One row a post of a grade with a target that is held or has points, with its figures and its place."""
    managers = caseload.offender_managers
    figures = units[units["level"].eq(Level.POST)].set_index("code")[_FIGURES]
    posts = managers[["om_code", "team_code", "grade"]].copy()
    posts[_FIGURES] = figures.reindex(managers["team_code"] + "/" + managers["om_code"]).to_numpy()
    # Nobody is in a post that was left; the points still held there are no one else's.
    posts["person"] = posts["om_code"].where(posts["offender_managers"] > 0)
    posts = posts[posts["grade"].isin(GRADES) & (posts["person"].notna() | (posts["total_points"] > 0))]
    return posts.merge(caseload.organisation, on="team_code", how="left", validate="many_to_one")


def _average_case_points(managers: pd.DataFrame, weighed: WeighedCases) -> dict[str, float]:
    """Mean points of a case that weighs anything, by the grade of the post that holds it."""
    cases = weighed.frame
    posts = pd.MultiIndex.from_frame(managers[["om_code", "team_code"]])
    holder = posts.get_indexer(pd.MultiIndex.from_frame(cases[["om_code", "team_code"]]))
    counts = (holder >= 0) & (weighed.exact > 0)
    grade = managers["grade"].to_numpy()[holder[counts]]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)[counts]
    points = weighed.exact[counts]
    averages = {}
    for one in GRADES:
        of = grade == one
        if of.any():
            averages[one.value] = int(points[of].sum()) / (weighed.units * int(number[of].sum()))
    return averages
