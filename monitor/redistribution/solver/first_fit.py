"""A first plan in no time: the cases that must be placed go one by one to the cheapest person with room for them.

Near the line everywhere, people have room for one case more or none, and rounding the relaxation finds no plan at all.
This one always keeps the line, and the search starts from it.
"""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.intake import count_named_intake
from monitor.redistribution.problem.line import Room
from monitor.redistribution.problem.loads import holder_after_named_moves, whole_loads
from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]
_DISTANCES = ("office_code", "cluster_code")


def place_one_by_one(problem: Problem, room: Room, weeks: int) -> Integers:
    """Find a plan that keeps the line and moves only what must be placed: the holder of each case.

    - The cases with the fewest receivers come first, because they are the hardest to place, and of these the lightest,
      so that as many as possible find a place.
    - Each goes where it adds the least penalty and distance, or stays if no one who may take it has room.
    """
    holder = holder_after_named_moves(problem)
    held, left = whole_loads(problem, holder), problem.limits.intake * weeks - count_named_intake(problem)
    people = problem.people
    fixed = np.array([float(points / problem.unit) for points in people["fixed"]])
    able = np.array([float(points / problem.unit) for points in people["available"]])
    person = problem.posts["person"].to_numpy(dtype=np.int64)
    cases = problem.cases
    exact, number, kind = (cases[name].to_numpy(dtype=np.int64) for name in ("exact", "number_of_cases", "kind"))
    receivers = problem.eligible.sum(axis=1)[kind]
    levels = [(problem.posts[level].to_numpy(), cases[level].to_numpy()) for level in _DISTANCES]
    forced = np.flatnonzero(cases["forced"].to_numpy(dtype=bool))
    for case in forced[np.lexsort((forced, exact[forced], receivers[forced]))].tolist():
        posts = np.flatnonzero(problem.eligible[kind[case]])
        takers = person[posts]
        fits = (
            room.receives[takers]
            & ((exact[case] > 0) | ~room.above[takers])
            & (held[takers] + exact[case] <= room.most[takers])
            & (left[takers] >= number[case])
        )
        posts, takers = posts[fits], takers[fits]
        if not len(posts):
            continue
        before, after = (100 * (fixed[takers] + held[takers] + more) / able[takers] for more in (0, exact[case]))
        away, far = (of_post[posts] != of_case[case] for of_post, of_case in levels)
        distance = np.where(far, problem.costs.other_cluster, away * problem.costs.other_office)
        added = problem.penalty.at(after) - problem.penalty.at(before) + distance
        # Where it adds nothing, as below the first line of the penalty, the least loaded takes it.
        chosen = int(np.lexsort((posts, after, added))[0])
        holder[case] = posts[chosen]
        held[takers[chosen]] += exact[case]
        left[takers[chosen]] -= number[case]
    return holder
