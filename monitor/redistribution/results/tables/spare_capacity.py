"""Find which team has spare capacity for which kind of case."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.loads import loads
from monitor.redistribution.problem.problem import Problem

COLUMNS = [
    "team_code",
    "team_name",
    "team_type",
    "office_code",
    "cluster_code",
    "case_team_type",
    "tier",
    "rosh",
    "average_points",
    "people",
    "points_free",
    "cases",
]
HIGH, OTHER = "high or very high", "low or medium"


def find_spare_capacity(problem: Problem, line: float = 100.0) -> pd.DataFrame:
    """Find the spare capacity up to ``line`` per cent before any move, sorted by team and kind of case.

    Columns, one row per team that takes cases and kind of case:

    - team_code, team_name, team_type, office_code, cluster_code
    - case_team_type, tier, rosh: the kind; the type is that of the case's own team, and RoSH is as in the rules: the
      higher of OASys and case record, high if both are missing
    - average_points: of the cases of that kind in scope
    - people: who may take one and have spare capacity for one; points_free: theirs together
    - cases: average ones that fit, whole cases per person

    The spare capacity of a person with posts in two teams counts in both.
    """
    posts, cases = problem.posts, problem.cases
    plain = cases[cases["number_of_cases"].eq(1) & cases["exact"].gt(0)]
    rows = []
    free = _free(problem, line)
    team_of = posts["team_code"].to_numpy()
    teams = posts.drop_duplicates("team_code").sort_values("team_code")
    by_kind = plain.groupby(["cluster_code", "team_type", "tier", "high"], sort=True)
    average: dict[Any, float] = plain.groupby(["team_type", "tier", "high"])["points"].mean().to_dict()
    for key, own in by_kind:
        cluster, case_type, tier = (str(part) for part in key[:3])
        high = bool(key[3])
        # A case with a bar of its own, or not for trainees, is an exception: most cases of its kind may go further.
        eligible = problem.eligible[own["kind"].mode().iloc[0]]
        points = float(average[case_type, tier, high])
        fits = np.where(eligible, np.floor(np.round(free / points, 9)), 0).astype(int)
        for team in teams[teams["cluster_code"].eq(cluster)].itertuples():
            mine = team_of == team.team_code
            if not eligible[mine].any():
                continue
            may = mine & (fits > 0)
            facts = (team.team_code, team.team_name, team.team_type, team.office_code, team.cluster_code)
            kind = (case_type, tier, HIGH if high else OTHER, points)
            rows.append((*facts, *kind, int(may.sum()), float(free[may].sum()), int(fits[may].sum())))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["team_code", "case_team_type", "tier", "rosh"], ignore_index=True)


def _free(problem: Problem, line: float) -> npt.NDArray[np.float64]:
    """Points that the person in each post may still take; 0 at the line or above."""
    carried = loads(problem, problem.start)
    able = problem.people["available"]
    own: npt.NDArray[np.float64] = np.array(
        [max(float(points) * line / 100 - float(load), 0.0) for load, points in zip(carried, able, strict=True)]
    )
    return np.take(own, problem.posts["person"].to_numpy(dtype=np.int64))
