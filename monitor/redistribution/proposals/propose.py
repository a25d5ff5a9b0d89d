"""Propose moves for each cluster with a unit that stays over the threshold: read this first.

    hotspots -> hot units -> one plan for each of their clusters -> figures of the clusters and of the hot units, moves

The plans are on standing terms (monitor.redistribution.proposals.terms), without changes by a planner. A plan that
fails, or that the limit on work ends too early, has a status and no figures: nothing else depends on it.
"""

from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.problem.loads import rounded_loads
from monitor.redistribution.proposals.search import ClusterPlan, Search, Solver, Week, plan_clusters
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.redistribution.results.metrics import find_shortfall, measure
from monitor.redistribution.results.moves import carry_out, count_moves
from monitor.redistribution.solver.solve import solve
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import PROPOSALS, PROPOSED_MOVES, PROPOSED_UNITS
from tiering.points import weigh_cases
from tiering.terms import Level
from tiering.workload import weigh_units

Flags = npt.NDArray[np.bool_]
Row = dict[str, str | float | None]

_MOVE_TYPES: Final = {**PROPOSED_MOVES.dtypes, "from_office": "str", "to_office": "str"}
"""The columns of moves while they are counted: those of the contract, and the offices."""


class _Unit(NamedTuple):
    """A unit that is hot, and the cluster that it is in or is."""

    level: str
    code: str
    cluster_code: str


def propose(
    week: Week, hotspots: pd.DataFrame, numbers: ProposalNumbers, solver: Solver = solve
) -> dict[str, pd.DataFrame]:
    """Propose moves within each cluster that has a hot unit; the same in, the same out.

    - hotspots: of the week, as ``alerts.detection.hotspots.detect_hotspots`` gives them.
    - Returns the frames ``proposals``, ``proposed_units`` and ``proposed_moves`` by name, with the columns of
      their contracts.
    """
    hot = _hot_units(hotspots, week.caseload.organisation, numbers.terms.after_weeks)
    searches = plan_clusters(week, sorted({unit.cluster_code for unit in hot}), numbers, solver)
    plans = {search.code: search.plan for search in searches if search.plan is not None}
    moves = pd.concat([_no_moves(), *(_list_moves(code, plan) for code, plan in plans.items())], ignore_index=True)
    before, after = _percentages(week.units), _percentages(_units_after(week, moves))
    names = dict(
        zip(week.caseload.organisation["cluster_code"], week.caseload.organisation["cluster_name"], strict=True)
    )
    terms = {"elective_limit": numbers.terms.elective_moves, "intake": numbers.terms.intake}
    clusters = [_cluster_row(search, names[search.code], before, after) | terms for search in searches]
    units = [
        Row(unit._asdict()) | _capacity((unit.level, unit.code), before, after) | _moves_out(unit, moves)
        for unit in hot
        if unit.cluster_code in plans
    ]
    return {
        PROPOSALS.name: _frame_of(PROPOSALS, clusters),
        PROPOSED_UNITS.name: _frame_of(PROPOSED_UNITS, units),
        PROPOSED_MOVES.name: moves[PROPOSED_MOVES.column_names].sort_values("crn", ignore_index=True),
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


def _cluster_row(search: Search, name: str, before: "pd.Series[float]", after: "pd.Series[float]") -> Row:
    row: Row = {"cluster_code": search.code, "cluster_name": name, "status": search.status, "gap": search.gap}
    if search.plan is None:
        return row
    return row | _plan_figures(search.plan) | _capacity((Level.CLUSTER, search.code), before, after)


def _plan_figures(plan: ClusterPlan) -> Row:
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


def _people_over(plan: ClusterPlan, *, after: bool) -> Flags:
    """Of each person, whether they are over the line; so is a person without available points who holds any."""
    problem = plan.problem
    loads = rounded_loads(problem, plan.solution.holder if after else problem.start)
    line = Fraction(problem.line) / 100
    pairs = zip(loads, problem.people["available"], strict=True)
    return np.array([load > line * able for load, able in pairs], dtype=bool)


def _list_moves(code: str, plan: ClusterPlan) -> pd.DataFrame:
    """The moves of the plan of a cluster; columns as ``_no_moves``."""
    problem, solution = plan.problem, plan.solution
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


def _no_moves() -> pd.DataFrame:
    return pd.DataFrame(columns=list(_MOVE_TYPES)).astype(_MOVE_TYPES)


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
