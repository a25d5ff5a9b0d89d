"""List the snapshots: the latest, one by its id, all of them, and those of a history with weights or points."""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import Engine, bindparam, func, select
from sqlmodel import Session, col

from monitor.snapshots.tables import Snapshot, UnitWorkload

# Every page asks one of these: to write the statement anew takes longer than to run it.
_NEWEST: Final = (
    select(col(Snapshot.id))
    .where(col(Snapshot.comparison) == "")
    .order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
    .limit(1)
)
_NEWEST_FOR: Final = _NEWEST.where(col(Snapshot.as_at) == bindparam("on"))


def newest_id(engine: Engine, as_at: date | None = None) -> int | None:
    """Return the id of the home's latest snapshot, for one date or of all; None if there is none."""
    with engine.connect() as connection:
        if as_at is None:
            return connection.execute(_NEWEST).scalar()
        return connection.execute(_NEWEST_FOR, {"on": as_at}).scalar()


def newest_date(engine: Engine) -> date | None:
    """Return the as-at date of the home's latest snapshot; None if there is none."""
    query = select(func.max(Snapshot.as_at)).where(col(Snapshot.comparison) == "")
    with engine.connect() as connection:
        return connection.execute(query).scalar()


def load_snapshot(engine: Engine, number: int) -> Snapshot:
    """Load the snapshot of an id, which must exist."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get_one(Snapshot, number)


def list_snapshots(engine: Engine) -> list[Snapshot]:
    """List every snapshot, latest first, without the policy and rules it was calculated with."""
    columns = [
        col(Snapshot.as_at),
        col(Snapshot.comparison),
        col(Snapshot.revision),
        col(Snapshot.created_at),
        col(Snapshot.policy),
        col(Snapshot.policy_fingerprint),
        col(Snapshot.source),
        col(Snapshot.summary),
    ]
    order = (col(Snapshot.as_at).desc(), col(Snapshot.comparison), col(Snapshot.revision).desc())
    with engine.connect() as connection:
        return [Snapshot(**dict(row._mapping)) for row in connection.execute(select(*columns).order_by(*order))]


def dates_and_weights(engine: Engine, ids: Collection[int], like: Snapshot) -> dict[int, tuple[date, bool]]:
    """Return the as-at date of each of these snapshots, and whether it has the weights of ``like``, by id."""
    same = (col(Snapshot.policy_fingerprint) == like.policy_fingerprint) | (
        col(Snapshot.weights_fingerprint) == like.weights_fingerprint
    )
    # A missing fingerprint makes the comparison NULL, which counts as no: those weights are not known to be the same.
    query = select(col(Snapshot.id), col(Snapshot.as_at), func.coalesce(same, False))
    with engine.connect() as connection:
        rows = connection.execute(query.where(col(Snapshot.id).in_(ids)))
        return {number: (as_at, bool(alike)) for number, as_at, alike in rows if number is not None}


def points_by_snapshot(
    engine: Engine, ids: Collection[int], level: str, codes: Collection[str]
) -> dict[int, tuple[float, float]]:
    """Add up total points and available points of some units of one level in each of these snapshots, by its id.

    A snapshot without any of the units is left out.
    """
    query = (
        select(
            col(UnitWorkload.snapshot_id),
            func.sum(col(UnitWorkload.total_points)),
            func.sum(col(UnitWorkload.available_points)),
        )
        .where(
            col(UnitWorkload.level) == level,
            col(UnitWorkload.code).in_(codes),
            col(UnitWorkload.snapshot_id).in_(ids),
        )
        .group_by(col(UnitWorkload.snapshot_id))
    )
    with engine.connect() as connection:
        return {number: (total, available) for number, total, available in connection.execute(query)}


def capacity_by_snapshot(
    engine: Engine, ids: Collection[int], level: str, codes: Collection[str]
) -> dict[str, dict[int, float | None]]:
    """Return the capacity percentage of each of some units of one level in these snapshots, by code and snapshot id.

    None if no points were available; a snapshot without the unit is left out.
    """
    query = select(col(UnitWorkload.code), col(UnitWorkload.snapshot_id), col(UnitWorkload.capacity_percentage)).where(
        col(UnitWorkload.level) == level, col(UnitWorkload.code).in_(codes), col(UnitWorkload.snapshot_id).in_(ids)
    )
    capacity: dict[str, dict[int, float | None]] = {}
    with engine.connect() as connection:
        for code, number, percentage in connection.execute(query):
            capacity.setdefault(code, {})[number] = percentage
    return capacity
