"""The points of units from week to week."""

from collections.abc import Collection

from sqlalchemy import Engine, func, select
from sqlmodel import col

from monitor.snapshots.tables import UnitWorkload


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
