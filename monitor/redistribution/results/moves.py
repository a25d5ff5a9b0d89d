"""The list of moves with a reason for each."""

import numpy as np
import pandas as pd

from monitor.redistribution.problem.loads import costs
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.reasons import reasons
from monitor.redistribution.results.unmoved import untouched
from monitor.redistribution.solver.solve import Solution

__all__ = ["COLUMNS", "moves", "untouched"]

COLUMNS = [
    "crn",
    "from_om_code",
    "from_team_code",
    "to_om_code",
    "to_team_code",
    "tier",
    "rosh",
    "setting",
    "points",
    "forced",
    "cost",
    "week",
    "reason",
]


def moves(problem: Problem, solution: Solution) -> pd.DataFrame:
    """Every move, by week and CRN; columns as ``COLUMNS``, from_om_code missing for a case that nobody held."""
    holder = solution.holder
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    cases = problem.cases.iloc[moved]
    to = problem.posts.iloc[holder[moved]]
    table = cases[["crn", "from_om_code", "from_team_code", "tier", "rosh", "setting", "points", "forced"]].copy()
    table["to_om_code"] = to["om_code"].to_numpy()
    table["to_team_code"] = to["team_code"].to_numpy()
    table["cost"] = costs(problem, holder)[moved]
    table["week"] = solution.week[moved]
    table["reason"] = pd.Series(reasons(problem, holder, moved), dtype="str", index=table.index)
    return table[COLUMNS].sort_values(["week", "crn"], ignore_index=True)
