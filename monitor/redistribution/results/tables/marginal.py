"""Calculate what one more move would save and cost once a plan is carried out."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.intake import count_received
from monitor.redistribution.problem.loads import loads
from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Marginal:
    """The load of every person under a plan, and what any further case would add to it.

    - left: new cases each person may still receive in the weeks of the plan.
    - person: row of people of each post.

    Loads are in whole units of the problem, as floats: they are compared, not reported.
    """

    def __init__(self, problem: Problem, holder: Integers, weeks: int) -> None:
        self._problem = problem
        self._load, self._able = (
            np.array([float(points / problem.unit) for points in amounts], dtype=float)
            for amounts in (loads(problem, holder), problem.people["available"])
        )
        self.left = problem.limits.intake * weeks - count_received(problem, holder)
        self.person = problem.posts["person"].to_numpy(dtype=np.int64)

    def percentages(self, exact: Integers) -> Floats:
        """The capacity percentage of each person (column) with each extra load (row); NaN without available points."""
        able = np.where(self._able > 0, self._able, np.nan)
        return np.asarray(100 * (self._load + exact[:, None]) / able, dtype=np.float64)

    def percentages_at(self, held: Integers) -> Floats:
        """The capacity percentage of each person who holds so much of the cases in scope; NaN without capacity."""
        fixed = np.array([float(points / self._problem.unit) for points in self._problem.people["fixed"]], dtype=float)
        able = np.where(self._able > 0, self._able, np.nan)
        return np.asarray(100 * (fixed + held) / able, dtype=np.float64)

    def added_penalty(self, exact: Integers) -> Floats:
        """The penalty that each extra load (row) adds to each person (column); 0 without available points."""
        penalty = self._problem.penalty
        now = self.percentages(np.zeros(1, dtype=np.int64))
        return np.nan_to_num(penalty.at(self.percentages(exact)) - penalty.at(now))

    def costs(self, cases: pd.DataFrame, possible: Flags | None = None, most: float | Floats = np.inf) -> Floats:
        """The least that each case adds in any place it could go: penalty of the receiver, cost of move and distance.

        - cases: rows of the problem's cases.
        - possible: the people who may receive; None for those with intake left for one case.
        - most: the capacity percentage that no one, or that each person, may end above.
        - Returns one number per case, infinite if no one may take it.
        """
        problem = self._problem
        takes = self.left >= 1 if possible is None else possible
        points, which = np.unique(cases["exact"].to_numpy(dtype=np.int64), return_inverse=True)
        more = np.where(takes & (self.percentages(points) <= most), self.added_penalty(points), np.inf)[:, self.person]
        kinds, kind = np.unique(cases["kind"].to_numpy(dtype=np.int64), return_inverse=True)
        cheapest = np.full(len(cases), np.inf)
        # Nearest first: within the office distance costs nothing, within the cluster less than beyond it. The cheapest
        # receiver of each place, kind and weight is found once, because there are far more cases than kinds.
        farther = problem.costs.other_office, problem.costs.other_cluster
        steps = (("office_code", 0.0), ("cluster_code", farther[0]), ("", farther[1]))
        for level, cost in steps:
            here, there = self._places(cases, level)
            least = np.full((len(kinds), len(points), int(there.max(initial=-1)) + 1), np.inf)
            for row, eligible in enumerate(problem.eligible[kinds]):
                posts = np.flatnonzero(eligible)
                for place in np.unique(there[posts]):
                    least[row, :, place] = more[:, posts[there[posts] == place]].min(axis=1)
            known = here >= 0
            cheapest[known] = np.minimum(cheapest[known], least[kind[known], which[known], here[known]] + cost)
        whole: Floats = cheapest + cases["cost"].to_numpy(dtype=float)
        return whole

    def relief(self, cases: pd.DataFrame) -> Floats:
        """The penalty that each case takes off its holder when it leaves; 0 if no one holds it."""
        points, which = np.unique(cases["exact"].to_numpy(dtype=np.int64), return_inverse=True)
        post = cases["post"].to_numpy(dtype=np.int64)
        taken_off = np.zeros(len(cases))
        held = post >= 0
        taken_off[held] = -self.added_penalty(-points)[which[held], self.person[post[held]]]
        return taken_off

    def others(self, cases: pd.DataFrame) -> Flags:
        """Whether anyone but its holder may take each case."""
        people = np.zeros((len(self._problem.eligible), len(self._load)), dtype=bool)
        kind, post = np.nonzero(self._problem.eligible)
        people[kind, self.person[post]] = True
        own = cases["kind"].to_numpy(dtype=np.int64)
        start = cases["post"].to_numpy(dtype=np.int64)
        able = people.sum(axis=1)[own]
        held = start >= 0
        able[held] -= people[own[held], self.person[start[held]]]
        flags: Flags = able > 0
        return flags

    def _places(self, cases: pd.DataFrame, level: str) -> tuple[Integers, Integers]:
        """The place of each case and of each post, as numbers; -1 for a place without posts."""
        if not level:
            return np.zeros(len(cases), dtype=np.int64), np.zeros(len(self._problem.posts), dtype=np.int64)
        there, names = pd.factorize(self._problem.posts[level], sort=True)
        return pd.Index(names).get_indexer(pd.Index(cases[level])).astype(np.int64), there.astype(np.int64)
