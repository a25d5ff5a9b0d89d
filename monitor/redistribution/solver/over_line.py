"""Place the cases that had to be placed and found no place under the line.

A person without an offender manager is worse than one with a busy one. So after the search, which keeps the line, the
cases that are left go above it, one last step in which nothing else moves. No case goes above the line while anyone who
may take it could do so and keep the line. So a last look for such places comes first: the gap of the search may have
left some, and so may the price of points above the line, which a person pays who is above it and has given cases away.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.line import Room, room_under_line
from monitor.redistribution.problem.loads import find_unplaced
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode
from monitor.redistribution.solver.first_fit import place_one_by_one
from monitor.redistribution.solver.highs import Clock
from monitor.redistribution.solver.milp import build

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LAST_SECONDS = 2.0
"""Time for this step when the search has used all of its own: a case must not stay unplaced for want of a moment."""

_GAP = 1e-3
"""A share of the objective: near enough for many cases at once; few cases are placed in the very cheapest way."""


def place_the_rest(problem: Problem, holder: Integers, weeks: int, clock: Clock) -> tuple[Integers, Flags, int]:
    """Place what the search left unplaced, over the fewest weeks in which as many find a place as ever would.

    - holder: a plan that keeps the line; all its moves stay.
    - Returns the plan, the cases that it places above the line, and the number of its weeks.
    """
    placed, over = _place_in(problem, holder, weeks, clock)
    most = max(weeks, problem.costs.most_weeks)
    if most > weeks and find_unplaced(problem, placed).any():
        fewest = find_unplaced(problem, _place_in(problem, holder, most, clock)[0]).sum()
        while find_unplaced(problem, placed).sum() > fewest and weeks < most:
            weeks += 1
            placed, over = _place_in(problem, holder, weeks, clock)
    return placed, over, weeks


def settle_moves(problem: Problem, holder: Integers, made: Flags) -> Problem:
    """Pose the problem again with some of the moves of ``holder`` made: their cases stay where they go."""
    cases = problem.cases
    settled = cases.assign(
        fixed_to=np.where(made, holder, cases["fixed_to"]),
        locked=cases["locked"].to_numpy(dtype=bool) | made,
        forced=cases["forced"].to_numpy(dtype=bool) & ~made,
    )
    return replace(problem, cases=settled)


def _with_all_made(problem: Problem, holder: Integers) -> Problem:
    return settle_moves(problem, holder, (holder != problem.start) & (holder >= 0))


def without_line_price(problem: Problem) -> Problem:
    """Pose a problem for cases that have no other place; the price of the line would only leave more unplaced."""
    return replace(problem, costs=problem.costs.model_copy(update={"over_line": 0.0}))


def _place_in(problem: Problem, holder: Integers, weeks: int, clock: Clock) -> tuple[Integers, Flags]:
    """Place what is unplaced within some weeks, first under the line, then above it; tells which cases go above it."""
    room = room_under_line(problem)
    under = _place(problem, holder, weeks, clock, room)
    # If the time was up before that, no case may go above the line that still fits under it.
    under = place_one_by_one(_with_all_made(problem, under), room, weeks)
    placed = _place(problem, under, weeks, clock, room=None)
    # A case without points lifts no one who takes it.
    weighs = problem.cases["exact"].to_numpy(dtype=np.int64) > 0
    return placed, weighs & find_unplaced(problem, under) & ~find_unplaced(problem, placed)


def _place(problem: Problem, holder: Integers, weeks: int, clock: Clock, room: Room | None) -> Integers:
    """Place as many unplaced cases as possible, as cheaply as possible, while everything else stays as it is.

    - room: what people may hold, those above the line as much as before the plan; None if no line is kept.
    """
    left = find_unplaced(problem, holder)
    if not left.any() or clock.cancelled():
        return holder
    rest = _with_all_made(problem, holder)
    rest = without_line_price(replace(rest, cases=rest.cases.assign(locked=~left)))
    flow = build(rest, weeks, room)
    small = len(flow.model.cost) <= problem.costs.proven_columns
    last = replace(clock, seconds_left=lambda: max(clock.seconds_left(), _LAST_SECONDS))
    answer = last.run(flow.model, gap=0.0 if small else _GAP)
    return holder if answer.values is None else decode(rest, flow, answer.values)
