"""Propose moves for each cluster with a unit that stays over the threshold: read this first.

    hotspots -> hot units -> one plan for each of their clusters -> figures of the clusters and of the hot units

The plans are on standing terms (monitor.redistribution.proposals.terms), without changes by a planner. A plan that
fails, or that the limit on work ends too early, has a status and no figures: nothing else depends on it.
"""

import logging
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.limits import Locks
from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.problem.problem import Problem, pose
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.redistribution.results.tables.metrics import find_shortfall, measure
from monitor.redistribution.results.tables.moves import carry_out, count_moves
from monitor.redistribution.solver.solve import Solution, solve
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import PROPOSALS, PROPOSED_UNITS
from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policy import Policy
from tiering.terms import Level
from tiering.workload import weigh_units

FAILED: Final = "failed"
"""The status of a proposal whose plan ended in an error; all others are those of a plan."""

Flags = npt.NDArray[np.bool_]
Row = dict[str, str | float | None]

logger = logging.getLogger(__name__)


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


class _Unit(NamedTuple):
    """A unit that is hot, and the cluster that it is in or is."""

    level: str
    code: str
    cluster_code: str


@dataclass(frozen=True)
class _Plan:
    """The plan of a cluster, near enough to the best one to be proposed."""

    problem: Problem
    solution: Solution


def propose(week: Week, hotspots: pd.DataFrame, numbers: ProposalNumbers) -> dict[str, pd.DataFrame]:
    """Propose moves within each cluster that has a hot unit; the same in, the same out.

    - hotspots: of the week, as ``alerts.detection.hotspots.detect_hotspots`` gives them.
    - Returns the frames ``proposals`` and ``proposed_units`` by name, columns as in their contracts.
    """
    hot = _hot_units(hotspots, week.caseload.organisation, numbers.terms.after_weeks)
    statuses, plans = [], {}
    for code in sorted({unit.cluster_code for unit in hot}):
        status, gap, plan = _plan_cluster(week, code, numbers)
        statuses.append((code, status, gap))
        if plan is not None:
            plans[code] = plan
    moves = pd.concat([_no_moves(), *(_list_moves(plan) for plan in plans.values())], ignore_index=True)
    before, after = _percentages(week.units), _percentages(_units_after(week, moves))
    names = dict(
        zip(week.caseload.organisation["cluster_code"], week.caseload.organisation["cluster_name"], strict=True)
    )
    terms = {"elective_limit": numbers.terms.elective_moves, "intake": numbers.terms.intake}
    clusters = [
        {"cluster_code": code, "cluster_name": names[code], "status": status, "gap": gap, **terms}
        | (_plan_figures(plans[code]) | _capacity((Level.CLUSTER, code), before, after) if code in plans else {})
        for code, status, gap in statuses
    ]
    units = [
        Row(unit._asdict()) | _capacity((unit.level, unit.code), before, after) | _moves_out(unit, moves)
        for unit in hot
        if unit.cluster_code in plans
    ]
    return {
        PROPOSALS.name: _frame_of(PROPOSALS, clusters),
        PROPOSED_UNITS.name: _frame_of(PROPOSED_UNITS, units),
    }


def _hot_units(hotspots: pd.DataFrame, organisation: pd.DataFrame, after_weeks: int) -> list[_Unit]:
    """The offices and clusters that have been over the threshold for long enough, by level and code."""
    over = hotspots["rule"].eq("over_threshold") & hotspots["status"].ne("cleared") & hotspots["weeks"].ge(after_weeks)
    cluster_of = {
        (Level(level), code): cluster
        for level in (Level.OFFICE, Level.CLUSTER)
        for code, cluster in zip(organisation[f"{level}_code"], organisation["cluster_code"], strict=True)
    }
    rows = hotspots.loc[over, ["level", "code"]].itertuples(index=False, name=None)
    return sorted(_Unit(level, code, cluster_of[level, code]) for level, code in rows if (level, code) in cluster_of)


