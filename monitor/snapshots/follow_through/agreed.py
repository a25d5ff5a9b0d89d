"""The rows of agreed plans: adding one, and reading it with its moves for as long as they are there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from monitor.snapshots.follow_through.tables import AgreedPlan, AgreedRows

UNITS: Final = {"level": "str", "code": "str", "name": "str", "start": "float64", "promised": "float64"}
"""Columns of the units: per cent of capacity in the snapshot and after the plan, NaN without available points."""

PEOPLE: Final = {"om_code": "str", "om_name": "str", "start": "float64", "promised": "float64"}
MOVES: Final = {
    "crn": "str",
    "from_om_code": "str",
    "from_team_code": "str",
    "to_om_code": "str",
    "to_team_code": "str",
    "week": "int64",
}
"""Columns of the moves; from_om_code is missing for a case that no one held, and weeks count from 1."""


@dataclass(frozen=True)
class AgreedFrames:
    """Moves and people of an agreed plan; columns ``MOVES`` and ``PEOPLE``."""

    moves: pd.DataFrame
    people: pd.DataFrame


def add_agreed(engine: Engine, agreed: AgreedPlan, frames: AgreedFrames) -> bool:
    """Store an agreed plan with its moves and people; False, and nothing stored, if the plan is agreed already."""
    try:
        with engine.begin() as connection:
            connection.execute(insert(AgreedPlan).values(agreed.model_dump()))
            rows = {"moves": rows_as_json(frames.moves), "people": rows_as_json(frames.people)}
            connection.execute(insert(AgreedRows).values(plan_id=agreed.plan_id, **rows))
    except IntegrityError:
        if read_agreed(engine, agreed.plan_id) is not None:
            return False
        raise
    return True


def count_agreed(engine: Engine) -> int:
    """How many plans were agreed: it changes with every agreement."""
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(AgreedPlan)).one()


def read_agreed(engine: Engine, plan_id: int) -> AgreedPlan | None:
    """What was agreed about a plan; None if nothing was."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get(AgreedPlan, plan_id)


def list_agreed(engine: Engine) -> list[AgreedPlan]:
    """Every agreed plan, the last agreed first."""
    with Session(engine, expire_on_commit=False) as session:
        return list(session.exec(select(AgreedPlan).order_by(col(AgreedPlan.plan_id).desc())))


def read_agreed_frames(engine: Engine, agreed: AgreedPlan) -> AgreedFrames | None:
    """Moves and people of an agreed plan; None if the retention has removed them."""
    with Session(engine) as session:
        rows = session.get(AgreedRows, agreed.plan_id)
        return None if rows is None else AgreedFrames(_frame(rows.moves, MOVES), _frame(rows.people, PEOPLE))


def read_agreed_units(agreed: AgreedPlan) -> pd.DataFrame:
    """What an agreed plan promises each unit; columns ``UNITS``."""
    return _frame(agreed.units, UNITS)


def rows_as_json(frame: pd.DataFrame) -> str:
    """The rows of a frame as JSON; missing values are null, and floats keep every digit."""
    return json.dumps(frame.astype(object).where(frame.notna(), None).to_dict("records"), ensure_ascii=False)


def _frame(text: str, columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(json.loads(text), columns=list(columns)).astype(columns)
