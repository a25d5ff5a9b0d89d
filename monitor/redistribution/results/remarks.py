"""Collect what a planner should know before signing a plan, as values; monitor.redistribution.results.text words it."""

from collections.abc import Iterator
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.kept import changes_since, count_kept
from monitor.redistribution.results.metrics import find_shortfall
from monitor.redistribution.results.moves import count_moves
from monitor.redistribution.results.unmoved import find_shortages
from monitor.redistribution.scenario.remarks import NoEffect, Remark
from monitor.redistribution.solver.solve import TIME_LIMIT

_NAMED_AT_MOST = 5


class OtherNumbers(Remark):
    """The scenario was saved under a policy or costs that differ from those in force."""

    kind: Literal["other numbers"] = "other numbers"
    fingerprint: Literal["policy_fingerprint", "prices_fingerprint"]


class TooFewPoints(Remark):
    """No moving of cases can bring everyone under the line; points, full-time offender managers, per cent."""

    kind: Literal["too few points"] = "too few points"
    total_points: float
    available_points: float
    points_short: float
    full_time_short: float
    line: float


class ShortOf(Remark):
    """Points that are short in an office for cases that find no place; only_po: they need a PO."""

    kind: Literal["short of"] = "short of"
    office_name: str
    only_po: bool
    points: float
    cases: int


class Unplaced(Remark):
    """Cases that must be placed and stay where they are, for one reason."""

    kind: Literal["unplaced"] = "unplaced"
    cases: int
    why: str


class PersonOver(BaseModel):
    """A person above the line, with the capacity percentage before and after the plan."""

    model_config = ConfigDict(frozen=True)

    om_code: str
    before: float
    after: float


class StillOver(Remark):
    """People above the line after the plan: the highest of them, and how many more there are.

    - spent: the limit on elective moves, if it is what stopped the plan.
    """

    kind: Literal["still over"] = "still over"
    line: float
    people: tuple[PersonOver, ...]
    more: int
    spent: int | None


class TakenOver(Remark):
    """People whom named moves take over the line: the highest of them, and how many more there are."""

    kind: Literal["taken over"] = "taken over"
    line: float
    people: tuple[PersonOver, ...]
    more: int


class PlacedOver(Remark):
    """People above the line because of cases that had to be placed and that no one under the line could take.

    - cases: how many such cases; people: the highest of those who take them, and how many more there are.
    """

    kind: Literal["placed over"] = "placed over"
    line: float
    cases: int
    people: tuple[PersonOver, ...]
    more: int


class ChangedSince(Remark):
    """How a plan differs from the earlier one that it is based on.

    - kept: moves of the earlier plan that stay; changed: moves that differ, without those the scenario asks for.
    - crns: the cases of the first of them.
    """

    kind: Literal["changed since"] = "changed since"
    kept: int
    changed: int
    crns: tuple[str, ...]


class TimeUp(Remark):
    """The time was up before the plan was proven as closely as asked; gap: a share of the objective."""

    kind: Literal["time up"] = "time up"
    gap: float


PlanRemark = Annotated[
    NoEffect
    | OtherNumbers
    | TooFewPoints
    | ShortOf
    | Unplaced
    | StillOver
    | TakenOver
    | PlacedOver
    | ChangedSince
    | TimeUp,
    Field(discriminator="kind"),
]
"""Everything that can be remarked on a plan."""


def remark_on(plan: Plan, people: pd.DataFrame, unmoved: pd.DataFrame) -> list[PlanRemark]:
    """Everything a planner should know before signing, in the order in which it is shown.

    - people: as ``tabulate_people`` gives them; unmoved: as ``list_unmoved``.
    """
    remarks: list[PlanRemark] = [
        *plan.applied.remarks,
        *_other_numbers(plan),
        *_too_few_points(plan),
        *_remark_on_unplaced(plan, unmoved),
        *_still_over(plan, people),
        *_remark_on_taken_over(plan, people),
        *_remark_on_changes(plan),
    ]
    if plan.solution.status == TIME_LIMIT:
        remarks.append(TimeUp(gap=plan.solution.gap))
    return remarks


