"""Keep a snapshot in one transaction, and read snapshots back as frames."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy
from sqlalchemy import Connection, Engine, make_url, update
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alerts.detection.unit_weeks import PAST_COLUMNS
from alerts.forecasting.forecast import COLUMNS as FORECAST_COLUMNS
from monitor.snapshots.archive import clear_abandoned, is_whole, keep, path_of, recall
from monitor.snapshots.database import connect, insert_rows, patiently, type_of
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.tables import (
    ArchivedFrame,
    HotspotRow,
    OutboxMessage,
    Removal,
    Snapshot,
    TimelinessRow,
    UnitWorkload,
)
from tiering.faults import UserFault
from tiering.projection import COLUMNS as FLOW_COLUMNS
from tiering.terms import Level

HISTORY_WEEKS = 208
SCORED_WEEKS = 64
"""Forecasts are scored over a year, and the oldest of those looked twelve weeks ahead."""


class RowsRemoved(UserFault):
    """Case-level rows that the retention took away."""

    def __init__(self, snapshot: Snapshot, removal: Removal) -> None:
        self.as_at = snapshot.as_at
        self.removed_on = removal.removed_at.date()
        self.weeks = removal.keep_cases_weeks
        super().__init__(
            [
                f"the case-level rows of the snapshot of {snapshot.as_at}, revision {snapshot.revision}, were removed "
                f"on {removal.removed_at:%Y-%m-%d} by the retention of {removal.keep_cases_weeks} weeks "
                "(HOTSPOTS_KEEP_CASES_WEEKS); the figures of its units are still there"
            ]
        )


class DatabaseMissing(UserFault):
    """A SQLite file is not there although its archive is.

    Begun anew, it would know of no mail that was sent, and everybody would get the last digest twice.
    """

    def __init__(self, file: Path, archive: Path) -> None:
        super().__init__(
            [
                f"HOTSPOTS_DATABASE: {file} is not there, and {archive} holds files of its snapshots: put it back, "
                "run hotspots restore, or set HOTSPOTS_HOME to another folder"
            ]
        )


@dataclass(frozen=True)
class StoredFigures:
    """Every frame of one snapshot: units, hotspots and timeliness for the database, the rest for the archive."""

    units: pd.DataFrame
    hotspots: pd.DataFrame
    timeliness: pd.DataFrame
    archived: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """What earlier weeks left for this one to be judged against.

    units: columns as alerts.hotspots.PAST_COLUMNS. flows, forecasts: the flow and the forecast of each earlier week
    weighed by the same weights, with its as_at. first_seen: since when each case of the week before is known; None
    where nothing was kept. alike: as-at dates of the weeks weighed by the same weights.
    """

    units: pd.DataFrame
    flows: pd.DataFrame
    forecasts: pd.DataFrame
    first_seen: pd.DataFrame | None
    alike: frozenset[date] = frozenset()

    @property
    def comparable(self) -> pd.DataFrame:
        """The units of the weeks whose points and percentages compare with this week's."""
        return self.units[self.units["as_at"].isin([pd.Timestamp(day) for day in self.alike])]


