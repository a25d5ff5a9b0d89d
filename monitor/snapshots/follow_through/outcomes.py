"""What has happened since plans were agreed, office by office and week by week, from the stored weeks."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd
from sqlmodel import Session, col, select

from alerts.follow_through.outcomes import COUNTS, MOVE_COLUMNS, count_moves, no_moves
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.contracts.follow_through import OUTCOMES
from monitor.snapshots.follow_through.agreed import AgreedFrames, read_agreed_frames, read_agreed_units
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import Snapshot, UnitWorkload
from monitor.snapshots.weeks.history import find_history
from tiering.terms import Level

_REPORTED: Final = timedelta(weeks=13)
"""For how long digests report the moves of a plan: as long as a review can be put off."""


def read_outcomes(store: Store, snapshot: Snapshot) -> pd.DataFrame:
    """What has happened up to a snapshot since each plan was agreed; columns as the contract ``OUTCOMES``."""
    with Session(store.engine, expire_on_commit=False) as session:
        before = select(AgreedPlan).where(col(AgreedPlan.as_at) < snapshot.as_at)
        agreed_plans = session.exec(before.order_by(col(AgreedPlan.plan_id))).all()
    tables = [outcomes_of(store, agreed, snapshot) for agreed in agreed_plans]
    return pd.concat([OUTCOMES.empty(), *tables], ignore_index=True).astype(OUTCOMES.dtypes)


def outcomes_of(store: Store, agreed: AgreedPlan, snapshot: Snapshot) -> pd.DataFrame:
    """What has happened up to a snapshot since one plan was agreed: a row per later week and office.

    * The weeks are the last snapshot of each ISO week after the one that the plan starts from.
    * Each move counts at the office that gives the case. The counts are missing once the rows are removed.
    """
    frames = read_agreed_frames(store.engine, agreed)
    moves = None if frames is None else _with_offices(store, agreed, frames)
    weeks = [_week(store, agreed, week, moves) for week in _later_weeks(store, agreed, snapshot)]
    return pd.concat([OUTCOMES.empty(), *weeks], ignore_index=True).astype(OUTCOMES.dtypes)


def read_moves(store: Store, cases: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """What has happened by a week to the moves of lately agreed plans; columns ``MOVE_COLUMNS``.

    * cases: of the week of ``as_at``, which may not be stored yet.

    A plan is reported for thirteen weeks. It is left out once its rows are removed, or if they cannot be read: that
    must not stop a run.
    """
    since = as_at - _REPORTED
    with Session(store.engine, expire_on_commit=False) as session:
        lately = select(AgreedPlan).where(col(AgreedPlan.as_at) < as_at, col(AgreedPlan.agreed_on) >= since)
        agreed_plans = session.exec(lately.order_by(col(AgreedPlan.plan_id))).all()
    tables = [no_moves()]
    for agreed in agreed_plans:
        moves = _readable_moves(store, agreed)
        if moves is not None:
            counts = count_moves(moves, cases, agreed.starts_on, as_at).reset_index()
            tables.append(counts.assign(plan_id=agreed.plan_id)[MOVE_COLUMNS])
    return pd.concat(tables, ignore_index=True)


def _readable_moves(store: Store, agreed: AgreedPlan) -> pd.DataFrame | None:
    try:
        frames = read_agreed_frames(store.engine, agreed)
        return None if frames is None else _with_offices(store, agreed, frames)
    except (RowsRemoved, ArchiveDamaged):
        return None


def _with_offices(store: Store, agreed: AgreedPlan, frames: AgreedFrames) -> pd.DataFrame:
    """The moves with the code of the office that gives each case, as its team belonged to it then."""
    teams = store.archived_frame(agreed.snapshot_id, "extract_organisation")
    offices = dict(zip(teams["team_code"], teams["office_code"], strict=True))
    return frames.moves.assign(code=frames.moves["from_team_code"].map(offices))


def _later_weeks(store: Store, agreed: AgreedPlan, snapshot: Snapshot) -> Iterator[Snapshot]:
    numbers = [*find_history(store, snapshot.as_at), snapshot.id]
    query = select(Snapshot).where(col(Snapshot.id).in_(numbers), col(Snapshot.as_at) > agreed.as_at)
    with Session(store.engine, expire_on_commit=False) as session:
        yield from session.exec(query.order_by(col(Snapshot.as_at))).all()


def _week(store: Store, agreed: AgreedPlan, week: Snapshot, moves: pd.DataFrame | None) -> pd.DataFrame:
    """The offices of a plan in one later week."""
    units = read_agreed_units(agreed)
    offices = units[units["level"].eq(Level.OFFICE)].rename(
        columns={"start": "start_percentage", "promised": "promised_percentage"}
    )
    now = _capacity_of_offices(store, week, offices["code"].tolist())
    table = offices.assign(
        as_at=pd.Timestamp(week.as_at),
        plan_id=agreed.plan_id,
        agreed_on=pd.Timestamp(agreed.agreed_on),
        capacity_percentage=offices["code"].map(now).astype("float64"),
    )
    counts = _counts(store, agreed, week, moves)
    for name in COUNTS:
        missing = pd.Series(pd.NA, index=table.index, dtype="Int64")
        table[name] = missing if counts is None else table["code"].map(counts[name]).fillna(0).astype("Int64")
    return table[OUTCOMES.column_names]


def _capacity_of_offices(store: Store, week: Snapshot, codes: Sequence[str]) -> dict[str, float | None]:
    query = select(col(UnitWorkload.code), col(UnitWorkload.capacity_percentage)).where(
        col(UnitWorkload.snapshot_id) == week.id,
        col(UnitWorkload.level) == Level.OFFICE.value,
        col(UnitWorkload.code).in_(codes),
    )
    with Session(store.engine) as session:
        return dict(iter(session.exec(query)))


def _counts(store: Store, agreed: AgreedPlan, week: Snapshot, moves: pd.DataFrame | None) -> pd.DataFrame | None:
    """How many moves each office gives, how many are due, and what happened to them; None without the rows."""
    if moves is None or week.id is None:
        return None
    try:
        cases = store.archived_frame(week.id, "extract_cases")
    except (RowsRemoved, ArchiveDamaged):
        return None
    return count_moves(moves, cases, agreed.starts_on, week.as_at)
