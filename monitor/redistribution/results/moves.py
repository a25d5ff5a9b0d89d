"""The list of moves with a reason for each, and how many of each sort there are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from monitor.redistribution.problem.loads import find_unplaced, move_costs
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.reasons import explain_moves
from monitor.redistribution.solver.solve import Solution

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


def list_moves(problem: Problem, solution: Solution) -> pd.DataFrame:
    """List every move by week and CRN; columns ``COLUMNS``, from_om_code missing for an unallocated case."""
    holder = solution.holder
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    cases = problem.cases.iloc[moved]
    to = problem.posts.iloc[holder[moved]]
    table = cases[["crn", "from_om_code", "from_team_code", "tier", "rosh", "setting", "points", "forced"]].copy()
    table["to_om_code"] = to["om_code"].to_numpy()
    table["to_team_code"] = to["team_code"].to_numpy()
    table["cost"] = move_costs(problem, holder)[moved]
    table["week"] = solution.week[moved]
    table["reason"] = pd.Series(explain_moves(problem, holder, moved), dtype="str", index=table.index)
    return table[COLUMNS].sort_values(["week", "crn"], ignore_index=True)


@dataclass(frozen=True)
class MoveCounts:
    """How many cases move, by sort, and how many should move but do not.

    - elective: moves that the limit counts; forced: cases that must be placed; named: by the scenario.
    - high_rosh, other_office: of all moves.
    - unplaced: cases that must be placed and are not.
    """

    elective: int
    forced: int
    named: int
    high_rosh: int
    other_office: int
    unplaced: int

    @property
    def total(self) -> int:
        """All moves."""
        return self.elective + self.forced + self.named


def count_moves(problem: Problem, solution: Solution) -> MoveCounts:
    """Count the moves of a plan, each row of cases as one."""
    cases, posts, holder = problem.cases, problem.posts, solution.holder
    moved = (holder != problem.start) & (holder >= 0)
    forced = cases["forced"].to_numpy(dtype=bool)
    named = cases["fixed_to"].ge(0).to_numpy(dtype=bool)
    away = posts["office_code"].to_numpy()[holder] != cases["office_code"].to_numpy()
    return MoveCounts(
        elective=int((moved & ~forced & ~named).sum()),
        forced=int((moved & forced).sum()),
        named=int((moved & named).sum()),
        high_rosh=int((moved & cases["high"].to_numpy(dtype=bool)).sum()),
        other_office=int((moved & away).sum()),
        unplaced=int(find_unplaced(problem, holder).sum()),
    )
