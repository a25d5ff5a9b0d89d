"""Measure the load before and after a plan, and what no plan can give."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.problem.problem import Problem
from tiering.terms import Grade

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Metrics:
    """The figures of one allocation of the cases, over the people in scope.

    - peak, max_over_mean, gini: of the capacity percentages of those with available points.
    - over_100, over_110: people above that percentage. People who hold points, if only of duties, but have no available
      points count too (no hours, or a target of 0).
    - points_over: points above what each can carry.
    - without_hours: people who hold points and have none available.
    - over_line: people above the red line of the problem; they too include those without available points.
    - points_over_line: points above what each can carry at that line.
    """

    peak: float
    over_100: int
    over_110: int
    points_over: float
    max_over_mean: float
    gini: float
    without_hours: int
    over_line: int
    points_over_line: float


def measure(problem: Problem, holder: Integers) -> Metrics:
    """Measure the load under ``holder``: the row of posts of each case, -1 for no one."""
    pairs = list(zip(rounded_loads(problem, holder), problem.people["available"], strict=True))
    shares = [load / able for load, able in pairs if able > 0]
    stranded = sum(1 for load, able in pairs if able == 0 and load > 0)
    line = Fraction(problem.policy.bands.red_above) / 100
    percentages = np.sort(np.array([float(100 * share) for share in shares]))
    mean = percentages.mean() if len(percentages) else 0.0
    ranks = 2 * np.arange(1, len(percentages) + 1) - len(percentages) - 1
    return Metrics(
        peak=float(percentages[-1]) if len(percentages) else 0.0,
        over_100=sum(share > 1 for share in shares) + stranded,
        over_110=sum(share > Fraction(11, 10) for share in shares) + stranded,
        points_over=_points_above(pairs, Fraction(1)),
        max_over_mean=float(percentages[-1] / mean) if mean else 0.0,
        gini=float((ranks * percentages).sum() / (len(percentages) ** 2 * mean)) if mean else 0.0,
        without_hours=stranded,
        over_line=sum(share > line for share in shares) + stranded,
        points_over_line=_points_above(pairs, line),
    )


def _points_above(pairs: list[tuple[Fraction, Fraction]], line: Fraction) -> float:
    """The points of all people above a share of what each can carry; pairs: load and available points."""
    return float(sum((max(load - line * able, Fraction(0)) for load, able in pairs), Fraction(0)))


@dataclass(frozen=True)
class Shortfall:
    """What a scope lacks, however its cases are allocated.

    - total_points (unallocated cases included), available_points
    - capacity_percentage: of the whole scope; NaN if no one has hours.
    - line: the red line, in per cent of capacity.
    - points_short, full_time_short: points, and full-time offender managers, by which the whole scope is over the line;
      0 if it is not.
    """

    total_points: float
    available_points: float
    capacity_percentage: float
    line: float
    points_short: float
    full_time_short: float


def find_shortfall(problem: Problem) -> Shortfall:
    """Calculate what the scope of a problem lacks."""
    whole = sum(int(exact) for exact in problem.cases["exact"])
    total = sum(problem.people["fixed"], Fraction(0)) + whole * problem.unit
    able = sum(problem.people["available"], Fraction(0))
    line = Fraction(problem.policy.bands.red_above) / 100
    short = max(total / line - able, Fraction(0))
    full_time = Fraction(problem.policy.nominal_target[Grade.PO])
    return Shortfall(
        total_points=float(total),
        available_points=float(able),
        capacity_percentage=float(100 * total / able) if able else float("nan"),
        line=float(100 * line),
        points_short=float(short),
        full_time_short=float(short / full_time) if full_time else 0.0,
    )
