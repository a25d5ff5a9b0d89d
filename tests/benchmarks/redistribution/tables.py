"""Plans for made-up clusters beside the greedy baseline: ``python -m tests.benchmarks.redistribution [PART ...]``.

Parts: clusters (20 of 3,000 cases), service (12 of them solved as one), country (84 of them, two at a time).
Seconds are processor seconds measured in this run; a plan is made on one processor. The whole takes some 15 minutes.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TypeVar

from monitor.redistribution.curve import curve
from monitor.redistribution.problem import Problem
from monitor.redistribution.solve import Solution, solve
from tests.benchmarks.redistribution.greedy import greedy
from tests.monitor.redistribution.clusters import cluster, joined, whole_service
from tests.monitor.redistribution.posing import plan_of, posed
from tests.oracle.plans import refusals
from tests.oracle.redistribution import World

SEEDS, SERVICE, COUNTRY = range(101, 121), range(201, 213), range(301, 385)
BUDGETS = (10, 20, 30, 60, 90, 120)
AT_ONCE, PROVEN, LONG = 0.005, 0.001, 120.0
Result = TypeVar("Result")


def main() -> None:
    """Print every table, or those of the parts named."""
    parts: dict[str, Callable[[], None]] = {"clusters": clusters, "service": service, "country": country}
    for name in sys.argv[1:] or parts:
        parts[name]()


@dataclass(frozen=True)
class Timed:
    """One plan and the processor seconds it took."""

    plan: Solution
    seconds: float


def clusters() -> None:
    """Time, gap, moves and gain of 20 clusters of 3,000 cases and 60 people in 6 offices."""
    show("20 clusters of 3,000 cases, 60 people, 6 offices; intake 6 a week, no limit on moves")
    show("seed   pose  0.5%: s   gap %   0.1%: s   gap %  weeks  forced elective  greedy: s  above %  ours : greedy")
    rows = [one_cluster(seed) for seed in SEEDS]
    for name, column in (("0.5%", 0), ("0.1%", 2), ("greedy", 4)):
        seconds, gaps = [row[column] for row in rows], [100 * row[column + 1] for row in rows]
        show(
            f"{name:>7}: seconds median {statistics.median(seconds):.2f}, most {max(seconds):.2f}; "
            f"above the bound median {statistics.median(gaps):.3f} %, most {max(gaps):.3f} %"
        )
    shares = [(row[6], row[7]) for row in rows]
    show("\nshare of the full gain by elective moves, least - median - most of the 20")
    for place, budget in enumerate(BUDGETS):
        ours, theirs = [ours[place] for ours, _ in shares], [theirs[place] for _, theirs in shares]
        below = sum(one < other for one, other in zip(ours, theirs, strict=True))
        show(f"{budget:>5} moves: {spread(ours)}   greedy {spread(theirs)}   below greedy in {below}")


Measured = tuple[float, float, float, float, float, float, list[float], list[float]]


def one_cluster(seed: int) -> Measured:
    """Print one cluster's line; what is needed of it for the summary."""
    ask = whole_service(cluster(seed))
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
    table = curve(problem, (0, *BUDGETS, None)).set_index("budget")
    none, full = table["objective"].iloc[0], table["objective"].iloc[-1]
    ours = [100 * table["share_of_gain"].iloc[1 + place] for place in range(len(BUDGETS))]
    at = [baseline.objectives[min(budget, len(baseline.objectives) - 1)] for budget in BUDGETS]
    theirs = [100 * (none - objective) / (none - full) for objective in at]
    return quick.seconds, quick.plan.gap, proof.seconds, proof.plan.gap, taken, above, ours, theirs


def service() -> None:
    """12 clusters with 36,000 cases as one problem."""
    ask = whole_service(joined([cluster(seed, code=f"C{seed}") for seed in SERVICE]))
    problem, posing = timed(lambda: posed(ask))
    quick = made(problem, AT_ONCE)
    show(f"\n{len(problem.cases):,} cases of {len(SERVICE)} clusters at once, {len(problem.people)} people")
    show(f"pose {posing:.2f} s, solve {quick.seconds:.2f} s, gap {100 * quick.plan.gap:.3f} %, {quick.plan.status}")


def country() -> None:
    """84 clusters with 250,000 cases one by one in two processes, to 0.5% and to 0.1%."""
    for gap in (AT_ONCE, PROVEN):
        began = time.perf_counter()
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
            rows = list(workers.map(of_country, [(place, seed, gap) for place, seed in enumerate(COUNTRY)]))
        cases, objectives, bounds, seconds, making = (sum(column) for column in list(zip(*rows, strict=True))[:5])
        worst = max((row[1] - row[2]) / row[1] for row in rows)
        slowest = max(row[3] for row in rows)
        show(f"\n{cases:,.0f} cases, {len(COUNTRY)} clusters, two processes, to {100 * gap:g}%")
        show(
            f"wall {time.perf_counter() - began:.0f} s with making the caseloads ({making:.0f} s of processor time); "
            f"solving {seconds:.0f} s, that is {seconds / 2:.0f} s a process, slowest cluster {slowest:.2f} s"
        )
        show(f"gap in all {100 * (objectives - bounds) / objectives:.3f} %, worst cluster {100 * worst:.3f} %")


def of_country(which: tuple[int, int, float]) -> tuple[float, float, float, float, float]:
    """Cases, objective, bound, seconds of posing and solving, and seconds of making the caseload, of one cluster."""
    place, seed, gap = which
    cases = 1_814 + 28 * place
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
