"""Plans for made-up clusters: time and gap, and how much of the full gain few moves reach beside a greedy baseline."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TypeVar

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.trade_off import sweep_budgets
from monitor.redistribution.solver.solve import Solution, solve
from tests.benchmarks.redistribution.greedy import greedy
from tests.monitor.redistribution.clusters import cluster, joined, whole_service
from tests.monitor.redistribution.posing import plan_of, posed
from tests.oracle.what_if.plans import refusals
from tests.oracle.what_if.redistribution import World

AT_ONCE, PROVEN = 0.005, 0.001
LONG = 1.0 if "--smoke" in sys.argv else 120.0
"""Seconds a plan may take; the smallest size only shows that it runs."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Size:
    """The seeds of each part's clusters, how large a cluster is, and the numbers of moves on the curve.

    country_cases: of the smallest cluster of the country; each has 28 more than the one before.
    demo: weeks and cases of the demonstration.
    line_moves: elective moves of each cluster that is judged by the line.
    """

    clusters: range
    service: range
    country: range
    cases: int
    people: int
    offices: int
    country_cases: int
    processes: int
    budgets: tuple[int, ...]
    demo: tuple[int, int]
    line_moves: int


FULL = Size(
    range(101, 121),
    range(201, 213),
    range(301, 385),
    3_000,
    60,
    6,
    1_814,
    2,
    (10, 20, 30, 60, 90, 120),
    (26, 36_000),
    60,
)
SMOKE = Size(range(101, 103), range(201, 203), range(301, 302), 500, 10, 2, 250, 1, (1, 2), (1, 1_800), 2)


@dataclass(frozen=True)
class Timed:
    """One plan and the processor seconds it took."""

    plan: Solution
    seconds: float


def clusters(size: Size) -> None:
    """Time, gap, moves and gain of clusters one by one."""
    show(
        f"{len(size.clusters)} clusters of {size.cases:,} cases, {size.people} people, {size.offices} offices; "
        "intake 6 a week, no limit on moves"
    )
    show("seed   pose  0.5%: s   gap %   0.1%: s   gap %  weeks  forced elective  greedy: s  above %  ours : greedy")
    rows = [one_cluster(seed, size) for seed in size.clusters]
    for name, column in (("0.5%", 0), ("0.1%", 2), ("greedy", 4)):
        seconds, gaps = [row[column] for row in rows], [100 * row[column + 1] for row in rows]
        show(
            f"{name:>7}: seconds median {statistics.median(seconds):.2f}, most {max(seconds):.2f}; "
            f"above the bound median {statistics.median(gaps):.3f} %, most {max(gaps):.3f} %"
        )
    shares = [(row[6], row[7]) for row in rows]
    show("\nshare of the full gain by elective moves, least - median - most")
    for place, budget in enumerate(size.budgets):
        ours, theirs = [ours[place] for ours, _ in shares], [theirs[place] for _, theirs in shares]
        below = sum(one < other for one, other in zip(ours, theirs, strict=True))
        show(f"{budget:>5} moves: {spread(ours)}   greedy {spread(theirs)}   below greedy in {below}")


Measured = tuple[float, float, float, float, float, float, list[float], list[float]]


