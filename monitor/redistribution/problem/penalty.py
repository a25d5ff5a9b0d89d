"""The penalty of a load: rising ever faster with the capacity percentage, and straight between the edges.

Squares above each line of the costs (70, 100 and 110 per cent): two people at 120 weigh less than one at 140 and one
at 100, so a plan evens out by itself, and the excess is not piled on a few. Straight in between: a linear model then
has the penalty exactly. It is a function of the percentage, not of points: half a post is under the same pressure at
120 per cent as a whole one, and one case relieves it by twice as much.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.costs import Costs

Floats = npt.NDArray[np.float64]


def edges(costs: Costs) -> Floats:
    """The capacity percentages between which the penalty runs straight, from 0."""
    return np.array(sorted({0.0, *costs.strain_edges}))


def curve_at(percentages: Floats, costs: Costs) -> Floats:
    """The penalty at capacity percentages, before it is drawn straight between the edges."""
    above = [(np.maximum(percentages - line, 0) / 100) ** 2 * weight for line, weight in costs.strain.items()]
    return np.asarray(np.sum(above, axis=0), dtype=np.float64)


def slopes(costs: Costs) -> Floats:
    """What one more point of capacity percentage costs between each edge and the next, and above the last.

    One number per edge; above the last one the penalty runs on as steeply as it is there.
    """
    ends = edges(costs)
    last = ends[-1]
    beyond = sum(2 * max(last - line, 0.0) / 100**2 * weight for line, weight in costs.strain.items())
    return np.append(np.diff(curve_at(ends, costs)) / np.diff(ends), beyond)


def total_penalty(loads: list[Fraction], available: list[Fraction], costs: Costs) -> float:
    """The penalty of people together: what each carries and can carry, in points; nobody without available points."""
    percentages = np.array([float(100 * load / able) for load, able in zip(loads, available, strict=True)])
    return float(penalties(percentages, costs).sum())


def penalties(percentages: Floats, costs: Costs) -> Floats:
    """The penalty at each of some capacity percentages, in their shape."""
    starts = edges(costs)
    widths = np.append(np.diff(starts), np.inf)
    inside = np.minimum(np.maximum(percentages[..., None] - starts, 0), widths)
    return np.asarray((inside * slopes(costs)).sum(axis=-1), dtype=np.float64)
