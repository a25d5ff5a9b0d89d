"""Show the proposal of a run as a plan: the stored moves, measured as the plan of a what-if is, not searched anew."""

import json
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd

from monitor.redistribution import repository
from monitor.redistribution.plan import Plan, scenario_to_repeat
from monitor.redistribution.problem.limits import Locks
from monitor.redistribution.problem.loads import objective
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.redistribution.repository import PROPOSED_BY, PlanState
from monitor.redistribution.results.record import record_plan
from monitor.redistribution.scenario.apply import apply_changes
from monitor.redistribution.scenario.baseline import Baseline, load_baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import parse_scenario, scenario_yaml
from monitor.redistribution.solver.solve import Solution
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_MOVES
from monitor.snapshots.store import Store
from monitor.snapshots.tables import PlanRow, ScenarioRow, Snapshot
from tiering.points import weigh_cases
from tiering.terms import Level

_NAMED = "the proposal"
"""What stands for its scenario in faults."""


def recall_plan(store: Store, snapshot: Snapshot, baseline: Baseline, cluster_code: str) -> Plan | None:
    """The plan that a run proposed for a cluster, with its stored moves.

    - baseline: the rows of the snapshot.
    - Returns None if the run proposed none, or is from before moves were stored.
    - Raises RowsRemoved or ArchiveDamaged.
    """
    numbers, number = ProposalNumbers.of_json(snapshot.proposals_json), snapshot.id or 0
    if numbers is None or not store.has_archived(number, PROPOSED_MOVES.name):
        return None
    proposals = store.archived_frame(number, PROPOSALS.name)
    proposals = proposals[proposals["cluster_code"].eq(cluster_code) & proposals["elective_moves"].notna()]
    if proposals.empty:
        return None
    moves = store.archived_frame(number, PROPOSED_MOVES.name)
    gap, status = float(proposals["gap"].iloc[0]), str(proposals["status"].iloc[0])
    scenario = _scenario_of(snapshot, baseline, cluster_code, numbers)
    return _plan_with(scenario, baseline, numbers, moves[moves["cluster_code"].eq(cluster_code)], gap, status)


def load_start(store: Store, snapshot: Snapshot) -> Baseline:
    """The rows of a snapshot from which its proposals start; raises RowsRemoved or ArchiveDamaged."""
    facts = {"name": "start", "scope": "all", "as_at": snapshot.as_at, "revision": snapshot.revision}
    return load_baseline(store, parse_scenario(facts, _NAMED), _NAMED)


def number_of_proposal(
    store: Store, snapshot: Snapshot, cluster_code: str, now: datetime, start: Callable[[], Baseline]
) -> int | None:
    """The number of the plan that shows what a run proposed for a cluster; stored when it is first asked for.

    - start: loads the rows of the snapshot, which takes long.
    - Returns None if the run proposed no plan. Raises as ``recall_plan`` does.
    """
    number = repository.proposal(store.engine, snapshot.id or 0, cluster_code)
    if number is not None:
        return number
    plan = recall_plan(store, snapshot, start(), cluster_code)
    return None if plan is None else repository.save_proposal(store.engine, *proposal_rows(plan, snapshot, now))


def proposal_rows(plan: Plan, snapshot: Snapshot, now: datetime) -> tuple[ScenarioRow, PlanRow]:
    """The rows of a recalled plan as they are stored with ``repository.save_proposal``."""
    again, record, cluster = scenario_to_repeat(plan), record_plan(plan), plan.scenario.scope.codes[0]
    organisation, number = plan.baseline.caseload.organisation, snapshot.id or 0
    area = organisation.loc[organisation["cluster_code"].eq(cluster), "area_code"].iloc[0]
    scenario = ScenarioRow(
        name=plan.scenario.name,
        author=PROPOSED_BY,
        created_at=snapshot.created_at,
        changed_at=snapshot.created_at,
        version=1,
        snapshot_id=number,
        as_at=snapshot.as_at,
        scope_level=plan.scenario.scope.level.value,
        scope_codes=json.dumps(plan.scenario.scope.codes),
        area_code=str(area),
        text=scenario_yaml(plan.scenario),
    )
    row = PlanRow(
        scenario_id=0,
        scenario_version=1,
        snapshot_id=number,
        as_at=snapshot.as_at,
        author=PROPOSED_BY,
        text=scenario_yaml(again),
        policy_fingerprint=again.policy_fingerprint,
        prices_fingerprint=again.prices_fingerprint,
        state=PlanState.DONE,
        step="",
        asked_at=snapshot.created_at,
        started_at=snapshot.created_at,
        finished_at=snapshot.created_at,
        owner="",
        lease_until=now,
        figures=json.dumps(record.figures.model_dump(mode="json"), ensure_ascii=False),
        answer=record.to_bytes(),
    )
    return scenario, row


def _scenario_of(snapshot: Snapshot, baseline: Baseline, cluster_code: str, numbers: ProposalNumbers) -> Scenario:
    """The what-if that asks for a plan on the standing terms."""
    organisation, terms = baseline.caseload.organisation, numbers.terms
    name = organisation.loc[organisation["cluster_code"].eq(cluster_code), "cluster_name"].iloc[0]
    facts = {
        "name": f"Proposal for {name}"[:120],
        "author": PROPOSED_BY,
        "as_at": snapshot.as_at,
        "revision": snapshot.revision,
        "scope": {Level.CLUSTER.value: cluster_code},
        "limits": {"elective_moves": terms.elective_moves, "intake": terms.intake, "gap": terms.gap},
    }
    return parse_scenario(facts, _NAMED)


def _plan_with(
    scenario: Scenario, baseline: Baseline, numbers: ProposalNumbers, moves: pd.DataFrame, gap: float, status: str
) -> Plan:
    """The plan of a scenario that makes these moves.

    - gap, status: as the run found them. It did not know how often an offender manager has changed, so the costs that
      they are about leave that out; all that is shown of the moves knows it.
    """
    as_at, caseload, limits = baseline.as_at, baseline.caseload, numbers.terms.limits
    applied = apply_changes(caseload, baseline.policy, numbers.costs, scenario, as_at, _NAMED)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, baseline.policy)
    given = caseload, weighed, baseline.policy, numbers.costs, applied.teams, limits, Locks(), as_at
    problem = pose(*given, holders_changed=baseline.holders.counts)
    solution = _solution_of(problem, pose(*given), moves, gap, status)
    return Plan(scenario, baseline, applied, problem, solution)


def _solution_of(problem: Problem, as_the_run: Problem, moves: pd.DataFrame, gap: float, status: str) -> Solution:
    """The moves as the answer to a problem; as_the_run: the same problem as the run posed it."""
    rows = pd.Index(problem.cases["crn"]).get_indexer(pd.Index(moves["crn"]))
    posts = pd.MultiIndex.from_frame(problem.posts[["om_code", "team_code"]])
    holder, week = problem.start.copy(), np.zeros(len(problem.cases), dtype=np.int64)
    over_line = np.zeros(len(problem.cases), dtype=bool)
    holder[rows] = posts.get_indexer(pd.MultiIndex.from_frame(moves[["to_om_code", "to_team_code"]]))
    week[rows], over_line[rows] = moves["week"], moves["over_line"]
    value = objective(as_the_run, holder)
    return Solution(
        holder=holder,
        week=week,
        objective=value,
        bound=value * (1 - gap),
        gap=gap,
        seconds=0.0,
        status=status,
        weeks=max(1, int(week.max(initial=0))),
        over_line=over_line,
    )
