"""List the moves of a plan with a reason for each, count them, and carry them out on the rows of a caseload."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.problem.loads import find_unplaced, move_costs
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.reasons import explain_moves
from monitor.redistribution.solver.solve import Solution
from tiering.caseload import CASES, Caseload

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
    table["reason"] = pd.Series(
        explain_moves(problem, holder, moved, solution.over_line[moved]), dtype="str", index=table.index
    )
    return table[COLUMNS].sort_values(["week", "crn"], ignore_index=True)


@dataclass(frozen=True)
class MoveCounts:
    """How many cases move, by sort, and how many should move but do not.

    - elective: moves that the limit counts; forced: cases that must be placed; named: by the scenario.
    - high_rosh, other_office: of all moves.
    - changed_often: of people whose offender manager changed often in the last 52 weeks, of all moves.
    - unplaced: cases that must be placed and are not.
    """

    elective: int
    forced: int
    named: int
    high_rosh: int
    other_office: int
    unplaced: int
    changed_often: int

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
        changed_often=int((moved & cases["changed_often"].to_numpy(dtype=bool)).sum()),
    )


def caseload_after(plan: Plan) -> Caseload:
    """The rows of a plan with its changes and moves carried out."""
    problem, holder = plan.problem, plan.solution.holder
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    to = problem.posts.iloc[holder[moved]]
    moves = pd.DataFrame(
        {
            "crn": problem.cases["crn"].to_numpy()[moved],
            "to_om_code": to["om_code"].to_numpy(),
            "to_team_code": to["team_code"].to_numpy(),
        }
    )
    return carry_out(plan.applied.caseload, moves, plan.baseline.as_at)


def carry_out(caseload: Caseload, moves: pd.DataFrame, as_at: date) -> Caseload:
    """Carry out every move: change holder and team, and set the as-at date as the date of allocation.

    - moves: columns crn, to_om_code, to_team_code.
    - Returns the caseload, in which all other rows are as they were.
    - Raises KeyError for a CRN that is not there.
    """
    cases = caseload.cases.copy()
    rows = pd.Index(cases["crn"]).get_indexer(pd.Index(moves["crn"]))
    if (rows < 0).any():
        raise KeyError(sorted(moves["crn"][rows < 0]))
    today = np.full(len(moves), pd.Timestamp(as_at).to_datetime64())
    values_of = {"om_code": moves["to_om_code"], "team_code": moves["to_team_code"], "allocated_on": today}
    for name, values in values_of.items():
        column = cases[name].to_numpy(dtype=object)
        column[rows] = np.asarray(values, dtype=object)
        cases[name] = pd.array(column, dtype=CASES.column(name).kind.dtype)
    tables = caseload.tables() | {CASES.name: cases}
    return Caseload(**tables)
