"""Turn columns of the model into cases and back: which case leaves, and who takes it.

The model only counts. Any choice of cases with these counts has the same penalty, so the choice is free to serve
people: cases whose next assessment is due last leave first, and a case goes to the nearest post that receives its
class. Nearest first is also cheapest, so the plan costs no more than the model says.
"""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import holder_after_named_moves
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.object_]
_NEARNESS = (("from_team_code", "team_code"), ("office_code", "office_code"), ("cluster_code", "cluster_code"))


def decode(problem: Problem, flow: Flow, values: Floats) -> Integers:
    """Find the holder of each case if the columns have these values: row of posts, or -1 for no one.

    - The cases of a group whose next assessment is due last leave first.
    - A case goes to its own team rather than its office, and to its office rather than its cluster.
    - No one both gives away a case of a class and receives another case of it.
    """
    # Whole columns are whole only within the tolerance of HiGHS.
    counts = np.rint(values[: flow.whole]).astype(np.int64)
    klass = flow.receipts["klass"].to_numpy(dtype=np.int64)
    post = flow.receipts["post"].to_numpy(dtype=np.int64)
    receives = counts[len(flow.groups) : flow.first_promise]
    taking: dict[int, list[int]] = {}
    for row in np.flatnonzero(receives):
        taking.setdefault(int(klass[row]), []).extend([int(post[row])] * int(receives[row]))
    holder = holder_after_named_moves(problem)
    places = [(problem.cases[own].to_numpy(), problem.posts[other].to_numpy()) for own, other in _NEARNESS]
    for of_class, cases in _leaving(problem, flow, counts[: len(flow.groups)]).items():
        for case, target in _match(places, *_without_circles(problem, cases, taking.get(of_class, []))):
            holder[case] = target
    kept = flow.promises[counts[flow.first_promise :] == 1]
    holder[kept["case"].to_numpy()] = kept["post"].to_numpy()
    return holder


def encode(problem: Problem, flow: Flow, holder: Integers) -> Floats:
    """Calculate the columns of the model under a plan, from which HiGHS then starts.

    Counts are counted. The other columns follow from the rows: each distance is the least that the rows allow, and each
    load fills its stretches from below, because these are the cheapest values.
    """
    values = np.zeros(len(flow.model.cost))
    promises = flow.promises
    kept = holder[promises["case"].to_numpy()] == promises["post"].to_numpy()
    values[flow.first_promise + np.flatnonzero(kept)] = 1.0
    moves = (flow.group_of >= 0) & (holder != problem.start) & (holder >= 0)
    moves[promises["case"].to_numpy()[kept]] = False
    moved = np.flatnonzero(moves)
    group = flow.group_of[moved]
    np.add.at(values, group, 1.0)
    posts = len(problem.posts)
    known = flow.receipts["klass"].to_numpy() * posts + flow.receipts["post"].to_numpy()
    klass = flow.groups["klass"].to_numpy()[group]
    np.add.at(values, len(flow.groups) + np.searchsorted(known, klass * posts + holder[moved]), 1.0)

    model = flow.model
    counted = model.entry_column < flow.whole
    sums = np.bincount(
        model.entry_row[counted],
        model.entry_value[counted] * values[model.entry_column[counted]],
        minlength=len(model.row_lower),
    )
    values[flow.distances["column"]] = np.maximum(-sums[flow.distances["row"]], 0)
    load = (sums - model.row_lower)[flow.stretches["row"]]
    width = flow.stretches["width"].to_numpy()
    inner = np.where(np.isinf(width), 0.0, width)
    # How far above the person's first stretch each stretch begins: the running total less the total before the person.
    first = flow.stretches["row"].ne(flow.stretches["row"].shift()).to_numpy()
    total = np.cumsum(inner) - inner
    below = total - np.maximum.accumulate(np.where(first, total, 0))
    values[flow.stretches["column"]] = np.clip(load - below, 0, width)
    return values


def _leaving(problem: Problem, flow: Flow, leaves: Integers) -> dict[int, list[int]]:
    """The cases that leave, by class; in each group the cases whose next assessment is due last leave first.

    The person who knows a case writes the best assessment. A case without one due can leave first of all.
    """
    due = problem.cases["next_due"].to_numpy(dtype="datetime64[D]")
    last = np.where(np.isnat(due), np.iinfo(np.int64).max, due.astype(np.int64))
    movable = np.flatnonzero(flow.group_of >= 0)
    order = movable[np.lexsort((movable, -last[movable], flow.group_of[movable]))]
    first = np.searchsorted(flow.group_of[order], np.arange(len(leaves)))
    klass = flow.groups["klass"].to_numpy(dtype=np.int64)
    going: dict[int, list[int]] = {}
    for group in np.flatnonzero(leaves):
        cases = order[first[group] : first[group] + leaves[group]]
        going.setdefault(int(klass[group]), []).extend(int(case) for case in cases)
    return going


def _without_circles(problem: Problem, cases: list[int], posts: list[int]) -> tuple[list[int], list[int]]:
    """The cases that leave and the posts that receive, without pairs that give a person the same class again.

    Within its tolerance, or the gap asked for, the solver may let a person give one case and take another of the same
    class. That helps no one, so both are left out, the most expensive case first, so that the cheapest moves remain. A
    case that must be placed is never left out.
    """
    person = problem.posts["person"].to_numpy(dtype=np.int64)
    forced = problem.cases["forced"].to_numpy(dtype=bool)
    going, taking = [], sorted(posts)
    cost = problem.cases["cost"].to_numpy(dtype=float)
    start = problem.start
    dearest_first = sorted(cases, key=lambda case: (-cost[case], case))
    for case in dearest_first:
        back = [post for post in taking if not forced[case] and person[post] == person[start[case]]]
        if back:
            taking.remove(back[0])
        else:
            going.append(case)
    return sorted(going), taking


def _match(places: list[tuple[Codes, Codes]], cases: list[int], posts: list[int]) -> list[tuple[int, int]]:
    """Match cases with posts, nearest first; yields pairs of a case and a post.

    - places: the codes of every case and of every post that are equal where they are near, the nearest first.

    First come the cases that can stay in their team, then those that can stay in their office, then in their cluster;
    the others go to any post that receives them. Both sides are sorted, so the pairs are the same every time.
    """
    pairs: list[tuple[int, int]] = []
    for of_case, of_post in places:
        waiting: dict[str, list[int]] = {}
        for post in reversed(posts):
            waiting.setdefault(of_post[post], []).append(post)
        left = []
        for case in cases:
            near = waiting.get(of_case[case])
            if near:
                pairs.append((case, near.pop()))
            else:
                left.append(case)
        cases, posts = left, sorted(post for near in waiting.values() for post in near)
    return pairs + list(zip(cases, posts, strict=False))