class Store:
    """The database of snapshots and the archive beside it."""

    def __init__(self, url: str, archive: Path, *, restoring: bool = False) -> None:
        """Raises DatabaseMissing, unless a backup is about to be restored."""
        if not restoring and (gone := lost_file(url, archive)) is not None:
            raise DatabaseMissing(gone, archive)
        self.engine: Engine = connect(url)
        self.archive = archive

    def newest(self, as_at: date | None = None, comparison: str = "") -> Snapshot | None:
        """The newest revision of the home's snapshot of that date, or of the newest date of all.

        comparison: look among the comparisons under that policy instead.
        """
        query = _line(comparison).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        with Session(self.engine) as session:
            return session.exec(query).first()

    def of_policy(self, policy: str, as_at: date | None = None) -> Snapshot | None:
        """The newest snapshot under that policy, the home's own or a comparison, of that date or of all."""
        query = select(Snapshot).where(col(Snapshot.policy) == policy)
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        order = (col(Snapshot.as_at).desc(), col(Snapshot.comparison), col(Snapshot.revision).desc())
        with Session(self.engine) as session:
            return session.exec(query.order_by(*order)).first()

    def revisions(self, as_at: date, comparison: str = "") -> list[Snapshot]:
        """Every snapshot of that date, the first revision first: the home's, or the comparisons under that policy."""
        query = _line(comparison).where(col(Snapshot.as_at) == as_at).order_by(col(Snapshot.revision))
        with Session(self.engine) as session:
            return list(session.exec(query))

    def dates(self) -> list[date]:
        """As-at dates of the home's snapshots, oldest first."""
        query = select(col(Snapshot.as_at)).where(col(Snapshot.comparison) == "")
        with Session(self.engine) as session:
            return list(session.exec(query.distinct().order_by(col(Snapshot.as_at))))

    def newest_before(self, as_at: date, *, inclusive: bool = False) -> Snapshot | None:
        """The home's newest snapshot dated before ``as_at``, or on it when ``inclusive``."""
        before = col(Snapshot.as_at) <= as_at if inclusive else col(Snapshot.as_at) < as_at
        query = _line("").where(before).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        with Session(self.engine) as session:
            return session.exec(query).first()

    def history_ids(self, as_at: date, comparison: str = "") -> list[int]:
        """Ids of the snapshots to judge ``as_at`` against, oldest first: the last of each earlier ISO week.

        The home's own; of a comparison, the earlier ones under the same policy.
        """
        first = as_at - timedelta(weeks=HISTORY_WEEKS)
        monday = as_at - timedelta(days=as_at.weekday())
        query = (
            select(col(Snapshot.id), col(Snapshot.as_at))
            .where(col(Snapshot.comparison) == comparison)
            .where(col(Snapshot.as_at) >= first, col(Snapshot.as_at) < monday)
            .order_by(col(Snapshot.as_at), col(Snapshot.revision))
        )
        with Session(self.engine) as session:
            weekly = {day.isocalendar()[:2]: number for number, day in session.exec(query) if number is not None}
        return list(weekly.values())

    def history(self, ids: Iterable[int], weights_fingerprint: str) -> pd.DataFrame:
        """Units of the snapshots of these ids, as alerts.hotspots.judge wants the past of a week of those weights.

        No two of the same date. Read week by week: the rows of a national service's years, all at once, take gigabytes.
        """
        wanted = list(ids)
        dates = sqlalchemy.select(col(Snapshot.id), col(Snapshot.as_at)).where(col(Snapshot.id).in_(wanted))
        alike = self._weighed_alike(wanted, weights_fingerprint)
        with self.engine.connect() as connection:
            found = sorted((as_at, number) for number, as_at in connection.execute(dates) if number is not None)
            weeks = [_past_week(connection, number, as_at, number in alike) for as_at, number in found]
        return pd.concat([_past_rows([], None, comparable=True), *weeks], ignore_index=True)

    def past(self, ids: Sequence[int], weights_fingerprint: str) -> Past:
        """Everything the snapshots of these ids, oldest first, hold against the next one.

        Flows and forecasts are of snapshots weighed alike: points under other weights do not compare.
        """
        seen = self._archived_of(ids[-1:], "first_seen")
        alike = self._weighed_alike(ids, weights_fingerprint)
        lately = set(ids[-SCORED_WEEKS:])
        return Past(
            units=self.history(ids, weights_fingerprint),
            flows=self._stacked(list(alike), "flow", FLOW_COLUMNS),
            forecasts=self._stacked([number for number in alike if number in lately], "forecast", FORECAST_COLUMNS),
            first_seen=next(iter(seen.values()), None),
            alike=frozenset(alike.values()),
        )

    def units(self, snapshot_id: int) -> pd.DataFrame:
        """The workload of every unit of a snapshot, sorted by level and code."""
        return self._frame(UnitWorkload, snapshot_id, ["level", "code"])

    def hotspots(self, snapshot_id: int) -> pd.DataFrame:
        """The hotspots of a snapshot, sorted by rule, level and code."""
        return self._frame(HotspotRow, snapshot_id, ["rule", "level", "code"])

    def timeliness(self, snapshot_id: int) -> pd.DataFrame:
        """The timeliness figures of a snapshot, sorted by level, code and rule."""
        return self._frame(TimelinessRow, snapshot_id, ["level", "code", "rule"])

    def archived(self, snapshot_id: int, name: str) -> pd.DataFrame:
        """An archived frame of a snapshot; raises RowsRemoved, and ArchiveDamaged for a missing or altered file."""
        with Session(self.engine) as session:
            entry = session.get_one(ArchivedFrame, (snapshot_id, name))
            if entry.removal_id is not None:
                raise RowsRemoved(session.get_one(Snapshot, snapshot_id), session.get_one(Removal, entry.removal_id))
        return recall(self.archive, entry.sha256)

    def damaged(self, snapshot_id: int) -> list[str]:
        """Names of the archived frames of a snapshot whose file is missing or altered."""
        query = select(col(ArchivedFrame.name), col(ArchivedFrame.sha256)).where(
            col(ArchivedFrame.snapshot_id) == snapshot_id, col(ArchivedFrame.removal_id).is_(None)
        )
        with Session(self.engine) as session:
            return sorted(name for name, sha256 in session.exec(query) if not is_whole(self.archive, sha256))

    def _weighed_alike(self, ids: Sequence[int], weights_fingerprint: str) -> dict[int, date]:
        """The as-at date of each of the snapshots of these ids that was weighed by those weights, by id."""
        query = select(col(Snapshot.id), col(Snapshot.as_at)).where(
            col(Snapshot.id).in_(ids), col(Snapshot.weights_fingerprint) == weights_fingerprint
        )
        with Session(self.engine) as session:
            return {number: as_at for number, as_at in session.exec(query) if number is not None}

    def _archived_of(self, ids: Sequence[int], name: str) -> dict[date, pd.DataFrame]:
        """The frame of that name of each snapshot that has one, by its as-at date, oldest first."""
        query = (
            select(col(Snapshot.as_at), col(ArchivedFrame.sha256))
            .join(ArchivedFrame, col(ArchivedFrame.snapshot_id) == col(Snapshot.id))
            .where(col(Snapshot.id).in_(ids), col(ArchivedFrame.name) == name, col(ArchivedFrame.removal_id).is_(None))
            .order_by(col(Snapshot.as_at))
        )
        with Session(self.engine) as session:
            return {as_at: recall(self.archive, sha256) for as_at, sha256 in session.exec(query)}

    def _stacked(self, ids: Sequence[int], name: str, columns: list[str]) -> pd.DataFrame:
        """The frames of that name of several snapshots, each row with the as_at of its own."""
        frames = self._archived_of(ids, name)
        dated = [frame.assign(as_at=pd.Timestamp(as_at).as_unit("s")) for as_at, frame in frames.items()]
        if dated:
            return pd.concat(dated, ignore_index=True)
        return pd.DataFrame(columns=[*columns, "as_at"]).astype({"as_at": "datetime64[s]"})

    def save(self, snapshot: Snapshot, figures: StoredFigures, messages: Iterable[OutboxMessage]) -> Snapshot:
        """Keep the snapshot with all its figures and queued messages, wholly or not at all.

        The files of the archive are written first: they bear no meaning until the one transaction names them. One that
        was there before, and that the retention took away in between, is written again once the transaction holds it.
        Messages of the same digest that still wait for an earlier period or revision are superseded.
        """
        clear_abandoned(self.archive)
        files = {name: (keep(self.archive, frame), len(frame)) for name, frame in figures.archived.items()}
        of_units = [
            _Columns(UnitWorkload, figures.units),
            _Columns(HotspotRow, figures.hotspots),
            _Columns(TimelinessRow, figures.timeliness),
        ]
        with Session(patiently(self.engine), expire_on_commit=False) as session, session.begin():
            session.add(snapshot)
            session.flush()
            if snapshot.id is None:
                raise AssertionError("a flushed snapshot has an id")
            number = snapshot.id
            for columns in of_units:
                columns.insert(session, number)
            for name, (sha256, rows) in files.items():
                session.add(ArchivedFrame(snapshot_id=number, name=name, sha256=sha256, rows=rows))
            session.flush()
            for name, (sha256, _) in files.items():
                if not path_of(self.archive, sha256).is_file():
                    keep(self.archive, figures.archived[name])
            for message in messages:
                _supersede(session, message)
                message.snapshot_id = number
                session.add(message)
        return snapshot

    def _frame(self, table: type[SQLModel], snapshot_id: int, order: list[str]) -> pd.DataFrame:
        columns = SQLModel.metadata.tables[str(table.__tablename__)].columns
        names = [column.name for column in columns if column.name != "snapshot_id"]
        query = sqlalchemy.select(*(columns[name] for name in names)).where(columns["snapshot_id"] == snapshot_id)
        with self.engine.connect() as connection:
            frame = _rows(connection, query)
        frame = frame.astype({column.name: _dtype(column) for column in columns if column.name in names})
        return frame.sort_values(order, ignore_index=True)


