"""Freeze a plan as it was agreed: its moves, and what it promises each unit and person."""

from datetime import date, datetime

import pandas as pd

from alerts.follow_through.decisions import Decision
from alerts.people import Person
from monitor.follow_through.record import MADE_UP
from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.snapshots.follow_through.agreed import MOVES, PEOPLE, UNITS, AgreedFrames, add_agreed, rows_as_json
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.store import Store
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.snapshots.weeks.catalogue import load_snapshot
from tiering.terms import Level


def can_be_agreed(plan: PlanRow) -> bool:
    """Whether a plan was found and its rows are still there."""
    return plan.state == PlanState.DONE and plan.removal_id is None


def agree_plan(
    store: Store,
    scenario: ScenarioRow,
    plan: PlanRow,
    person: Person,
    *,
    decision: Decision | None,
    today: date,
    now: datetime,
) -> bool:
    """Store what is agreed; False if the plan is agreed already. Whether the person may agree is for the caller to ask.

    * plan: one that ``can_be_agreed``; scenario: its own.
    * decision: the decision that the plan carries out, if any.
    * today: the day of ``now`` by the clocks of the service.
    """
    if plan.id is None:
        raise ValueError("the plan is not stored")
    record = PlanRecord.from_bytes(plan.answer, plan.figures or "{}")
    capacities = _capacities(record.tables["units"])
    is_person = capacities["level"].eq(Level.OFFENDER_MANAGER)
    people = capacities[is_person].rename(columns={"code": "om_code", "name": "om_name"})
    agreed = AgreedPlan(
        plan_id=plan.id,
        name=scenario.name,
        snapshot_id=plan.snapshot_id,
        as_at=plan.as_at,
        starts_on=read_scenario(plan.text, "the stored plan").plan_for or plan.as_at,
        scope_level=scenario.scope_level,
        scope_codes=scenario.scope_codes,
        agreed_by=person.email,
        role=person.role.value,
        agreed_at=now,
        agreed_on=today,
        episode=None if decision is None else decision.episode,
        decision_number=None if decision is None else decision.number,
        move_count=record.figures.moves,
        weeks=record.figures.weeks,
        units=rows_as_json(capacities.loc[~is_person, list(UNITS)]),
        is_made_up=load_snapshot(store.engine, plan.snapshot_id).source == MADE_UP,
    )
    frames = AgreedFrames(record.tables["moves"][list(MOVES)], people[list(PEOPLE)])
    return add_agreed(store.engine, agreed, frames)


def _capacities(units: pd.DataFrame) -> pd.DataFrame:
    """Per cent of capacity of each unit and person, in the snapshot and as promised; columns ``UNITS``.

    units: with the sides of a record. A unit that the scenario adds has no start.
    """
    sides = {side: units[units["side"].eq(side)].set_index(["level", "code"]) for side in ("at_start", "after")}
    promised = sides["after"][["name", "capacity_percentage"]].rename(columns={"capacity_percentage": "promised"})
    start = sides["at_start"]["capacity_percentage"].rename("start")
    return promised.join(start).reset_index()[list(UNITS)]