def _plan_cluster(week: Week, code: str, numbers: ProposalNumbers) -> tuple[str, float | None, _Plan | None]:
    """Find the plan of a cluster: its status, its gap, and the plan unless it failed or its gap is too wide."""
    organisation = week.caseload.organisation
    teams = frozenset(organisation.loc[organisation["cluster_code"].eq(code), "team_code"])
    limits = numbers.terms.limits
    # Whatever goes wrong here must not cost a reader their digest.
    try:
        problem = pose(week.caseload, week.weighed, week.policy, numbers.costs, teams, limits, Locks(), week.as_at)
        solution = solve(problem)
    except Exception:
        logger.exception("the proposal for cluster %s ended in an error; the run goes on without it", code)
        return FAILED, None, None
    near_enough = solution.gap <= numbers.terms.widest_gap
    return solution.status, solution.gap, _Plan(problem, solution) if near_enough else None


def _plan_figures(plan: _Plan) -> Row:
    """What a plan moves, and what it brings the people of its cluster."""
    problem, solution = plan.problem, plan.solution
    counts = count_moves(problem, solution)
    start, end = measure(problem, problem.start), measure(problem, solution.holder)
    newly_over = _people_over(plan, after=True) & ~_people_over(plan, after=False)
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


def _people_over(plan: _Plan, *, after: bool) -> Flags:
    """Of each person, whether they are over the line; so is a person without available points who holds any."""
    problem = plan.problem
    loads = rounded_loads(problem, plan.solution.holder if after else problem.start)
    line = Fraction(problem.line) / 100
    pairs = zip(loads, problem.people["available"], strict=True)
    return np.array([load > line * able for load, able in pairs], dtype=bool)


def _list_moves(plan: _Plan) -> pd.DataFrame:
    """The moves of a plan; columns as ``_no_moves``."""
    problem, holder = plan.problem, plan.solution.holder
    moved = np.flatnonzero((holder != problem.start) & (holder >= 0))
    cases, to = problem.cases.iloc[moved], problem.posts.iloc[holder[moved]]
    return pd.DataFrame(
        {
            "crn": cases["crn"].to_numpy(),
            "from_office": cases["office_code"].to_numpy(),
            "to_om_code": to["om_code"].to_numpy(),
            "to_team_code": to["team_code"].to_numpy(),
            "to_office": to["office_code"].to_numpy(),
        },
        dtype="str",
    )


def _no_moves() -> pd.DataFrame:
    return pd.DataFrame(columns=["crn", "from_office", "to_om_code", "to_team_code", "to_office"], dtype="str")


def _units_after(week: Week, moves: pd.DataFrame) -> pd.DataFrame:
    """The workload of every unit after all moves: plans of different clusters share no case and no unit."""
    if moves.empty:
        return week.units
    caseload = carry_out(week.caseload, moves, week.as_at)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, week.policy)
    return weigh_units(caseload, weighed, week.policy, week.as_at)


def _percentages(units: pd.DataFrame) -> "pd.Series[float]":
    """The capacity percentage of each unit, by level and code."""
    return units.set_index(["level", "code"])["capacity_percentage"]


def _capacity(key: tuple[str, str], before: "pd.Series[float]", after: "pd.Series[float]") -> Row:
    return {"capacity_before": float(before[key]), "capacity_after": float(after[key])}


def _moves_out(unit: _Unit, moves: pd.DataFrame) -> Row:
    """How many cases leave an office, and for which other office most of them; a plan leaves none out of a cluster."""
    out = moves[moves["from_office"].eq(unit.code) & moves["to_office"].ne(unit.code)]
    if unit.level != Level.OFFICE or out.empty:
        return {"moves_out": 0, "moves_to": 0}
    counts = out.groupby("to_office").size()
    # The first of equals by code, so that the same plan always names the same office.
    return {"moves_out": len(out), "to_code": str(counts.idxmax()), "moves_to": int(counts.max())}


def _frame_of(contract: DerivedFrame, rows: list[Row]) -> pd.DataFrame:
    """The rows as a frame of a contract; what a row lacks is missing."""
    return pd.DataFrame(rows, columns=contract.column_names).astype(contract.dtypes)
