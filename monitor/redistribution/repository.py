"""Store scenarios and plans in the database; one process at a time solves a plan."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy
from sqlalchemy import Engine
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from monitor.clock import LONGEST_WAIT
from monitor.snapshots.tables import PlanRow, ScenarioRow, Snapshot

LEASE: Final = timedelta(seconds=60)
"""How long a plan belongs to the process that solves it without a sign of life."""

EVERYWHERE: Final = "all"
"""The area code of a scope that is larger than one area."""

PROPOSED_BY: Final = "the run"
"""The author of the proposals of a run; everyone else's is an address."""


class PlanState(StrEnum):
    """How far a plan is. The last state is never stored: it shows that the process that solved the plan has died."""

    WAITING = "waiting"
    SOLVING = "solving"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken off"


AT_WORK: Final = (PlanState.WAITING, PlanState.SOLVING)


def state_of(plan: PlanRow, now: datetime) -> PlanState:
    """How far a plan is at this moment."""
    if plan.state in AT_WORK and not now <= plan.lease_until <= now + LONGEST_WAIT:
        return PlanState.BROKEN_OFF
    return PlanState(plan.state)


def is_unfinished(plan: PlanRow, now: datetime) -> bool:
    """Whether part of the answer is still being calculated although the rest can be read."""
    return plan.state == PlanState.DONE and bool(plan.step) and plan.lease_until >= now


def save(engine: Engine, scenario: ScenarioRow) -> int:
    """Store a new scenario and return its number."""
    with Session(engine) as session, session.begin():
        session.add(scenario)
        session.flush()
        return _stored_id(scenario.id)


def change(engine: Engine, number: int, version: int, now: datetime, **values: object) -> bool:
    """Change values of a scenario, unless it was changed since that version; return whether this was done."""
    update = (
        sqlalchemy.update(ScenarioRow)
        .where(
            col(ScenarioRow.id) == number,
            col(ScenarioRow.version) == version,
            col(ScenarioRow.removal_id).is_(None),
        )
        .values(version=version + 1, changed_at=now, **values)
    )
    with engine.begin() as connection:
        return connection.execute(update).rowcount == 1


def scenario(engine: Engine, number: int) -> ScenarioRow | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ScenarioRow, number)


def scenarios(engine: Engine, areas: Collection[str] | None = None) -> list[ScenarioRow]:
    """List the scenarios of some areas, or all; the last changed first."""
    query = select(ScenarioRow).order_by(col(ScenarioRow.changed_at).desc(), col(ScenarioRow.id).desc())
    if areas is not None:
        query = query.where(col(ScenarioRow.area_code).in_(areas))
    with Session(engine, expire_on_commit=False) as session:
        return list(session.exec(query))


def plan(engine: Engine, number: int) -> PlanRow | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(PlanRow, number)


def plans(engine: Engine, of: Collection[int]) -> dict[int, list[PlanRow]]:
    """List the plans of some scenarios, by scenario, latest first; without their answers, which are large."""
    query = (
        select(PlanRow)
        .where(col(PlanRow.scenario_id).in_(of))
        .order_by(col(PlanRow.id).desc())
        .options(defer(PlanRow.answer))  # type: ignore[arg-type]
    )
    plans_of: dict[int, list[PlanRow]] = {number: [] for number in of}
    with Session(engine, expire_on_commit=False) as session:
        for row in session.exec(query):
            plans_of[row.scenario_id].append(row)
    return plans_of


def proposal(engine: Engine, snapshot_id: int, cluster_code: str) -> int | None:
    """The number of the plan that shows the proposal of a run for a cluster; None until it was first opened."""
    with Session(engine) as session:
        return session.exec(_proposal(snapshot_id, json.dumps([cluster_code]))).first()


def save_proposal(engine: Engine, of: ScenarioRow, shown: PlanRow) -> int:
    """Store the proposal of a run as a scenario with its plan, unless it is stored; return the number of the plan."""
    with Session(engine.execution_options(writes_first=True)) as session, session.begin():
        # On PostgreSQL, two who open it at the same moment take turns; SQLite has only one writer anyway.
        session.exec(select(col(Snapshot.id)).where(col(Snapshot.id) == of.snapshot_id).with_for_update()).all()
        number = session.exec(_proposal(of.snapshot_id, of.scope_codes)).first()
        if number is not None:
            return number
        return _add(session, of, shown)


