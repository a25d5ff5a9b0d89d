"""The rows of second readings of countersigned plans: adding one, and reading them."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col

from monitor.snapshots.contracts.follow_through import SECOND_READINGS
from monitor.snapshots.follow_through.tables import SecondReading, SecondReadingPlan


class ReadPlan(NamedTuple):
    """A countersigned plan: an assessment of a case, and when it was completed and countersigned."""

    crn: str
    kind: str
    completed_on: date
    countersigned_on: date


class Reading(NamedTuple):
    """One second reading.

    - plan, note: None and empty once their term is over. read_by: address of the SPO.
    - number: place among the readings of the plan, from 1. corrects: the id of the one whose place it takes.
    """

    month: date
    team_code: str
    agrees: bool
    read_on: date
    plan: ReadPlan | None
    note: str
    id: int = 0
    read_by: str = ""
    number: int = 1
    corrects: int | None = None


def add_reading(engine: Engine, row: SecondReading, plan: ReadPlan, note: str, number: int = 1) -> bool:
    """Store a second reading with its plan and note; False, and nothing stored, if there is one of that number."""
    try:
        with engine.begin() as connection:
            values = row.model_dump(exclude={"id"})
            (reading,) = connection.execute(insert(SecondReading).values(values)).inserted_primary_key or (None,)
            written = {"reading_id": reading, "note": note, "written_at": row.read_at, "number": number}
            connection.execute(insert(SecondReadingPlan).values(plan._asdict() | written))
    except IntegrityError:
        if any(made.plan == plan and made.number >= number for made in read_readings(engine)):
            return False
        raise
    return True


def read_readings(engine: Engine) -> list[Reading]:
    """Every second reading, oldest first."""
    query = (
        select(
            col(SecondReading.month),
            col(SecondReading.team_code),
            col(SecondReading.agrees),
            col(SecondReading.read_on),
            *(getattr(SecondReadingPlan, name) for name in ReadPlan._fields),
            func.coalesce(col(SecondReadingPlan.note), ""),
            col(SecondReading.id),
            col(SecondReading.read_by),
            func.coalesce(col(SecondReadingPlan.number), 1),
            col(SecondReading.corrects),
        )
        .outerjoin(SecondReadingPlan, col(SecondReadingPlan.reading_id) == col(SecondReading.id))
        .order_by(col(SecondReading.id))
    )
    with engine.connect() as connection:
        return [
            Reading(
                month, team, agrees, read_on, None if crn is None else ReadPlan(crn, kind, completed, signed), *more
            )
            for month, team, agrees, read_on, crn, kind, completed, signed, *more in connection.execute(query)
        ]


def readings_in_force(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings that no later one corrects."""
    every = tuple(readings)
    corrected = {reading.corrects for reading in every}
    return tuple(reading for reading in every if reading.id not in corrected)


def count_readings(engine: Engine) -> tuple[int, int]:
    """How many second readings there are, and of how many the plan is known; this pair changes with every one."""
    with engine.connect() as connection:
        made = connection.execute(select(func.count()).select_from(SecondReading)).scalar_one()
        return made, connection.execute(select(func.count()).select_from(SecondReadingPlan)).scalar_one()


def reading_table(engine: Engine) -> pd.DataFrame:
    """Every second reading, oldest first; columns as the contract ``SECOND_READINGS``: no plan and no note."""
    names, later = SECOND_READINGS.column_names, aliased(SecondReading)
    query = (
        select(*(getattr(SecondReading, name) for name in names[:-1]), col(later.read_on))
        .outerjoin(later, col(later.corrects) == col(SecondReading.id))
        .order_by(col(SecondReading.id))
    )
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    frame["read_at"] = [moment.isoformat(timespec="seconds") for moment in frame["read_at"]]
    return frame.astype(SECOND_READINGS.dtypes)
