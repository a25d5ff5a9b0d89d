"""Compare a plan with the earlier one that it is based on: which moves stay, and which changed and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alerts.wording import clean
from monitor.redistribution.plan import Plan
from monitor.redistribution.problem.problem import ANYWHERE

Integers = npt.NDArray[np.int64]

GONE = "the case is no longer in scope"
FORBIDDEN = "the one who was to take it may not take it any more"
ADDED = "it did not move before"
DROPPED = "it no longer moves"
ELSEWHERE = "someone else takes it now"


@dataclass(frozen=True)
class ChangedMove:
    """A move that differs from the earlier plan.

    - was_to, is_to: om_code of the receiver in the earlier plan and in this one; None for no move.
    - asked: whether the scenario itself asks for it: a named move, a pin or a bar.
    """

    crn: str
    was_to: str | None
    is_to: str | None
    why: str
    asked: bool


def changes_since(plan: Plan) -> tuple[ChangedMove, ...]:
    """List the moves that differ from the earlier plan, by CRN; none if the scenario is not based on one."""
    if plan.scenario.based_on is None:
        return ()
    return tuple(sorted(_changes(plan), key=lambda change: change.crn))


def count_kept(plan: Plan) -> int:
    """Count the moves of the earlier plan that this plan makes too."""
    earlier = {move.crn: (move.to_om_code, move.to_team_code) for move in plan.scenario.based_on or ()}
    return sum(receiver == earlier.get(crn) for crn, receiver in _receivers(plan).items())


def count_other_changes(changes: Sequence[ChangedMove]) -> int:
    """Count the changes that the scenario itself does not ask for."""
    return sum(not change.asked for change in changes)


def _receivers(plan: Plan) -> dict[str, tuple[str, str]]:
    """The receiver of each case that moves: om_code and team_code, by CRN."""
    problem, holder = plan.problem, plan.solution.holder
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    posts = problem.posts.iloc[holder[moved]]
    return dict(
        zip(problem.cases["crn"].iloc[moved], zip(posts["om_code"], posts["team_code"], strict=True), strict=True)
    )


def _changes(plan: Plan) -> Iterator[ChangedMove]:
    problem, now = plan.problem, _receivers(plan)
    earlier = {move.crn: (move.to_om_code, move.to_team_code) for move in plan.scenario.based_on or ()}
    row_of = {crn: row for row, crn in enumerate(problem.cases["crn"])}
    asked = _asked_for(plan)
    for crn, was in earlier.items():
        row, receiver = row_of.get(crn), now.get(crn)
        if row is None:
            yield ChangedMove(crn, was[0], None, GONE, False)
        elif receiver != was:
            is_to = None if receiver is None else receiver[0]
            yield ChangedMove(crn, was[0], is_to, _why(plan, row, receiver), crn in asked)
    for crn in now.keys() - earlier.keys():
        yield ChangedMove(crn, None, now[crn][0], ADDED, crn in asked)


def _why(plan: Plan, row: int, receiver: tuple[str, str] | None) -> str:
    problem = plan.problem
    if problem.cases["locked"].iloc[row]:
        return clean(problem.cases["why_locked"].iloc[row])
    if problem.earlier[row] == ANYWHERE:
        return FORBIDDEN
    return DROPPED if receiver is None else ELSEWHERE


def _asked_for(plan: Plan) -> set[str]:
    """The cases that the scenario names: moved, pinned or barred."""
    locks = plan.applied.locks
    return {*locks.crns, *(crn for crn, _ in locks.barred), *(crn for crn, _, _ in locks.fixed)}