def _line(comparison: str) -> SelectOfScalar[Snapshot]:
    """The home's own snapshots, or the comparisons under that policy."""
    return select(Snapshot).where(col(Snapshot.comparison) == comparison)


def lost_file(url: str, archive: Path) -> Path | None:
    """The SQLite file that is missing beside files of its archive; None where all is in order, or it lies elsewhere."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite" or not made.database:
        return None
    file = Path(made.database)
    beside = file.absolute().parent == archive.absolute().parent
    return file if beside and not file.exists() and next(archive.glob("*/*.parquet"), None) else None


def _rows(connection: Connection, query: "sqlalchemy.Select[Any]") -> pd.DataFrame:
    """The rows of a query as a frame, column by column: a frame asks every Row for far more than its values."""
    result = connection.execute(query)
    names = list(result.keys())
    columns = zip(*result.all(), strict=True)
    return pd.DataFrame(dict(zip(names, columns, strict=False)), columns=names)


def _past_week(connection: Connection, number: int, as_at: date, comparable: bool) -> pd.DataFrame:
    """The units of one snapshot, by level and code, as a past week."""
    units = SQLModel.metadata.tables["unit_workload"].columns
    query = sqlalchemy.select(*(units[name] for name in PAST_COLUMNS if name in units)).where(
        units["snapshot_id"] == number, units["level"] != Level.POST
    )
    rows = sorted(map(tuple, connection.execute(query)))
    return _past_rows(rows, as_at, comparable=comparable)


def _past_rows(rows: Sequence[tuple[Any, ...]], as_at: date | None, *, comparable: bool) -> pd.DataFrame:
    """Rows of units (level, code, name, figures) as ``alerts.detection.hotspots.PAST_COLUMNS``."""
    stored = [name for name in PAST_COLUMNS if name not in ("as_at", "comparable_percentage")]
    columns = dict(zip(stored, zip(*rows, strict=True) if rows else [()] * len(stored), strict=True))
    made: dict[str, Any] = {"as_at": np.full(len(rows), np.datetime64(as_at or "NaT", "s"))}
    for name in PAST_COLUMNS[1:]:
        if name in PAST_COLUMNS[:4]:
            made[name] = pd.array(list(columns[name]), dtype="str")
        elif name in columns:
            made[name] = np.array(columns[name], dtype=np.float64)
        else:
            made[name] = made["capacity_percentage"] if comparable else np.full(len(rows), np.nan)
    return pd.DataFrame(made)


def next_revision(newest: Snapshot | None) -> int:
    """The revision that a changed snapshot of the same date gets."""
    return 1 if newest is None else newest.revision + 1


def same_input(newest: Snapshot | None, content_hash: str, policy_fingerprint: str, rules_fingerprint: str) -> bool:
    """Whether a snapshot was computed from the same rows, by the same policy and rules."""
    return newest is not None and (newest.content_hash, newest.policy_fingerprint, newest.rules_fingerprint) == (
        content_hash,
        policy_fingerprint,
        rules_fingerprint,
    )


class _Columns:
    """The columns of one table of a snapshot, ready before the transaction begins: nobody else writes during it."""

    def __init__(self, table: type[SQLModel], frame: pd.DataFrame) -> None:
        self._table = SQLModel.metadata.tables[str(table.__tablename__)]
        self._names = [column.name for column in self._table.columns if column.name != "snapshot_id"]
        self._values = [_plain(frame[name], type_of(self._table.columns[name])) for name in self._names]
        self._size = len(frame)

    def insert(self, session: Session, snapshot_id: int) -> None:
        rows = zip(repeat(snapshot_id, self._size), *self._values, strict=True)
        insert_rows(session.connection(), self._table, ["snapshot_id", *self._names], rows)


def _plain(values: "pd.Series[Any]", kind: type) -> list[Any]:
    """Python values of a column, with None for what is missing; whole numbers where the column is to hold them."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return [None if pd.isna(value) else value.date() for value in values]
    missing = values.isna()
    if kind is int and pd.api.types.is_float_dtype(values):
        values = values.astype("Int64")
    return [None if gone else value for value, gone in zip(values.tolist(), missing, strict=True)]


def _dtype(column: Any) -> str:
    python = column.type.python_type
    if python is date:
        return "datetime64[s]"
    if python is int:
        return "Int64" if column.nullable else "int64"
    return "float64" if python is float else "str"


def _supersede(session: Session, message: OutboxMessage) -> None:
    waiting = update(OutboxMessage).where(
        col(OutboxMessage.state) == MessageState.QUEUED,
        col(OutboxMessage.digest) == message.digest,
        col(OutboxMessage.recipient) == message.recipient,
        col(OutboxMessage.period) <= message.period,
    )
    session.connection().execute(waiting.values(state=MessageState.SUPERSEDED, reason="a newer digest was queued"))
