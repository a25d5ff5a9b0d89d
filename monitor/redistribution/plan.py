"""A what-if from beginning to end; read this first.

    stored snapshot -> changes -> problem -> solution

Each step takes values and returns values; nothing here changes a snapshot or a source system. The results of a plan,
such as its moves and the load before and after them, are calculated from it in monitor.redistribution.results.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from monitor.redistribution.problem.costs import Costs, load_costs
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.problem import EarlierMoves, Problem, pose
from monitor.redistribution.problem.rules import broken_rule
from monitor.redistribution.scenario.accepted_risk import (
    author_faults,
    find_dangers,
    find_limit_dangers,
    risk_faults,
)
from monitor.redistribution.scenario.apply import AppliedChanges, apply_changes
from monitor.redistribution.scenario.baseline import Baseline, load_baseline
from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import NO_LIMIT, Scenario
from monitor.redistribution.solver.solve import Solution, never, solve
from monitor.snapshots.store import Store
from tiering.points import weigh_cases


@dataclass(frozen=True)
class Plan:
    """A scenario and the plan for it.

    - baseline: the snapshot as it is stored.
    - applied: its rows and numbers with the scenario's changes, before any move.
    - problem: what the solver got; solution: its answer.
    """

    scenario: Scenario
    baseline: Baseline
    applied: AppliedChanges
    problem: Problem
    solution: Solution


def make_plan(
    scenario: Scenario, baseline: Baseline, costs: Costs, named: str, cancelled: Callable[[], bool] = never
) -> Plan:
    """Find the plan of a scenario.

    - baseline: as ``load_baseline`` gives it for this scenario.
    - named: the name of the scenario in faults, such as its file.
    - cancelled: called again and again while the solver works; it stops the solver by returning true.
    - Raises ScenarioFault with every fault of what the scenario asks.
    """
    applied, problem = pose_scenario(scenario, baseline, costs, named)
    solution = solve(problem, cancelled)
    faults = risk_faults(find_limit_dangers(scenario.limits, problem, solution.holder, solution.weeks))
    if faults:
        raise ScenarioFault(named, faults)
    return Plan(scenario, baseline, applied, problem, solution)


def plan_from_store(
    scenario: Scenario, store: Store, config: Path, named: str, cancelled: Callable[[], bool] = never
) -> Plan:
    """Find the plan of a scenario from the store, with the costs of a configuration folder."""
    baseline = load_baseline(store, scenario, named)
    return make_plan(scenario, baseline, load_costs(config, baseline.as_at), named, cancelled)


def pose_scenario(scenario: Scenario, baseline: Baseline, costs: Costs, named: str) -> tuple[AppliedChanges, Problem]:
    """Carry out a scenario's changes, and pose the problem that it then asks; raises ScenarioFault."""
    applied = apply_changes(baseline.caseload, baseline.policy, costs, scenario, baseline.as_at, named)
    applied = replace(applied, holders_changed=baseline.holders.counts)
    weighed = weigh_cases(applied.caseload.cases, applied.caseload.offender_managers, applied.policy)
    problem = pose(
        applied.caseload,
        weighed,
        applied.policy,
        applied.costs,
        applied.teams,
        limits_for(scenario, applied.costs),
        applied.locks,
        baseline.as_at,
        _earlier_moves(scenario),
        applied.holders_changed,
    )
    risks = [*author_faults(scenario), *risk_faults(find_dangers(scenario, problem))]
    faults = sorted([*_broken_rules(scenario, problem), *risks])
    if faults:
        raise ScenarioFault(named, faults)
    return applied, problem


def limits_for(scenario: Scenario, costs: Costs) -> Limits:
    """The limits of a scenario; limits that it leaves out are the usual ones, and the usual intake is in the costs."""
    given = scenario.limits.model_dump(exclude={"accept_risk", "elective_moves"}, exclude_none=True)
    return Limits(**({"intake": costs.intake} | given), elective_moves=most_moves_by_choice(scenario))


def most_moves_by_choice(scenario: Scenario) -> int | None:
    """The limit on moves by choice in a scenario; None for no limit.

    A scenario in which people are absent or leave asks first of all who takes their cases, so that no move by choice is
    usual there. Relief of others is a second step, which has to be asked for.
    """
    asked = scenario.limits.elective_moves
    if asked is None:
        return 0 if any(change.kind in ("absent", "leaves") for change in scenario.changes) else None
    return None if asked == NO_LIMIT else asked


def scenario_to_repeat(plan: Plan) -> Scenario:
    """The scenario with its snapshot and fingerprints, so that it gives this plan again."""
    facts = {
        "as_at": plan.baseline.as_at,
        "revision": plan.baseline.revision,
        "policy_fingerprint": plan.applied.policy.fingerprint,
        "prices_fingerprint": plan.applied.costs.fingerprint,
    }
    return plan.scenario.model_copy(update=facts)


def _earlier_moves(scenario: Scenario) -> EarlierMoves | None:
    if scenario.based_on is None:
        return None
    return {move.crn: (move.to_om_code, move.to_team_code) for move in scenario.based_on}


def _broken_rules(scenario: Scenario, problem: Problem) -> list[Fault]:
    """Named moves that no rule allows, with the rule in words, in the order of the changes."""
    changes = enumerate(scenario.changes, start=1)
    place = {change.what.crn: number for number, change in changes if change.kind == "move"}
    named = problem.cases[problem.cases["fixed_to"].ge(0)]
    kinds, targets = (named[column].to_numpy(dtype=np.int64) for column in ("kind", "fixed_to"))
    faults = []
    for case, allowed, target in zip(named.itertuples(), problem.eligible[kinds, targets], targets, strict=True):
        if not allowed:
            post = problem.posts.iloc[target]
            to = f"{post['om_code']} in {post['team_code']}"
            says = f"{case.crn} may not go to {to}: {broken_rule(problem, case, post)}"
            faults.append(Fault(place[case.crn], "move.to_om_code", says))
    return sorted(faults)
