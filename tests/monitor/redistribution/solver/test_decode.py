"""From counts to cases: the same counts, the nearest receivers, nothing given away and taken again."""

from dataclasses import replace

import numpy as np
import pandas as pd

from monitor.redistribution.problem.loads import objective
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.decode import decode, encode
from monitor.redistribution.solver.milp import build
from monitor.redistribution.solver.solve import solve

from ..clusters import cluster, whole_service
from ..offices import ask, case, cases, person
from ..posing import posed


def decoded(problem: Problem, holder: "np.ndarray") -> "np.ndarray":
    flow = build(problem, 1)
    return decode(problem, flow, encode(problem, flow, holder))


def test_a_plan_that_is_encoded_and_decoded_costs_no_more() -> None:
    problem = posed(whole_service(cluster(9, 300, 8, 2), elective_moves=10, intake=40))
    plan = solve(problem).holder
    again = decoded(problem, plan)
    assert objective(problem, again) <= objective(problem, plan) + 1e-9
    assert (again != problem.start).sum() <= (plan != problem.start).sum()


def test_nothing_is_given_away_and_taken_again() -> None:
    problem = posed(ask([person("A"), person("B")], [*cases(3), *cases(3, "B")], intake=10))
    swapped = np.where(problem.start == 0, 1, 0)
    assert decoded(problem, swapped).tolist() == problem.start.tolist()


def test_of_cases_alike_those_leave_first_whose_assessment_is_due_last() -> None:
    problem = posed(ask([person("A"), person("B")], cases(3)))
    due = pd.to_datetime(["2027-03-01", "2027-06-01", "2027-01-01"])
    problem = replace(problem, cases=problem.cases.assign(next_due=due))
    one_leaves = np.array([1, 0, 0])
    assert decoded(problem, one_leaves).tolist() == [0, 1, 0]
    none_due = replace(problem, cases=problem.cases.assign(next_due=due.where([True, True, False])))
    assert decoded(none_due, one_leaves).tolist() == [0, 0, 1]


def test_a_case_stays_in_its_team_and_its_office_where_it_can() -> None:
    people = [person("B", "T1"), person("D", "T2"), person("F", "T3")]
    held = [case("X1", None, "T1"), case("X2", None, "T2"), case("X3", None, "T3")]
    problem = posed(ask(people, held))
    rotated = np.array([1, 2, 0])
    assert decoded(problem, rotated).tolist() == [0, 1, 2]
