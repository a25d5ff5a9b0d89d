"""Draw the assumed weights of a policy many times; the draws are the last axis of every array."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from tiering.policies.policy import Policy, Rounding
from tiering.sensitivity.ranges import Range, ranges_of, weights_of
from tiering.terms import Activity, Setting

Floats = npt.NDArray[np.float64]

_DECIMALS = 3
"""A weight has at most three decimals, as in a what-if: more would only pretend to be exact."""
_POINTS = ("tier_points", "rosh_points", "activity_share")
"""What must be whole in a policy that rounds, because its points are."""


@dataclass(frozen=True)
class DrawnWeights:
    """Every weight of a policy in every draw.

    * values: by place, such as ``rosh_points.low.custody``; shape (draws,). Weights with a source are constant.
    * drawn: the places of the weights that were drawn.
    """

    policy: Policy
    values: dict[str, Floats]
    drawn: tuple[str, ...]

    @property
    def below(self) -> int:
        """Into how many parts a point is divided, so that every weight in every draw is a whole number of them."""
        return lcm(10**_DECIMALS, *(Fraction(value).denominator for value in weights_of(self.policy).values()))

    @property
    def tier_points(self) -> Floats:
        """Points by tier and setting; shape (tiers, settings, draws)."""
        return self._by_setting("tier_points", list(self.policy.tier_points))

    @property
    def rosh_points(self) -> Floats:
        """Points by RoSH and setting; shape (levels of RoSH, settings, draws)."""
        return self._by_setting("rosh_points", list(self.policy.rosh_points))

    @property
    def activity_share(self) -> Floats:
        """The share of a case's points that count, by activity; shape (activities, draws)."""
        known = self.policy.activity_share
        names = [activity if activity in known else Activity.SUSPENDED for activity in Activity]
        return self.of("activity_share", list(names))

    def of(self, name: str, keys: list[str]) -> Floats:
        """The weights of one table in the order of its ``keys``; shape (keys, draws)."""
        return np.stack([self.values[f"{name}.{key}"] for key in keys])

    def _by_setting(self, name: str, rows: list[str]) -> Floats:
        return np.stack([self.of(name, [f"{row}.{setting}" for setting in Setting]) for row in rows])


def draw_weights(policy: Policy, default: Range, draws: int, seed: int) -> DrawnWeights:
    """Draw each assumed weight evenly within its range, apart from all others.

    The same seed gives the same draws on every machine and under every version of NumPy: it promises that of the bits
    of a generator, and of no method that makes numbers of them.
    """
    chance = np.random.PCG64(seed)
    ranges = ranges_of(policy, default)
    values = {place: np.full(draws, float(value)) for place, value in weights_of(policy).items()}
    for place, within in ranges.items():
        whole = policy.rounding is not Rounding.NONE and place.startswith(_POINTS)
        between = (chance.random_raw(draws) >> 11) * 2.0**-53
        drawn = values[place] * (within.low + (within.high - within.low) * between)
        values[place] = np.round(drawn, 0 if whole else _DECIMALS)
    return DrawnWeights(policy, values, tuple(ranges))
