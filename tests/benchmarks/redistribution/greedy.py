"""The baseline: forced cases to the person strained least, then the best single move from the worst off, repeatedly.

It keeps the line as a plan does: a forced case goes over it only if it has no place under it.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tests.oracle.what_if.redistribution import EDGES, LINES, MOST_WEEKS, OVER_LINE, World, smooth
from tests.oracle.workload import Post

Floats = npt.NDArray[np.float64]


class Found(NamedTuple):
    """What the baseline reaches: who holds what in the end, and the objective after 0, 1, 2, ... elective moves.

    - over_line: the forced cases that it placed over the line.
    """

    holders: dict[str, Post | None]
    objectives: list[float]
    over_line: frozenset[str]


class Receivers(NamedTuple):
    """The posts that may receive a case, the place of each one's person, and what the way there costs."""

    posts: list[Post]
    who: npt.NDArray[np.int64]
    further: Floats


class Greedy:
    """One ask on its way to the baseline's plan."""

    def __init__(self, world: World, weeks: int) -> None:
        self.world = world
        self.people = world.people
        self.place = {person: place for place, person in enumerate(self.people)}
        self.room = np.array([float(world.room[person]) for person in self.people])
        self.load = np.array([float(load) for load in world.loads(world.start).values()])
        edges = np.array([float(edge) / 100 for edge in EDGES])
        self.begins = np.outer(self.room, edges)
        self.widths = np.diff(self.begins, axis=1, append=np.inf)
        rises = np.array([float(smooth(high) - smooth(low)) for low, high in pairwise(EDGES)]) / np.diff(edges)
        beyond = [float(sum(2 * weight * (EDGES[-1] - line) / 100 for line, weight in LINES.items()))]
        with np.errstate(divide="ignore"):
            self.slopes = np.where(self.room[:, None] > 0, np.append(rises, beyond) / self.room[:, None], 0.0)
        self.most = np.array([float(world.most(person)) for person in self.people])
        self.intake = np.full(len(self.people), world.ask.intake * weeks)
        self.holders = dict(world.start)
        self.receivers: dict[tuple[object, ...], Receivers] = {}
        self.cost = {crn: world.case_cost(crn) for crn in world.scope}
        self.points = {crn: float(world.points[crn]) for crn in world.scope}

    def strain(self, who: npt.NDArray[np.int64], load: Floats) -> Floats:
        """The strain of each of some people under each of as many loads, and the price of what is over the line."""
        above = np.clip(load[:, None] - self.begins[who], 0.0, self.widths[who])
        line = self.room[who] * float(self.world.ask.threshold) / 100
        with np.errstate(divide="ignore", invalid="ignore"):
            over = np.where(self.room[who] > 0, 100 * np.maximum(0.0, load - line) / self.room[who], 0.0)
        return np.asarray((self.slopes[who] * above).sum(axis=1)) + OVER_LINE * over

    def kind(self, crn: str) -> tuple[object, ...]:
        """What decides who may receive a case and how far away they sit."""
        case = self.world.cases[crn]
        return case["team_code"], case["tier"], self.world.rosh(crn), case["mappa_level"]

    def eligible(self, crn: str) -> Receivers:
        """The posts that may receive a case."""
        key = self.kind(crn)
        if key not in self.receivers:
            posts = [post for post in self.world.posts if not self.world.objections(crn, post)]
            further = [self.world.move_cost(crn, post) - self.cost[crn] for post in posts]
            who = np.array([self.place[post[1]] for post in posts], dtype=np.int64)
            self.receivers[key] = Receivers(posts, who, np.array(further, dtype=float))
        return self.receivers[key]

    def best(self, crn: str, over_line: bool = False) -> tuple[float, Post | None]:
        """What the cheapest receiver of a case costs, the giver's relief not counted; over the line only if asked."""
        posts, who, further = self.eligible(crn)
        start = self.holders[crn]
        free = self.intake[who] > 0
        if start is not None:
            free &= who != self.place[start[1]]
        if not over_line:
            free &= self.load[who] + self.points[crn] <= self.most[who]
        if not free.any():
            return np.inf, None
        cost = self.strain(who, self.load[who] + self.points[crn]) - self.strain(who, self.load[who]) + further
        cost[~free] = np.inf
        first = int(cost.argmin())
        return float(cost[first]) + self.cost[crn], posts[first]

    def move(self, crn: str, post: Post) -> None:
        """Carry one move out."""
        start, points = self.holders[crn], self.points[crn]
        if start is not None:
            self.load[self.place[start[1]]] -= points
        self.load[self.place[post[1]]] += points
        self.intake[self.place[post[1]]] -= 1
        self.holders[crn] = post

    def place_all(self, crns: list[str], over_line: bool) -> list[str]:
        """Give each case to its cheapest receiver; those that have none are left and returned."""
        left = []
        for crn in crns:
            _, post = self.best(crn, over_line)
            if post is None:
                left.append(crn)
            else:
                self.move(crn, post)
        return left

    def single(self, place: int, held: list[str]) -> tuple[float, str, Post] | None:
        """The best move of one of a person's cases that makes things better; None when there is none."""
        now = np.array([place])
        found: tuple[float, str, Post] | None = None
        alike = {(self.points[crn], self.cost[crn], self.kind(crn)): crn for crn in reversed(held)}
        for crn in alike.values():
            less = self.load[now] - self.points[crn]
            relief = float((self.strain(now, self.load[now]) - self.strain(now, less))[0])
            cost, post = self.best(crn)
            if post is not None and cost - relief < (found[0] if found else -1e-9):
                found = cost - relief, crn, post
        return found


def greedy(world: World, weeks: int = 1) -> Found:
    """The baseline's plan under the same eligibility, intake and costs; one row is one case."""
    assert 1 <= weeks <= MOST_WEEKS
    state = Greedy(world, weeks)
    movable: list[list[str]] = [[] for _ in state.people]
    forced = [crn for crn in world.scope if world.is_forced(crn)]
    forced.sort(key=lambda crn: (-float(world.points[crn]), crn))
    rest = state.place_all(forced, over_line=False)
    over_line = frozenset(rest) - frozenset(state.place_all(rest, over_line=True))
    for crn in world.scope:
        start = world.start[crn]
        if start is not None and not (world.is_forced(crn) or world.is_locked(crn) or world.is_still(crn)):
            movable[state.place[start[1]]].append(crn)
    objectives = [float(world.objective(state.holders))]
    budget = world.budget
    while budget is None or len(objectives) <= budget:
        step = _next(state, movable)
        if step is None:
            break
        gain, crn, post = step
        movable[state.place[world.start[crn][1]]].remove(crn)  # type: ignore[index]
        state.move(crn, post)
        objectives.append(objectives[-1] + gain)
    return Found(state.holders, objectives, over_line)


def _next(state: Greedy, movable: list[list[str]]) -> tuple[float, str, Post] | None:
    """The best single move from the worst off of those from whom any move helps."""
    with np.errstate(divide="ignore", invalid="ignore"):
        full = np.where(state.room > 0, state.load / state.room, -1.0)
    for place in np.argsort(-full, kind="stable"):
        step = state.single(int(place), movable[place])
        if step is not None:
            return step
    return None
