"""Rank the people who may take one case, and count those who may not, by the rule that keeps them from it.

    rank_receivers(problem: Problem, holder: Integers, case: int, hours_ahead: HoursAhead = {}, weeks: int = 1)
        -> tuple[Receiver, ...]
    count_refused(problem: Problem, case: int) -> tuple[Refusal, ...]

- holder: the row of posts of each case under a plan, or ``problem.start``; case: its row in ``problem.cases``.
- hours_ahead: as ``find_hours_ahead(caseload, om_codes, as_at)`` of ``results.hours_ahead`` gives it.
- The price is that of the plan's objective, so that the list and the plan agree on who is best.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.wording import clean, count_of, long_date
from monitor.redistribution.problem.intake import count_received
from monitor.redistribution.problem.loads import loads, rounded_loads
from monitor.redistribution.problem.posts import round_points
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.problem.rules import broken_rule
from monitor.redistribution.results.tables.hours_ahead import HoursAhead
from tiering.capacity import full_time_points
from tiering.policies.policy import Rounding

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_WEEK: Final = timedelta(days=7)
_NOTHING_KNOWN: Final[HoursAhead] = MappingProxyType({})


@dataclass(frozen=True)
class Receiver:
    """A post that may take a case.

    - om_code, team_code, name, grade, office_name: of the post.
    - before, after: capacity percentage of the person without and with the case, as reports show it.
    - price: what the move adds to the objective; the lower, the better.
    - over_line: whether the person would end above line, that of receivers (the line of the plan less the margin).
    - reasons_against: what a planner should know first, in words.
    """

    om_code: str
    team_code: str
    name: str
    grade: str
    office_name: str
    before: float
    after: float
    price: float
    over_line: bool
    reasons_against: tuple[str, ...]
    line: float


@dataclass(frozen=True)
class Refusal:
    """The people in scope whom one rule keeps from a case."""

    reason: str
    people: int


def rank_receivers(
    problem: Problem, holder: Integers, case: int, hours_ahead: HoursAhead = _NOTHING_KNOWN, weeks: int = 1
) -> tuple[Receiver, ...]:
    """Rank the posts that may take a case: the cheapest first, those that end over the line last.

    Changes from an earlier plan have no price here: the list is about who takes it best.

    - holder: under a plan; every other case is where it says, and this one is with its present holder.
    - weeks: over which the plan is spread; the intake is a limit per week.
    """
    row: Any = next(problem.cases.iloc[[case]].itertuples())
    base = holder.copy()
    base[case] = problem.start[case]
    posts = np.array([post for post in np.flatnonzero(problem.eligible[row.kind]) if post != base[case]], dtype=int)
    if not len(posts):
        return ()
    before, after = _reported_loads(problem, base, row, posts)
    prices = _prices(problem, base, row, posts)
    against = _Against(problem, base, row, hours_ahead, weeks)
    line = problem.receivers_line / 100
    receivers = []
    rows: Iterator[Any] = problem.posts.iloc[posts].itertuples()
    for place, post in enumerate(rows):
        able = problem.people["available"].iloc[post.person]
        over = after[place] > line * able
        receivers.append(
            Receiver(
                om_code=post.om_code,
                team_code=post.team_code,
                name=post.om_name,
                grade=post.grade,
                office_name=post.office_name,
                before=float(100 * before[place] / able),
                after=float(100 * after[place] / able),
                price=float(prices[place]),
                over_line=bool(over),
                reasons_against=tuple(against.reasons(post, over=over)),
                line=float(problem.receivers_line),
            )
        )
    return tuple(sorted(receivers, key=lambda taker: (taker.over_line, taker.price, taker.om_code, taker.team_code)))


def count_refused(problem: Problem, case: int) -> tuple[Refusal, ...]:
    """Count the people in scope who may not take a case, by the first rule that keeps them from it; most first.

    The holder of the case is not counted, and a person with several posts counts once.
    """
    row: Any = next(problem.cases.iloc[[case]].itertuples())
    may = problem.eligible[row.kind]
    people = problem.posts["person"].to_numpy(dtype=np.int64)
    holds = people[row.post] if row.post >= 0 else -1
    able = {*people[may].tolist(), int(holds)}
    refused: dict[int, str] = {}
    for post, person in enumerate(people.tolist()):
        if person not in able and person not in refused:
            refused[person] = broken_rule(problem, row, problem.posts.iloc[post])
    counts = Counter(refused.values())
    return tuple(Refusal(reason, counts[reason]) for reason in sorted(counts, key=lambda rule: (-counts[rule], rule)))


def _reported_loads(
    problem: Problem, base: Integers, case: Any, posts: Integers
) -> tuple[list[Fraction], list[Fraction]]:
    """What the person of each post carries before and after taking the case, rounded post by post as reports do."""
    people = problem.posts["person"].to_numpy(dtype=np.int64)
    carried = rounded_loads(problem, base)
    held = base >= 0
    own = np.zeros(len(problem.posts), dtype=np.int64)
    np.add.at(own, base[held], problem.cases["exact"].to_numpy(dtype=np.int64)[held])

    def change(post: int, exact: int) -> Fraction:
        if problem.policy.rounding is not Rounding.WORKLOAD_MANAGEMENT_TOOL:
            return exact * problem.unit
        points = problem.posts["unrounded"].iloc[post] + int(own[post]) * problem.unit
        return round_points(points + exact * problem.unit) - round_points(points)

    before = [carried[person] for person in people[posts]]
    given = change(case.post, -int(case.exact)) if case.post >= 0 else Fraction(0)
    giver = people[case.post] if case.post >= 0 else -1
    changes = [change(post, int(case.exact)) + (given if people[post] == giver else 0) for post in posts.tolist()]
    return before, [load + more for load, more in zip(before, changes, strict=True)]


def _prices(problem: Problem, base: Integers, case: Any, posts: Integers) -> Floats:
    """What the case adds to the objective in each post: penalties of receiver and giver, cost of the move, distance."""
    costs = problem.costs
    people = problem.posts["person"].to_numpy(dtype=np.int64)
    pairs = zip(loads(problem, base), problem.people["available"], strict=True)
    share = np.array([float(100 * load / able) if able > 0 else np.nan for load, able in pairs])
    able = problem.people["available"].to_numpy()
    more = np.array([float(100 * int(case.exact) * problem.unit / points) if points > 0 else np.nan for points in able])
    added = np.nan_to_num(problem.penalty.at(share + more) - problem.penalty.at(share))[people[posts]]
    if case.post >= 0:
        giver = people[case.post]
        saved = np.nan_to_num(problem.penalty.at(share - more) - problem.penalty.at(share))[giver]
        # Another post of the same person changes no one's load.
        added = np.where(people[posts] == giver, 0.0, added + saved)
    away = problem.posts["office_code"].to_numpy()[posts] != case.office_code
    far = problem.posts["cluster_code"].to_numpy()[posts] != case.cluster_code
    distance = np.where(far, costs.other_cluster, np.where(away, costs.other_office, 0.0))
    whole: Floats = added + case.cost + distance
    return whole


class _Against:
    """What speaks against each receiver of one case."""

    def __init__(self, problem: Problem, base: Integers, case: Any, hours_ahead: HoursAhead, weeks: int) -> None:
        self._problem, self._case, self._hours_ahead = problem, case, hours_ahead
        self._people = problem.people
        self._recent = _count_recent(problem)
        self._planned = count_received(problem, base)
        self._intake = problem.limits.intake * weeks
        self._high = _count_high(problem, base)
        self._full_time = full_time_points(problem.policy)

    def reasons(self, post: Any, *, over: bool) -> Iterator[str]:
        """The reasons against one post, the most serious first."""
        if over:
            yield f"goes over {float(self._problem.receivers_line):g}% of capacity"
        end = self._hours_ahead.get((post.om_code, post.team_code))
        if end is not None:
            yield f"{'leaves on' if end.leaves else 'has no hours from'} {long_date(end.day)}"
        yield from self._full(post.person)
        if self._people["newly_qualified"].iloc[post.person]:
            yield "newly qualified"
        yield from self._many_high(post.person)
        if post.cluster_code != self._case.cluster_code:
            yield f"another cluster: {clean(post.cluster_name)}"
        elif post.office_code != self._case.office_code:
            yield f"another office: {clean(post.office_name)}"

    def _full(self, person: int) -> Iterator[str]:
        recent, planned = int(self._recent[person]), int(self._planned[person])
        if recent + planned + self._case.number_of_cases <= self._intake:
            return
        parts = [f"{count_of(recent, 'new case')} in the last 7 days"] if recent or not planned else []
        parts += [f"{count_of(planned, 'new case')} in this plan"] if planned else []
        yield f"intake is full: {' and '.join(parts)}, at most {self._problem.limits.intake} a week"

    def _many_high(self, person: int) -> Iterator[str]:
        """A person with part of the hours holds many from that part of the number."""
        if not self._full_time:
            return
        share = float(self._people["available"].iloc[person]) / self._full_time
        if self._high[person] >= self._problem.costs.many_high_rosh * share:
            yield f"already holds {count_of(int(self._high[person]), 'case')} of high or very high RoSH"


def _count_recent(problem: Problem) -> Integers:
    """Count the cases in scope that were allocated to each person within the last seven days."""
    cases, today = problem.cases, pd.Timestamp(problem.as_at)
    recent = cases["allocated_on"].gt(today - _WEEK) & cases["allocated_on"].le(today)
    return _sum_cases(problem, problem.start, recent.to_numpy(dtype=bool))


def _count_high(problem: Problem, holder: Integers) -> Integers:
    """Count the cases of high and very high RoSH that each person holds, in scope and outside it."""
    outside = problem.people["outside_high_cases"].to_numpy(dtype=np.int64)
    return outside + _sum_cases(problem, holder, problem.cases["high"].to_numpy(dtype=bool))


def _sum_cases(problem: Problem, holder: Integers, which: npt.NDArray[np.bool_]) -> Integers:
    """Sum the number of cases of some rows by the person who holds them."""
    counted = which & (holder >= 0)
    sums = np.zeros(len(problem.people), dtype=np.int64)
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[counted]]
    np.add.at(sums, person, problem.cases["number_of_cases"].to_numpy(dtype=np.int64)[counted])
    return sums
