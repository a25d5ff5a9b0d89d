"""Find the earlier snapshots that the next one is judged against, and read their figures once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy
from sqlalchemy import Connection
from sqlmodel import Session, SQLModel, col, select

from alerts.causes.model import EarlierWeek
from alerts.detection.episodes import COLUMNS as EPISODE_COLUMNS
from alerts.detection.measures import weeks_before
from alerts.detection.organisation.continuity import (
    continue_past,
    continue_people,
    continue_weeks,
    follow_codes,
)
from alerts.detection.organisation.model import OrganisationChanges
from alerts.detection.trends.unit_weeks import PAST_COLUMNS
from alerts.forecasting.accuracy import SCORED_COLUMNS
from monitor.snapshots.archive import recall_all
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.frames import FLOW, FORECAST, PAST_UNITS, PEOPLE_SEEN, STAFFING
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame, Snapshot
from monitor.snapshots.weeks.organisation import read_changes
from tiering.terms import Level

HISTORY_WEEKS = 208
"""A snapshot is judged against four years, because a season is learned only after it has come several times."""

SCORED_WEEKS = 64
"""Forecasts are scored over a year, and the oldest of them looked twelve weeks ahead."""


STAFFING_WEEKS = 52
"""The mean of sickness is over a year."""


@dataclass(frozen=True)
class Past:
    """The past that this week is judged against.

    * units: columns as ``alerts.detection.hotspots.PAST_COLUMNS``.
    * weeks: the same units in the last half year, with the figures of the teams that each has now; of any weights.
    * flows: the flow of each earlier week of the same weights, with its as_at.
    * forecasts: the same of its forecast; columns as ``alerts.forecasting.accuracy.SCORED_COLUMNS``.
    * first_seen: when each case of the previous week was first seen; None if there is no such frame.
    * people: when each person was first and last seen in each team; None if there is no such frame.
    * staffing: the staffing of the earlier weeks, with its as_at.
    * alike: as-at dates of the weeks of the same weights.
    * changes: what changed in the organisation, by the as-at date of the snapshot that has it.
    * compared: the earlier weeks with their rows, to find the causes of what changed.
    * episodes: the hotspots of the week before; columns as ``alerts.detection.episodes.COLUMNS``.
    """

    units: pd.DataFrame
    flows: pd.DataFrame
    forecasts: pd.DataFrame
    first_seen: pd.DataFrame | None
    people: pd.DataFrame | None
    staffing: pd.DataFrame
    alike: frozenset[date] = frozenset()
    changes: Mapping[date, OrganisationChanges] = field(default_factory=dict)
    compared: Sequence[EarlierWeek] = ()
    weeks: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PAST_COLUMNS))
    episodes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EPISODE_COLUMNS))

    def carry_over(self, teams: pd.DataFrame, changes: OrganisationChanges, as_at: date) -> "Past":
        """The same past for the organisation of now; changes: those of the snapshot of ``as_at``, which is to come."""
        every = {**self.changes, as_at: changes}
        lately = continue_weeks(weeks_before(self.units, as_at), teams, every)
        return replace(
            self,
            units=continue_past(self.units, teams, every),
            people=None if self.people is None else continue_people(self.people, changes),
            staffing=follow_codes(self.staffing, every),
            weeks=lately,
            changes=every,
            episodes=follow_codes(self.episodes, every),
        )

    @property
    def dates(self) -> list[date]:
        """As-at dates of the earlier weeks, whatever their weights."""
        return sorted(stamp.date() for stamp in self.units["as_at"].unique())

    @cached_property
    def comparable(self) -> pd.DataFrame:
        """The units above offender managers in the weeks whose points and percentages compare with this week's."""
        # Offender managers come first, because they are nine of ten rows, of which a national service has millions.
        units = self.units[self.units["level"].ne(Level.OFFENDER_MANAGER)]
        return units[units["as_at"].isin([pd.Timestamp(day) for day in self.alike])]


def find_history(store: Store, as_at: date, comparison: str = "") -> list[int]:
    """Find the ids of the snapshots to judge ``as_at`` against, oldest first: the last of each earlier ISO week.

    * comparison: a policy, to find the earlier comparisons under it instead of the home's own snapshots.
    """
    first = as_at - timedelta(weeks=HISTORY_WEEKS)
    monday = as_at - timedelta(days=as_at.weekday())
    query = (
        select(col(Snapshot.id), col(Snapshot.as_at))
        .where(col(Snapshot.comparison) == comparison)
        .where(col(Snapshot.as_at) >= first, col(Snapshot.as_at) < monday)
        .order_by(col(Snapshot.as_at), col(Snapshot.revision))
    )
    with Session(store.engine) as session:
        # A later date or revision of the same week takes the place of the one before it.
        weekly = {day.isocalendar()[:2]: number for number, day in session.exec(query) if number is not None}
    return list(weekly.values())


def history_of(snapshot: Snapshot) -> list[int]:
    """Ids of the snapshots against which a stored one was judged, oldest first."""
    ids: list[int] = json.loads(snapshot.history)
    return ids


def read_past(store: Store, ids: Sequence[int], weights_fingerprint: str) -> Past:
    """Read everything that the next snapshot needs from the snapshots of these ids, oldest first.

    Flows and forecasts are only those of the same weights, because points under other weights do not compare.
    """
    seen, people = (_archived_frames(store, ids[-1:], name) for name in ("first_seen", PEOPLE_SEEN.name))
    alike = _dates_of_same_weights(store, ids, weights_fingerprint)
    lately = set(ids[-SCORED_WEEKS:])
    return Past(
        units=read_units(store, ids, weights_fingerprint),
        flows=_stack(store, list(alike), FLOW),
        forecasts=_stack(store, [number for number in alike if number in lately], FORECAST, SCORED_COLUMNS),
        first_seen=next(iter(seen.values()), None),
        people=next(iter(people.values()), None),
        staffing=_stack(store, ids[-STAFFING_WEEKS:], STAFFING),
        alike=frozenset(alike.values()),
        changes=read_changes(store.engine, ids),
        episodes=_last_episodes(store, ids),
    )


