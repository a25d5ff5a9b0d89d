"""Rank the people who may take one case, each with their load before and after taking it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import objective, percentages
from monitor.redistribution.problem.problem import Problem

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Receiver:
    """A post that may take a case.

    - om_code, team_code, name, grade, office_name: of the post.
    - before, after: capacity percentage of the person without and with the case.
    - price: what the move adds to the objective; the lower, the better.
    - over_line: whether the person would end above the line.
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


def rank_receivers(problem: Problem, holder: Integers, case: int) -> tuple[Receiver, ...]:
    """Rank the posts that may take a case: the cheapest first, those that end over the line last.

    - holder: the row of posts of each case under a plan; this one counts with its present holder.
    - case: its row in the cases of the problem.
    """
    base = holder.copy()
    base[case] = problem.start[case]
    before = percentages(problem, base)
    may = np.flatnonzero(problem.eligible[problem.cases["kind"].iloc[case]])
    receivers = [_receiver(problem, base, before, case, post) for post in may.tolist() if post != base[case]]
    return tuple(sorted(receivers, key=lambda taker: (taker.over_line, taker.price, taker.om_code, taker.team_code)))


def _receiver(problem: Problem, base: Integers, before: npt.NDArray[np.float64], case: int, post: int) -> Receiver:
    moved = base.copy()
    moved[case] = post
    after = percentages(problem, moved)
    row = problem.posts.iloc[post]
    person = int(row["person"])
    over = bool(after[person] > float(problem.policy.bands.red_above))
    return Receiver(
        om_code=str(row["om_code"]),
        team_code=str(row["team_code"]),
        name=str(row["om_name"]),
        grade=str(row["grade"]),
        office_name=str(row["office_name"]),
        before=float(before[person]),
        after=float(after[person]),
        price=objective(problem, moved) - objective(problem, base),
        over_line=over,
        reasons_against=("goes over the line",) if over else (),
    )
