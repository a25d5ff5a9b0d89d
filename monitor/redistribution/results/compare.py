"""Two plans side by side: the snapshot before anything, A and B, by person, team, office and cluster."""

from collections.abc import Iterator

import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.unit_figures import FIGURES, in_scope
from tiering.faults import ConfigFault
from tiering.terms import Band, Level

KEY = ["level", "code", "name", "parent_code"]
SIDES = ("before", "a", "b")
"""The sides of a comparison: the untouched snapshot, plan A, plan B."""

COLUMNS = [*KEY, *(f"{side}_{figure}" for figure in FIGURES for side in SIDES)]


def compare(a: Plan, b: Plan, named: tuple[str, str]) -> pd.DataFrame:
    """One row a unit in the scope of either plan, columns ``COLUMNS``, sorted by level and code.

    A unit that one side does not have, such as somebody who only joins in B, is missing there. Raises ConfigFault where
    the two start from different snapshots.
    """
    starts = [(plan.start.as_at, plan.start.revision) for plan in (a, b)]
    if starts[0] != starts[1]:
        told = " and ".join(
            f"{name} from {as_at}, revision {revision}" for name, (as_at, revision) in zip(named, starts, strict=True)
        )
        raise ConfigFault([f"{told}: they do not compare; give both the same as_at and revision"])
    teams = a.changed.teams | b.changed.teams
    sides = {
        "before": in_scope(a.units_at_start, a.start.caseload, teams),
        "a": in_scope(a.units_after, a.changed.caseload, teams),
        "b": in_scope(b.units_after, b.changed.caseload, teams),
    }
    known = pd.concat([frame[KEY] for frame in sides.values()]).drop_duplicates(["level", "code"])
    both = known.sort_values(["level", "code"], ignore_index=True)
    for side, frame in sides.items():
        figures = frame[["level", "code", *FIGURES]].rename(columns={name: f"{side}_{name}" for name in FIGURES})
        both = both.merge(figures, on=["level", "code"], how="left", validate="one_to_one")
    return both[COLUMNS]


def in_words(table: pd.DataFrame, plans: tuple[Plan, Plan]) -> Iterator[str]:
    """A comparison for a terminal: the whole, every cluster, office and team, and whoever differs."""
    for letter, plan in zip("AB", plans, strict=True):
        yield f"{letter}: {plan.scenario.name} ({len(plan.moves)} moves)"
    yield ""
    yield _line("", ("snapshot", "A", "B"))
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    for label, form, figure in _WHOLE:
        yield _line(label, tuple(form.format(figure(people, side)) for side in SIDES))
    for level in (Level.CLUSTER, Level.OFFICE, Level.TEAM):
        rows = table[table["level"].eq(level)]
        yield ""
        yield _line(f"capacity percentage by {level}", ("", "", ""))
        yield from (_line(f"  {row.code} {row.name_}", _percentages(row)) for row in _named(rows).itertuples())
    yield ""
    yield from _who_differs(people)


def _peak(people: pd.DataFrame, side: str) -> float:
    peak = people[f"{side}_capacity_percentage"].max()
    return 0.0 if pd.isna(peak) else float(peak)


def _over(people: pd.DataFrame, side: str) -> int:
    return int(people[f"{side}_band"].isin([Band.RED, Band.NO_CAPACITY]).sum())


def _points_over(people: pd.DataFrame, side: str) -> float:
    return float((people[f"{side}_points"] - people[f"{side}_available_points"]).clip(lower=0).sum())


def _without_hours(people: pd.DataFrame, side: str) -> int:
    return int(people[f"{side}_band"].eq(Band.NO_CAPACITY).sum())


_WHOLE = (
    ("highest capacity percentage", "{:.1f}%", _peak),
    ("people over the line", "{:,d}", _over),
    ("people with points and no capacity", "{:,d}", _without_hours),
    ("points over capacity", "{:,.0f}", _points_over),
)
_SHOWN_AT_MOST = 40


def _who_differs(people: pd.DataFrame) -> Iterator[str]:
    """The people whose load is not the same on every side, the greatest difference first."""
    percentages = people[[f"{side}_capacity_percentage" for side in SIDES]]
    spread = percentages.max(axis=1) - percentages.min(axis=1)
    differs = spread.gt(0.05) | percentages.isna().any(axis=1) & ~percentages.isna().all(axis=1)
    rows = people.assign(spread=spread.fillna(float("inf")))[differs]
    rows = rows.sort_values(["spread", "code"], ascending=[False, True])
    if rows.empty:
        yield "nobody's load differs"
        return
    yield _line(f"people whose load differs: {len(rows)}", ("", "", ""))
    for row in _named(rows).head(_SHOWN_AT_MOST).itertuples():
        yield _line(f"  {row.code} {row.name_} ({row.parent_code})", _percentages(row))
    if len(rows) > _SHOWN_AT_MOST:
        yield f"  and {len(rows) - _SHOWN_AT_MOST} more; all of them with --format csv"


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the name under a heading that a row of a table can carry as an attribute."""
    return rows.assign(name_=[" ".join(str(name).split()) for name in rows["name"]])


def _percentages(row: object) -> tuple[str, ...]:
    values = (getattr(row, f"{side}_capacity_percentage") for side in SIDES)
    return tuple("-" if pd.isna(value) else f"{value:.1f}%" for value in values)


def _line(label: str, cells: tuple[str, ...]) -> str:
    shown = label if len(label) <= 46 else f"{label[:45]}\N{HORIZONTAL ELLIPSIS}"
    return f"{shown:46}{''.join(f'{cell:>11}' for cell in cells)}".rstrip()