def save_copy(engine: Engine, of: ScenarioRow, shown: PlanRow) -> int:
    """Store a scenario with its plan; return the number of the plan."""
    with Session(engine) as session, session.begin():
        return _add(session, of, shown)


def ask(engine: Engine, of: ScenarioRow, author: str, owner: str, now: datetime) -> int:
    """Store a new plan that waits for its turn in the process ``owner``, and return its number."""
    asked = PlanRow(
        scenario_id=_stored_id(of.id),
        scenario_version=of.version,
        snapshot_id=of.snapshot_id,
        as_at=of.as_at,
        author=author,
        text=of.text,
        state=PlanState.WAITING,
        step="Waiting for its turn",
        asked_at=now,
        owner=owner,
        lease_until=now + LEASE,
    )
    with Session(engine) as session, session.begin():
        session.add(asked)
        session.flush()
        return _stored_id(asked.id)


def begin(engine: Engine, number: int, owner: str, now: datetime) -> bool:
    """Start to solve a plan that waits; False if it was cancelled or lost."""
    values = {"state": PlanState.SOLVING, "started_at": now, "lease_until": now + LEASE}
    return _change_in_turn(engine, number, owner, [PlanState.WAITING], **values)


def renew_lease(engine: Engine, number: int, owner: str, now: datetime) -> bool:
    """Extend the lease of a plan; False if it was cancelled meanwhile."""
    return _change_in_turn(engine, number, owner, [*AT_WORK, PlanState.DONE], lease_until=now + LEASE)


def report_step(engine: Engine, number: int, owner: str, step: str) -> bool:
    """Store the step in progress; False if the plan was cancelled meanwhile."""
    return _change_in_turn(engine, number, owner, [PlanState.SOLVING, PlanState.DONE], step=step)


def store_answer(engine: Engine, number: int, owner: str, now: datetime, **values: object) -> bool:
    """Store an answer: text, fingerprints, figures, answer, and the step that is still to come."""
    states = [PlanState.SOLVING, PlanState.DONE]
    return _change_in_turn(engine, number, owner, states, state=PlanState.DONE, finished_at=now, **values)


def store_failure(engine: Engine, number: int, owner: str, now: datetime, message: str) -> bool:
    values = {"state": PlanState.FAILED, "finished_at": now, "message": message, "step": ""}
    return _change_in_turn(engine, number, owner, AT_WORK, **values)


def cancel(engine: Engine, number: int, now: datetime) -> bool:
    """Cancel a plan that has no answer yet, whichever process solves it."""
    return _change_in_turn(engine, number, None, AT_WORK, state=PlanState.CANCELLED, finished_at=now, step="")


def _change_in_turn(
    engine: Engine, number: int, owner: str | None, states: Collection[PlanState], **values: object
) -> bool:
    """Change a plan if it is in one of the states and, if ``owner`` is given, belongs to that process."""
    update = sqlalchemy.update(PlanRow).where(
        col(PlanRow.id) == number, col(PlanRow.state).in_(states), col(PlanRow.removal_id).is_(None)
    )
    if owner is not None:
        update = update.where(col(PlanRow.owner) == owner)
    with engine.begin() as connection:
        return connection.execute(update.values(**values)).rowcount == 1


def codes_of(row: ScenarioRow) -> tuple[str, ...]:
    """The codes of a scenario's scope."""
    return tuple(json.loads(row.scope_codes))


def _proposal(snapshot_id: int, scope_codes: str) -> SelectOfScalar[int | None]:
    """Ask for the number of the plan that shows a proposal."""
    return (
        select(col(PlanRow.id))
        .join(ScenarioRow, col(ScenarioRow.id) == col(PlanRow.scenario_id))
        .where(
            col(ScenarioRow.author) == PROPOSED_BY,
            col(ScenarioRow.snapshot_id) == snapshot_id,
            col(ScenarioRow.scope_codes) == scope_codes,
        )
    )


def _add(session: Session, of: ScenarioRow, shown: PlanRow) -> int:
    session.add(of)
    session.flush()
    shown.scenario_id = _stored_id(of.id)
    session.add(shown)
    session.flush()
    return _stored_id(shown.id)


def _stored_id(number: int | None) -> int:
    if number is None:
        raise AssertionError("a flushed row has an id")
    return number
