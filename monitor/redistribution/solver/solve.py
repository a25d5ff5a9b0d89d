"""Solve a problem: a plan at once from the relaxation, then better ones until the proof is as good as asked.

Why in phases:

- The linear relaxation is fast and gives a bound: no plan can cost less.
- Rounding it within a small box gives a plan at once, which is often close enough to the bound.
- The whole model is searched only if the gap is wider than asked. The search starts from that plan, raises the bound
  and improves the plan until the gap is small enough or the time is up. There is a plan at any time.
- Of the plans within the gap, one is looked for in which no one stays above the line by a fraction of a point
  (monitor.redistribution.solver.last_relief).

The gap is always to a bound of the whole problem, never to that of the box.

All this keeps the line: no one is lifted above it. Cases that had to be placed and found no place under it are placed
last, above the line, as cheaply as the rest of the plan lets them (monitor.redistribution.solver.over_line). The bound
is then as far below the plan as it was before this step: no plan that keeps the line is cheaper by more.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from time import perf_counter

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.intake import schedule_weeks
from monitor.redistribution.problem.line import Room, room_under_line
from monitor.redistribution.problem.loads import find_unplaced, holder_after_named_moves, objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.first_fit import place_one_by_one
from monitor.redistribution.solver.highs import Clock, HighsResult
from monitor.redistribution.solver.last_relief import relieve_the_last
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.over_line import place_the_rest, settle_moves
from monitor.redistribution.solver.peak import find_lowest_peak

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

OPTIMAL = "optimal"
WITHIN_GAP = "within gap"
TIME_LIMIT = "time limit"
WORK_LIMIT = "work limit"
CANCELLED = "cancelled"

_PROVEN = 1e-6
"""The gap below which a plan counts as optimal: HiGHS itself is no more exact."""

_WHOLE = 1e-6
"""How near to a whole number a count is taken as whole: the tolerance of HiGHS."""

_NEAR = (200, 800)
"""How many whole counts rounding may change by one, as well as the fractional ones: those of the smallest reduced cost,
which cost least to change. They balance out what rounding a fraction takes from balance, intake, budget and the line.
The larger number is for where the line leaves so little room that the smaller one finds no plan, or no good one."""

_ROUNDING_GAP = 1e-3
"""A share of the objective, smaller than the usual gap of the whole problem, so that the box does not limit it."""


_ROUNDING_SHARE = 0.5
"""The share of the time left that one rounding may take, so that a hard one leaves time for the search itself."""


def never() -> bool:
    """Return false: no one cancels."""
    return False


@dataclass(frozen=True)
class Solution:
    """A plan with its proof.

    - holder: of each case, row of posts, -1 for no one.
    - week: of each move, from 1; 0 for a case that stays.
    - objective: what the plan costs; bound: no plan costs less; gap: the difference as a share of the objective.
    - seconds: spent.
    - status: optimal (to one in a million), within gap, time limit or work limit (or the gap could not be closed),
      cancelled.
    - weeks: the number of weeks whose intake the plan uses.
    - over_line: of each case, whether it had to be placed and found a place only above the line.
    """

    holder: Integers
    week: Integers
    objective: float
    bound: float
    gap: float
    seconds: float
    status: str
    weeks: int
    over_line: Flags


def solve(problem: Problem, cancelled: Callable[[], bool] = never, known: Integers | None = None) -> Solution:
    """Find the best plan for a problem within its limits; there is always one, if only the present state.

    - cancelled: returns true to stop the search; the seconds of the limits stop it too, or their limit on work.
    - known: a plan (holder of each case) within the same limits; the answer is never worse.
    """
    began = perf_counter()

    work = problem.limits.work
    seconds = problem.limits.seconds if work is None else inf

    def seconds_left() -> float:
        return seconds - (perf_counter() - began)

    clock = Clock(seconds_left, cancelled, work)
    weeks = _weeks_needed(problem, room_under_line(problem), clock)
    search = _search(problem, weeks, clock, known)
    found = _complete(problem, search, weeks, clock)
    out_of_work = work is not None and found.gap > problem.limits.gap
    if found.over_line.any() and not out_of_work:
        # Those who took a case above the line could be relieved by other moves, which the search did not know. So it is
        # repeated with these cases where they are now; then they are placed anew, because there may be room now.
        settled = settle_moves(problem, found.holder, found.over_line)
        again = _complete(problem, _search(settled, weeks, clock), weeks, clock, anew=found.over_line)
        found = better_of(problem, found, again)
    stopped = TIME_LIMIT if work is None else WORK_LIMIT
    status = OPTIMAL if found.gap <= _PROVEN else WITHIN_GAP if found.gap <= problem.limits.gap else stopped
    if status == stopped and cancelled():
        status = CANCELLED
    return replace(found, status=status, seconds=perf_counter() - began)


def better_of(problem: Problem, found: Solution, again: Solution) -> Solution:
    """The plan that leaves fewer cases without a holder, then the cheaper one.

    Time may be up before the repeated search has a bound. Then the first plan stays, because its proof would be lost.
    """
    if again.gap > max(found.gap, problem.limits.gap):
        return found
    return min(found, again, key=lambda answer: (find_unplaced(problem, answer.holder).sum(), answer.objective))


def _search(problem: Problem, weeks: int, clock: Clock, known: Integers | None = None) -> "_Search":
    """Find the best plan of some weeks that keeps the line."""
    room = room_under_line(problem)
    flow = build(problem, weeks, room)
    search = _Search(problem, flow, holder_after_named_moves(problem), clock)
    search.consider(place_one_by_one(problem, room, weeks))
    if known is not None:
        search.consider(known)
    search.go()
    most_cost = inf if known is None else objective(problem, known)
    search.relieve_the_last(weeks, most_cost)
    if problem.limits.peak_first and len(flow.groups):
        # The usual plan first, because it places what can be placed; the peak is then lowered without giving that up.
        plan, peak = find_lowest_peak(problem, flow, search.holder, clock)
        search = _Search(problem, build(problem, weeks, room, peak), plan, clock)
        search.go()
    return search


def _complete(problem: Problem, search: "_Search", weeks: int, clock: Clock, anew: Flags | None = None) -> Solution:
    """Place what a search left unplaced, and the cases ``anew``, above the line if there is no room under it."""
    kept = search.holder if anew is None else np.where(anew, problem.start, search.holder)
    holder, over_line, weeks = place_the_rest(problem, kept, weeks, clock)
    value = objective(problem, holder)
    bound = max(value - (search.objective - search.bound), 0.0)
    return Solution(
        holder=holder,
        week=schedule_weeks(problem, holder, weeks),
        objective=value,
        bound=bound,
        gap=(value - bound) / value if value > 0 else 0.0,
        seconds=0.0,
        status=WITHIN_GAP,
        weeks=weeks,
        over_line=over_line,
    )


class _Search:
    """The best plan known so far, and the bound below which no plan can be."""

    def __init__(
        self,
        problem: Problem,
        flow: Flow,
        holder: Integers,
        clock: Clock,
    ) -> None:
        self._problem, self._flow, self._clock = problem, flow, clock
        self.holder, self.objective, self._lowest = holder, objective(problem, holder), 0.0

    @property
    def bound(self) -> float:
        """The cost below which no plan can be; never above that of the best known plan."""
        return min(self._lowest, self.objective)

    @property
    def gap(self) -> float:
        """The difference between the plan and the bound, as a share of the plan's objective."""
        return (self.objective - self.bound) / self.objective if self.objective > 0 else 0.0

    def consider(self, holder: Integers) -> None:
        """Take a plan if it is better than the best known one."""
        value = objective(self._problem, holder)
        if value < self.objective:
            self.holder, self.objective = holder, value

    def go(self) -> None:
        """Relax, round, and search further while the gap is too wide and time is left."""
        if not len(self._flow.groups):
            self._lowest = self.objective
            return
        # Small problems, about one office, are solved to the end, because a planner sees any better move at a glance.
        relaxed = self._run()
        if relaxed.values is None:
            return
        small = len(self._flow.model.cost) <= self._problem.costs.proven_columns
        wanted = 0.0 if small else self._problem.limits.gap
        for near in () if small else _NEAR:
            if self.gap > wanted:
                self._round(relaxed, near)
        if self.gap > wanted:
            self._run(gap=wanted)

    def relieve_the_last(self, weeks: int, most_cost: float) -> None:
        """Bring those to the line who are a little above it, if the plan is still within the gap asked for."""
        within_gap = min(self.bound / (1 - self._problem.limits.gap), most_cost)
        if self.gap > _PROVEN and self.objective < within_gap:
            self.holder = relieve_the_last(self._problem, self.holder, weeks, within_gap, self._clock)
            self.objective = objective(self._problem, self.holder)

    def _run(self, gap: float | None = None) -> HighsResult:
        """Solve the whole model or, without a gap, its relaxation, and remember its bound and plan."""
        model = self._flow.model
        start = None if gap is None else encode(self._problem, self._flow, self.holder)
        answer = self._clock.run(model, gap=gap, start=start)
        self._lowest = max(self._lowest, answer.bound)
        if gap is not None and answer.values is not None:
            self.consider(decode(self._problem, self._flow, answer.values))
        return answer

    def _round(self, relaxed: HighsResult, near: int) -> None:
        """Find a plan near the relaxation: round its fractions up or down, and change a few whole counts by one."""
        model = self._flow.model
        lower, upper = _box(self._flow, relaxed, near)
        boxed = replace(model, lower=lower, upper=upper)
        clock = replace(self._clock, seconds_left=lambda: self._clock.seconds_left() * _ROUNDING_SHARE)
        rounded = clock.run(boxed, gap=_ROUNDING_GAP)
        if rounded.values is not None:
            self.consider(decode(self._problem, self._flow, rounded.values))


