"""Calculate what becomes of the people of one office in every draw, and how often that is at or under the line.

What comes, and the points of people who fall sick or leave, is carried by the people of the office who are there, in
proportion to their available points. So everyone in an office rises by the same points of capacity percentage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Two percentages nearer than this are equal: 0.1 + 0.2 is not exactly 0.3.
_ROUNDING_ERROR = 1e-9


@dataclass(frozen=True)
class Staff:
    """The people of one unit, now and in the weeks ahead; all in points.

    - load: of each person now, of shape (people,); waiting: held by no one.
    - able_now: available points now, of shape (people,); able: in each week ahead, of shape (weeks, people).
    """

    load: Floats
    waiting: float
    able_now: Floats
    able: Floats


@dataclass(frozen=True)
class Outcome:
    """What becomes of one unit in every draw; every array is of shape (draws, weeks).

    - carried_now, able_now: points of the unit as a whole, and its available points, now.
    - highest: the highest capacity percentage of anyone there; infinite if points are held that no one can carry.
    - rise: the most by which the percentage of anyone there rises from now; infinite if no one is left to carry.
    - carried, able: points of the unit as a whole, and available points of those who are there.
    """

    carried_now: float
    able_now: float
    highest: Floats
    rise: Floats
    carried: Floats
    able: Floats

    @property
    def now(self) -> float:
        """The capacity percentage of the unit as a whole now; infinite if points are held and no one is there."""
        return float(_percentage(np.array(self.carried_now), np.array(self.able_now)))

    @property
    def whole(self) -> Floats:
        """The capacity percentage of the unit as a whole; infinite if points are held and no one is there."""
        return _percentage(self.carried, self.able)


def outcome_of(staff: Staff, change: Floats, sick: Flags) -> Outcome:
    """What becomes of one unit.

    - change: points by which the unit differs from now, of shape (draws, weeks).
    - sick: who is newly away sick, of shape (draws, weeks, people).
    """
    there = (staff.able > 0) & ~sick
    able = (staff.able * there).sum(axis=2)
    # Anyone who holds points without hours on the day itself is over the line, as everywhere in the product, and no
    # one is taken to cover for them; a person who falls away later is covered.
    stranded = (staff.able_now <= 0) & (staff.load > 0)
    extra = change + (staff.load * (~there & ~stranded)).sum(axis=2)
    per_cent_more = _percentage(extra, able)
    own = _percentage(staff.load, np.where(there, staff.able, 1.0))
    before = _percentage(staff.load, np.where(staff.able_now > 0, staff.able_now, 1.0))
    # A unit without people there has no highest; it can only carry too much as a whole.
    most = np.where(there, own + per_cent_more[:, :, None], -np.inf).max(axis=2, initial=-np.inf)
    most = np.where((stranded & (staff.able <= 0)).any(axis=-1), np.inf, np.maximum(most, _if_none(able, extra)))
    comparable = there & (staff.able_now > 0)
    rise = np.where(comparable, own - before + per_cent_more[:, :, None], -np.inf).max(axis=2, initial=-np.inf)
    carried, able_now = float(staff.load.sum()) + staff.waiting, float(staff.able_now.sum())
    return Outcome(carried, able_now, most, np.maximum(rise, _if_none(able, extra)), carried + change, able)


def combine(outcomes: Sequence[Outcome]) -> Outcome:
    """Several units as one."""
    return Outcome(
        sum(outcome.carried_now for outcome in outcomes),
        sum(outcome.able_now for outcome in outcomes),
        np.max([outcome.highest for outcome in outcomes], axis=0),
        np.max([outcome.rise for outcome in outcomes], axis=0),
        np.sum([outcome.carried for outcome in outcomes], axis=0),
        np.sum([outcome.able for outcome in outcomes], axis=0),
    )


def share_under(percentages: Floats, line: float) -> float:
    """The share of draws in which every week is at or under the line; percentages: of shape (draws, weeks)."""
    return float((percentages <= line + _ROUNDING_ERROR).all(axis=1).mean())


def margin_for(rise: Floats, holds: float) -> float | None:
    """The margin below the line, in points, with which that share of draws stays under it; None if none is enough.

    - rise: of shape (draws, weeks). A person who starts that margin below the line stays under it in each draw whose
      highest rise is no more, so the answer is a quantile of these; no plan has to be found again.
    """
    worst = np.sort(rise.max(axis=1))
    needed = float(worst[ceil(holds * len(worst)) - 1])
    if needed <= 0:
        return 0.0
    return ceil(10 * needed - _ROUNDING_ERROR) / 10 if np.isfinite(needed) else None


def _percentage(points: Floats, able: Floats) -> Floats:
    """Per cent of capacity; infinite if there are points and no capacity, 0 if there is neither."""
    shape = np.broadcast_shapes(np.shape(points), np.shape(able))
    none = np.where(np.broadcast_to(points, shape) > 0, np.inf, 0.0)
    return np.divide(100 * points, able, out=none, where=np.broadcast_to(able, shape) > 0)


def _if_none(able: Floats, extra: Floats) -> Floats:
    """Infinite in the weeks in which no one is there to carry points, which is worse than any percentage."""
    return np.where((able <= 0) & (extra > 0), np.inf, -np.inf)
