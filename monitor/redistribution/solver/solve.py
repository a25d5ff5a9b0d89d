"""Solve a problem: a plan at once from the relaxation, then better ones until the proof is as good as asked.

Why in phases:

- The linear relaxation is fast and gives a bound: no plan can cost less.
- Rounding it within a small box gives a plan at once, and steps improve it (monitor.redistribution.solver.improve). It
  is often close enough to the bound.
- If it is not, the cuts at the root of the whole model raise the bound, and larger boxes follow while they help.
- The whole model is searched only if the gap is still wider than asked. The search starts from that plan, raises the
  bound and improves the plan until the gap is small enough or the time is up. There is a plan at any time.
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
from monitor.redistribution.problem.line import Room, room_below, room_under_line
from monitor.redistribution.problem.loads import find_unplaced, holder_after_named_moves, objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.first_fit import place_one_by_one
from monitor.redistribution.solver.highs import THOROUGH, Clock, Effort, HighsResult
from monitor.redistribution.solver.improve import Space, improve, open_space
from monitor.redistribution.solver.last_relief import relieve_the_last
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.over_line import place_the_rest, settle_moves
from monitor.redistribution.solver.peak import find_lowest_peak
from monitor.redistribution.solver.rounding import box_around, keep_earlier, round_down

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

_CHANGES = (0, 200, 800)
"""How many whole counts rounding may change by one, as well as the fractional ones: those of the smallest reduced cost,
which cost least to change. They balance out what rounding a fraction takes from balance, intake, budget and the line.
The larger numbers are for where the line leaves so little room that the smaller ones find no good plan."""

_ROUNDING_GAP = 1e-3
"""A share of the objective, smaller than the usual gap of the whole problem, so that the box does not limit it."""

_BOUND = Effort(nodes=1, plans=False)
"""Of a search for the bound alone."""

_ROUNDING_NODES = 50
"""How far the search within a box goes: what it has not found by then, the next box finds sooner."""


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
    weeks, relaxed = _weeks_needed(problem, room_under_line(problem), clock)
    search = _search(problem, weeks, clock, known, relaxed)
    found = _complete(problem, search, weeks, clock)
    out_of_work = work is not None and found.gap > problem.limits.gap
    if found.over_line.any() and not out_of_work:
        # Those who took a case above the line could be relieved by other moves, which the search did not know. So it is
        # repeated with these cases where they are now; then they are placed anew, because there may be room now.
        settled = settle_moves(problem, found.holder, found.over_line)
        again = _complete(problem, _search(settled, weeks, clock, found.holder), weeks, clock, anew=found.over_line)
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


def _search(
    problem: Problem, weeks: int, clock: Clock, known: Integers | None, relaxed: HighsResult | None = None
) -> "_Search":
    """Find the best plan of some weeks that keeps the line; relaxed: the relaxation of these weeks, if it is known."""
    room = room_under_line(problem)
    flow = build(problem, weeks, room)
    space = open_space(problem, flow, room, weeks)
    search = _Search(problem, flow, holder_after_named_moves(problem), clock, space)
    search.consider(place_one_by_one(problem, room, weeks))
    first = keep_earlier(problem, flow, space)
    for plan in (first, known):
        if plan is not None:
            search.consider(plan)
    search.go(first if known is None else search.holder, relaxed)
    most_cost = inf if known is None else objective(problem, known)
    search.relieve_the_last(weeks, most_cost)
    if problem.limits.peak_first and len(flow.groups):
        # The usual plan first, because it places what can be placed; the peak is then lowered without giving that up.
        plan, peak = find_lowest_peak(problem, flow, search.holder, clock)
        flow, below = build(problem, weeks, room, peak), room_below(problem, room, peak)
        search = _Search(problem, flow, plan, clock, open_space(problem, flow, below, weeks))
        search.go(plan)
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

    def __init__(self, problem: Problem, flow: Flow, holder: Integers, clock: Clock, space: Space) -> None:
        self._problem, self._flow, self._clock, self._space = problem, flow, clock, space
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

    def go(self, first: Integers | None, relaxed: HighsResult | None = None) -> None:
        """Relax, round, and search further while the gap is too wide and time is left.

        - first: a plan near the best, near which the search begins; None for the rounded relaxation.
        - relaxed: the relaxation, if it is known.
        """
        if not len(self._flow.groups):
            self._lowest = self.objective
            return
        relaxed = relaxed or self._run()
        self._lowest = max(self._lowest, relaxed.bound)
        if relaxed.values is None:
            return
        # Small problems, about one office, are solved to the end, because a planner sees any better move at a glance.
        small = len(self._flow.model.cost) <= self._problem.costs.proven_columns
        wanted = 0.0 if small else self._problem.limits.gap
        if not small:
            self._round(relaxed, first, wanted)
        if self.gap > wanted:
            self._run(gap=wanted)

    def relieve_the_last(self, weeks: int, most_cost: float) -> None:
        """Bring those to the line who are a little above it, if the plan is still within the gap asked for."""
        within_gap = min(self.bound / (1 - self._problem.limits.gap), most_cost)
        if self.gap > _PROVEN and self.objective < within_gap:
            self.holder = relieve_the_last(self._problem, self.holder, weeks, within_gap, self._clock)
            self.objective = objective(self._problem, self.holder)

    def _run(self, gap: float | None = None, effort: Effort = THOROUGH) -> HighsResult:
        """Solve the whole model or, without a gap, its relaxation, and remember its bound and plan."""
        model = self._flow.model
        start = None if gap is None else encode(self._problem, self._flow, self.holder)
        answer = self._clock.run(model, gap=gap, start=start, effort=effort)
        self._lowest = max(self._lowest, answer.bound)
        if gap is not None and answer.values is not None:
            self.consider(decode(self._problem, self._flow, answer.values))
        return answer

    def _round(self, relaxed: HighsResult, first: Integers | None, wanted: float) -> None:
        """Find plans near the relaxation, in one box after the other, and improve each step by step.

        The first plan is often good enough, but the relaxation too low to prove it. The cuts at the root of the whole
        model raise the bound in less time than a larger box takes.
        """
        if first is None and relaxed.values is not None:
            first = round_down(self._problem, self._flow, relaxed.values, self._space)
        near = self.holder if first is None or not self._space.fits(first) else first
        for changes in _CHANGES:
            before = self.objective
            self._search_box(relaxed, near, changes, wanted)
            if changes == _CHANGES[0] and self.gap > wanted:
                self._run(gap=wanted, effort=_BOUND)
            # A box that holds nothing better is a sign that a larger one does not either.
            if self.gap <= wanted or self.objective >= before:
                return
            near = self.holder

    def _search_box(self, relaxed: HighsResult, near: Integers, changes: int, wanted: float) -> None:
        """Find a better plan in the box around the relaxation and the plan ``near``, and improve it step by step."""
        lower, upper = box_around(self._problem, self._flow, relaxed, near, changes)
        target = self.bound / (1 - wanted)
        answer = self._clock.run(
            replace(self._flow.model, lower=lower, upper=upper),
            gap=_ROUNDING_GAP,
            start=encode(self._problem, self._flow, near),
            effort=Effort(target=target, nodes=_ROUNDING_NODES),
        )
        if answer.values is not None:
            self.consider(decode(self._problem, self._flow, answer.values))

        def stop(holder: Integers) -> bool:
            done = self._clock.seconds_left() <= 0 or self._clock.cancelled()
            return done or objective(self._problem, holder) <= target

        # The steps count alike cases; which of them leave is decided as in every plan.
        improved = improve(self._space, self.holder, stop)
        self.consider(decode(self._problem, self._flow, encode(self._problem, self._flow, improved)))


def _weeks_needed(problem: Problem, room: Room, clock: Clock) -> tuple[int, HighsResult | None]:
    """Find the fewest weeks, from the number asked for, in which the best plan places as many cases as it ever would.

    Intake is a limit per week, so a plan over more weeks may place more cases. A plan should take no longer than that
    needs, so the search starts with the fewest weeks. If the time is up, the weeks so far count as enough: a plan in
    fewer weeks is still a plan. Returns the relaxation of these weeks too, if it was solved.
    """
    least, most = problem.limits.weeks, max(problem.limits.weeks, problem.costs.most_weeks)
    if least == most or not problem.cases["forced"].any():
        return least, None
    first, relaxed = _waiting(problem, least, room, clock)
    fewest = _waiting(problem, most, room, clock)[0] if first else None
    if not first or fewest is None or first - fewest < _WHOLE:
        return least, relaxed
    for weeks in range(least + 1, most):
        waiting, relaxed = _waiting(problem, weeks, room, clock)
        if waiting is None or waiting - fewest < _WHOLE:
            return weeks, relaxed
    return most, None


def _waiting(problem: Problem, weeks: int, room: Room, clock: Clock) -> tuple[float | None, HighsResult | None]:
    """How many cases that must be placed the best plan leaves unplaced; None if the time was up.

    For a large problem, the relaxation gives the number; it may place parts of a case. It is returned too.
    """
    flow = build(problem, weeks, room)
    small = len(flow.model.cost) <= problem.costs.proven_columns
    answer = clock.run(flow.model, gap=0.0 if small else None)
    if answer.values is None:
        return None, None
    return float(problem.cases["forced"].sum() - answer.values[flow.placing].sum()), None if small else answer
