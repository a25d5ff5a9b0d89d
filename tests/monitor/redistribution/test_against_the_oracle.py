"""Every plan against the second opinion: every rule, every figure, and the cheapest plan of all on small caseloads."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from monitor.redistribution.results.tables.moves import list_moves
from monitor.redistribution.results.tables.trade_off import sweep_budgets
from monitor.redistribution.solver.solve import solve
from tests.benchmarks.redistribution.greedy import greedy
from tests.oracle.strategies import to_frames
from tests.oracle.what_if.cheapest_plan import cheapest, cheapest_rest
from tests.oracle.what_if.plans import Plan, after_moves, refusals, under_the_line
from tests.oracle.what_if.redistribution import Ask, Holders, World
from tiering.caseload import Caseload

from ...longer import examples
from .asks import asks, asks_with_changes
from .clusters import cluster, handful, later_handful, whole_service
from .posing import plan_of, planned, planned_as_scenario, posed

HANDFULS = range(30)
BUDGETS = (0, 1, 2, 3, 5, 8, None)
OFFICES = (2, 8)


def an_office(seed: int) -> Ask:
    """Three hundred cases, eight people, two offices."""
    return whole_service(cluster(seed, 300, 8, 2))


@pytest.mark.parametrize("seed", HANDFULS)
def test_no_plan_of_a_handful_of_cases_is_cheaper(seed: int) -> None:
    ask = handful(seed)
    assert_cheapest(ask, planned(ask, seconds=60))


@pytest.mark.parametrize("seed", HANDFULS[:20])
def test_no_plan_of_a_handful_is_cheaper_under_another_line_and_after_an_earlier_plan(seed: int) -> None:
    ask = later_handful(seed)
    assert_cheapest(ask, planned(ask, seconds=60))


def assert_cheapest(ask: Ask, plan: Plan) -> None:
    """Check a plan against every plan there is that keeps the line, and what goes over it against every way to."""
    assert refusals(ask, plan, 1e-6) == []
    world, best = World(ask), cheapest(ask)
    unplaced = find_unplaced(world, after_moves(world, plan.moves))
    # Cases that have no place under the line are placed after the search: fewer stay unplaced, over more weeks.
    assert (len(unplaced), plan.weeks) == (best.unplaced, best.weeks) or (
        len(unplaced) < best.unplaced and plan.weeks >= best.weeks
    )
    if len(unplaced) == best.unplaced:
        assert plan.over_line == frozenset()
        assert plan.objective == pytest.approx(float(best.objective), rel=1e-6, abs=1e-6)
    rest = cheapest_rest(world, under_the_line(world, plan), plan.weeks)
    end = world.without_line_price().objective(after_moves(world, plan.moves))
    assert float(end) == pytest.approx(float(rest.objective), rel=1e-6, abs=1e-6)


def find_unplaced(world: World, holders: Holders) -> list[str]:
    """The cases that had to be placed and are where they were."""
    return [crn for crn in world.scope if world.is_forced(crn) and holders[crn] == world.start[crn]]


@pytest.mark.parametrize("seed", HANDFULS[2::7])
def test_no_plan_with_as_low_a_peak_is_cheaper(seed: int) -> None:
    ask = handful(seed)._replace(peak_first=True)
    assert_cheapest(ask, planned(ask, seconds=60))


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks("london-2009"))
def test_every_plan_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned(ask, seconds=60)) == []


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks("wmt"))
def test_every_plan_by_the_published_points_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned(ask, seconds=60)) == []


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks_with_changes("london-2009"))
def test_every_plan_of_a_scenario_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned_as_scenario(ask)) == []


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks_with_changes("wmt"))
def test_every_plan_of_a_scenario_by_the_published_points_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned_as_scenario(ask)) == []


def test_a_plan_of_a_whole_cluster_keeps_every_rule() -> None:
    ask = whole_service(cluster(1), elective_moves=60)
    assert refusals(ask, planned(ask, seconds=60)) == []


@pytest.mark.parametrize("seed", HANDFULS[::10])
def test_more_moves_never_make_a_plan_worse(seed: int) -> None:
    problem = posed(handful(seed), seconds=60)
    found = [solve(replace(problem, limits=replace(problem.limits, elective_moves=budget))) for budget in BUDGETS]
    assert all(more.objective <= fewer.objective + 1e-6 for fewer, more in pairwise(found))


def test_the_curve_never_falls_and_ends_where_there_is_no_limit() -> None:
    table = sweep_budgets(posed(whole_service(cluster(1, 150, 6, 2)), seconds=60, gap=0.02))
    assert table["share_of_gain"].is_monotonic_increasing
    assert table["objective"].is_monotonic_decreasing
    assert (table["share_of_gain"].iloc[0], table["share_of_gain"].iloc[-1]) == (0, 1)
    assert (table["bound"] <= table["objective"]).all()
    assert table["elective_moves"].iloc[:-1].le(table["budget"].iloc[:-1].astype(int)).all()


@pytest.mark.parametrize("budget", [10, None])
@pytest.mark.parametrize("seed", OFFICES)
def test_a_plan_is_never_worse_than_one_best_move_after_another(seed: int, budget: int | None) -> None:
    ask = an_office(seed)._replace(elective_moves=budget)
    plan = planned(ask, seconds=60)
    assert refusals(ask, plan) == []
    assert plan.objective <= greedy(World(ask), plan.weeks).objectives[-1] + 1e-6


def fingerprint(ask: Ask, caseload: Caseload | None = None) -> str:
    """Hash of the plan as it is handed out, and of its figures."""
    problem = posed(ask, caseload, seconds=60)
    solution = solve(problem)
    plan = plan_of(problem, solution)
    figures = repr((plan.objective, plan.bound, plan.gap, plan.status, plan.weeks, plan.before, plan.after))
    written = list_moves(problem, solution).to_csv(index=False) + repr(plan.untouched) + figures
    return hashlib.sha256(written.encode()).hexdigest()


def test_two_processes_give_the_same_plan_byte_for_byte() -> None:
    ask = "whole_service(cluster(3, 300, 8, 2), elective_moves=20)"
    program = f"from {__name__} import fingerprint, whole_service, cluster\nprint(fingerprint({ask}))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert len(other) == 65
    assert other == f"{fingerprint(whole_service(cluster(3, 300, 8, 2), elective_moves=20))}\n"


@pytest.mark.parametrize("ask", [an_office(2), handful(8), handful(41)])
def test_the_order_of_the_rows_changes_nothing(ask: Ask) -> None:
    caseload = to_frames(ask.tables)
    mixed = {
        name: frame.sample(frac=1, random_state=7).reset_index(drop=True) for name, frame in caseload.tables().items()
    }
    assert fingerprint(ask, Caseload(**mixed)) == fingerprint(ask, caseload)
