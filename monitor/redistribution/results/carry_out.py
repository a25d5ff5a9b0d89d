"""Carry moves out on the rows of a caseload: who holds each case from the as-at date on."""

from datetime import date

import numpy as np
import pandas as pd

from monitor.redistribution.plan import Plan
from tiering.caseload import CASES, Caseload


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
