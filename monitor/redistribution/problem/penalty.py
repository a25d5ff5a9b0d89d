"""The penalty of a load: it rises ever faster with the capacity percentage, in straight lines between the edges.

- It adds up squares above each line of the costs (70, 100 and 110 per cent): two people at 120 cost less than one at
  140 and one at 100. So a plan evens loads out by itself, and the excess is not left with a few people.
- It is straight in between, so that a linear model contains the penalty exactly.
- It depends on the percentage, not on points: at 120 per cent half a post is under the same pressure as a whole post,
  and one case relieves it by twice as much.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.costs import Costs

Floats = npt.NDArray[np.float64]


def edges(costs: Costs) -> Floats:
    """The capacity percentages between which the penalty is a straight line, from 0."""
    return np.array(sorted({0.0, *costs.strain_edges}))


def curve_at(percentages: Floats, costs: Costs) -> Floats:
    """The penalty at capacity percentages, before it is made straight between the edges."""
    above = [(np.maximum(percentages - line, 0) / 100) ** 2 * weight for line, weight in costs.strain.items()]
    return np.asarray(np.sum(above, axis=0), dtype=np.float64)


def slopes(costs: Costs) -> Floats:
    """The penalty of one more point of capacity percentage between each edge and the next, and above the last edge.

    Returns one number per edge. Above the last edge the penalty goes on as steeply as at that edge.
    """
    ends = edges(costs)
    last = ends[-1]
    beyond = sum(2 * max(last - line, 0.0) / 100**2 * weight for line, weight in costs.strain.items())
    return np.append(np.diff(curve_at(ends, costs)) / np.diff(ends), beyond)


def total_penalty(loads: list[Fraction], available: list[Fraction], costs: Costs) -> float:
    """The penalty of people together, leaving out those without available points.

    - loads, available: what each person carries and can carry, in points.
    """
    percentages = np.array([float(100 * load / able) for load, able in zip(loads, available, strict=True)])
    return float(penalties(percentages, costs).sum())


def penalties(percentages: Floats, costs: Costs) -> Floats:
    """The penalty at each of the capacity percentages, in the same shape."""
    starts = edges(costs)
    widths = np.append(np.diff(starts), np.inf)
    inside = np.minimum(np.maximum(percentages[..., None] - starts, 0), widths)
    return np.asarray((inside * slopes(costs)).sum(axis=-1), dtype=np.float64)
