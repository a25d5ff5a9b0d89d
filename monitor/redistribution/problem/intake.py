"""Count new cases per week: how many the named moves bring, and in which week each case moves."""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import holder_after_named_moves
from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]


def count_named_intake(problem: Problem) -> Integers:
    """Count the new cases that the named moves bring to each person."""
    return count_received(problem, holder_after_named_moves(problem))


def count_received(problem: Problem, holder: Integers) -> Integers:
    """Count the new cases that each person receives under ``holder``; a row of several cases counts as several."""
    moved = (holder != problem.start) & (holder >= 0)
    taken = np.zeros(len(problem.people), dtype=np.int64)
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[moved]]
    np.add.at(taken, person, problem.cases["number_of_cases"].to_numpy(dtype=np.int64)[moved])
    return taken


def schedule_weeks(problem: Problem, holder: Integers, weeks: int) -> Integers:
    """Find the week in which each case moves, 0 for one that stays: what must move and the riskiest cases go first.

    - holder: row of posts of each case, -1 for no one.
    - By the end of any week no one has received more new cases than the intake of the weeks so far.
    - Named moves are all made within the ``weeks`` of the plan, even if there are more than that.
    """
    # The order per receiver: what must move (a person without an offender manager waits), then the higher risk, then
    # the heavier case, which relieves most. The row number keeps the order the same every time.
    cases = problem.cases
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    receiver = problem.posts["person"].to_numpy(dtype=np.int64)[holder[moved]]
    later = ~(cases["forced"] | cases["fixed_to"].ge(0)).to_numpy(dtype=bool)[moved]
    risk = -cases["rank"].to_numpy(dtype=np.int64)[moved]
    weight = -cases["exact"].to_numpy(dtype=np.int64)[moved]
    order = np.lexsort((moved, weight, risk, later, receiver))
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)[moved][order]
    total = np.cumsum(number)
    new = np.append(True, receiver[order][1:] != receiver[order][:-1])[: len(order)]
    # Running totals start again with each receiver. A row of several cases moves whole, in the week in which it ends.
    before = np.maximum.accumulate(np.where(new, total - number, 0))
    week = np.zeros(len(cases), dtype=np.int64)
    week[moved[order]] = np.minimum(-((before - total) // problem.limits.intake), weeks)
    return week
