"""The search for plans: what a failure costs, and that several processes find what one finds."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import pytest

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.proposals import search as searching
from monitor.redistribution.proposals.search import Search, await_search, plan_clusters
from monitor.redistribution.solver.solve import Solution, solve
from monitor.snapshots.contracts.follow_through import SEARCH_FAILED

from ...conftest import Home
from .test_propose import numbers_for, week_of

CODES = ["C1", "C2"]


def fail(problem: Problem) -> Solution:
    """A solver that finds nothing in cluster C1."""
    if "C1" in set(problem.posts["cluster_code"]):
        raise RuntimeError("no memory left")
    return solve(problem)


def ends(searches: list[Search]) -> list[tuple[str, bool]]:
    return [(search.code, search.status == SEARCH_FAILED) for search in searches]


def test_a_solver_that_fails_costs_its_own_cluster_only(service: Home, caplog: pytest.LogCaptureFixture) -> None:
    searches = plan_clusters(week_of(service), CODES, numbers_for(service), fail, processes=1)
    assert ends(searches) == [("C1", True), ("C2", False)]
    assert (searches[0].gap, searches[0].plan) == (None, None)
    assert searches[1].plan is not None
    assert "the proposal for cluster C1 ended in an error" in caplog.text


def test_several_processes_find_the_same_as_one(service: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    given = week_of(service), CODES, numbers_for(service), solve
    alone = plan_clusters(*given)
    monkeypatch.setattr(searching, "MANY", 2)
    together = plan_clusters(*given, processes=2)
    assert [replace(search, plan=None) for search in together] == [replace(search, plan=None) for search in alone]
    for first, second in zip(alone, together, strict=True):
        assert first.plan is not None
        assert second.plan is not None
        assert first.plan.figures == second.plan.figures
        assert first.plan.moves.equals(second.plan.moves)
        assert first.plan.after.equals(second.plan.after)


def test_a_process_that_is_killed_costs_no_more_than_its_proposal(caplog: pytest.LogCaptureFixture) -> None:
    killed: Future[Search] = Future()
    killed.set_exception(BrokenProcessPool("a process ended"))
    assert await_search("C1", killed) == Search("C1", SEARCH_FAILED, None, None)
    assert "the proposal for cluster C1 ended in an error" in caplog.text
