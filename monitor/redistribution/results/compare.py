"""Two plans side by side: the snapshot before anything, A and B, by person, team, office and cluster."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.unit_figures import FIGURES, in_scope, units_after, units_at_start
from tiering.faults import UserFault
from tiering.terms import Band, Level

KEY = ["level", "code", "name", "parent_code"]
SIDES = ("before", "a", "b")
"""The sides of a comparison: the snapshot as it is stored, plan A, plan B."""

COLUMNS = [*KEY, *(f"{side}_{figure}" for figure in FIGURES for side in SIDES)]

_LEAST_DIFFERENCE = 0.05
"""In points of capacity percentage: a smaller difference does not show with one decimal."""


class NotComparable(UserFault):
    """Two plans that start from different snapshots."""


@dataclass(frozen=True)
class Whole:
    """One side of a comparison as a whole, over the people on it.

    - peak: the highest capacity percentage, None if no one has one.
    - over: people over the line; without_hours: those of them who hold points without capacity.
    - points_over: points above what each can carry.
    """

    peak: float | None
    over: int
    without_hours: int
    points_over: float


def compare_plans(a: Plan, b: Plan, named: tuple[str, str]) -> pd.DataFrame:
    """Compare two plans over the scope of both: one row per unit, columns ``COLUMNS``, sorted by level and code.

    - named: the names of the two in faults, such as their files.
    - A unit that one side does not have is missing there, such as a person who joins only in B.
    - Raises NotComparable if the two start from different snapshots.
    """
    starts = [(plan.baseline.as_at, plan.baseline.revision) for plan in (a, b)]
    if starts[0] != starts[1]:
        both = " and ".join(
            f"{name} from {as_at}, revision {revision}" for name, (as_at, revision) in zip(named, starts, strict=True)
        )
        raise NotComparable([f"{both}: they do not compare; give both the same as_at and revision"])
    teams = a.applied.teams | b.applied.teams
    return _side_by_side(
        {
            "before": in_scope(units_at_start(a), a.baseline.caseload, teams),
            "a": in_scope(units_after(a), a.applied.caseload, teams),
            "b": in_scope(units_after(b), b.applied.caseload, teams),
        }
    )


def compare_records(a: PlanRecord, b: PlanRecord) -> pd.DataFrame:
    """Compare two stored plans of one snapshot; as ``compare_plans``, but each is only about its own scope."""
    units = {"a": a.tables["units"], "b": b.tables["units"]}
    start = pd.concat([frame[frame["side"].eq("at_start")] for frame in units.values()])
    after = {side: frame[frame["side"].eq("after")] for side, frame in units.items()}
    return _side_by_side({"before": start.drop_duplicates(["level", "code"]), **after})


def _side_by_side(sides: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per unit of any side, with the figures of every side."""
    known = pd.concat([frame[KEY] for frame in sides.values()]).drop_duplicates(["level", "code"])
    table = known.sort_values(["level", "code"], ignore_index=True)
    for side, frame in sides.items():
        figures = frame[["level", "code", *FIGURES]].rename(columns={name: f"{side}_{name}" for name in FIGURES})
        table = table.merge(figures, on=["level", "code"], how="left", validate="one_to_one")
    return table[COLUMNS]


def measure_whole(table: pd.DataFrame, side: str) -> Whole:
    """One side of a comparison as a whole."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    peak = people[f"{side}_capacity_percentage"].max()
    bands = people[f"{side}_band"]
    above = people[f"{side}_points"] - people[f"{side}_available_points"]
    return Whole(
        peak=None if pd.isna(peak) else float(peak),
        over=int(bands.isin([Band.RED, Band.NO_CAPACITY]).sum()),
        without_hours=int(bands.eq(Band.NO_CAPACITY).sum()),
        points_over=float(above.clip(lower=0).sum()),
    )


def people_who_differ(table: pd.DataFrame) -> pd.DataFrame:
    """The people of a comparison whose load is not the same on every side, the greatest difference first."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    percentages = people[[f"{side}_capacity_percentage" for side in SIDES]]
    spread = percentages.max(axis=1) - percentages.min(axis=1)
    differs = spread.gt(_LEAST_DIFFERENCE) | (percentages.isna().any(axis=1) & ~percentages.isna().all(axis=1))
    # A person who is missing on one side differs most.
    rows = people.assign(spread=spread.fillna(float("inf")))[differs]
    return rows.sort_values(["spread", "code"], ascending=[False, True]).drop(columns="spread")
