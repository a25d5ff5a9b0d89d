"""Propose moves for each cluster with a unit that stays over the threshold: read this first.

    hotspots -> hot units -> one plan for each of their clusters -> figures of the clusters and of the hot units, moves

The plans are on standing terms (monitor.redistribution.proposals.terms), without changes by a planner. A plan that
fails, or that the limit on work ends too early, has a status and no figures: nothing else depends on it.
"""

from typing import NamedTuple

import pandas as pd

from monitor.redistribution.proposals.cluster_plan import ClusterPlan, Percentages, Row, Week, no_moves, percentages
from monitor.redistribution.proposals.search import Search, Solver, plan_clusters
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.redistribution.solver.solve import solve
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.follow_through import PROPOSALS, PROPOSED_MOVES, PROPOSED_UNITS
from tiering.terms import Level


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
    moves = pd.concat([no_moves(), *(plan.moves for plan in plans.values())], ignore_index=True)
    before = percentages(week.units)
    names = dict(
        zip(week.caseload.organisation["cluster_code"], week.caseload.organisation["cluster_name"], strict=True)
    )
    terms = {"elective_limit": numbers.terms.elective_moves, "intake": numbers.terms.intake}
    clusters = [_cluster_row(search, names[search.code], before) | terms for search in searches]
    units = [
        Row(unit._asdict())
        | _capacity((unit.level, unit.code), before, plans[unit.cluster_code])
        | _moves_out(unit, moves)
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


def _cluster_row(search: Search, name: str, before: Percentages) -> Row:
    row: Row = {"cluster_code": search.code, "cluster_name": name, "status": search.status, "gap": search.gap}
    if search.plan is None:
        return row
    return row | search.plan.figures | _capacity((Level.CLUSTER, search.code), before, search.plan)


def _capacity(key: tuple[str, str], before: Percentages, plan: ClusterPlan) -> Row:
    return {"capacity_before": float(before[key]), "capacity_after": float(plan.after[key])}


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
