"""The model: a plan put into its columns keeps every row, and costs what the plan costs."""

import numpy as np
import pytest

from monitor.redistribution.problem.loads import objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import encode
from monitor.redistribution.solver.milp import Flow, build
from monitor.redistribution.solver.solve import solve

from ..clusters import cluster, whole_service
from ..posing import posed


@pytest.fixture(scope="module")
def problem() -> Problem:
    return posed(whole_service(cluster(4, 300, 8, 2), elective_moves=10))


def activity(flow: Flow, values: "np.ndarray") -> "np.ndarray":
    """What each row comes to."""
    model = flow.model
    terms = model.entry_value * values[model.entry_column]
    return np.bincount(model.entry_row, terms, minlength=len(model.row_lower))


def test_a_plan_keeps_every_row_and_costs_the_same_in_the_model(problem: Problem) -> None:
    solution = solve(problem)
    flow = build(problem, solution.weeks)
    for holder in (problem.start, solution.holder):
        values = encode(problem, flow, holder)
        rows, model = activity(flow, values), flow.model
        assert (rows >= model.row_lower - 1e-6).all()
        assert (rows <= model.row_upper + 1e-6).all()
        assert (values >= model.lower - 1e-9).all()
        assert (values <= model.upper + 1e-6).all()
        assert model.cost @ values + model.constant == pytest.approx(objective(problem, holder))


def test_the_budget_row_counts_elective_moves_only(problem: Problem) -> None:
    solution = solve(problem)
    flow = build(problem, solution.weeks)
    moved = (solution.holder != problem.start) & (solution.holder >= 0)
    elective = int((moved & ~problem.cases["forced"].to_numpy(dtype=bool)).sum())
    assert activity(flow, encode(problem, flow, solution.holder))[flow.budget] == elective
    assert flow.model.row_upper[flow.budget] == 10


def test_a_peak_bounds_the_load_of_every_person(problem: Problem) -> None:
    flow = build(problem, 1, peak=100.0)
    upper = flow.model.upper[flow.stretches["column"]]
    most = np.bincount(flow.stretches["person"], upper, minlength=len(problem.people))
    able = np.array([float(points / problem.unit) for points in problem.people["available"]])
    concerned = np.unique(flow.stretches["person"])
    assert most[concerned] == pytest.approx(able[concerned])
