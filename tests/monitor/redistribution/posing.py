"""An ask of the second opinion put to the program, and the program's plan as the second opinion reads it."""

from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from monitor.redistribution.plan import make_plan
from monitor.redistribution.problem.costs import Costs, load_costs
from monitor.redistribution.problem.limits import Limits, Locks
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.results.tables.moves import list_moves
from monitor.redistribution.results.tables.unmoved import list_unmoved
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.policy_overrides import with_line
from monitor.redistribution.solver.solve import Solution, solve
from monitor.snapshots.weeks.holders import HolderChanges, count_changes
from tests.oracle.card import Row
from tests.oracle.strategies import to_frames
from tests.oracle.what_if.plans import Plan
from tests.oracle.what_if.redistribution import Ask, changed_tables, most_elective_moves
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy

CONFIG = Path(__file__).parents[3] / "config"


@cache
def _prices(as_at: date) -> Costs:
    return load_costs(CONFIG, as_at)


@cache
def _policy(name: str, as_at: date) -> Policy:
    return load_policy(CONFIG, name, as_at)


def prices_for(ask: Ask) -> Costs:
    return _prices(ask.as_at)


def posed(ask: Ask, caseload: Caseload | None = None, **limits: Any) -> Problem:
    """The program's problem for an ask, of its own caseload unless another is given."""
    policy = with_line(_policy(ask.policy, ask.as_at), float(ask.threshold))
    caseload = caseload or to_frames(changed_tables(ask))
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    limit = Limits(
        elective_moves=most_elective_moves(ask),
        intake=ask.intake,
        weeks=ask.weeks,
        peak_first=ask.peak_first,
        between_clusters=ask.between_clusters,
        margin=float(ask.margin),
        **limits,
    )
    locks = Locks(ask.crns, ask.om_codes, ask.barred, ask.fixed)
    earlier = None if ask.based_on is None else {crn: (om_code, team_code) for crn, om_code, team_code in ask.based_on}
    return pose(caseload, weighed, policy, prices_for(ask), ask.teams, limit, locks, ask.as_at, earlier, _changes(ask))


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
        over_line=frozenset(problem.cases["crn"][solution.over_line]),
    )


def planned(ask: Ask, **limits: Any) -> Plan:
    """The program's plan for an ask."""
    problem = posed(ask, **limits)
    return plan_of(problem, solve(problem))


def planned_as_scenario(ask: Ask) -> Plan:
    """The program's plan for an ask that is put as a scenario, without locks and named moves."""
    policy, caseload = _policy(ask.policy, ask.as_at), to_frames(ask.tables)
    start = Baseline(ask.as_at, 1, "", caseload, policy, pd.DataFrame(), HolderChanges(_changes(ask), weeks=4))
    plan = make_plan(scenario_of(ask), start, prices_for(ask), "tried.yaml")
    return plan_of(plan.problem, plan.solution)


def scenario_of(ask: Ask) -> Scenario:
    """The scenario of an ask."""
    changes: list[Row] = [{"absent": {"om_code": om_code}} for om_code in sorted(ask.absent)]
    changes += [{"leaves": {"om_code": om_code}} for om_code in sorted(ask.leavers)]
    limits: Row = {"seconds": 60, "intake": ask.intake, "weeks": ask.weeks, "between_clusters": ask.between_clusters}
    # A tight intake may leave a dangerous case without a place; the planner of these asks accepts that.
    limits |= {"margin": float(ask.margin), "accept_risk": "It is only tried."}
    limits |= {} if ask.elective_moves is None else {"elective_moves": ask.elective_moves}
    content: Row = {"name": "Tried", "author": "A. Planner", "scope": {"teams": sorted(ask.teams)}, "limits": limits}
    content["changes"] = [*changes, {"threshold": {"over": float(ask.threshold)}}]
    if ask.based_on is not None:
        names = ("crn", "to_om_code", "to_team_code")
        content["based_on"] = [dict(zip(names, move, strict=True)) for move in ask.based_on]
    return Scenario.model_validate(content)


def rows(frame: pd.DataFrame) -> list[Row]:
    """Rows of a frame as dicts of plain values, missing ones None."""
    return frame.astype("object").where(frame.notna(), None).to_dict("records")
