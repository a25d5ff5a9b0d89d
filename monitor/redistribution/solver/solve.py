"""The answer: a plan at once from the relaxation, then a better one until the proof is as good as was asked.

Why in phases:

- The linear relaxation is solved fast and gives a bound: no plan can cost less.
- Rounding it within a small box gives a plan at once, and often one that is close enough to the bound to end with.
- Only where the gap is wider than asked, the whole model is searched, begun from that plan: it lifts the bound and
  improves the plan until the gap is small enough, or the time is up. At any time there is a plan.

The gap is always against a bound of the whole problem, never that of the box.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.intake import schedule_weeks
from monitor.redistribution.problem.loads import holder_after_named_moves, objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.highs import HighsResult, run
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.peak import find_lowest_peak

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OPTIMAL = "optimal"
WITHIN_GAP = "within gap"
TIME_LIMIT = "time limit"
CANCELLED = "cancelled"

_PROVEN = 1e-6
"""A gap below which a plan counts as optimal: HiGHS itself is no more exact."""

_WHOLE = 1e-6
"""How near a count is to a whole number that counts as whole; the tolerance of HiGHS."""

_NEAR = 200
"""Whole counts that rounding may change by one, as well as the fractional ones: those of the smallest reduced cost,
which cost least to change. They make up for what rounding a fraction takes from balance, intake and budget."""

_ROUNDING_GAP = 1e-3
"""A share of the objective; smaller than what is usually asked of the whole, so that the box is not in its way."""


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True)
class Solution:
    """A plan with its proof.

    - holder: of each case, row of posts, -1 for nobody.
    - week: of each move, from 1; 0 for a case that stays.
    - objective: what the plan costs; bound: no plan costs less; gap: what is between, as a share of the objective.
    - seconds: spent.
    - status: optimal (to one in a million), within gap, time limit (or the gap could not be closed), cancelled.
    - weeks: so many weeks' intake were there.
    """

    holder: Integers
    week: Integers
    objective: float
    bound: float
    gap: float
    seconds: float
    status: str
    weeks: int


def solve(problem: Problem, cancelled: Callable[[], bool] = never, known: Integers | None = None) -> Solution:
    """The best plan for a problem within its limits; at any time there is one, be it the present state.

    - known: a plan (holder of each case) within the same limits; the answer is never worse.
    - Stops soon after ``cancelled`` says so, and after the seconds of the limits.
    """
    began = perf_counter()

    def seconds_left() -> float:
        return problem.limits.seconds - (perf_counter() - began)

    weeks = _weeks_needed(problem, seconds_left, cancelled)
    flow = build(problem, weeks)
    search = _Search(problem, flow, holder_after_named_moves(problem), seconds_left, cancelled)
    if known is not None:
        search.consider(known)
    search.go()
    if problem.limits.peak_first and len(flow.groups):
        # The usual plan first: it places what can be placed, and the peak is then lowered without giving that up.
        plan, peak = find_lowest_peak(problem, flow, search.holder, seconds_left(), cancelled)
        search = _Search(problem, build(problem, weeks, peak), plan, seconds_left, cancelled)
        search.go()
    status = OPTIMAL if search.gap <= _PROVEN else WITHIN_GAP if search.gap <= problem.limits.gap else TIME_LIMIT
    if status == TIME_LIMIT and cancelled():
        status = CANCELLED
    week = schedule_weeks(problem, search.holder, weeks)
    spent = perf_counter() - began
    return Solution(search.holder, week, search.objective, search.bound, search.gap, spent, status, weeks)


class _Search:
    """The best plan known so far, and the bound that no plan can pass."""

    def __init__(
        self,
        problem: Problem,
        flow: Flow,
        holder: Integers,
        seconds_left: Callable[[], float],
        cancelled: Callable[[], bool],
    ) -> None:
        self._problem, self._flow, self._seconds_left, self._cancelled = problem, flow, seconds_left, cancelled
        self.holder, self.objective, self._lowest = holder, objective(problem, holder), 0.0

    @property
    def bound(self) -> float:
        """What no plan costs less than: never above the plan that is there."""
        return min(self._lowest, self.objective)

    @property
    def gap(self) -> float:
        """What is between the plan and the bound, as a share of the plan's objective."""
        return (self.objective - self.bound) / self.objective if self.objective > 0 else 0.0

    def consider(self, holder: Integers) -> None:
        """Take a plan if it is better than the one that is there."""
        value = objective(self._problem, holder)
        if value < self.objective:
            self.holder, self.objective = holder, value

    def go(self) -> None:
        """Relax, round, and search on while the gap is too wide and time is left."""
        if not len(self._flow.groups):
            self._lowest = self.objective
            return
        # Small questions, about one office, are solved to the end: there a planner sees any better move at a glance.
        relaxed = self._run()
        if relaxed.values is None:
            return
        small = len(self._flow.model.cost) <= self._problem.costs.proven_columns
        if not small:
            self._round(relaxed)
        wanted = 0.0 if small else self._problem.limits.gap
        if self.gap > wanted:
            self._run(gap=wanted)

    def _run(self, gap: float | None = None) -> HighsResult:
        """The whole model, or without a gap its relaxation; what is learned is kept."""
        model = self._flow.model
        start = None if gap is None else encode(self._problem, self._flow, self.holder)
        answer = run(model, self._seconds_left(), self._cancelled, gap=gap, start=start)
        self._lowest = max(self._lowest, answer.bound)
        if gap is not None and answer.values is not None:
            self.consider(decode(self._problem, self._flow, answer.values))
        return answer

    def _round(self, relaxed: HighsResult) -> None:
        """A plan next to the relaxation: its fractions up or down, and a few whole counts by one."""
        model = self._flow.model
        lower, upper = _box(self._flow, relaxed)
        boxed = replace(model, lower=lower, upper=upper)
        rounded = run(boxed, self._seconds_left(), self._cancelled, gap=_ROUNDING_GAP)
        if rounded.values is not None:
            self.consider(decode(self._problem, self._flow, rounded.values))


