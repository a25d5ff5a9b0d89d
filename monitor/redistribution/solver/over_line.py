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
from monitor.redistribution.problem.loads import find_unplaced, whole_loads
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
    last = find_unplaced(problem, under) & (problem.cases["exact"].to_numpy(dtype=np.int64) > 0)
    placed = _bring_under(problem, placed, last, room, weeks)
    return placed, _find_above(problem, placed, last, room)


def _find_above(problem: Problem, holder: Integers, last: Flags, room: Room) -> Flags:
    """Which of the cases that were placed last went to people who end above the line.

    A person who gave a heavy case away in the same step may take lighter ones and still end under it.
    """
    above = np.append(room.ends_above(whole_loads(problem, holder)), False)
    person = np.append(problem.posts["person"].to_numpy(dtype=np.int64), -1)
    flags: Flags = last & ~find_unplaced(problem, holder) & above[person[holder]]
    return flags


def _bring_under(problem: Problem, holder: Integers, last: Flags, room: Room, weeks: int) -> Integers:
    """Take cases back under the line where others made room for them in the last step, until no more can be.

    Each one is under the line from then on, so this ends.
    """
    before = None
    while before is not holder:
        before = holder
        above = np.flatnonzero(_find_above(problem, holder, last, room))
        for case in above[_may_fit(problem, holder, above, room)].tolist():
            if _find_above(problem, holder, last, room)[case]:
                holder = _place_under(problem, holder, case, room, weeks)
    return holder


def _may_fit(problem: Problem, holder: Integers, cases: Integers, room: Room) -> Flags:
    """Whether anyone who may take each case would stay under the line with it; no intake is looked at."""
    spare = np.where(room.receives, room.most - whole_loads(problem, holder), -1)
    kind, exact = (problem.cases[name].to_numpy(dtype=np.int64)[cases] for name in ("kind", "exact"))
    fits = spare[problem.posts["person"].to_numpy(dtype=np.int64)] >= exact[:, None]
    flags: Flags = (problem.eligible[kind] & fits).any(axis=1)
    return flags


def _place_under(problem: Problem, holder: Integers, case: int, room: Room, weeks: int) -> Integers:
    """Place one case anew, under the line; the same plan if there is no such place."""
    without = holder.copy()
    without[case] = problem.start[case]
    again = place_one_by_one(_with_all_made(problem, without), room, weeks)
    return holder if again[case] == problem.start[case] else again


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
