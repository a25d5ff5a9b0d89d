"""Two plans side by side, with the snapshot before anything; a form to choose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from alerts.digest.units import records
from monitor.redistribution.results.compare import SIDES, compare_records, measure_whole, people_who_differ
from monitor.redistribution.results.record import PlanRecord
from monitor.snapshots.tables import PlanRow
from monitor.web.formatting import NOTHING
from monitor.web.pages.page import Page, Table
from monitor.web.what_if.pages import OpenedScenario, page_of
from monitor.web.what_if.text import verdict


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
    levels: tuple[tuple[str, list[dict[str, Any]]], ...] = ()
    people: tuple[dict[str, Any], ...] = ()


def compare_page(
    choices: Sequence[tuple[int, str]], chosen: Sequence[str], sides: Sequence[ComparedPlan], said: str
) -> Page:
    """The snapshot, plan A and plan B side by side; with fewer than two plans, the form alone."""
    if len(sides) != 2:
        return page_of("what_if_compare.html", "Compare two plans", ComparePage(tuple(choices), tuple(chosen), said))
    table = compare_records(sides[0].record, sides[1].record)
    page = ComparePage(
        choices=tuple(choices),
        chosen=tuple(chosen),
        said=said,
        sides=tuple(sides),
        whole=_whole(table),
        levels=tuple((level, records(table[table["level"].eq(level)])) for level in ("cluster", "office", "team")),
        people=tuple(records(people_who_differ(table))),
    )
    tables: dict[str, Table] = {"compare": lambda: table}
    return page_of("what_if_compare.html", "Compare two plans", page, tables=tables)


def _whole(table: pd.DataFrame) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The situation as a whole on every side."""
    sides = [measure_whole(table, side) for side in SIDES]
    return (
        (
            "Highest capacity percentage",
            tuple(NOTHING if side.peak is None else f"{side.peak:,.1f}%" for side in sides),
        ),
        ("People over the line", tuple(f"{side.over:,}" for side in sides)),
        ("People with points and no capacity", tuple(f"{side.without_hours:,}" for side in sides)),
        ("Points above capacity", tuple(f"{side.points_over:,.0f}" for side in sides)),
    )