def _box(flow: Flow, relaxed: HighsResult) -> tuple[Floats, Floats]:
    """Bounds of the columns around a relaxation: whole counts stay, but for those it would cost least to change.

    Returns lower and upper of every column; loads and ways keep theirs, for they follow from the counts.
    """
    if relaxed.values is None or relaxed.reduced is None:
        raise ValueError("there is no relaxation to round")
    model = flow.model
    counts = relaxed.values[: flow.whole]
    nearest = np.rint(counts)
    is_whole = np.abs(counts - nearest) < _WHOLE
    low, high = np.where(is_whole, nearest, np.floor(counts)), np.where(is_whole, nearest, np.ceil(counts))
    cheapest = np.argsort(np.where(is_whole, np.abs(relaxed.reduced[: flow.whole]), np.inf), kind="stable")[:_NEAR]
    low[cheapest] -= 1
    high[cheapest] += 1
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[: flow.whole] = np.maximum(low, lower[: flow.whole])
    upper[: flow.whole] = np.minimum(high, upper[: flow.whole])
    return lower, upper


def _weeks_needed(problem: Problem, seconds_left: Callable[[], float], cancelled: Callable[[], bool]) -> int:
    """The fewest weeks, from those asked for, in which the best plan places as many cases as it ever would.

    Intake is a limit per week, so a plan over more weeks may place more. It is not spread further than that takes, so
    the answer is looked for from below. A question that cannot be answered in time counts as enough: a plan in fewer
    weeks is still a plan.
    """
    least, most = problem.limits.weeks, max(problem.limits.weeks, problem.costs.most_weeks)
    if least == most or not problem.cases["forced"].any():
        return least
    first = _waiting(problem, least, seconds_left(), cancelled)
    fewest = _waiting(problem, most, seconds_left(), cancelled) if first else None
    if not first or fewest is None or first - fewest < _WHOLE:
        return least
    for weeks in range(least + 1, most):
        waiting = _waiting(problem, weeks, seconds_left(), cancelled)
        if waiting is None or waiting - fewest < _WHOLE:
            return weeks
    return most


def _waiting(problem: Problem, weeks: int, seconds: float, cancelled: Callable[[], bool]) -> float | None:
    """How many cases that must be placed the best plan leaves; None if the time was up.

    Of a large problem the relaxation says it, which may place a case in parts.
    """
    flow = build(problem, weeks)
    small = len(flow.model.cost) <= problem.costs.proven_columns
    answer = run(flow.model, seconds, cancelled, gap=0.0 if small else None)
    if answer.values is None:
        return None
    forced = flow.groups["forced"].to_numpy(dtype=bool)
    return float((flow.groups["count"].to_numpy() - answer.values[: len(flow.groups)])[forced].sum())
