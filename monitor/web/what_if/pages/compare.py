"""Two plans side by side, with the snapshot before anything; a form to choose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from monitor.redistribution.results.compare import (
    SIDES,
    compare_records,
    describe_whole,
    people_who_differ,
    tabulate_whole,
)
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.tables.unit_figures import count_over_line
from monitor.redistribution.robust.wording import compare_robustness
from monitor.snapshots.tables import PlanRow
from monitor.web.formatting import NOTHING, capitalize_first
from monitor.web.pages.view_models.page import Page, Table
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.pages.scenario import OpenedScenario, file_stem, page_of
from monitor.web.what_if.text import verdict


class Sides(NamedTuple):
    """One figure in the snapshot, in plan A and in plan B; NaN on a side that does not have the unit."""

    before: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class ComparedUnit:
    """A team, office or cluster on every side."""

    code: str
    name: str | None
    capacity_percentage: Sides
    cases: Sides
    over_line: Sides


@dataclass(frozen=True, slots=True)
class ComparedPerson:
    """A person on every side; parent_code: their team."""

    code: str
    name: str | None
    parent_code: str | None
    capacity_percentage: Sides
    points: Sides
    high_rosh_cases: Sides
    overdue: Sides


_OF_UNITS: Final = ("capacity_percentage", "cases", "over_line")
_OF_PEOPLE: Final = ("capacity_percentage", "points", "high_rosh_cases", "overdue")


@dataclass(frozen=True)
class ComparedPlan:
    """One of the two plans."""

    opened: OpenedScenario
    plan: PlanRow
    record: PlanRecord

    @property
    def verdict(self) -> str:
        return verdict(self.record.figures)


@dataclass(frozen=True)
class ComparePage:
    """The choice of two plans, and once there are two, what they come to.

    - choices: number and words of every plan that can be chosen; chosen: the numbers that are.
    - said: why two do not compare.
    - whole: label and the value of each side; levels: the units of each; people: those whose load differs.
    """

    choices: tuple[tuple[int, str], ...]
    chosen: tuple[str, ...]
    said: str
    sides: tuple[ComparedPlan, ...] = ()
    whole: tuple[tuple[str, tuple[str, ...]], ...] = ()
    levels: tuple[tuple[str, tuple[ComparedUnit, ...]], ...] = ()
    people: tuple[ComparedPerson, ...] = ()


def compare_page(
    choices: Sequence[tuple[int, str]], chosen: Sequence[str], sides: Sequence[ComparedPlan], said: str
) -> Page:
    """The snapshot, plan A and plan B side by side; with fewer than two plans, the form alone."""
    if len(sides) != 2:
        return page_of("what_if_compare.html", "Compare two plans", ComparePage(tuple(choices), tuple(chosen), said))
    table = compare_records(sides[0].record, sides[1].record)
    people = people_who_differ(table)
    whole = tabulate_whole(table, sides[0].record.figures, sides[1].record.figures)
    page = ComparePage(
        choices=tuple(choices),
        chosen=tuple(chosen),
        said=said,
        sides=tuple(sides),
        whole=tuple((capitalize_first(label), cells) for label, cells in describe_whole(whole, NOTHING))
        + _robust(sides[0].record.figures, sides[1].record.figures),
        levels=tuple((level, _units(table, level)) for level in ("cluster", "office", "team")),
        people=rows_of(ComparedPerson, people, **_sides_of(people, _OF_PEOPLE)),
    )
    both = "-and-".join(file_stem(side.opened, side.plan) for side in sides)
    tables: dict[str, Table] = {"compare": lambda: table, "whole": lambda: whole}
    return page_of("what_if_compare.html", "Compare two plans", page, tables=tables, file_part=both)


def _units(table: pd.DataFrame, level: str) -> tuple[ComparedUnit, ...]:
    over_line = {f"{side}_over_line": count_over_line(table, f"{side}_") for side in SIDES}
    units = table.assign(**over_line)[table["level"].eq(level)]
    return rows_of(ComparedUnit, units, **_sides_of(units, _OF_UNITS))


def _sides_of(rows: pd.DataFrame, figures: Sequence[str]) -> dict[str, list[Sides]]:
    """Each of the figures with its sides, row by row."""
    columns = {figure: [rows[f"{side}_{figure}"].tolist() for side in SIDES] for figure in figures}
    return {figure: [Sides(*values) for values in zip(*sides, strict=True)] for figure, sides in columns.items()}


def _robust(a: PlanFigures, b: PlanFigures) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How well each plan holds in the weeks ahead, if one of them was judged."""
    rows = compare_robustness(a.robust, b.robust)
    return tuple((capitalize_first(label), tuple(value or NOTHING for value in values)) for label, values in rows)
