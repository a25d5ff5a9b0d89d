"""Find the lowest peak: how far down the highest capacity percentage can be brought, before anything else counts.

The peak is not part of the usual objective, because one person who cannot be relieved would make every other load
irrelevant. If a scenario wants the lowest peak first, it is found separately, and the usual problem is then solved with
that peak as a limit. The peak is one more column of the model, so that one search finds it with its proof; bisection
over a limit on all loads would need one search per step.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import percentages
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.highs import Clock, Model
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_GAP = 1e-3
"""A share of the peak: at 150% no more than 0.15 points of capacity percentage, far less than one case."""


def find_lowest_peak(problem: Problem, flow: Flow, known: Integers, clock: Clock) -> tuple[Integers, float]:
    """Find a plan of the lowest peak, and the capacity percentage up to which cheaper plans may then go.

    - known: a plan to start from. The plan found places at least as many cases, so that no low peak comes from leaving
      a person without an offender manager.
    """
    values = encode(problem, flow, known)
    start = np.append(values, peak_of(problem, known))
    answer = clock.run(_peak_model(problem, flow, values), gap=_GAP, start=start)
    lowered = known if answer.values is None else decode(problem, flow, answer.values)
    plan = min(known, lowered, key=lambda holder: peak_of(problem, holder))
    # The last tenth of a point of the lowest peak costs many moves; the allowance saves them for a little more peak.
    return plan, peak_of(problem, plan) + problem.costs.peak_allowance


def peak_of(problem: Problem, holder: Integers) -> float:
    """The highest capacity percentage of people with available points; 0 if there are none."""
    shares = percentages(problem, holder)
    return float(shares[~np.isnan(shares)].max(initial=0.0))


def _peak_model(problem: Problem, flow: Flow, known: Floats) -> Model:
    """Make the model whose only cost is the peak, which is a further column in points of capacity percentage.

    - known: the columns of a plan, which places as many forced cases as the model must place.

    It has two more kinds of rows:

    - The load of each person, the sum of their stretches, is at most the peak's share of what they can carry.
    - At least as many cases that had to be placed are placed as in the known plan.
    """
    model = flow.model
    peak = len(model.cost)
    person = flow.stretches["person"].to_numpy(dtype=np.int64)
    people, row = np.unique(person, return_inverse=True)
    able = np.array([float(points / problem.unit) for points in problem.people["available"].iloc[people]]) / 100
    forced = flow.placing
    placed = float(known[forced].sum())
    height = len(model.row_lower)
    limits = height + np.arange(len(people))
    return replace(
        model,
        cost=np.append(np.zeros(peak), 1.0),
        lower=np.append(model.lower, 0.0),
        upper=np.append(model.upper, np.inf),
        whole=np.append(model.whole, False),
        row_lower=np.concatenate([model.row_lower, np.full(len(people), -np.inf), [placed]]),
        row_upper=np.concatenate([model.row_upper, np.zeros(len(people)), [np.inf]]),
        entry_row=np.concatenate([model.entry_row, limits[row], limits, np.full(len(forced), height + len(people))]),
        entry_column=np.concatenate([model.entry_column, flow.stretches["column"], np.full(len(people), peak), forced]),
        entry_value=np.concatenate([model.entry_value, np.ones(len(row)), -able, np.ones(len(forced))]),
        constant=0.0,
    )
