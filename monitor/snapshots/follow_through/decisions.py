"""The rows of decisions: adding one that its author saw everything before, and reading them by episode or by page."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Engine, Select, and_, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col

from alerts.detection.measures import first_day_kept
from alerts.follow_through.decisions import Decision, DecisionKind
from monitor.snapshots.contracts.follow_through import DECISIONS
from monitor.snapshots.follow_through.tables import DecisionNote, DecisionRow

_AT_ONCE: Final = 500
"""Episodes asked for in one query: every database takes that many."""


@dataclass(frozen=True)
class ListedDecision:
    """The last decision about an episode in a list, with the name that the unit had when it was made."""

    decision: Decision
    unit_name: str


@dataclass(frozen=True)
class Wanted:
    """Which decisions a list is narrowed to; None wants everything.

    units: (level, codes) of what may be seen; None for everything.
    unit: level and code.
    """

    units: Sequence[tuple[str, Collection[str]]] | None = None
    unit: tuple[str, str] | None = None
    owner: str | None = None
    kind: str | None = None


def add_decision(engine: Engine, row: DecisionRow, note: str) -> bool:
    """Store a decision with its note; False, and nothing stored, if another with its number is already there."""
    values = row.model_dump(exclude={"id"})
    try:
        with engine.begin() as connection:
            (number,) = connection.execute(insert(DecisionRow).values(values)).inserted_primary_key or (None,)
            if note:
                with_note = {"decision_id": number, "note": note, "decided_at": row.decided_at}
                connection.execute(insert(DecisionNote).values(with_note))
    except IntegrityError:
        if any(decision.number == row.number for decision in read_decisions(engine, [row.episode])):
            return False
        raise
    return True


def read_decisions(engine: Engine, episodes: Collection[str]) -> list[Decision]:
    """Every decision about these episodes, oldest first."""
    rows: list[Decision] = []
    left = iter(sorted(set(episodes)))
    with engine.connect() as connection:
        while part := list(islice(left, _AT_ONCE)):
            query = _decisions().where(col(DecisionRow.episode).in_(part))
            rows += _read(connection, query.order_by(col(DecisionRow.id)))
    return rows


def read_recent_decisions(engine: Engine, episodes: Collection[str], as_at: date) -> list[Decision]:
    """Every decision about these episodes, oldest first, then all others of the half year before a day."""
    query = _decisions().where(col(DecisionRow.as_at) >= first_day_kept(as_at), col(DecisionRow.as_at) <= as_at)
    about = read_decisions(engine, episodes)
    with engine.connect() as connection:
        recent = _read(connection, query.order_by(col(DecisionRow.id)))
    return list(dict.fromkeys([*about, *recent]))


def newest_number(engine: Engine) -> int:
    """The id of the newest decision, 0 if there is none: it changes with every decision."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(col(DecisionRow.id)))).scalar_one() or 0


def count_latest(engine: Engine, wanted: Wanted, without: Collection[str]) -> int:
    """How many episodes have a decision that ``list_latest`` lists."""
    query = select(func.count()).select_from(DecisionRow).where(*_latest(wanted, without))
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def list_latest(
    engine: Engine, wanted: Wanted, without: Collection[str], first: int, most: int
) -> list[ListedDecision]:
    """The last decision about each episode but some, newest first: one part of the list.

    without: identities of episodes to leave out: those that still last.
    """
    query = _decisions(DecisionRow.unit_name).where(*_latest(wanted, without))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(col(DecisionRow.id).desc()).offset(first).limit(most))
        return [ListedDecision(_decision(row), row[-1]) for row in rows]


def count_by_kind(engine: Engine) -> dict[str, int]:
    """How many decisions there are of each kind."""
    query = select(col(DecisionRow.kind), func.count()).group_by(col(DecisionRow.kind))
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def decision_table(engine: Engine) -> pd.DataFrame:
    """Every decision, oldest first; columns as the contract ``DECISIONS``."""
    names = DECISIONS.column_names
    columns = [col(DecisionNote.note) if name == "note" else getattr(DecisionRow, name) for name in names]
    query = select(*columns).outerjoin(DecisionNote, col(DecisionNote.decision_id) == col(DecisionRow.id))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query.order_by(col(DecisionRow.id)))]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    moments = [_utc_text(moment) for moment in frame["decided_at"]]
    return frame.assign(decided_at=moments).astype(DECISIONS.dtypes)


def _utc_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _decisions(*more: Any) -> Select[Any]:
    columns: list[Any] = [
        col(DecisionRow.episode),
        col(DecisionRow.number),
        col(DecisionRow.rule),
        col(DecisionRow.level),
        col(DecisionRow.code),
        col(DecisionRow.as_at),
        col(DecisionRow.decided_on),
        col(DecisionRow.decided_by),
        col(DecisionRow.kind),
        col(DecisionRow.owner),
        func.coalesce(col(DecisionNote.note), ""),
        col(DecisionRow.review_on),
        col(DecisionRow.plan_id),
        *more,
    ]
    return select(*columns).outerjoin(DecisionNote, col(DecisionNote.decision_id) == col(DecisionRow.id))


_WIDTH: Final = 13
_KIND: Final = 8


def _decision(row: Sequence[Any]) -> Decision:
    values = list(row[:_WIDTH])
    values[_KIND] = DecisionKind(values[_KIND])
    return Decision(*values)


def _read(connection: Connection, query: Select[Any]) -> list[Decision]:
    return [_decision(row) for row in connection.execute(query)]


def _is_latest() -> Any:
    """Whether no later decision is about the same episode."""
    later = aliased(DecisionRow)
    follows = and_(col(later.episode) == col(DecisionRow.episode), col(later.number) == col(DecisionRow.number) + 1)
    return ~select(col(later.id)).where(follows).exists()


def _latest(wanted: Wanted, without: Collection[str]) -> list[Any]:
    """The conditions of a list of last decisions."""
    conditions = [_is_latest(), *_conditions(wanted)]
    return [*conditions, col(DecisionRow.episode).not_in(sorted(without))] if without else conditions


def _conditions(wanted: Wanted) -> Iterator[Any]:
    if wanted.units is not None:
        seen = (
            and_(col(DecisionRow.level) == level, col(DecisionRow.code).in_(sorted(codes)))
            for level, codes in wanted.units
        )
        yield or_(False, *seen)
    if wanted.unit is not None:
        yield and_(col(DecisionRow.level) == wanted.unit[0], col(DecisionRow.code) == wanted.unit[1])
    if wanted.owner is not None:
        yield col(DecisionRow.owner) == wanted.owner
    if wanted.kind is not None:
        yield col(DecisionRow.kind) == wanted.kind