def past_units(units: pd.DataFrame) -> pd.DataFrame:
    """Return the part of a week's workload that later weeks read; columns as ``PAST_UNITS``."""
    kept = units.loc[units["level"].ne(Level.POST), PAST_UNITS.column_names]
    return kept.astype(PAST_UNITS.dtypes).reset_index(drop=True)


def read_units(store: Store, ids: Sequence[int], weights_fingerprint: str) -> pd.DataFrame:
    """Read the units of the snapshots of these ids, as the hotspots of a week with those weights need them.

    * ids: of snapshots for different dates.
    * Returns the columns ``alerts.detection.trends.unit_weeks.PAST_COLUMNS``; no posts.
    """
    dates = sqlalchemy.select(col(Snapshot.id), col(Snapshot.as_at)).where(col(Snapshot.id).in_(ids))
    alike = _dates_of_same_weights(store, ids, weights_fingerprint)
    kept = _archived_frames(store, ids, PAST_UNITS.name)
    with store.engine.connect() as connection:
        dated = sorted((as_at, number) for number, as_at in connection.execute(dates) if number is not None)
        # One week at a time, because all rows of a national service over years take gigabytes.
        weeks = [
            _as_past(kept.pop(as_at) if as_at in kept else _rows_of(connection, number), as_at, number in alike)
            for as_at, number in dated
        ]
    return pd.concat([_as_past(PAST_UNITS.empty(), None, comparable=True), *weeks], ignore_index=True)


def _last_episodes(store: Store, ids: Sequence[int]) -> pd.DataFrame:
    """The hotspots of the latest of these snapshots with their as_at; none without a snapshot."""
    if not ids:
        return pd.DataFrame(columns=EPISODE_COLUMNS)
    with Session(store.engine) as session:
        as_at = session.get_one(Snapshot, ids[-1]).as_at
    return store.hotspots(ids[-1]).assign(as_at=pd.Timestamp(as_at).as_unit("s"))[EPISODE_COLUMNS]


def _dates_of_same_weights(store: Store, ids: Sequence[int], weights_fingerprint: str) -> dict[int, date]:
    """The as-at dates of those snapshots of these ids that have those weights, by id."""
    query = select(col(Snapshot.id), col(Snapshot.as_at)).where(
        col(Snapshot.id).in_(ids), col(Snapshot.weights_fingerprint) == weights_fingerprint
    )
    with Session(store.engine) as session:
        return {number: as_at for number, as_at in session.exec(query) if number is not None}


def _archived_frames(
    store: Store, ids: Sequence[int], name: str, columns: Sequence[str] | None = None
) -> dict[date, pd.DataFrame]:
    """The frame of that name of each snapshot that has one, by its as-at date, oldest first.

    * columns: only these of each; all without it.
    """
    query = (
        select(col(Snapshot.as_at), col(ArchivedFrame.sha256))
        .join(ArchivedFrame, col(ArchivedFrame.snapshot_id) == col(Snapshot.id))
        .where(col(Snapshot.id).in_(ids), col(ArchivedFrame.name) == name, col(ArchivedFrame.removal_id).is_(None))
        .order_by(col(Snapshot.as_at))
    )
    with Session(store.engine) as session:
        files = list(session.exec(query))
    frames = recall_all(store.archive, [sha256 for _, sha256 in files], columns)
    return {as_at: frame for (as_at, _), frame in zip(files, frames, strict=True)}


def _stack(
    store: Store, ids: Sequence[int], contract: DerivedFrame, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Stack the frames of one contract of several snapshots, with the as_at of each; only ``columns``, if given."""
    frames = _archived_frames(store, ids, contract.name, columns)
    dated = [frame.assign(as_at=pd.Timestamp(as_at).as_unit("s")) for as_at, frame in frames.items()]
    if dated:
        return pd.concat(dated, ignore_index=True)
    return contract.empty().assign(as_at=pd.Series([], dtype="datetime64[s]"))


def _rows_of(connection: Connection, number: int) -> pd.DataFrame:
    """The units of a snapshot from before they were archived for this; columns as ``PAST_UNITS``."""
    units = SQLModel.metadata.tables["unit_workload"].columns
    query = sqlalchemy.select(*(units[name] for name in PAST_UNITS.column_names)).where(
        units["snapshot_id"] == number, units["level"] != Level.POST
    )
    rows = sorted(map(tuple, connection.execute(query)))
    return pd.DataFrame(rows, columns=PAST_UNITS.column_names).astype(PAST_UNITS.dtypes)


def _as_past(units: pd.DataFrame, as_at: date | None, comparable: bool) -> pd.DataFrame:
    """The units of one snapshot as ``PAST_COLUMNS``."""
    made: dict[str, Any] = {"as_at": np.full(len(units), np.datetime64(as_at or "NaT", "s"))}
    # A figure that was added to the contract later is missing in older files.
    known = units.reindex(columns=PAST_UNITS.column_names)
    for name in PAST_COLUMNS[1:]:
        if name in PAST_COLUMNS[:5]:
            made[name] = known[name].array
        elif name in known:
            made[name] = known[name].to_numpy(np.float64, na_value=np.nan)
        else:
            made[name] = made["capacity_percentage"] if comparable else np.full(len(units), np.nan)
    return pd.DataFrame(made)
