"""The line that receivers stay at or under: a rule of the search, not only a price.

A plan may not solve one person's overload by making another: a person who is given a case by choice ends at or under
the line or, if they were above it, no higher than before. So the number of people above the line never rises by choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import holder_after_named_moves, whole_loads
from monitor.redistribution.problem.posts import round_points
from monitor.redistribution.problem.problem import Problem
from tiering.policies.policy import Rounding

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Room:
    """What each person may hold.

    - line: points of cases in scope up to the receivers' line, in whole units of the problem.
    - most: the same or, of a person above the line, what they hold now.
    - receives: whether the person may be given cases at all.
    - above: whether the person is above the line now. A case without points would fit there too, but one more case is
      more work for them, so it goes to someone else.
    """

    line: Integers
    most: Integers
    receives: Flags
    above: Flags

    def ends_above(self, loads: Integers) -> Flags:
        """The people whom these loads leave above the line and higher than before, or who should have taken nothing."""
        flags: Flags = loads > np.where(self.receives, self.most, self.line)
        return flags


def room_under_line(problem: Problem) -> Room:
    """Calculate what each person may hold: up to the receivers' line or, what a person above it holds now.

    Now is after the named moves, which are the planner's own and may go above the line.
    """
    share = problem.receivers_line / 100
    people, back = problem.people, _held_back(problem)
    points = [
        share * able - fixed - rounding
        for able, fixed, rounding in zip(people["available"], people["fixed"], back, strict=True)
    ]
    line = np.array([floor(amount / problem.unit) for amount in points], dtype=np.int64)
    held = whole_loads(problem, holder_after_named_moves(problem))
    able = np.array([amount > 0 for amount in people["available"]], dtype=bool)
    # A person above the line may only swap cases for lighter ones. With two rounded posts even that could raise the
    # reported sum.
    posts = np.bincount(problem.posts["person"].to_numpy(dtype=np.int64), minlength=len(people))
    split = (problem.policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL) & (posts > 1)
    above = held > line
    return Room(line, np.maximum(line, held), able & ~(split & above), above)


def room_below(problem: Problem, room: Room, peak: float) -> Room:
    """The room that is left if no one may end above a capacity percentage either."""
    points = [
        Fraction(repr(peak)) / 100 * able - fixed
        for able, fixed in zip(problem.people["available"], problem.people["fixed"], strict=True)
    ]
    able = np.array([amount > 0 for amount in problem.people["available"]], dtype=bool)
    most = np.array([floor(amount / problem.unit) for amount in points], dtype=np.int64)
    return replace(room, most=np.where(able, np.minimum(room.most, most), room.most))


def _held_back(problem: Problem) -> Sequence[Fraction]:
    """The points by which rounding may lift the reported load of each person above the exact one, at most.

    The Workload Management Tool rounds each post, and a rounded sum is not linear. The search keeps this much room, so
    that a reported percentage never ends above the line either.
    """
    back = [Fraction(0)] * len(problem.people)
    if problem.policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL and problem.unit.denominator > 1:
        for person, duties in zip(problem.posts["person"], problem.posts["unrounded"], strict=True):
            back[person] += duties + _HALF - round_points(duties)
    return back
