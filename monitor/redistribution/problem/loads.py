"""Calculate exactly what each person carries under a given allocation of the cases, and the objective of it.

``holder`` is always the row of posts of each case, -1 for no one. The objective is calculated here from the cases, not
taken from the solver, so that what a plan promises does not depend on the tolerance of HiGHS.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.posts import round_points
from monitor.redistribution.problem.problem import ANYWHERE, Problem
from tiering.policies.policy import Rounding

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def holder_after_named_moves(problem: Problem) -> Integers:
    """The holder of each case after the named moves and before any other: row of posts, or -1."""
    named = problem.cases["fixed_to"].to_numpy(dtype=np.int64)
    return np.where(named >= 0, named, problem.start)


def whole_loads(problem: Problem, holder: Integers) -> Integers:
    """Points of the cases each person holds in scope, in whole units of the problem."""
    held = holder >= 0
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[held]]
    sums = np.zeros(len(problem.people), dtype=np.int64)
    np.add.at(sums, person, problem.cases["exact"].to_numpy(dtype=np.int64)[held])
    return sums


def loads(problem: Problem, holder: Integers) -> list[Fraction]:
    """Points that each person carries: cases and duties in all posts."""
    whole = whole_loads(problem, holder)
    return [fixed + int(own) * problem.unit for fixed, own in zip(problem.people["fixed"], whole, strict=True)]


def rounded_loads(problem: Problem, holder: Integers) -> list[Fraction]:
    """Points that each person carries as in an ordinary run: rounded post by post if the policy rounds.

    The search uses exact points, because a rounded sum is not linear. Reports round each post's sum once, as the
    Workload Management Tool does.
    """
    points_of = loads(problem, holder)
    if problem.policy.rounding is not Rounding.WORKLOAD_MANAGEMENT_TOOL or problem.unit.denominator == 1:
        return points_of
    held = holder >= 0
    own = np.zeros(len(problem.posts), dtype=np.int64)
    np.add.at(own, holder[held], problem.cases["exact"].to_numpy(dtype=np.int64)[held])
    for person, duties, whole in zip(problem.posts["person"], problem.posts["unrounded"], own, strict=True):
        points = int(whole) * problem.unit
        points_of[person] += round_points(duties + points) - round_points(duties) - points
    return points_of


def percentages(problem: Problem, holder: Integers) -> Floats:
    """The capacity percentage of each person, NaN without available points."""
    rounded_loads = zip(loads(problem, holder), problem.people["available"], strict=True)
    return np.array([float(100 * load / able) if able > 0 else np.nan for load, able in rounded_loads], dtype=float)


def find_unplaced(problem: Problem, holder: Integers) -> Flags:
    """Find the cases that had to be placed and stay where they are."""
    flags: Flags = problem.cases["forced"].to_numpy(dtype=bool) & (holder == problem.start)
    return flags


def distance_costs(problem: Problem, holder: Integers) -> Floats:
    """The cost of each case for going to another office or cluster."""
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    paid = np.zeros(len(holder))
    for level, cost in (("office_code", problem.costs.other_office), ("cluster_code", problem.costs.other_cluster)):
        there = problem.posts[level].to_numpy()[holder[moved]]
        paid[moved[there != problem.cases[level].to_numpy()[moved]]] = cost
    return paid


def move_costs(problem: Problem, holder: Integers) -> Floats:
    """The cost of moving each case, 0 for a case that stays."""
    moved = (holder != problem.start) & (holder >= 0)
    return np.where(moved, problem.cases["cost"].to_numpy(dtype=float) + distance_costs(problem, holder), 0.0)


def keep_costs(problem: Problem, holder: Integers) -> Floats:
    """The cost of each case for a change from the plan that the scenario is based on."""
    changed = (problem.earlier != ANYWHERE) & (holder != problem.earlier)
    return np.where(changed, problem.costs.keep, 0.0)


def objective(problem: Problem, holder: Integers) -> float:
    """Sum the penalties of people with available points, and the costs of moves, changes and unplaced cases."""
    able = [
        (load, available)
        for load, available in zip(loads(problem, holder), problem.people["available"], strict=True)
        if available > 0
    ]
    people = problem.penalty.total([load for load, _ in able], [available for _, available in able])
    waiting = float(find_unplaced(problem, holder).sum()) * problem.costs.unplaced
    moves = move_costs(problem, holder).sum() + keep_costs(problem, holder).sum()
    return people + float(moves) + waiting