def _other_numbers(plan: Plan) -> Iterator[OtherNumbers]:
    asked, applied = plan.scenario, plan.applied
    if asked.policy_fingerprint not in (None, applied.policy.fingerprint):
        yield OtherNumbers(fingerprint="policy_fingerprint")
    if asked.prices_fingerprint not in (None, applied.costs.fingerprint):
        yield OtherNumbers(fingerprint="prices_fingerprint")


def _too_few_points(plan: Plan) -> Iterator[TooFewPoints]:
    lacks = find_shortfall(plan.problem)
    if lacks.points_short > 0:
        yield TooFewPoints(
            total_points=lacks.total_points,
            available_points=lacks.available_points,
            points_short=lacks.points_short,
            full_time_short=lacks.full_time_short,
            line=lacks.line,
        )


def _remark_on_unplaced(plan: Plan, unmoved: pd.DataFrame) -> Iterator[ShortOf | Unplaced]:
    """Remark on cases that should have been placed and could not: what is short, by office and grade, and why."""
    for short in find_shortages(plan.problem, plan.solution.holder):
        yield ShortOf(office_name=short.office_name, only_po=short.only_po, points=short.points, cases=short.cases)
    left = unmoved[unmoved["unplaced"]]
    for why, cases in left["why"].value_counts(sort=False).sort_index().items():
        yield Unplaced(cases=int(cases), why=str(why))


def _still_over(plan: Plan, people: pd.DataFrame) -> Iterator[StillOver]:
    line, budget = plan.applied.over_line, plan.problem.limits.elective_moves
    over = _highest_first(people[people["after_capacity_percentage"].gt(line)])
    if over:
        spent = budget is not None and count_moves(plan.problem, plan.solution).elective >= budget
        shown = over[:_NAMED_AT_MOST]
        yield StillOver(line=line, people=shown, more=len(over) - len(shown), spent=budget if spent else None)


def _remark_on_taken_over(plan: Plan, people: pd.DataFrame) -> Iterator[PlacedOver | TakenOver]:
    """Remark on people whom the plan leaves above the line: by cases without another place, or by named moves alone.

    The search itself lifts no one above the line by choice.
    """
    line, placed = plan.applied.over_line, _placed_over(plan)
    over = _highest_first(people[people["om_code"].isin(placed["om_code"])])
    if over:
        shown = over[:_NAMED_AT_MOST]
        yield PlacedOver(line=line, cases=len(placed), people=shown, more=len(over) - len(shown))
    taken = people["after_capacity_percentage"].gt(line) & people["before_capacity_percentage"].le(line)
    over = _highest_first(people[taken & ~people["om_code"].isin(placed["om_code"])])
    if over:
        shown = over[:_NAMED_AT_MOST]
        yield TakenOver(line=line, people=shown, more=len(over) - len(shown))


def _placed_over(plan: Plan) -> pd.DataFrame:
    """The posts that took cases above the line, one row per case."""
    return plan.problem.posts.iloc[plan.solution.holder[plan.solution.over_line]]


def _remark_on_changes(plan: Plan) -> Iterator[ChangedSince]:
    if plan.scenario.based_on is not None:
        others = [change.crn for change in changes_since(plan) if not change.asked]
        yield ChangedSince(kept=count_kept(plan), changed=len(others), crns=tuple(others[:_NAMED_AT_MOST]))


def _highest_first(people: pd.DataFrame) -> tuple[PersonOver, ...]:
    ordered = people.sort_values("after_capacity_percentage", ascending=False)
    columns = ("om_code", "before_capacity_percentage", "after_capacity_percentage")
    return tuple(
        PersonOver(om_code=om_code, before=before, after=after)
        for om_code, before, after in zip(*(ordered[column].tolist() for column in columns), strict=True)
    )
