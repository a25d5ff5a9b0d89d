"""Improve a plan step by step: a case goes elsewhere, or one comes to a person and another goes on from them.

Near the line everywhere a plan is a packing: each receiver is to be filled up to the line with cases of various
weights. A search that branches over counts is slow at that, and these steps are fast. They prove nothing; the bound
comes from the relaxation and from the search.

Every step keeps the rules: eligibility, the line, intake and the limit of elective moves. In each round the best steps
are made together, the best first, as long as no person has a part in two of them. The same plan always has the same
steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.intake import count_named_intake, count_received
from monitor.redistribution.problem.line import Room
from monitor.redistribution.problem.loads import whole_loads
from monitor.redistribution.problem.problem import ANYWHERE, Problem
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_LEAST = 1e-6
"""The least that a step must save, in units of the objective: less may be an error of rounding."""

_MOST_ROUNDS = 200
"""A plan of a cluster takes about 40 rounds; the limit only makes sure that it ends."""

_MOST = 2
"""The most elective moves that two steps take."""

_SHARES = {0: ((0, 2), (1, 1), (2, 0)), 1: ((1, 2), (2, 1)), 2: ((2, 2),)}
"""How two steps may share the elective moves to spare: the most of the first and of the second, each plus 1."""


@dataclass(frozen=True)
class Space:
    """What is the same in every plan of a problem.

    - intake: new cases that each person may take; most: whole units of cases that each person may hold.
    - fixed, able: whole units that each person carries as well as these cases, and can carry; without hours infinite,
      because such a person has no penalty.
    - receiver: row of people of each post.
    - cases: the cases that may take part: all that can move and are one case; group: of each.
    - person (row of people, -1 for no one), rank (row of weights), elective: of each group.
    - cost: of a case of a group (row) at each post (column), and in the last column where it is now; infinite if it may
      not go there.
    - weights: of cases, in whole units, ascending.
    """

    problem: Problem
    intake: Integers
    most: Integers
    fixed: Floats
    able: Floats
    receiver: Integers
    cases: Integers
    group: Integers
    person: Integers
    rank: Integers
    elective: Flags
    cost: Floats
    weights: Integers

    def fits(self, holder: Integers) -> bool:
        """Whether a plan keeps the line, the intake and the limit of elective moves."""
        limits, start = self.problem.limits, self.problem.start[self.cases]
        moves = int(((holder[self.cases] != start) & self.elective[self.group]).sum())
        return bool(
            (whole_loads(self.problem, holder) <= self.most).all()
            and (count_received(self.problem, holder) <= self.intake).all()
            and (limits.elective_moves is None or moves <= limits.elective_moves)
        )

    def change(self, held: Integers, more: Integers) -> Floats:
        """How the penalty of each person (row) changes with what they hold (columns); infinite if they may not."""
        percent = 100 / self.able[:, None]
        after = held[:, None] + more
        change = self._penalty((self.fixed[:, None] + after) * percent) - self._penalty(
            (self.fixed + held)[:, None] * percent
        )
        return np.where((more <= 0) | (after <= self.most[:, None]), change, np.inf)

    def _penalty(self, percentages: Floats) -> Floats:
        edges, slopes = self.problem.penalty.edges, self.problem.penalty.slopes
        heights = np.append(0.0, np.cumsum(np.diff(edges) * slopes[:-1]))
        inside: Floats = np.interp(percentages, edges, heights)
        beyond: Floats = slopes[-1] * np.maximum(percentages - edges[-1], 0)
        return inside + beyond


def open_space(problem: Problem, flow: Flow, room: Room, weeks: int) -> Space:
    """Gather what is the same in every plan of some weeks; room: what people may hold."""
    groups, posts = flow.groups, problem.posts
    single = problem.cases["number_of_cases"].eq(1).to_numpy(dtype=bool)
    cases = np.flatnonzero((flow.group_of >= 0) & single)
    weights, rank = np.unique(groups["exact"].to_numpy(dtype=np.int64), return_inverse=True)
    forced = groups["forced"].to_numpy(dtype=bool)
    fixed, able = (
        np.array([float(points / problem.unit) for points in problem.people[name]]) for name in ("fixed", "available")
    )
    return Space(
        problem=problem,
        intake=np.maximum(problem.limits.intake * weeks, count_named_intake(problem)),
        most=room.most,
        fixed=fixed,
        able=np.where(able > 0, able, np.inf),
        receiver=posts["person"].to_numpy(dtype=np.int64),
        cases=cases,
        group=flow.group_of[cases],
        person=groups["person"].to_numpy(dtype=np.int64),
        rank=rank,
        elective=~forced,
        cost=_costs(problem, flow, room),
        weights=weights,
    )


def _costs(problem: Problem, flow: Flow, room: Room) -> Floats:
    """The cost of a case of each group at each post and, in the last column, where it is now."""
    groups, posts, costs = flow.groups, problem.posts, problem.costs
    cost = np.repeat(groups["cost"].to_numpy(dtype=float)[:, None], len(posts), axis=1)
    for level, extra in (("office", costs.other_office), ("cluster", costs.other_cluster - costs.other_office)):
        codes = np.unique(problem.cases[f"{level}_code"].to_numpy(dtype=str))
        there = posts[f"{level}_code"].to_numpy(dtype=str)
        cost += extra * (codes[groups[level].to_numpy(dtype=np.int64)][:, None] != there)
    promised = groups["promised"].to_numpy(dtype=np.int64)
    bound = promised >= 0
    earlier = np.where(bound, problem.earlier[promised], ANYWHERE)
    cost += costs.keep * (bound[:, None] & (earlier[:, None] != np.arange(len(posts))))
    person = posts["person"].to_numpy(dtype=np.int64)
    allowed = problem.eligible[groups["kind"].to_numpy(dtype=np.int64)] & room.receives[person]
    allowed &= groups["exact"].to_numpy(dtype=np.int64)[:, None].astype(bool) | ~room.above[person]
    allowed &= groups["person"].to_numpy(dtype=np.int64)[:, None] != person
    stays = groups["forced"].to_numpy(dtype=bool) * costs.unplaced + bound * costs.keep
    return np.column_stack([np.where(allowed, cost, np.inf), stays])


def improve(space: Space, holder: Integers, stop: Callable[[Integers], bool]) -> Integers:
    """Improve a plan that keeps the rules until no step saves anything; ``stop`` says whether a plan will do."""
    plan = holder.copy()
    for _ in range(_MOST_ROUNDS):
        if stop(plan) or not _make_steps(space, plan):
            break
    return plan


@dataclass(frozen=True)
class _State:
    """A plan as pieces: the cases of a group that are in the same place count as one piece, of which one case may go.

    - left: how many more new cases each person may take; spare: elective moves left.
    - case: one of each piece; rank: row of its weight; moved: whether it is elsewhere than before the plan.
    - giver: who holds it (row of people, -1 for no one).
    - target: who receives it at each post (columns) and, in the last column, where it was before; -1 for no one.
    - relief: how the giver's penalty changes.
    - to: what a step there changes but for both penalties; add: what it changes in the receiver's. Either is infinite
      if the rules forbid the step.
    - uses: elective moves that the step takes, -1 to 1.
    - through: how the penalty of each person (row) changes if a case of one weight comes and one of another goes.
    """

    left: Integers
    spare: int
    case: Integers
    rank: Integers
    moved: Flags
    giver: Integers
    target: Integers
    relief: Floats
    to: Floats
    add: Floats
    uses: Integers
    through: Floats


def _state(space: Space, holder: Integers) -> _State:
    problem, posts = space.problem, len(space.receiver)
    elsewhere = holder != problem.start
    where = np.where(elsewhere, holder, posts)[space.cases]
    place, first = np.unique(space.group * (posts + 1) + where, return_index=True)
    group, at = place // (posts + 1), place % (posts + 1)
    piece, rank, elective = np.arange(len(group)), space.rank[group], space.elective[group]
    target = np.column_stack([np.broadcast_to(space.receiver, (len(group), posts)), space.person[group]])
    giver, paid = target[piece, at], space.cost[group, at]

    held, left = whole_loads(problem, holder), space.intake - count_received(problem, holder)
    relief = np.where(giver >= 0, space.change(held, -space.weights)[giver, rank], 0.0)
    # A move that the rules would not allow anew, between two posts of one person, stays.
    stays = ~np.isfinite(paid)
    to = space.cost[group] - np.where(stays, 0.0, paid)[:, None]
    to[stays[:, None] | ((target == giver[:, None]) & (target >= 0))] = np.inf
    to[piece, at] = np.inf
    add = np.where(target >= 0, space.change(held, space.weights)[target, rank[:, None]], 0.0)
    add[:, np.append(left[space.receiver] < 1, False)] = np.inf
    uses = np.where(elective & (at == posts), 1, 0)[:, None].repeat(posts + 1, axis=1)
    uses[:, posts] = np.where(elective & (at < posts), -1, 0)
    most = problem.limits.elective_moves
    made = int((elsewhere[space.cases] & space.elective[space.group]).sum())
    differences, pair = np.unique(space.weights[:, None] - space.weights, return_inverse=True)
    return _State(
        left=left,
        spare=2 * len(space.cases) if most is None else most - made,
        case=space.cases[first],
        rank=rank,
        moved=at < posts,
        giver=giver,
        target=target,
        relief=relief,
        to=to,
        add=add,
        uses=uses,
        through=space.change(held, differences)[:, pair.reshape(len(space.weights), -1)],
    )


Step = tuple[int, int]
"""A piece, and the column of where it goes."""


def _make_steps(space: Space, holder: Integers) -> bool:
    """Make the best steps together; tells whether there were any."""
    state = _state(space, holder)
    posts, spare = len(space.receiver), state.spare
    busy: set[int] = set()
    for steps in _found(space, state, busy):
        people = {int(person) for piece, to in steps for person in (state.giver[piece], state.target[piece, to])}
        # Cases that no one holds have no giver, so their pieces are marked too.
        parts = (people - {-1}) | {-2 - piece for piece, _ in steps}
        uses = sum(int(state.uses[step]) for step in steps)
        if parts & busy or uses > spare:
            continue
        busy |= parts
        spare -= uses
        for piece, to in steps:
            case = state.case[piece]
            holder[case] = space.problem.start[case] if to == posts else to
    return bool(busy)


def _found(space: Space, state: _State, busy: set[int]) -> Iterator[tuple[Step, ...]]:
    """The steps that save something, the best first; those of people who are busy by then are left out."""
    landing = state.to + state.add
    alone = np.where(state.uses <= state.spare, landing + state.relief[:, None], np.inf)
    to = alone.argmin(axis=1)
    gains = alone[np.arange(len(to)), to]
    single: list[Way] = [
        (float(gains[piece]), int(state.giver[piece]), (piece, int(to[piece])))
        for piece in np.flatnonzero(gains < -_LEAST).tolist()
    ]
    for _, person, way in sorted([*single, *_ways_through(space, state, landing)]):
        if person not in busy:
            yield ((way[0], way[1]),) if len(way) == 2 else _pair(space, state, landing, person, way)


Through = tuple[int, int, int, int, int]
"""Two steps by a person in the middle: the column where the first case comes in, the most elective moves of the first
and of the second step, plus 1, and the ranks of the weights that come and go."""

Way = tuple[float, int, Step | Through]
"""What it saves (below 0), the person who gives it or is in the middle, and the step or steps."""


def _ways_through(space: Space, state: _State, landing: Floats) -> list[Way]:
    """The best two steps at each column: one case comes to its person, who passes another one on.

    The first giver and the last receiver may be one person: then both swap, which saves more than is calculated here.
    """
    posts, people, weights = len(space.receiver), len(space.able), len(space.weights)
    come = np.full((3, posts + people, weights), np.inf)
    leaving = state.to + state.relief[:, None]
    order = np.argsort(state.rank, kind="stable")
    for uses in (0, 1):
        mine = order[state.uses[order, 0] == uses]
        ranks, begins = np.unique(state.rank[mine], return_index=True)
        if len(mine):
            come[uses + 1, :posts, ranks] = np.minimum.reduceat(leaving[mine, :posts], begins, axis=0)
    home = np.flatnonzero(state.moved & (state.target[:, posts] >= 0))
    where = (state.uses[home, posts] + 1, posts + state.target[home, posts], state.rank[home])
    np.minimum.at(come, where, leaving[home, posts])

    go = np.full((3, people, 2, weights), np.inf)
    held = np.flatnonzero(state.giver >= 0)
    for uses, value in (
        (state.uses[held, 0], landing[held, :posts].min(axis=1)),
        (state.uses[held, posts], landing[held, posts]),
    ):
        np.minimum.at(go, (uses + 1, state.giver[held], state.moved[held].astype(int), state.rank[held]), value)

    come, go = np.minimum.accumulate(come, axis=0), np.minimum.accumulate(go, axis=0)
    live = np.flatnonzero(np.isfinite(come[2]).any(axis=1))
    if not len(live):
        return []
    person = np.append(space.receiver, np.arange(people))[live]
    full = (live < posts) & (state.left[person] < 1)
    ways: list[Way] = []
    for first, then in _SHARES[min(state.spare, _MOST)]:
        # A person whose intake is full passes on a case that the plan gave them.
        passed = np.where(full[:, None], go[then, person, 1], go[then, person].min(axis=1))
        saved = (come[first, live][:, :, None] + passed[:, None, :] + state.through[person]).reshape(len(live), -1)
        best = saved.argmin(axis=1)
        for place in np.flatnonzero(saved[np.arange(len(live)), best] < -_LEAST).tolist():
            way = (int(live[place]), first, then, *divmod(int(best[place]), weights))
            ways.append((float(saved[place, best[place]]), int(person[place]), way))
    return ways


def _pair(space: Space, state: _State, landing: Floats, middle: int, way: Through) -> tuple[Step, Step]:
    """The two steps of a way through a person."""
    column, first, then, comes, goes = way
    posts = len(space.receiver)
    to = min(column, posts)
    mine = (state.rank == comes) & (state.uses[:, to] <= first - 1)
    if to == posts:
        mine &= state.moved & (state.target[:, posts] == middle)
    coming = np.flatnonzero(mine)
    arrives = int(coming[(state.to[coming, to] + state.relief[coming]).argmin()])
    passed = (state.rank == goes) & (state.giver == middle)
    if to < posts and state.left[middle] < 1:
        passed &= state.moved
    leaving = np.flatnonzero(passed)
    onward = np.where(state.uses[leaving] <= then - 1, landing[leaving], np.inf)
    row, there = np.unravel_index(onward.argmin(), onward.shape)
    return (arrives, to), (int(leaving[row]), int(there))
