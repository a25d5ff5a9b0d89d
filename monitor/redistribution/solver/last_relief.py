"""Bring those to the line who are still a little above it, as far as the plan stays within the gap asked for.

Points above the line have a price, so they fall first. But a person who is above it by a fraction of a point costs less
than the move that would help, and no one would sign a plan that leaves them there. So after the search the moves by
choice are chosen once more, with the line as a limit for everyone whom the relaxation brings to it. The necessary moves
stay as they were found, and only people who give cases, or are above the line, may give any: that model is small.

This is tried only if everyone concerned is already within a point of the line. If some are farther away, limits and not
prices keep them there, and the search has done what it could.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.line import room_under_line
from monitor.redistribution.problem.loads import objective, percentages
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode
from monitor.redistribution.solver.highs import Clock
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.over_line import settle_moves

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NEAR_LINE = 1.0
"""In points of capacity percentage: a point above the line costs as much as ten plain moves, so more would be found."""

_FIRST = 100.0
"""How much dearer points above the line are in the relaxation that tells whom it brings to the line."""

_LEAST = 1e-6
"""In points of capacity percentage: how far above the line no longer counts, the tolerance of HiGHS."""

_GAP = 1e-3
"""A share of the objective: the model is small, so this takes little time."""


def relieve_the_last(problem: Problem, holder: Integers, weeks: int, most_cost: float, clock: Clock) -> Integers:
    """Bring people above the line to it, and return the holder of each case: as before if that is not possible.

    - holder: a plan that keeps the line; weeks: over which it is spread.
    - most_cost: the objective that the plan must not exceed.
    """
    line = float(problem.line)
    above = np.nan_to_num(percentages(problem, holder) - line) > _LEAST
    if not above.any() or objective(problem, holder) >= most_cost:
        return holder
    settled = _by_choice_alone(problem, holder, above)
    reached = _reached_by_relaxation(settled, weeks, clock)
    if reached is None or not (above & reached).any():
        return holder
    if (percentages(problem, holder)[above & reached] > line + _NEAR_LINE).any():
        return holder
    flow = build(settled, weeks, room_under_line(settled), np.where(reached, line, np.inf))
    answer = clock.run(flow.model, gap=_GAP)
    if answer.values is None:
        return holder
    relieved = decode(settled, flow, answer.values)
    return relieved if objective(problem, relieved) <= most_cost else holder


def _by_choice_alone(problem: Problem, holder: Integers, above: Flags) -> Problem:
    """Pose the problem with the necessary moves made; only people above the line or who give by choice may give."""
    moved = (holder != problem.start) & (holder >= 0)
    forced = problem.cases["forced"].to_numpy(dtype=bool)
    person = np.append(problem.posts["person"].to_numpy(dtype=np.int64), -1)[problem.start]
    givers = np.union1d(np.flatnonzero(above), person[moved & ~forced])
    settled = settle_moves(problem, holder, moved & forced)
    others = ~np.isin(person, givers) & ~forced
    return replace(settled, cases=settled.cases.assign(locked=settled.cases["locked"].to_numpy(dtype=bool) | others))


def _reached_by_relaxation(problem: Problem, weeks: int, clock: Clock) -> Flags | None:
    """Whom the relaxation brings to the line, if points above it come before all else; None if the time was up."""
    dearer = problem.costs.model_copy(update={"over_line": problem.costs.over_line * _FIRST})
    flow = build(replace(problem, costs=dearer), weeks, room_under_line(problem))
    answer = clock.run(flow.model)
    return None if answer.values is None else ~_above_line(problem, flow, answer.values)


def _above_line(problem: Problem, flow: Flow, values: Floats) -> Flags:
    """The people whose load is above the line if the columns have these values."""
    over = np.zeros(len(problem.people), dtype=bool)
    starts = np.tile(problem.penalty.edges, len(flow.stretches) // len(problem.penalty.edges))
    filled = values[flow.stretches["column"]] > _LEAST
    over[flow.stretches["person"][(starts >= float(problem.line)) & filled]] = True
    return over
