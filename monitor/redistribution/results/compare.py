"""Two plans side by side: the snapshot before anything, A and B, by person, team, office and cluster."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.tables.unit_figures import FIGURES, in_scope, units_after, units_at_start
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


WHOLE_COLUMNS = ["figure", *SIDES]

WHOLE: Final[Mapping[str, tuple[str, str]]] = {
    "over_line": ("the line", "{:g}%"),
    "moves": ("moves", "{:,.0f}"),
    "moves_elective": ("moves by choice", "{:,.0f}"),
    "moves_forced": ("necessary moves", "{:,.0f}"),
    "moves_named": ("moves by name", "{:,.0f}"),
    "moves_high_rosh": ("moves of high or very high RoSH", "{:,.0f}"),
    "moves_to_other_office": ("moves to another office", "{:,.0f}"),
    "unplaced": ("cases without a place", "{:,.0f}"),
    "peak": ("highest capacity percentage", "{:,.1f}%"),
    "people_over_before": ("people over the line before any move", "{:,.0f}"),
    "people_over": ("people over the line", "{:,.0f}"),
    "people_taken_over": ("people taken over the line by the plan", "{:,.0f}"),
    "people_without_hours": ("people with points and no capacity", "{:,.0f}"),
    "points_over_line": ("points over the line", "{:,.0f}"),
    "points_over": ("points over capacity", "{:,.0f}"),
}
"""The figures of a comparison as a whole, in their order: what each is called, and how it is written."""


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


def tabulate_whole(table: pd.DataFrame, a: PlanFigures, b: PlanFigures) -> pd.DataFrame:
    """Tabulate the comparison as a whole: one row per figure of ``WHOLE``, columns ``WHOLE_COLUMNS``.

    - table: as ``compare_plans`` gives it; a, b: the figures of the two plans.
    - before is the snapshot, which has no moves, measured at the line of both plans. If their lines differ, it is
      measured at none.
    - A figure that a side does not have is missing there.
    """
    line = a.over_line if a.over_line == b.over_line else None
    sides = {
        "before": {"over_line": line, **_measure(table, "before", line)},
        "a": {**_count_moves(a), **_measure(table, "a", a.over_line)},
        "b": {**_count_moves(b), **_measure(table, "b", b.over_line)},
    }
    rows = [(figure, *(sides[side].get(figure) for side in SIDES)) for figure in WHOLE]
    return pd.DataFrame(rows, columns=WHOLE_COLUMNS).astype(dict.fromkeys(SIDES, float))


def describe_whole(whole: pd.DataFrame, missing: str) -> list[tuple[str, tuple[str, ...]]]:
    """Describe a comparison as a whole: what each figure is called, and how it is written on each side.

    - whole: as ``tabulate_whole`` gives it; missing: what stands for a figure that a side does not have.
    """
    described = []
    for figure, *values in whole.itertuples(index=False):
        label, form = WHOLE[figure]
        described.append((label, tuple(missing if pd.isna(value) else form.format(value) for value in values)))
    return described


def _count_moves(figures: PlanFigures) -> dict[str, float | None]:
    return {
        "over_line": figures.over_line,
        "moves": figures.moves,
        "moves_elective": figures.moves_elective,
        "moves_forced": figures.moves_forced,
        "moves_named": figures.moves_named,
        "moves_high_rosh": figures.moves_high_rosh,
        "moves_to_other_office": figures.moves_to_other_office,
        "unplaced": figures.unplaced,
        "people_over_before": figures.before.over_line,
        "people_taken_over": figures.taken_over,
    }


def _measure(table: pd.DataFrame, side: str, line: float | None) -> dict[str, float | None]:
    """Measure one side over the people on it; without a line, only what needs none."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    percentages, points, able = (
        people[f"{side}_{name}"] for name in ("capacity_percentage", "points", "available_points")
    )
    stranded = people[f"{side}_band"].eq(Band.NO_CAPACITY)
    measured: dict[str, float | None] = {
        "peak": percentages.max(),
        "people_without_hours": int(stranded.sum()),
        "points_over": float((points - able).clip(lower=0).sum()),
    }
    if line is not None:
        measured["people_over"] = int((percentages.gt(line) | stranded).sum())
        measured["points_over_line"] = float((points - able * (line / 100)).clip(lower=0).sum())
    return measured


def people_who_differ(table: pd.DataFrame) -> pd.DataFrame:
    """The people of a comparison whose load is not the same on every side, the greatest difference first."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    percentages = people[[f"{side}_capacity_percentage" for side in SIDES]]
    spread = percentages.max(axis=1) - percentages.min(axis=1)
    differs = spread.gt(_LEAST_DIFFERENCE) | (percentages.isna().any(axis=1) & ~percentages.isna().all(axis=1))
    # A person who is missing on one side differs most.
    rows = people.assign(spread=spread.fillna(float("inf")))[differs]
    return rows.sort_values(["spread", "code"], ascending=[False, True]).drop(columns="spread")
