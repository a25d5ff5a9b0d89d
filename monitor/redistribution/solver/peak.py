"""The lowest peak: how far down the highest capacity percentage can be brought, before anything else is weighed.

A peak is not part of the usual objective: one person who cannot be relieved would make every other load worthless. So
where a scenario wants it first, it is found on its own, and the usual question is then asked with that peak as a limit.
The peak is one more column of the model, so that one search finds it with its proof; bisecting over a limit on all
loads would take a search for each half.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from monitor.redistribution.problem.loads import percentages
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.highs import Model, run
from monitor.redistribution.solver.milp import Flow

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_GAP = 1e-3
"""A share of the peak: at 150% no more than 0.15 points of capacity percentage, far less than one case."""


def find_lowest_peak(
    problem: Problem, flow: Flow, known: Integers, seconds: float, cancelled: Callable[[], bool]
) -> tuple[Integers, float]:
    """A plan of the lowest peak, and the capacity percentage up to which cheaper plans may then go.

    - known: a plan to begin with. No fewer cases are placed than it places: a peak is not low because somebody is left
      without an offender manager.
    """
    values = encode(problem, flow, known)
    start = np.append(values, peak_of(problem, known))
    answer = run(_peak_model(problem, flow, values), seconds, cancelled, gap=_GAP, start=start)
    lowered = known if answer.values is None else decode(problem, flow, answer.values)
    plan = min(known, lowered, key=lambda holder: peak_of(problem, holder))
    # To the last tenth of a point the lowest peak costs many moves: the allowance gives them back for a little height.
    return plan, peak_of(problem, plan) + problem.costs.peak_allowance


def peak_of(problem: Problem, holder: Integers) -> float:
    """The highest capacity percentage of those with available points; 0 where there are none."""
    shares = percentages(problem, holder)
    return float(shares[~np.isnan(shares)].max(initial=0.0))


def _peak_model(problem: Problem, flow: Flow, known: Floats) -> Model:
    """The model whose only cost is the peak, a further column in points of capacity percentage.

    - known: the columns of a plan; as many of the cases that must be placed are to be placed.

    Two kinds of rows are added: no person's load, the sum of their stretches, is above the peak's share of what they
    can carry; and the forced groups together let at least as many cases leave as in the plan that is known.
    """
    model = flow.model
    peak = len(model.cost)
    person = flow.stretches["person"].to_numpy(dtype=np.int64)
    people, row = np.unique(person, return_inverse=True)
    able = np.array([float(points / problem.unit) for points in problem.people["available"].iloc[people]]) / 100
    forced = np.flatnonzero(flow.groups["forced"].to_numpy(dtype=bool))
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
