"""The tables of a plan below its moves, as its page shows them: long ones a page at a time."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.tables.unit_figures import count_over_line
from monitor.web.dependencies import Reader
from monitor.web.formatting import is_missing
from monitor.web.pages.view_models.page import A_PAGE, Part, part_of
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.pages.move_list import AT_ONCE
from monitor.web.what_if.pages.plan_rows import ChangedMove, PersonLoad, SpareTeam, UnitLoad, UnmovedCase, UnmovedReason
from monitor.web.what_if.text import Names, named, on_one_line, type_in_words
from tiering.terms import Level

CHANGED: Final = "changed"
"""The table of a record with the moves that are not as in the plan it is based on."""


@dataclass(frozen=True, slots=True)
class People:
    """One page of the people in scope.

    - count: all of them; givers, takers: those of them who give or take a case.
    - is_open: whether the reader turns the pages.
    """

    rows: tuple[PersonLoad, ...]
    part: Part
    count: int
    givers: int
    takers: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Unmoved:
    """One page of the cases that stay whatever their price; is_open: whether the reader turns its pages."""

    rows: tuple[UnmovedCase, ...]
    part: Part
    count: int
    is_open: bool


def people_shown(record: PlanRecord, asked: Reader) -> People:
    """One page of the people in scope."""
    people = people_in_order(record.tables["people"])
    part = part_of(len(people), asked.number("people"), AT_ONCE)
    return People(
        rows=rows_of(PersonLoad, people.iloc[part.first : part.end]),
        part=part,
        count=len(people),
        givers=int(people["given"].gt(0).sum()),
        takers=int(people["taken"].gt(0).sum()),
        is_open=bool(asked.text("people")),
    )


def people_in_order(people: pd.DataFrame) -> pd.DataFrame:
    """People without hours first, then by capacity percentage before the plan, highest first."""
    stranded = people["before_available_points"].le(0) & people["before_points"].gt(0)
    ordered = people.assign(stranded=stranded).sort_values(
        ["stranded", "before_capacity_percentage", "om_code"], ascending=[False, False, True]
    )
    return ordered.drop(columns="stranded")


def unmoved_shown(record: PlanRecord, asked: Reader) -> Unmoved:
    """One page of the cases that a rule or a lock keeps, those that should be placed first; the rest is by reason."""
    unmoved = record.tables["unmoved"]
    kept = unmoved[~unmoved["could_move"].astype(bool)].sort_values(["unplaced", "crn"], ascending=[False, True])
    part = part_of(len(kept), asked.number("unmoved"), AT_ONCE)
    shown = kept.iloc[part.first : part.end]
    is_open = bool(asked.text("unmoved")) or bool(kept["unplaced"].any())
    why = [on_one_line(str(reason)) for reason in shown["why"]]
    return Unmoved(rows_of(UnmovedCase, shown, why=why), part, len(kept), is_open)


def changes_shown(record: PlanRecord, names: Names) -> tuple[ChangedMove, ...] | None:
    """The moves that changed since the earlier plan, other than those settled; None for a plan that is on its own."""
    if CHANGED not in record.tables:
        return None
    changed = record.tables[CHANGED]
    others = changed[~changed["asked"].astype(bool)]
    says = [_change_in_words(*row, names) for row in zip(others["was_to"], others["is_to"], others["why"], strict=True)]
    return rows_of(ChangedMove, others, says=says, moves=others["is_to"].notna().tolist())


def _change_in_words(was_to: str | None, is_to: str | None, why: str, names: Names) -> str:
    before, now = (
        "no one" if is_missing(code) else named(Level.OFFENDER_MANAGER, str(code), names) for code in (was_to, is_to)
    )
    return f"was to {before}, now to {now}: {on_one_line(why)}"


def reasons_shown(record: PlanRecord) -> tuple[UnmovedReason, ...]:
    """How many cases stay for each reason, and their points; those that should be placed first."""
    unmoved = record.tables["unmoved"]
    by_reason = unmoved.groupby(["why", "unplaced"], as_index=False).agg(
        cases=("crn", "size"), points=("points", "sum")
    )
    ordered = by_reason.sort_values(["unplaced", "cases", "why"], ascending=[False, False, True])
    return rows_of(UnmovedReason, ordered)


def units_shown(record: PlanRecord, level: str) -> tuple[UnitLoad, ...]:
    """The units of one level before and after, with the changes on both sides."""
    of_level = record.tables["units"]
    of_level = of_level[of_level["level"].eq(level)]
    sides = [
        of_level[of_level["side"].eq(side)].set_index("code").drop(columns=["side"]) for side in ("before", "after")
    ]
    units = sides[0].add_prefix("before_").join(sides[1].add_prefix("after_"), how="outer")
    over_line = {f"{side}_over_line": count_over_line(units, f"{side}_") for side in ("before", "after")}
    units = units.assign(name=units["after_name"].fillna(units["before_name"]), **over_line).reset_index()
    return rows_of(UnitLoad, units)


def spare_capacity_shown(record: PlanRecord) -> tuple[SpareTeam, ...]:
    """Which team has the most spare capacity for which kind of case."""
    spare = record.tables.get("spare_capacity")
    if spare is None or spare.empty:
        return ()
    most = spare[spare["cases"].gt(0)].sort_values("cases", ascending=False).head(A_PAGE)
    return rows_of(SpareTeam, most, of=[type_in_words(team_type) for team_type in most["case_team_type"]])
