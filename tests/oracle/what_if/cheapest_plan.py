"""The cheapest plan of a handful of cases, found by trying every one.

`cheapest` places the forced cases that have a place under the line, and moves whatever else is worth its price. What
then still has no place goes over the line: `cheapest_rest`.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from typing import NamedTuple

from ..card import cases_of
from ..workload import Post
from .redistribution import MOST_WEEKS, UNPLACED, Ask, Holders, World

PEAK_ALLOWANCE = 1


class Best(NamedTuple):
    """The cheapest plan under the line: its cost, in how many weeks, and how many forced cases it leaves."""

    objective: Fraction
    weeks: int
    unplaced: int


def cheapest(ask: Ask) -> Best:
    """The cheapest plan of a small ask under the line, of every plan there is.

    - The number of weeks is that of the usual plan, even if the lowest peak comes first.
    """
    world = World(ask)
    most: Best | None = None
    for weeks in range(ask.weeks, MOST_WEEKS + 1):
        best = cheapest_in(world, weeks)
        most = most or (cheapest_in(world, MOST_WEEKS) if best.unplaced else best)
        if best.unplaced == most.unplaced:
            return cheapest_in(world, weeks, best.unplaced) if ask.peak_first else best
    raise ValueError(f"{ask.weeks} weeks are more than {MOST_WEEKS}")


class State(NamedTuple):
    """Where the trying of every plan stands: points gained and cases received by each person, and two counts."""

    gained: tuple[int, ...]
    received: tuple[int, ...]
    elective: int
    unplaced: int


def cheapest_in(world: World, weeks: int, most_unplaced: int | None = None) -> Best:
    """Every assignment, one case after another; two that leave the same people with the same are one from then on.

    - most_unplaced: how many cases may be left by a plan with the lowest peak; None for the usual plan.
    """
    people = range(len(world.people))
    states = {State(tuple(0 for _ in people), tuple(0 for _ in people), 0, 0): 0}
    for crn in world.scope:
        choices = [(post, _price(world, crn, post)) for post in _choices(world, crn)]
        following: dict[State, int] = {}
        for before, cost in states.items():
            for post, price in choices:
                state = _left(world, crn, before) if post is None else _moved(world, crn, post, before)
                total = cost + price + UNPLACED * (state.unplaced - before.unplaced)
                if _allowed(world, state, post and world.people.index(post[1]), weeks):
                    following[state] = min(total, following.get(state, total))
        states = following

    @cache
    def keeps_the_line(place: int, gained: int) -> bool:
        return world.start_loads[world.people[place]] + gained <= world.most(world.people[place])

    @cache
    def strain(place: int, gained: int) -> Fraction:
        return world.strain(world.people[place], world.start_loads[world.people[place]] + gained)

    ends = []
    for state, cost in states.items():
        if all(keeps_the_line(*one) for one in enumerate(state.gained)):
            ends.append((sum((strain(*one) for one in enumerate(state.gained)), Fraction(cost)), state))
    if most_unplaced is not None:
        ends = _lowest_peak(world, [end for end in ends if end[1].unplaced <= most_unplaced])
    objective, state = min(ends, key=lambda end: (end[0], end[1].unplaced))
    return Best(objective, weeks, state.unplaced)


def cheapest_rest(world: World, holders: Holders, weeks: int) -> Best:
    """The cheapest end of a plan that goes over the line only where it must.

    - holders: the plan under the line, with every case that has no place still where it was.
    - Points over the line have no price here: what has to go over it goes where it costs least without that.
    - A case whose every place is dearer than none, or which no intake lets in, stays without one.
    """
    free = world.without_line_price()
    rest = [crn for crn in world.scope if world.is_forced(crn) and holders[crn] == world.start[crn]]
    ways = product(*([None, *_eligible(world, crn)] for crn in rest))
    ends = []
    for way in ways:
        end = dict(holders) | {crn: post for crn, post in zip(rest, way, strict=True) if post is not None}
        if all(cases <= world.ask.intake * weeks for cases in world.received(end).values()):
            ends.append(Best(free.objective(end), weeks, way.count(None)))
    return min(ends)


def _price(world: World, crn: str, post: Post | None) -> int:
    move = world.move_cost(crn, post) if post else 0
    return move + world.keep_cost(crn, post or world.start[crn])


def _eligible(world: World, crn: str) -> list[Post]:
    return [post for post in world.posts if post != world.start[crn] and not world.objections(crn, post)]


def _choices(world: World, crn: str) -> Iterator[Post | None]:
    """Where the case may be after the plan: None for where it is now, and every post that may receive it."""
    named = [(team_code, om_code) for one, om_code, team_code in world.ask.fixed if one == crn]
    if named:
        yield named[0]
        return
    yield None
    if world.is_locked(crn) or (world.is_still(crn) and not world.is_forced(crn)):
        return
    # A case that weighs nothing is one more case all the same: someone over the line takes it only if it must be so.
    yield from (post for post in _eligible(world, crn) if world.points[crn] or not world.is_over(post[1]))


def _left(world: World, crn: str, before: State) -> State:
    return before._replace(unplaced=before.unplaced + world.is_forced(crn))


def _moved(world: World, crn: str, post: Post, before: State) -> State:
    gained, received, start = list(before.gained), list(before.received), world.start[crn]
    to, points = world.people.index(post[1]), int(world.points[crn])
    if points != world.points[crn]:
        raise ValueError(f"{crn}: parts of points are not tried")
    gained[to] += points
    if start is not None:
        gained[world.people.index(start[1])] -= points
    received[to] += cases_of(world.cases[crn])
    return State(tuple(gained), tuple(received), before.elective + world.is_elective(crn), before.unplaced)


def _allowed(world: World, state: State, receiver: int | None, weeks: int) -> bool:
    if world.budget is not None and state.elective > world.budget:
        return False
    return receiver is None or state.received[receiver] <= world.ask.intake * weeks


def _ends(world: World, state: State) -> list[tuple[str, Fraction]]:
    return [
        (person, world.start_loads[person] + gained) for person, gained in zip(world.people, state.gained, strict=True)
    ]


def _lowest_peak(world: World, ends: list[tuple[Fraction, State]]) -> list[tuple[Fraction, State]]:
    """Those of the plans whose peak is within the allowance of the lowest."""

    def peak(state: State) -> Fraction:
        full = [100 * load / world.room[person] for person, load in _ends(world, state) if world.room[person]]
        return max(full, default=Fraction(0))

    tops = [peak(state) for _, state in ends]
    return [end for end, top in zip(ends, tops, strict=True) if top <= min(tops) + PEAK_ALLOWANCE]
