"""Collect what a planner should know before signing a plan, as values; monitor.redistribution.results.text words it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from monitor.redistribution.plan import Plan
from monitor.redistribution.problem.loads import find_unplaced
from monitor.redistribution.results.kept import changes_since, count_kept
from monitor.redistribution.results.tables.metrics import find_shortfall
from monitor.redistribution.results.tables.moves import count_moves
from monitor.redistribution.results.tables.people import taken_over
from monitor.redistribution.results.tables.unmoved import find_shortages
from monitor.redistribution.scenario.accepted_risk import (
    find_dangers,
    find_limit_dangers,
    is_dangerous,
    list_accepted,
)
from monitor.redistribution.scenario.remarks import AcceptedRisk, NoEffect, Remark
from monitor.redistribution.solver.solve import TIME_LIMIT
from tiering.terms import Band

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


class DangerousUnplaced(Remark):
    """Dangerous cases that must be placed and no one takes: how many, and the first of them."""

    kind: Literal["dangerous unplaced"] = "dangerous unplaced"
    cases: int
    crns: tuple[str, ...]


class StillOver(Remark):
    """People above the line after the plan: the highest of them, and how many more there are.

    - spent: the limit on elective moves, if it is what stopped the plan.
    - without_hours: people with points and no available hours, who have no percentage; they count as over the line;
      their_cases: the cases that they hold.
    """

    kind: Literal["still over"] = "still over"
    line: float
    people: tuple[PersonOver, ...]
    more: int
    spent: int | None
    without_hours: int = 0
    their_cases: int = 0


class TakenOver(Remark):
    """People whom named moves take over the line: the highest of them, and how many more there are."""

    kind: Literal["taken over"] = "taken over"
    line: float
    people: tuple[PersonOver, ...]
    more: int


class PlacedOver(Remark):
    """People above the line because of cases that had to be placed and that no one could take and keep it.

    - line: of receivers, the line of the scenario less its margin.
    - cases: how many such cases; people: everyone who takes them, the highest first.
    """

    kind: Literal["placed over"] = "placed over"
    line: float
    cases: int
    people: tuple[PersonOver, ...]


class ChangedSince(Remark):
    """How a plan differs from the earlier one that it is based on.

    - kept: moves of the earlier plan that stay; changed: moves that differ, without those the scenario asks for.
    - crns: the cases of the first of them.
    """

    kind: Literal["changed since"] = "changed since"
    kept: int
    changed: int
    crns: tuple[str, ...]


class PlannedFor(Remark):
    """The plan is for a day after the as-at date."""

    kind: Literal["planned for"] = "planned for"
    plan_for: date
    as_at: date


class TimeUp(Remark):
    """The time was up before the plan was proven as closely as asked.

    - gap: a share of the objective; peak_first: whether it is to plans with as low a peak only.
    - over_line: cases that go above the line, which the gap leaves out.
    """

    kind: Literal["time up"] = "time up"
    gap: float
    peak_first: bool = False
    over_line: int = 0


PlanRemark = Annotated[
    AcceptedRisk
    | DangerousUnplaced
    | NoEffect
    | OtherNumbers
    | TooFewPoints
    | ShortOf
    | Unplaced
    | StillOver
    | TakenOver
    | PlacedOver
    | ChangedSince
    | PlannedFor
    | TimeUp,
    Field(discriminator="kind"),
]
"""Everything that can be remarked on a plan."""


Danger = AcceptedRisk | DangerousUnplaced
"""The remarks that stand above everything else, in red where there is colour."""


def remark_on(plan: Plan, people: pd.DataFrame, unmoved: pd.DataFrame) -> list[PlanRemark]:
    """Everything a planner should know before signing, in the order in which it is shown.

    - people: as ``tabulate_people`` gives them; unmoved: as ``list_unmoved``.
    """
    remarks: list[PlanRemark] = [
        *_planned_for(plan),
        *_remark_on_dangers(plan),
        *plan.applied.remarks,
        *_other_numbers(plan),
        *_too_few_points(plan),
        *_remark_on_unplaced(plan, unmoved),
        *_still_over(plan, people),
        *_remark_on_taken_over(plan, people),
        *_remark_on_changes(plan),
    ]
    if plan.solution.status == TIME_LIMIT:
        over_line = int(plan.solution.over_line.sum())
        remarks.append(TimeUp(gap=plan.solution.gap, peak_first=plan.problem.limits.peak_first, over_line=over_line))
    return remarks


def _planned_for(plan: Plan) -> Iterator[PlannedFor]:
    day, as_at = plan.scenario.plan_for, plan.baseline.as_at
    if day is not None and day > as_at:
        yield PlannedFor(plan_for=day, as_at=as_at)


def remarks_to_hand_over(remarks: Iterable[PlanRemark]) -> list[PlanRemark]:
    """The remarks that go with the moves wherever these are handed on: dangers, and people whom the plan takes over."""
    return [
        remark for remark in remarks if isinstance(remark, AcceptedRisk | DangerousUnplaced | PlacedOver | TakenOver)
    ]


def mark_accepted_risks(unmoved: pd.DataFrame, remarks: Iterable[PlanRemark]) -> pd.DataFrame:
    """Add the column accepted_risk to the cases that stay: why, and by whom; missing where no risk is accepted."""
    accepted = {
        remark.crn: f"{remark.reason} (accepted by {remark.accepted_by})"
        for remark in remarks
        if isinstance(remark, AcceptedRisk)
    }
    return unmoved.assign(accepted_risk=unmoved["crn"].map(accepted).astype("str"))


def _remark_on_dangers(plan: Plan) -> Iterator[Danger]:
    """Remark on dangerous cases without anyone who has hours: those that a planner accepts, then all others."""
    holder, weeks = plan.solution.holder, plan.solution.weeks
    dangers = [
        *find_dangers(plan.scenario, plan.problem),
        *find_limit_dangers(plan.scenario.limits, plan.problem, holder, weeks),
    ]
    accepted = list_accepted(plan.scenario, dangers)
    yield from accepted
    left = plan.problem.cases["crn"][find_unplaced(plan.problem, holder) & is_dangerous(plan.problem)]
    others = left[~left.isin([risk.crn for risk in accepted])].tolist()
    if others:
        yield DangerousUnplaced(cases=len(others), crns=tuple(others[:_NAMED_AT_MOST]))


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
    without_hours = people[people["after_band"].eq(Band.NO_CAPACITY)]
    if over or len(without_hours):
        # Those without hours are not relieved by moves of choice, however many there are.
        limited = bool(over) and budget is not None and count_moves(plan.problem, plan.solution).elective >= budget
        shown = over[:_NAMED_AT_MOST]
        yield StillOver(
            line=line,
            people=shown,
            more=len(over) - len(shown),
            spent=budget if limited else None,
            without_hours=len(without_hours),
            their_cases=int(without_hours["after_cases"].sum()),
        )


def _remark_on_taken_over(plan: Plan, people: pd.DataFrame) -> Iterator[PlacedOver | TakenOver]:
    """Remark on people whom the plan leaves above the line: by cases without another place, or by named moves alone.

    The search itself lifts no one above the line by choice.
    """
    placed = _placed_over(plan)
    over = _highest_first(people[people["om_code"].isin(placed["om_code"])])
    if over:
        yield PlacedOver(line=float(plan.problem.receivers_line), cases=len(placed), people=over)
    over = _highest_first(people[taken_over(people) & ~people["om_code"].isin(placed["om_code"])])
    if over:
        shown = over[:_NAMED_AT_MOST]
        yield TakenOver(line=plan.applied.over_line, people=shown, more=len(over) - len(shown))


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
