"""Search for the plan of each cluster: one after the other, or in several processes at once where there are many."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from monitor.redistribution.problem.limits import Locks
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.proposals.cluster_plan import ClusterPlan, Week, measure_plan
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.redistribution.solver.solve import Solution
from monitor.snapshots.contracts.follow_through import SEARCH_FAILED

MANY: Final = 24
"""Clusters from which several processes are faster: each takes seconds to start and to get the rows of the week."""

Solver = Callable[[Problem], Solution]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Search:
    """How the search for the plan of a cluster ended; plan: None if it failed or its gap is too wide."""

    code: str
    status: str
    gap: float | None
    plan: ClusterPlan | None


@dataclass(frozen=True)
class _Given:
    """What is the same for every cluster."""

    week: Week
    numbers: ProposalNumbers
    solver: Solver


def plan_clusters(
    week: Week, codes: Sequence[str], numbers: ProposalNumbers, solver: Solver, processes: int | None = None
) -> list[Search]:
    """Find the plan of each cluster, in the order of ``codes``; the same whatever the number of processes.

    - processes: as many as there are processors, if it is not given.
    """
    given, at_once = _Given(week, numbers, solver), processes or os.cpu_count() or 1
    if len(codes) < MANY or at_once == 1:
        return [_search(given, code) for code in codes]
    # Spawned, not forked: a run may have threads, and a fork of those can hang.
    with ProcessPoolExecutor(at_once, get_context("spawn"), _remember, (given,)) as workers:
        futures = [workers.submit(_search_here, code) for code in codes]
        return [await_search(code, future) for code, future in zip(codes, futures, strict=True)]


def _search(given: _Given, code: str) -> Search:
    week, terms = given.week, given.numbers.terms
    organisation = week.caseload.organisation
    teams = frozenset(organisation.loc[organisation["cluster_code"].eq(code), "team_code"])
    # Whatever goes wrong here must not cost a reader their digest.
    try:
        posed = week.policy, given.numbers.costs, teams, terms.limits, Locks(), week.as_at
        problem = pose(week.caseload, week.weighed, *posed)
        solution = given.solver(problem)
        near_enough = solution.gap <= terms.widest_gap
        plan = measure_plan(week, code, teams, problem, solution) if near_enough else None
    except Exception:
        return _failure(code)
    return Search(code, solution.status, solution.gap, plan)


def _failure(code: str) -> Search:
    """Log the error of a search, and give its end."""
    logger.exception("the proposal for cluster %s ended in an error; the run goes on without it", code)
    return Search(code, SEARCH_FAILED, None, None)


_HERE: list[_Given] = []
"""In a worker process, what it was given when it started: sent once, not with every cluster."""


def _remember(given: _Given) -> None:
    _HERE.append(given)


def _search_here(code: str) -> Search:
    return _search(_HERE[0], code)


def await_search(code: str, future: "Future[Search]") -> Search:
    """What a worker process found; one that was killed found nothing."""
    try:
        return future.result()
    except Exception:
        return _failure(code)
