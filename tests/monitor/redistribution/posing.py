"""An ask of the second opinion put to the program, and the program's plan as the second opinion reads it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from monitor.redistribution.problem.costs import Costs, load_costs
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.results.metrics import measure
from monitor.redistribution.results.moves import list_moves
from monitor.redistribution.results.unmoved import list_unmoved
from monitor.redistribution.solver.solve import Solution, solve
from monitor.snapshots.holders import count_changes
from tests.oracle.card import Row
from tests.oracle.plans import Plan
from tests.oracle.redistribution import Ask
from tests.oracle.strategies import to_frames
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policy_files import load_policy

CONFIG = Path(__file__).parents[3] / "config"


def prices_for(ask: Ask) -> Costs:
    return load_costs(CONFIG, ask.as_at)


def posed(ask: Ask, caseload: Caseload | None = None, **limits: Any) -> Problem:
    """The program's problem for an ask, of its own caseload unless another is given."""
    policy = load_policy(CONFIG, ask.policy, ask.as_at)
    caseload = caseload or to_frames(ask.tables)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    limit = Limits(
        elective_moves=ask.elective_moves,
        intake=ask.intake,
        weeks=ask.weeks,
        peak_first=ask.peak_first,
        between_clusters=ask.between_clusters,
        **limits,
    )
    locks = Locks(ask.crns, ask.om_codes, ask.barred, ask.fixed)
    return pose(caseload, weighed, policy, prices_for(ask), ask.teams, limit, locks, ask.as_at, _changes(ask))


def _changes(ask: Ask) -> "pd.Series[int]":
    """Changes of offender manager as the program counts them in the weeks of the ask."""
    holders = dict(ask.year)
    lengths = [len(row) for row in holders.values()]
    weeks = [
        pa.table({"crn": list(holders), "om_code": [row[week] for row in holders.values()], "number_of_cases": ones})
        for week in range(min(lengths, default=0))
        for ones in [[1] * len(holders)]
    ]
    return pd.Series(count_changes(list(holders), weeks), index=pd.Index(list(holders), dtype="str"))


def plan_of(problem: Problem, solution: Solution) -> Plan:
    """What the program hands out, rows as dicts."""
    return Plan(
        moves=rows(list_moves(problem, solution)),
        untouched=rows(list_unmoved(problem, solution)),
        objective=solution.objective,
        bound=solution.bound,
        gap=solution.gap,
        status=solution.status,
        weeks=solution.weeks,
        before=asdict(measure(problem, problem.cases["post"].to_numpy())),
        after=asdict(measure(problem, solution.holder)),
    )


def planned(ask: Ask, **limits: Any) -> Plan:
    """The program's plan for an ask."""
    problem = posed(ask, **limits)
    return plan_of(problem, solve(problem))


def rows(frame: pd.DataFrame) -> list[Row]:
    """Rows of a frame as dicts of plain values, missing ones None."""
    return frame.astype("object").where(frame.notna(), None).to_dict("records")
