"""What the plan of a cluster moves, and what it brings the people and the units of the cluster."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.metrics import find_shortfall, measure
from monitor.redistribution.results.tables.moves import carry_out, count_moves
from monitor.redistribution.solver.solve import Solution
from monitor.snapshots.contracts.follow_through import PROPOSED_MOVES
from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy
from tiering.workload import weigh_units

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Row = dict[str, str | float | None]
Percentages: TypeAlias = "pd.Series[float]"
"""The capacity percentage of units, by level and code."""

_MOVE_TYPES: Final = {**PROPOSED_MOVES.dtypes, "from_office": "str", "to_office": "str"}
"""The columns of moves while they are counted: those of the contract, and the offices."""


@dataclass(frozen=True)
class Week:
    """What proposals start from: the rows and figures of a week.

    - weighed: its cases; units: its workload.
    """

    caseload: Caseload
    weighed: WeighedCases
    units: pd.DataFrame
    policy: Policy
    as_at: date


@dataclass(frozen=True)
class ClusterPlan:
    """The plan of a cluster, near enough to the best one to be proposed.

    - figures: of the people of the cluster, and how many cases move; names as in the contract of ``proposals``.
    - moves: columns as ``no_moves``.
    - after: of the cluster and the units in it, after the moves.
    """

    figures: Row
    moves: pd.DataFrame
    after: Percentages


def measure_plan(week: Week, code: str, teams: frozenset[str], problem: Problem, solution: Solution) -> ClusterPlan:
    """Measure the plan of the cluster ``code``, whose teams are ``teams``."""
    moves = _list_moves(code, problem, solution)
    caseload = carry_out(_rows_about(week.caseload, teams), moves, week.as_at)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, week.policy)
    units = weigh_units(caseload, weighed, week.policy, week.as_at)
    return ClusterPlan(_plan_figures(problem, solution), moves, percentages(units))


def _rows_about(caseload: Caseload, teams: frozenset[str]) -> Caseload:
    """The rows that the workload of some teams rests on: all posts, cases and duties of everyone with a post there.

    Sums of points are exact, so those of the teams, and of the units that hold nothing else, are as in the whole.
    """
    managers = caseload.offender_managers
    people = managers.loc[managers["team_code"].isin(teams), "om_code"].unique()
    cases = caseload.cases[caseload.cases["team_code"].isin(teams) | caseload.cases["om_code"].isin(people)]
    parts = {
        "offender_managers": managers[managers["om_code"].isin(people)],
        "cases": cases,
        "reductions": caseload.reductions[caseload.reductions["om_code"].isin(people)],
        "duties": caseload.duties[caseload.duties["om_code"].isin(people)],
    }
    return replace(caseload, **{name: part.reset_index(drop=True) for name, part in parts.items()})


def _plan_figures(problem: Problem, solution: Solution) -> Row:
    """What a plan moves, and what it brings the people of its cluster."""
    counts = count_moves(problem, solution)
    start, end = measure(problem, problem.start), measure(problem, solution.holder)
    newly_over = _people_over(problem, solution.holder) & ~_people_over(problem, problem.start)
    return {
        "elective_moves": counts.elective,
        "necessary_moves": counts.forced,
        "unplaced": counts.unplaced,
        "over_before": start.over_line,
        "over_after": end.over_line,
        "newly_over": int(newly_over.sum()),
        "points_over_before": start.points_over_line,
        "points_over_after": end.points_over_line,
        "full_time_short": find_shortfall(problem).full_time_short,
    }


def _people_over(problem: Problem, holder: Integers) -> Flags:
    """Of each person, whether they are over the line; so is a person without available points who holds any."""
    loads = rounded_loads(problem, holder)
    line = Fraction(problem.line) / 100
    pairs = zip(loads, problem.people["available"], strict=True)
    return np.array([load > line * able for load, able in pairs], dtype=bool)


def _list_moves(code: str, problem: Problem, solution: Solution) -> pd.DataFrame:
    """The moves of the plan of a cluster; columns as ``no_moves``."""
    moved = np.flatnonzero((solution.holder != problem.start) & (solution.holder >= 0))
    cases, to = problem.cases.iloc[moved], problem.posts.iloc[solution.holder[moved]]
    columns = {
        "cluster_code": code,
        "crn": cases["crn"].to_numpy(),
        "from_om_code": cases["from_om_code"].to_numpy(),
        "from_team_code": cases["from_team_code"].to_numpy(),
        "to_om_code": to["om_code"].to_numpy(),
        "to_team_code": to["team_code"].to_numpy(),
        "week": solution.week[moved],
        "over_line": solution.over_line[moved],
        "from_office": cases["office_code"].to_numpy(),
        "to_office": to["office_code"].to_numpy(),
    }
    return pd.DataFrame(columns).astype(_MOVE_TYPES)


def no_moves() -> pd.DataFrame:
    """A frame of no moves, with the columns of ``PROPOSED_MOVES`` and the offices."""
    return pd.DataFrame(columns=list(_MOVE_TYPES)).astype(_MOVE_TYPES)


def percentages(units: pd.DataFrame) -> Percentages:
    """The capacity percentage of each unit, by level and code."""
    return units.set_index(["level", "code"])["capacity_percentage"]
