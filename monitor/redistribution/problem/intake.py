"""New cases a week: how many the named moves bring, and in which week each case moves."""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import holder_after_named_moves
from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]


def count_named_intake(problem: Problem) -> Integers:
    """How many new cases the named moves bring to each person."""
    return count_received(problem, holder_after_named_moves(problem))


def count_received(problem: Problem, holder: Integers) -> Integers:
    """How many new cases each person has received under ``holder``; a row of several counts as so many."""
    moved = (holder != problem.start) & (holder >= 0)
    taken = np.zeros(len(problem.people), dtype=np.int64)
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[moved]]
    np.add.at(taken, person, problem.cases["number_of_cases"].to_numpy(dtype=np.int64)[moved])
    return taken


def schedule_weeks(problem: Problem, holder: Integers, weeks: int) -> Integers:
    """The week in which each case moves, 0 for one that stays: what must move and the riskiest first.

    By the end of any week nobody has received more new cases than that many weeks' intake; but what is moved by name is
    moved within the ``weeks`` of the plan, however much it is.

    - holder: row of posts of each case, -1 for nobody.
    """
    # In this order per receiver: what must move (a person without an offender manager waits), then the higher risk,
    # then the heavier case, which relieves most. The row number keeps it the same every time.
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
    # Running totals begin anew with each receiver. A row of several cases moves whole, in the week in which it ends.
    before = np.maximum.accumulate(np.where(new, total - number, 0))
    week = np.zeros(len(cases), dtype=np.int64)
    week[moved[order]] = np.minimum(-((before - total) // problem.limits.intake), weeks)
    return week
