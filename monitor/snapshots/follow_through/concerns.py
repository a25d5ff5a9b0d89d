"""The rows of concerns and their answers: adding one, and reading them with their notes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Engine, Select, and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col

from alerts.follow_through.concerns import Concern
from monitor.snapshots.contracts.follow_through import CONCERNS
from monitor.snapshots.follow_through.tables import ConcernAnswer, ConcernNote, ConcernRow

RAISED: Final = "raised"
ANSWERED: Final = "answered"
"""Parts of a concern that have a note."""


def add_concern(engine: Engine, row: ConcernRow, note: str) -> bool:
    """Store a concern with its note; False, and nothing stored, if one with its number is already there."""
    try:
        with engine.begin() as connection:
            values = row.model_dump(exclude={"id"})
            (number,) = connection.execute(insert(ConcernRow).values(values)).inserted_primary_key or (None,)
            _add_note(connection, number, RAISED, note, row.raised_at)
    except IntegrityError:
        if any(concern.number == row.number for concern in read_concerns(engine, [row.om_code])):
            return False
        raise
    return True


def add_answer(engine: Engine, row: ConcernAnswer, note: str) -> bool:
    """Store an answer with its note; False, and nothing stored, if the concern is answered already."""
    try:
        with engine.begin() as connection:
            connection.execute(insert(ConcernAnswer).values(row.model_dump()))
            _add_note(connection, row.concern_id, ANSWERED, note, row.answered_at)
    except IntegrityError:
        concern = read_concern(engine, row.concern_id)
        if concern is not None and concern.answered_on is not None:
            return False
        raise
    return True


def read_concerns(engine: Engine, om_codes: Collection[str] | None = None) -> list[Concern]:
    """The concerns of these offender managers, or of all, oldest first."""
    query = _concerns()
    if om_codes is not None:
        query = query.where(col(ConcernRow.om_code).in_(sorted(om_codes)))
    with engine.connect() as connection:
        return [Concern(*row) for row in connection.execute(query.order_by(col(ConcernRow.id)))]


def read_concern(engine: Engine, number: int) -> Concern | None:
    """The concern of this id; None if there is none."""
    with engine.connect() as connection:
        row = connection.execute(_concerns().where(col(ConcernRow.id) == number)).first()
        return None if row is None else Concern(*row)


def count_raised(engine: Engine) -> tuple[int, int]:
    """How many concerns there are, and how many answers; this pair changes with every one."""
    with engine.connect() as connection:
        raised = connection.execute(select(func.count()).select_from(ConcernRow)).scalar_one()
        return raised, connection.execute(select(func.count()).select_from(ConcernAnswer)).scalar_one()


def concern_table(engine: Engine) -> pd.DataFrame:
    """Every concern, oldest first; columns as the contract ``CONCERNS``, which has no note."""
    tables = (ConcernRow, ConcernAnswer)
    names = CONCERNS.column_names
    columns = [getattr(next(table for table in tables if name in table.model_fields), name) for name in names]
    query = select(*columns).outerjoin(ConcernAnswer, col(ConcernAnswer.concern_id) == col(ConcernRow.id))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query.order_by(col(ConcernRow.id)))]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    for name in ("raised_at", "answered_at"):
        frame[name] = [_utc_text(moment) for moment in frame[name]]
    return frame.astype(CONCERNS.dtypes)


def _utc_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _add_note(connection: Connection, number: int | None, part: str, note: str, now: datetime) -> None:
    connection.execute(insert(ConcernNote).values(concern_id=number, part=part, note=note, written_at=now))


def _concerns() -> Select[Any]:
    raised, answered = aliased(ConcernNote), aliased(ConcernNote)
    columns: list[Any] = [
        col(ConcernRow.id),
        col(ConcernRow.om_code),
        col(ConcernRow.number),
        col(ConcernRow.raised_on),
        func.coalesce(col(raised.note), ""),
        col(ConcernAnswer.answered_on),
        func.coalesce(col(ConcernAnswer.answered_by), ""),
        func.coalesce(col(answered.note), ""),
    ]
    return (
        select(*columns)
        .outerjoin(ConcernAnswer, col(ConcernAnswer.concern_id) == col(ConcernRow.id))
        .outerjoin(raised, and_(col(raised.concern_id) == col(ConcernRow.id), col(raised.part) == RAISED))
        .outerjoin(answered, and_(col(answered.concern_id) == col(ConcernRow.id), col(answered.part) == ANSWERED))
    )
