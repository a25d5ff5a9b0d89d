"""The penalty of a load: it rises ever faster with the capacity percentage, in straight lines between the edges.

- It adds up squares above each line of the costs (70, 100 and 110 per cent): two people at 120 cost less than one at
  140 and one at 100. So a plan evens loads out by itself, and the excess is not left with a few people.
- It is straight in between, so that a linear model contains the penalty exactly.
- Above the line of the scenario every further point has a price on top: points over the line fall first, evenness
  comes after it. Without this price the penalty is so flat just above the line that 111 per cent costs next to nothing.
- It depends on the percentage, not on points: at 120 per cent half a post is under the same pressure as a whole post,
  and one case relieves it by twice as much.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.costs import Costs

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Penalty:
    """The penalty of one person, as straight lines.

    - edges: capacity percentages between which it is a straight line, from 0.
    - slopes: the penalty of one more point of capacity percentage above each edge; above the last edge too.
    """

    edges: Floats
    slopes: Floats

    def at(self, percentages: Floats) -> Floats:
        """The penalty at each of the capacity percentages, in the same shape."""
        widths = np.append(np.diff(self.edges), np.inf)
        inside = np.minimum(np.maximum(percentages[..., None] - self.edges, 0), widths)
        return np.asarray((inside * self.slopes).sum(axis=-1), dtype=np.float64)

    def total(self, loads: list[Fraction], available: list[Fraction]) -> float:
        """The penalty of people together; loads, available: what each carries and can carry, in points, above 0."""
        percentages = np.array([float(100 * load / able) for load, able in zip(loads, available, strict=True)])
        return float(self.at(percentages).sum())


def penalty_of(costs: Costs, line: float) -> Penalty:
    """Make the penalty of a scenario; line: the capacity percentage above which each point has its own price."""
    edges = np.array(sorted({0.0, *costs.strain_edges, line}))
    last = edges[-1]
    # Above the last edge the penalty goes on as steeply as at that edge.
    beyond = sum(2 * max(last - start, 0.0) / 100**2 * weight for start, weight in costs.strain.items())
    slopes = np.append(np.diff(curve_at(edges, costs)) / np.diff(edges), beyond)
    return Penalty(edges, slopes + costs.over_line * (edges >= line))


def curve_at(percentages: Floats, costs: Costs) -> Floats:
    """The strain at capacity percentages, before it is made straight between the edges, without the line's price."""
    above = [(np.maximum(percentages - start, 0) / 100) ** 2 * weight for start, weight in costs.strain.items()]
    return np.asarray(np.sum(above, axis=0), dtype=np.float64)
