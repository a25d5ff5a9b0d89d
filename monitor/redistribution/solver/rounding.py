"""Round a relaxation: a plan from its whole parts, and the box around it in which the whole model is small.

A box around the relaxation alone often contains no plan where the line leaves little room. One that also contains a
known plan always does, and the search in it starts from that plan.
"""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import holder_after_named_moves, whole_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.highs import HighsResult
from monitor.redistribution.solver.improve import Space
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WHOLE = 1e-6
"""How near to a whole number a count is taken as whole: the tolerance of HiGHS."""


def round_down(problem: Problem, flow: Flow, values: Floats, space: Space) -> Integers:
    """Find the plan that makes only the whole moves of a relaxation: the holder of each case."""
    counts = values.copy()
    counts[: flow.whole] = np.floor(counts[: flow.whole] + _WHOLE)
    return _under_the_line(problem, flow, decode(problem, flow, counts), space)


def keep_earlier(problem: Problem, flow: Flow, space: Space) -> Integers | None:
    """Find the plan that makes the moves of the earlier plan as far as they can be made; None if there is none.

    It is no plan either if its limits were wider: more moves by choice, or more new cases for someone.
    """
    promises = flow.promises
    if not len(promises):
        return None
    holder = holder_after_named_moves(problem)
    holder[promises["case"].to_numpy(dtype=np.int64)] = promises["post"].to_numpy(dtype=np.int64)
    holder = _under_the_line(problem, flow, holder, space)
    return holder if space.fits(holder) else None


def _under_the_line(problem: Problem, flow: Flow, holder: Integers, space: Space) -> Integers:
    """Take cases back from people above the line.

    If some moves of a plan are left out, people may give fewer cases than they receive, and end above it.
    """
    movable = flow.group_of >= 0
    exact = problem.cases["exact"].to_numpy(dtype=np.int64)
    while True:
        above = whole_loads(problem, holder) - space.most
        person = int(above.argmax())
        received = np.flatnonzero(movable & (holder != problem.start))
        received = received[space.receiver[holder[received]] == person]
        if above[person] <= 0 or not len(received):
            return holder
        # The case that comes nearest to what is too much, so that as little as possible is lost.
        back = received[np.abs(exact[received] - above[person]).argmin()]
        holder[back] = problem.start[back]


def box_around(
    problem: Problem, flow: Flow, relaxed: HighsResult, holder: Integers, changes: int
) -> tuple[Floats, Floats]:
    """Set bounds of the columns around a relaxation and a plan; returns lower and upper of every column.

    - Fractions may be rounded up or down; whole counts stay, except the ``changes`` ones that cost least to change,
      which may change by one. All may be as in the plan.
    - Loads and distances keep their bounds, because they follow from the counts.
    """
    if relaxed.values is None or relaxed.reduced is None:
        raise ValueError("there is no relaxation to round")
    model = flow.model
    counts = relaxed.values[: flow.whole]
    nearest = np.rint(counts)
    is_whole = np.abs(counts - nearest) < _WHOLE
    low, high = np.where(is_whole, nearest, np.floor(counts)), np.where(is_whole, nearest, np.ceil(counts))
    cheapest = np.argsort(np.where(is_whole, np.abs(relaxed.reduced[: flow.whole]), np.inf), kind="stable")[:changes]
    low[cheapest] -= 1
    high[cheapest] += 1
    known = encode(problem, flow, holder)[: flow.whole]
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[: flow.whole] = np.maximum(np.minimum(low, known), lower[: flow.whole])
    upper[: flow.whole] = np.minimum(np.maximum(high, known), upper[: flow.whole])
    return lower, upper
