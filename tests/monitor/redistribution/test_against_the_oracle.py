"""Every plan against the second opinion: every rule, every figure, and the cheapest plan of all on small caseloads."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from monitor.redistribution.results.moves import list_moves
from monitor.redistribution.results.trade_off import sweep_budgets
from monitor.redistribution.solver.solve import solve
from tests.benchmarks.redistribution.greedy import greedy
from tests.oracle.card import Tables
from tests.oracle.cheapest_plan import cheapest
from tests.oracle.plans import refusals
from tests.oracle.redistribution import Ask, World
from tests.oracle.strategies import Drawn, caseloads, to_frames
from tiering.caseload import Caseload

from .clusters import cluster, handful, whole_service
from .posing import plan_of, planned, posed

HANDFULS = range(30)
BUDGETS = (0, 1, 2, 3, 5, 8, None)
OFFICES = range(1, 5)


def an_office(seed: int) -> Ask:
    """Six hundred cases, twelve people, three offices."""
    return whole_service(cluster(seed, 600, 12, 3))


@pytest.mark.parametrize("seed", HANDFULS)
def test_no_plan_of_a_handful_of_cases_is_cheaper(seed: int) -> None:
    ask = handful(seed)
    plan, best = planned(ask), cheapest(ask)
    assert refusals(ask, plan, 1e-6) == []
    assert (plan.objective, plan.weeks) == (pytest.approx(float(best.objective), rel=1e-6, abs=1e-6), best.weeks)


@pytest.mark.parametrize("seed", HANDFULS[::4])
def test_no_plan_with_as_low_a_peak_is_cheaper(seed: int) -> None:
    ask = handful(seed)._replace(peak_first=True)
    plan, best = planned(ask), cheapest(ask)
    assert refusals(ask, plan, 1e-6) == []
    assert plan.objective == pytest.approx(float(best.objective), rel=1e-6, abs=1e-6)


_locks = st.tuples(*(st.integers(0, 9) for _ in range(5)))
_limits = st.tuples(
    st.sampled_from((None, None, 0, 1, 2, 5)), st.sampled_from((1, 2, 6)), st.sampled_from((1, 2)), st.booleans()
)


@st.composite
def asks(draw: DrawFn, policy: str) -> Ask:
    """Caseloads as they come, of people with so few hours that something has to be moved."""
    drawn: Drawn = draw(caseloads(policy))
    scarcity = draw(st.sampled_from((8, 20, 40)))
    few = [
        post | {"contracted_hours": post["contracted_hours"] / scarcity} for post in drawn.tables["offender_managers"]
    ]
    tables = drawn.tables | {"offender_managers": few}
    teams = [team["team_code"] for team in tables["organisation"]]
    crns = [case["crn"] for case in tables["cases"]]
    people = sorted({post["om_code"] for post in few})
    scope = frozenset(teams)
    pinned, settled, barred, left_out, named = draw(_locks)
    if 0 < left_out < len(teams):
        scope -= {teams[left_out]}
    elective_moves, intake, weeks, between_clusters = draw(_limits)
    return Ask(
        tables,
        drawn.as_at,
        policy,
        scope,
        elective_moves,
        intake,
        weeks,
        between_clusters,
        crns=frozenset(crns[pinned : pinned + 1]),
        om_codes=frozenset(people[settled + 2 : settled + 3]),
        barred=frozenset((crn, person) for crn in crns[barred::7] for person in people[:1]),
        fixed=tuple(_named(tables, scope)[named : named + 1]),
    )


def _named(tables: Tables, scope: frozenset[str]) -> list[tuple[str, str, str]]:
    """Moves that a planner may have settled on: each case in scope to the next post that does not hold it."""
    posts = [(post["om_code"], post["team_code"]) for post in tables["offender_managers"]]
    posts = [post for post in posts if post[1] in scope]
    cases = [case for case in tables["cases"] if case["team_code"] in scope]
    there = [(case["crn"], *posts[place % len(posts)]) for place, case in enumerate(cases) if posts]
    held = {(case["crn"], case["om_code"], case["team_code"]) for case in cases}
    return [move for move in there if move not in held]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks("london-2009"))
def test_every_plan_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned(ask)) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asks("wmt"))
def test_every_plan_by_the_published_points_keeps_every_rule(ask: Ask) -> None:
    assert refusals(ask, planned(ask)) == []


def test_a_plan_of_a_whole_cluster_keeps_every_rule() -> None:
    ask = whole_service(cluster(1), elective_moves=60)
    assert refusals(ask, planned(ask)) == []


@pytest.mark.parametrize("seed", HANDFULS[::6])
def test_more_moves_never_make_a_plan_worse(seed: int) -> None:
    problem = posed(handful(seed))
    found = [solve(replace(problem, limits=replace(problem.limits, elective_moves=budget))) for budget in BUDGETS]
    assert all(more.objective <= fewer.objective + 1e-6 for fewer, more in pairwise(found))


def test_the_curve_never_falls_and_ends_where_there_is_no_limit() -> None:
    table = sweep_budgets(posed(an_office(1)))
    assert table["share_of_gain"].is_monotonic_increasing
    assert table["objective"].is_monotonic_decreasing
    assert (table["share_of_gain"].iloc[0], table["share_of_gain"].iloc[-1]) == (0, 1)
    assert (table["bound"] <= table["objective"]).all()
    assert table["elective_moves"].iloc[:-1].le(table["budget"].iloc[:-1].astype(int)).all()


@pytest.mark.parametrize("budget", [10, 30, None])
@pytest.mark.parametrize("seed", OFFICES)
def test_a_plan_is_never_worse_than_one_best_move_after_another(seed: int, budget: int | None) -> None:
    ask = an_office(seed)._replace(elective_moves=budget)
    plan = planned(ask)
    assert refusals(ask, plan) == []
    assert plan.objective <= greedy(World(ask), plan.weeks).objectives[-1] + 1e-6


def fingerprint(ask: Ask, caseload: Caseload | None = None) -> str:
    """Hash of the plan as it is handed out, and of its figures."""
    problem = posed(ask, caseload)
    solution = solve(problem)
    plan = plan_of(problem, solution)
    figures = repr((plan.objective, plan.bound, plan.gap, plan.status, plan.weeks, plan.before, plan.after))
    written = list_moves(problem, solution).to_csv(index=False) + repr(plan.untouched) + figures
    return hashlib.sha256(written.encode()).hexdigest()


def test_two_processes_give_the_same_plan_byte_for_byte() -> None:
    program = (
        f"from {__name__} import fingerprint, whole_service, cluster\n"
        "print(fingerprint(whole_service(cluster(3, 1200, 24, 4), elective_moves=40)))"
    )
    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert len(said[0]) == 65
    assert said[0] == said[1]


@pytest.mark.parametrize("ask", [an_office(2), an_office(4), handful(8), handful(41)])
def test_the_order_of_the_rows_changes_nothing(ask: Ask) -> None:
    caseload = to_frames(ask.tables)
    mixed = {
        name: frame.sample(frac=1, random_state=7).reset_index(drop=True) for name, frame in caseload.tables().items()
    }
    assert fingerprint(ask, Caseload(**mixed)) == fingerprint(ask, caseload)
