"""From columns of the model to cases and back: which case leaves, and who takes it."""

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import settled
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NEARNESS = (("from_team_code", "team_code"), ("office_code", "office_code"), ("cluster_code", "cluster_code"))


def decode(problem: Problem, flow: Flow, values: Floats) -> Integers:
    """Who holds each case when the columns have these ``values``: row of posts, or -1.

    Of a group those cases leave first whose next assessment is due last. Cases stay in their team before their office,
    in their office before their cluster. Nobody gives away and receives the same.
    """
    counts = np.rint(values[: flow.whole]).astype(np.int64)
    klass = flow.receipts["klass"].to_numpy(dtype=np.int64)
    post = flow.receipts["post"].to_numpy(dtype=np.int64)
    receives = counts[len(flow.groups) :]
    taking: dict[int, list[int]] = {}
    for row in np.flatnonzero(receives):
        taking.setdefault(int(klass[row]), []).extend([int(post[row])] * int(receives[row]))
    holder = settled(problem)
    for one, cases in _leaving(problem, flow, counts[: len(flow.groups)]).items():
        for case, target in _matched(problem, *_without_circles(problem, cases, taking.get(one, []))):
            holder[case] = target
    return holder


def encode(problem: Problem, flow: Flow, holder: Integers) -> Floats:
    """The columns of the model under ``holder``."""
    values = np.zeros(len(flow.model.cost))
    moved = np.flatnonzero((flow.group_of >= 0) & (holder != problem.start) & (holder >= 0))
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
    load = (sums - model.row_lower)[flow.strains["row"]]
    width = flow.strains["width"].to_numpy()
    inner = np.where(np.isinf(width), 0.0, width)
    first = flow.strains["row"].ne(flow.strains["row"].shift()).to_numpy()
    total = np.cumsum(inner) - inner
    below = total - np.maximum.accumulate(np.where(first, total, 0))
    values[flow.strains["column"]] = np.clip(load - below, 0, width)
    return values


def _leaving(problem: Problem, flow: Flow, leaves: Integers) -> dict[int, list[int]]:
    """The cases that leave, by class."""
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
    """The cases that leave and the posts that receive, less those where somebody would receive the same again."""
    person = problem.posts["person"].to_numpy(dtype=np.int64)
    forced = problem.cases["forced"].to_numpy(dtype=bool)
    going, taking = [], sorted(posts)
    cost = problem.cases["cost"].to_numpy(dtype=float)
    dearest_first = sorted(cases, key=lambda case: (-cost[case], case))
    for case in dearest_first:
        back = [post for post in taking if not forced[case] and person[post] == person[problem.start[case]]]
        if back:
            taking.remove(back[0])
        else:
            going.append(case)
    return sorted(going), taking


def _matched(problem: Problem, cases: list[int], posts: list[int]) -> list[tuple[int, int]]:
    """Who takes which case, nearest first: pairs of a case and a post."""
    pairs: list[tuple[int, int]] = []
    for own, other in _NEARNESS:
        of_case, of_post = problem.cases[own].to_numpy(), problem.posts[other].to_numpy()
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