def one_cluster(seed: int, size: Size) -> Measured:
    """Print one cluster's line; what is needed of it for the summary."""
    ask = whole_service(cluster(seed, size.cases, size.people, size.offices))
    problem, posing = timed(lambda: posed(ask))
    quick, proof = made(problem, AT_ONCE), made(problem, PROVEN)
    refused = refusals(ask, plan_of(problem, proof.plan), PROVEN)
    baseline, taken = timed(lambda: greedy(World(ask), proof.plan.weeks))
    bound = max(quick.plan.bound, proof.plan.bound)
    above = baseline.objectives[-1] / bound - 1
    moved = (proof.plan.holder != problem.start) & (proof.plan.holder >= 0)
    forced = problem.cases["forced"].to_numpy(dtype=bool)
    show(
        f"{seed:>4} {posing:>6.2f} {quick.seconds:>8.2f} {100 * quick.plan.gap:>7.3f} {proof.seconds:>9.2f} "
        f"{100 * proof.plan.gap:>7.3f} {proof.plan.weeks:>6} {int((moved & forced).sum()):>7} "
        f"{int((moved & ~forced).sum()):>8} {taken:>10.2f} {100 * above:>8.1f} {quick.seconds / taken:>14.2f}"
    )
    for one in refused[:3]:
        show(f"       refused: {one}")
    table = sweep_budgets(problem, (0, *size.budgets, None)).set_index("budget")
    none, full = table["objective"].iloc[0], table["objective"].iloc[-1]
    ours = [100 * table["share_of_gain"].iloc[1 + place] for place in range(len(size.budgets))]
    at = [baseline.objectives[min(budget, len(baseline.objectives) - 1)] for budget in size.budgets]
    theirs = [100 * (none - objective) / (none - full) if none > full else 100.0 for objective in at]
    return quick.seconds, quick.plan.gap, proof.seconds, proof.plan.gap, taken, above, ours, theirs


def service(size: Size) -> None:
    """Clusters solved as one problem; in full 12 with 36,000 cases."""
    many = [cluster(seed, size.cases, size.people, size.offices, f"C{seed}") for seed in size.service]
    ask = whole_service(joined(many))
    problem, posing = timed(lambda: posed(ask))
    quick = made(problem, AT_ONCE)
    show(f"\n{len(problem.cases):,} cases of {len(size.service)} clusters at once, {len(problem.people)} people")
    show(f"pose {posing:.2f} s, solve {quick.seconds:.2f} s, gap {100 * quick.plan.gap:.3f} %, {quick.plan.status}")


def country(size: Size) -> None:
    """Clusters one by one in two processes, to 0.5% and to 0.1%; in full 84 with 250,000 cases."""
    with ProcessPoolExecutor(size.processes, mp_context=get_context("spawn")) as workers:
        for gap in (AT_ONCE, PROVEN):
            asked = [(seed, size.country_cases + 28 * place, gap) for place, seed in enumerate(size.country)]
            began = time.perf_counter()
            rows = list(workers.map(of_country, asked))
            show_country(rows, size.processes, gap, time.perf_counter() - began)


def show_country(rows: list[tuple[float, float, float, float, float]], processes: int, gap: float, wall: float) -> None:
    """What solving the clusters to a gap took, and how good the plans are."""
    cases, objectives, bounds, seconds, making = (sum(column) for column in zip(*rows, strict=True))
    worst = max((row[1] - row[2]) / row[1] for row in rows)
    slowest = max(row[3] for row in rows)
    show(f"\n{cases:,.0f} cases, {len(rows)} clusters, processes: {processes}, to {100 * gap:g}%")
    show(
        f"wall {wall:.0f} s with making the caseloads ({making:.0f} s of processor time); "
        f"solving {seconds:.0f} s, that is {seconds / processes:.0f} s a process, slowest cluster {slowest:.2f} s"
    )
    show(f"gap in all {100 * (objectives - bounds) / objectives:.3f} %, worst cluster {100 * worst:.3f} %")


def of_country(which: tuple[int, int, float]) -> tuple[float, float, float, float, float]:
    """Cases, objective, bound, seconds of posing and solving, and seconds of making the caseload, of one cluster."""
    seed, cases, gap = which
    ask, making = timed(lambda: whole_service(cluster(seed, cases, cases // 50)))
    problem, posing = timed(lambda: posed(ask))
    found = made(problem, gap)
    return len(problem.cases), found.plan.objective, found.plan.bound, posing + found.seconds, making


def made(problem: Problem, gap: float) -> Timed:
    """A plan to a gap, with time enough."""
    limits = replace(problem.limits, gap=gap, seconds=LONG)
    return Timed(*timed(lambda: solve(replace(problem, limits=limits))))


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What some work gives, and its processor seconds."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def spread(shares: Sequence[float]) -> str:
    """The least, the median and the most of some shares."""
    return f"{min(shares):5.1f} - {statistics.median(shares):5.1f} - {max(shares):5.1f} %"


def show(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
