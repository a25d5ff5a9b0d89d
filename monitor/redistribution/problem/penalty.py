"""The strain of a person: rising ever faster with the capacity percentage, and straight between the edges."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.costs import Costs

Floats = npt.NDArray[np.float64]


def edges(prices: Costs) -> Floats:
    """The capacity percentages between which the strain runs straight, from 0."""
    return np.array(sorted({0.0, *prices.strain_edges}))


def at(percentages: Floats, prices: Costs) -> Floats:
    """The strain at capacity percentages, before it is drawn straight between the edges."""
    above = [(np.maximum(percentages - line, 0) / 100) ** 2 * weight for line, weight in prices.strain.items()]
    return np.asarray(np.sum(above, axis=0), dtype=np.float64)


def slopes(prices: Costs) -> Floats:
    """The price of one more point of capacity percentage between each edge and the next, and above the last."""
    ends = edges(prices)
    last = ends[-1]
    beyond = sum(2 * max(last - line, 0.0) / 100**2 * weight for line, weight in prices.strain.items())
    return np.append(np.diff(at(ends, prices)) / np.diff(ends), beyond)


def strain(loads: list[Fraction], available: list[Fraction], prices: Costs) -> float:
    """The strain of people together: what each carries and can carry, in points; nobody without hours."""
    percentages = np.array([float(100 * load / able) for load, able in zip(loads, available, strict=True)])
    return float(strains(percentages, prices).sum())


def strains(percentages: Floats, prices: Costs) -> Floats:
    """The strain at each of some capacity percentages, in their shape."""
    starts = edges(prices)
    widths = np.append(np.diff(starts), np.inf)
    inside = np.minimum(np.maximum(percentages[..., None] - starts, 0), widths)
    return np.asarray((inside * slopes(prices)).sum(axis=-1), dtype=np.float64)