def _box(flow: Flow, relaxed: HighsResult, near: int) -> tuple[Floats, Floats]:
    """Set bounds of the columns around a relaxation: whole counts stay, except those that cost least to change.

    Returns lower and upper of every column. Loads and distances keep their bounds, because they follow from the counts.
    """
    if relaxed.values is None or relaxed.reduced is None:
        raise ValueError("there is no relaxation to round")
    model = flow.model
    counts = relaxed.values[: flow.whole]
    nearest = np.rint(counts)
    is_whole = np.abs(counts - nearest) < _WHOLE
    low, high = np.where(is_whole, nearest, np.floor(counts)), np.where(is_whole, nearest, np.ceil(counts))
    cheapest = np.argsort(np.where(is_whole, np.abs(relaxed.reduced[: flow.whole]), np.inf), kind="stable")[:near]
    low[cheapest] -= 1
    high[cheapest] += 1
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[: flow.whole] = np.maximum(low, lower[: flow.whole])
    upper[: flow.whole] = np.minimum(high, upper[: flow.whole])
    return lower, upper


def _weeks_needed(problem: Problem, room: Room, clock: Clock) -> int:
    """Find the fewest weeks, from the number asked for, in which the best plan places as many cases as it ever would.

    Intake is a limit per week, so a plan over more weeks may place more cases. A plan should take no longer than that
    needs, so the search starts with the fewest weeks. If the time is up, the weeks so far count as enough: a plan in
    fewer weeks is still a plan.
    """
    least, most = problem.limits.weeks, max(problem.limits.weeks, problem.costs.most_weeks)
    if least == most or not problem.cases["forced"].any():
        return least
    first = _waiting(problem, least, room, clock)
    fewest = _waiting(problem, most, room, clock) if first else None
    if not first or fewest is None or first - fewest < _WHOLE:
        return least
    for weeks in range(least + 1, most):
        waiting = _waiting(problem, weeks, room, clock)
        if waiting is None or waiting - fewest < _WHOLE:
            return weeks
    return most


def _waiting(problem: Problem, weeks: int, room: Room, clock: Clock) -> float | None:
    """How many cases that must be placed the best plan leaves unplaced; None if the time was up.

    For a large problem, the relaxation gives the number; it may place parts of a case.
    """
    flow = build(problem, weeks, room)
    small = len(flow.model.cost) <= problem.costs.proven_columns
    answer = clock.run(flow.model, gap=0.0 if small else None)
    if answer.values is None:
        return None
    return float(problem.cases["forced"].sum() - answer.values[flow.placing].sum())
