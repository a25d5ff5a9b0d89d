"""What the pages read: the figures of one stored snapshot, each frame once, and what one unit or person has of it."""

import heapq
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from threading import Lock, RLock
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy
from sqlmodel import Session, SQLModel, col, select

from alerts.detection.hotspots import weights_since
from alerts.detection.overdue import count_high_risk_due_soon
from alerts.detection.rules import Rule
from alerts.digest.privacy import LEVELS, ReaderScope
from alerts.digest.story import Story, tell
from alerts.digest.units import Units, records, units_in
from alerts.digest.week_facts import WeekFacts
from monitor.snapshots.history import history_of
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Run, Snapshot
from monitor.web.auth.permissions import OrganisationIndex, Visibility
from monitor.web.read_model.changes import HoursPart, available_parts, inside, paired_posts
from monitor.web.read_model.index import (
    REASONS,
    Beginnings,
    Flags,
    Pairing,
    Positions,
    Records,
    hottest_first,
    pairing_of,
    split_of,
)
from monitor.web.read_model.retained import archived, judged_by, with_counts
from tiering.capacity import has_left, in_force
from tiering.policy import Policy
from tiering.terms import Level

KEPT: Final = 4
"""Snapshots held in memory: this week's, the one before it, and two that somebody looks back to."""

MOST_KEPT: Final = 1024
"""What is remembered of one week: what was found of so many units, the last ones asked for."""

ALL_SHOWN: Final = 1
"""Of how many offender managers a unit has to be at least: nothing is withheld from those who sign in."""

EVERYTHING: Final = ReaderScope("all", "all", "the whole service")
PARENT: Final = {"team": "office", "office": "cluster", "cluster": "area", "area": "all"}
PARTS: Final = {"all": "area", "area": "cluster", "cluster": "office", "office": "team", "team": "offender_manager"}
FOUND: Final = ("area", "cluster", "office", "team", "offender_manager")
ENDS_WITHIN: Final = timedelta(days=30)

NOTHING: Final[Positions] = np.array([], dtype=np.int64)

Value = TypeVar("Value")


class SnapshotView:
    """The figures of one stored snapshot; every frame is read when it is first asked for, and once."""

    def __init__(self, store: Store, snapshot: Snapshot) -> None:
        if snapshot.id is None:
            raise ValueError("the snapshot is not stored")
        self._store = store
        self._made: dict[tuple[str, ...], Any] = {}
        self._making = RLock()
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()
        self.snapshot = snapshot
        self.number: int = snapshot.id
        self.as_at: date = snapshot.as_at
        self.history_ids = history_of(snapshot)

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the archive, of the database (units, hotspots, timeliness), or worked out from them.

        Raises RowsRemoved for rows of single cases that the retention took, ArchiveDamaged for a damaged file.
        """
        return self.once(("frame", name), lambda: self._read(name))

    def _read(self, name: str) -> pd.DataFrame:
        if name == "units":
            return _as_judged(self._store.units(self.number))
        if name == "hotspots":
            return _as_judged(self._store.hotspots(self.number))
        if name == "timeliness":
            return self._store.timeliness(self.number)
        if name in WORKED_OUT:
            return WORKED_OUT[name](self)
        return archived(self._store, self.number, name)

    @property
    def units(self) -> pd.DataFrame:
        return self.frame("units")

    @property
    def hotspots(self) -> pd.DataFrame:
        return self.frame("hotspots")

    @property
    def timeliness(self) -> pd.DataFrame:
        return self.frame("timeliness")

    @property
    def organisation(self) -> pd.DataFrame:
        return self.frame("extract_organisation")

    @property
    def posts(self) -> pd.DataFrame:
        """The posts, with the names of their holders."""
        return self.frame("extract_offender_managers")

    @cached_property
    def places(self) -> OrganisationIndex:
        return OrganisationIndex(self.organisation, self.posts)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every offender manager, by om_code."""
        return dict(zip(self.posts["om_code"].tolist(), self.posts["om_name"].tolist(), strict=True))

    @cached_property
    def parameters(self) -> Parameters:
        return Parameters.stored_with(self.snapshot)

    @property
    def policy(self) -> Policy:
        return self.parameters.policy

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.parameters.rules

    def rule(self, name: str) -> Rule:
        """The rule of that name, as it was in force."""
        return self.parameters.rule(name)

    @cached_property
    def summary(self) -> RunSummary:
        return RunSummary.stored_with(self.snapshot)

    @cached_property
    def weighings(self) -> dict[int, tuple[date, bool]]:
        """Of this snapshot and each of its history, by id: the as-at date, and whether it was weighed as this one."""
        same = (col(Snapshot.policy_fingerprint) == self.snapshot.policy_fingerprint) | (
            col(Snapshot.weights_fingerprint) == self.snapshot.weights_fingerprint
        )
        query = sqlalchemy.select(col(Snapshot.id), col(Snapshot.as_at), sqlalchemy.func.coalesce(same, False))
        ids = [*self.history_ids, self.number]
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.where(col(Snapshot.id).in_(ids)))
            return {number: (as_at, bool(alike)) for number, as_at, alike in rows if number is not None}

    def compares_with(self, other: "SnapshotView | None") -> bool:
        """Whether figures of points and percentages can be held against those of an earlier week."""
        return other is not None and self.weighings.get(other.number, (other.as_at, False))[1]

    @cached_property
    def weights_since(self) -> date | None:
        """The first week weighed as this one, where any earlier one was weighed otherwise."""
        weeks = sorted(self.weighings.values())
        return weights_since([as_at for as_at, _ in weeks], [alike for _, alike in weeks])

    @cached_property
    def red_line(self) -> float:
        return float(self.policy.bands.red_above)

    @cached_property
    def row_of(self) -> dict[tuple[str, str], int]:
        """The row of every unit, by (level, code)."""
        keys = zip(self.units["level"].tolist(), self.units["code"].tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    def unit(self, level: str, code: str) -> dict[str, Any] | None:
        """The figures of one unit; None where there is no such unit."""
        row = self.row_of.get((level, code))
        if row is None:
            return None
        return self.records("units", np.array([row]))[0]

    def parts(self, level: str, code: str) -> Positions:
        """The rows of the units right below one: the hottest first, those without capacity before them."""
        below = self._places_in("units", "level", "parent_code").get((PARTS[level], code), NOTHING)
        return below[np.argsort(self._heat[below])]

    def people(self, teams: frozenset[str]) -> Positions:
        """The rows of the offender managers with a post in the teams, the hottest first; of those who hold anything."""
        posts = self.rows_of_teams("extract_offender_managers", teams)
        rows = np.unique(self._holders[posts])
        rows = rows[(rows >= 0) & self._holds[rows]]
        return rows[np.argsort(self._heat[rows])]

    @cached_property
    def _heat(self) -> Positions:
        """How many units are hotter than each."""
        return np.argsort(hottest_first(self.units))

    @cached_property
    def _holds(self) -> Flags:
        """Which units hold or could hold anything."""
        holds = self.units["available_points"].gt(0) | self.units["total_points"].gt(0)
        return holds.to_numpy(dtype=bool)

    @cached_property
    def _holders(self) -> Positions:
        """The row of the holder of every post; -1 where that is no unit."""
        level = Level.OFFENDER_MANAGER.value
        return np.array([self.row_of.get((level, code), -1) for code in self.posts["om_code"].tolist()], dtype=np.int64)

    def records(self, frame: str, rows: Positions) -> list[dict[str, Any]]:
        """Some rows of a frame as dictionaries."""
        return self.once(("records", frame), lambda: Records(self.frame(frame))).of(rows)

    def rows(self, frame: str, level: str, code: str) -> Positions:
        """The rows of a case-level frame that belong to a unit or an offender manager, in their order."""
        if level == Level.ALL:
            return np.arange(len(self.frame(frame)))
        if level == Level.OFFENDER_MANAGER:
            return self._places_in(frame, "om_code").get(code, NOTHING)
        return self.rows_of_teams(frame, self.places.teams_of.get((level, code), frozenset()))

    def rows_of_units(self, frame: str, units: Iterable[tuple[str, str]]) -> Positions:
        """The rows of a frame of units that are about some of them, (level, code), in their order."""
        places = self._places_in(frame, "level", "code")
        return np.sort(np.concatenate([NOTHING, *(places.get(unit, NOTHING) for unit in units)]))

    def rows_of_teams(self, frame: str, teams: Collection[str]) -> Positions:
        of_team = self._places_in(frame, "team_code")
        return np.sort(np.concatenate([NOTHING, *(of_team.get(team, NOTHING) for team in teams)]))

    def _places_in(self, frame: str, *columns: str) -> Mapping[Any, Positions]:
        """The rows of every value of a column, or of every pair of values of two."""
        return self.once(("places", frame, *columns), lambda: _places_of(self.frame(frame), *columns))

    def above(self, level: str, code: str) -> list[tuple[str, str, str]]:
        """Level, code and name of the units above one, from the area down."""
        if level != Level.OFFENDER_MANAGER:
            return self._chains.get((level, code), [])[:-1]
        unit = self.unit(level, code)
        return [] if unit is None else self._chains.get((Level.TEAM.value, unit["parent_code"]), [])

    @cached_property
    def _chains(self) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
        """Level, code and name of every unit from the area down to itself, by (level, code)."""
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for row in records(self.organisation):
            chain = [(one, str(row[f"{one}_code"]), str(row[f"{one}_name"])) for one in LEVELS]
            for depth, level in enumerate(LEVELS, start=1):
                found.setdefault((level, row[f"{level}_code"]), chain[:depth])
        return found

    def story(self, scope: ReaderScope, previous: "SnapshotView | None") -> Story:
        """What a scope is told, in the words of its digest; nothing is withheld from those who sign in."""
        return self.kept(("story", scope.level, *scope.codes), lambda: _told(self, previous, scope))

    def kept(self, key: tuple[Any, ...], make: Callable[[], Value]) -> Value:
        """What was made before under a key, else made now. Scope is no part of it: ask Sight first."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Value = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    def once(self, key: tuple[str, ...], make: Callable[[], Value]) -> Value:
        """What was made before under a key, else made now, while nobody else does; it stays as long as the week."""
        if key not in self._made:
            with self._making:
                if key not in self._made:
                    self._made[key] = make()
        found: Value = self._made[key]
        return found


class SnapshotCache:
    """The weeks that are looked at, a few in memory."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._weeks: OrderedDict[int, SnapshotView] = OrderedDict()
        self._lock = Lock()

    def week(self, as_at: date | None = None) -> SnapshotView | None:
        """The home's newest snapshot of that date, or of all."""
        query = (
            sqlalchemy.select(col(Snapshot.id))
            .where(col(Snapshot.comparison) == "")
            .order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        )
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        with self.store.engine.connect() as connection:
            number = connection.execute(query.limit(1)).scalar()
        return None if number is None else self._taken(number)

    def before(self, week: SnapshotView) -> SnapshotView | None:
        """The snapshot a week is compared with; None for the first."""
        return self._taken(week.history_ids[-1]) if week.history_ids else None

    def numbered(self, number: int) -> SnapshotView:
        """The snapshot of that number, which there is."""
        return self._taken(number)

    def _taken(self, number: int) -> SnapshotView:
        with self._lock:
            week = self._weeks.get(number)
            if week is not None:
                self._weeks.move_to_end(number)
                return week
        with Session(self.store.engine, expire_on_commit=False) as session:
            made = SnapshotView(self.store, session.get_one(Snapshot, number))
        with self._lock:
            week = self._weeks.setdefault(number, made)
            while len(self._weeks) > KEPT:
                self._weeks.popitem(last=False)
            return week


def _as_judged(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it was before it was stored: counts that may be missing are floats, NaN where they are."""
    counts = [name for name in frame.columns if frame[name].dtype == "Int64"]
    return frame.astype(dict.fromkeys(counts, "float64"))


def _places_of(frame: pd.DataFrame, *columns: str) -> dict[Any, Positions]:
    """The rows of every value of a column, or of every pair of values of two."""
    groups = frame.groupby(columns[0] if len(columns) == 1 else list(columns)).indices
    return {value: np.asarray(rows, dtype=np.int64) for value, rows in groups.items()}


def picture_of(week: SnapshotView, previous: SnapshotView | None) -> WeekFacts:
    """The week as a digest draws on it, without what only mail needs; of the history only how many weeks there are."""
    return week.once(("picture",), lambda: _picture_of(week, previous))


def _told(week: SnapshotView, previous: SnapshotView | None, scope: ReaderScope) -> Story:
    """The story of a scope, out of the units and hotspots of the whole service."""
    picture = picture_of(week, previous)
    everything = week.once(("told",), lambda: units_in(picture, EVERYTHING, week.organisation, ALL_SHOWN).by_key)
    teams = scope.teams(week.organisation)
    levels = LEVELS if scope.level == "all" else LEVELS[LEVELS.index(scope.level) :]
    keys = [(level, code) for level in levels for code in teams[f"{level}_code"].unique().tolist()]
    keys += [("all", "all")] if scope.level == "all" else []
    rows = week.rows_of_units("hotspots", keys)
    sent = week.once(("sent",), lambda: _sent(week).to_numpy(dtype=bool))
    return tell(
        replace(picture, timeliness=week.timeliness.iloc[week.rows_of_units("timeliness", keys)]),
        scope,
        red_line=week.red_line,
        small_team=ALL_SHOWN,
        units=Units(scope, [everything[key] for key in keys if key in everything]),
        hotspots_found=week.records("hotspots", rows[sent[rows]]),
    )


def _sent(week: SnapshotView) -> "pd.Series[bool]":
    """Which hotspots are of a rule that is sent."""
    return week.hotspots["rule"].isin([rule.name for rule in week.rules if rule.sent])


def _with_due_soon(week: SnapshotView, units: pd.DataFrame) -> pd.DataFrame:
    """The units with how many assessments of high RoSH cases are due soon; not known once those rows are removed."""
    try:
        return count_high_risk_due_soon(units, week.frame("due_soon"))
    except RowsRemoved:
        return units.assign(high_risk_due_soon=math.nan)


def _picture_of(week: SnapshotView, previous: SnapshotView | None) -> WeekFacts:
    judged = judged_by(week.parameters)
    nobody: frozenset[str] = frozenset()
    compared = previous if week.compares_with(previous) else None
    alike = [as_at for as_at, same in week.weighings.values() if same]
    return WeekFacts(
        as_at=week.as_at,
        revision=week.snapshot.revision,
        policy_title=week.policy.title,
        policy_fingerprint=week.snapshot.policy_fingerprint,
        numbers=judged.count,
        local_assumptions=judged.local_assumptions,
        workload=_with_due_soon(week, with_counts(week.units)),
        previous=None if compared is None else compared.units,
        previous_as_at=None if compared is None else compared.as_at,
        history=pd.DataFrame({"as_at": alike}),
        hotspots=week.hotspots[_sent(week)],
        forecasts=week.frame("forecast"),
        forecast_scores=week.frame("forecast_scores"),
        grades=week.frame("grades"),
        rising_weeks=judged.rising_weeks,
        rising_mean_of=judged.rising_mean_of,
        weeks_needed=judged.weeks_needed,
        timeliness=week.timeliness,
        organisation=week.organisation,
        missing_weeks=week.summary.missing_weeks,
        teams_without_data=week.summary.teams_without_data,
        rows_read=week.summary.rows_read,
        rows_rejected=week.summary.rejected,
        findings=week.summary.findings,
        surnames=nobody,
        full_names=nobody,
        crns=nobody,
        reweighed_since=None if previous is None or compared is not None else previous.as_at,
        weights_since=week.weights_since,
    )


def course(shelf: SnapshotCache, week: SnapshotView, level: str, codes: Sequence[str]) -> pd.DataFrame:
    """Points and capacity of some units of one level together over the weeks, this one last.

    Columns as_at, total_points, available_points, capacity_percentage, and weighed_alike: whether that week was weighed
    by the weights of this one. A week without a snapshot has no row.
    """
    unit = SQLModel.metadata.tables["unit_workload"].columns
    as_at = week.weighings
    query = (
        sqlalchemy.select(
            unit["snapshot_id"],
            sqlalchemy.func.sum(unit["total_points"]),
            sqlalchemy.func.sum(unit["available_points"]),
        )
        .where(unit["level"] == level, unit["code"].in_(list(codes)), unit["snapshot_id"].in_(list(as_at)))
        .group_by(unit["snapshot_id"])
    )
    with shelf.store.engine.connect() as connection:
        rows = sorted((*as_at[number], total, able) for number, total, able in connection.execute(query))
    points, room = (np.array([row[place] for row in rows], dtype=np.float64) for place in (2, 3))
    share = np.divide(100 * points, room, out=np.full(len(room), np.nan), where=room > 0)
    return pd.DataFrame(
        {
            "as_at": pd.Series([row[0] for row in rows], dtype=object),
            "total_points": points,
            "available_points": room,
            "capacity_percentage": share,
            "weighed_alike": pd.Series([row[1] for row in rows], dtype=bool),
        }
    )


def expected(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """What is forecast of a unit, one row a week ahead; empty where there is no forecast of it."""
    rows = week.frame("forecast").iloc[week.rows_of_units("forecast", [(level, code)])]
    return rows.sort_values("weeks_ahead")


def timely(week: SnapshotView, level: str, code: str) -> Positions:
    """The rows of the timeliness of a unit, the least timely rule first."""
    rows = week.rows_of_units("timeliness", [(level, code)])
    return rows[np.argsort(week.timeliness["percentage"].to_numpy()[rows], kind="stable")]


@dataclass(frozen=True)
class LoadPart:
    """One line of a load or of a change: what it is, how many cases, and points."""

    name: str
    cases: int
    points: float


def load_split(week: SnapshotView, level: str, code: str) -> dict[str, list[LoadPart]]:
    """Case points of a unit by tier, by RoSH and by setting, most first within each."""
    cases, rows = week.frame("cases"), week.rows("cases", level, code)
    count, points = cases["number_of_cases"].to_numpy(dtype=np.float64), cases["points"].to_numpy()
    found = {}
    for column, missing in (("tier", "untiered"), ("rosh", "unclassified"), ("setting", "")):
        split = week.once(("split", column), partial(split_of, cases[column], missing))
        sums = split.sums(rows, count, points)
        found[column] = [LoadPart(value, int(how_many), of_points) for value, (how_many, of_points) in sums]
    return found


@dataclass(frozen=True)
class LoadChange:
    """Why the total points and the available points of a unit are not what they were: parts add up to each change."""

    before: float
    now: float
    parts: tuple[LoadPart, ...]
    available_before: float
    available_now: float
    available_parts: tuple[HoursPart, ...]
    hours_before: float
    hours_now: float

    @property
    def total(self) -> float:
        return self.now - self.before


def change(week: SnapshotView, previous: SnapshotView | None, level: str, code: str) -> LoadChange | None:
    """What changed in a unit since the snapshot before; None where either week does not have it, or weights changed.

    A case in both weeks whose points changed is put under the one thing that changed about it: its tier, RoSH, setting
    or activity; under "several at once" where more did.
    """
    now = week.unit(level, code)
    then = None if previous is None else previous.unit(level, code)
    if previous is None or now is None or then is None or not week.compares_with(previous):
        return None
    after, before = week.frame("cases"), previous.frame("cases")
    here, there = week.rows("cases", level, code), previous.rows("cases", level, code)
    pairing = _paired(week, previous)
    points, points_before = after["points"].to_numpy(), before["points"].to_numpy()
    count, count_before = after["number_of_cases"].to_numpy(), before["number_of_cases"].to_numpy()
    earlier, later = pairing.earlier[here], pairing.later[there]
    was_here = (earlier >= 0) & _flagged(len(before), there)[earlier]
    is_here = (later >= 0) & _flagged(len(after), here)[later]

    came, moved_in, stayed = here[earlier < 0], here[(earlier >= 0) & ~was_here], here[was_here]
    went, moved_out = there[later < 0], there[(later >= 0) & ~is_here]
    parts = [
        LoadPart("New cases", int(count[came].sum()), float(points[came].sum())),
        LoadPart("Cases that ended", -int(count_before[went].sum()), -float(points_before[went].sum())),
        LoadPart("Moved in from elsewhere", int(count[moved_in].sum()), float(points[moved_in].sum())),
        LoadPart("Moved out to elsewhere", -int(count_before[moved_out].sum()), -float(points_before[moved_out].sum())),
        *_reweighed(pairing.reason[stayed], pairing.difference[stayed]),
        LoadPart("Duties and reports", 0, float(now["duty_points"] - then["duty_points"])),
    ]
    rest = float(now["total_points"] - then["total_points"]) - math.fsum(part.points for part in parts)
    if abs(rest) > 1e-6:
        parts.append(LoadPart("Rounding of each post", 0, rest))
    return LoadChange(
        before=float(then["total_points"]),
        now=float(now["total_points"]),
        parts=tuple(part for part in parts if part.cases or abs(part.points) > 1e-9),
        available_before=float(then["available_points"]),
        available_now=float(now["available_points"]),
        available_parts=_available(week, previous, level, code),
        hours_before=float(then["contracted_hours"] - then["reduction_hours"]),
        hours_now=float(now["contracted_hours"] - now["reduction_hours"]),
    )


def _available(week: SnapshotView, previous: SnapshotView, level: str, code: str) -> tuple[HoursPart, ...]:
    """What makes up the change of available points since the snapshot before."""
    posts = week.once(("posts",), lambda: paired_posts(week.units, previous.units))
    here, there = (
        inside(posts, level, code, one.places.teams_of.get((level, code), frozenset())) for one in (week, previous)
    )
    parts = available_parts(posts, here, there)
    now, then = week.unit(level, code) or {}, previous.unit(level, code) or {}
    rest = float(now["available_points"] - then["available_points"]) - math.fsum(part.points for part in parts)
    return (*parts, HoursPart("Rounding", 0, rest)) if abs(rest) > 1e-6 else tuple(parts)


def _paired(week: SnapshotView, previous: SnapshotView) -> Pairing:
    """How the cases of two weeks go together; of a week, the one before is always the same."""
    return week.once(("paired",), lambda: pairing_of(week.frame("cases"), previous.frame("cases")))


def _flagged(size: int, rows: Positions) -> Flags:
    flags = np.zeros(max(size, 1), dtype=bool)
    flags[rows] = True
    return flags


def _reweighed(reason: npt.NDArray[np.int8], difference: npt.NDArray[np.float64]) -> Iterator[LoadPart]:
    """The changes of points of the same cases, by what changed about them."""
    for number, says in enumerate(REASONS):
        which = reason == number
        words = f"{says}: {int(which.sum()):,} cases" if which.any() else says
        yield LoadPart(words, 0, float(difference[which].sum()))


def reductions(week: SnapshotView, teams: frozenset[str]) -> Positions:
    """The rows of the frame "reductions" about the holders of posts in the teams.

    Columns of that frame: om_code, om_name, team_code, reason, hours, starts_on, ends_on, soon (ends within 30 days).
    """
    everywhere: dict[str, Positions] = week.once(("everywhere",), lambda: _of_every_post(week.frame("reductions")))
    posts = week.rows_of_teams("extract_offender_managers", teams) if everywhere else NOTHING
    holders = set(week.posts["om_code"].iloc[posts].tolist())
    found = [rows for holder, rows in everywhere.items() if holder in holders]
    return np.sort(np.concatenate([week.rows_of_teams("reductions", teams), *found]))


def _reductions(week: SnapshotView) -> pd.DataFrame:
    """Every reduction in force, those that end soonest first."""
    rows = week.frame("extract_reductions")
    rows = rows[in_force(rows, week.as_at)]
    ends = rows["ends_on"].le(pd.Timestamp(week.as_at + ENDS_WITHIN)).fillna(False)
    return rows.assign(om_name=rows["om_code"].map(week.names), soon=ends).sort_values(
        ["ends_on", "om_code"], na_position="last", ignore_index=True
    )


def _of_every_post(reductions: pd.DataFrame) -> dict[str, Positions]:
    """The rows without a team, which are about every post of their holder, by om_code."""
    found: dict[str, list[int]] = {}
    rows = np.flatnonzero(reductions["team_code"].isna()).tolist()
    for row, holder in zip(rows, reductions["om_code"].iloc[rows].tolist(), strict=True):
        found.setdefault(holder, []).append(row)
    return {holder: np.array(of_it, dtype=np.int64) for holder, of_it in found.items()}


@dataclass(frozen=True)
class Spread:
    """How the people of a unit are spread: how many in each band, and the hours."""

    people: int
    over: int
    spare: int
    without_hours: int

    @property
    def share_over(self) -> float:
        return 100 * self.over / self.people if self.people else math.nan


def spread(week: SnapshotView, people: Positions, unit: Mapping[str, Any]) -> Spread:
    """How many offender managers of a unit are over the red line, and how many have room."""
    has_room = week.once(("spare",), lambda: week.units["band"].eq("spare").fillna(False).to_numpy(dtype=bool))
    spare = int(has_room[people].sum())
    return Spread(
        int(unit["offender_managers"]),
        int(unit["offender_managers_over"]),
        spare,
        int(unit["offender_managers_without_hours"]),
    )


def post_lines(week: SnapshotView, om_code: str) -> pd.DataFrame:
    """The posts of one person with their load: the post's figures, its grade and hours."""
    return week.frame("post_lines").iloc[week.rows("post_lines", Level.OFFENDER_MANAGER, om_code)]


def _post_lines(week: SnapshotView) -> pd.DataFrame:
    posts, names = week.posts, dict(zip(week.organisation["team_code"], week.organisation["team_name"], strict=True))
    keys = zip(posts["team_code"].tolist(), posts["om_code"].tolist(), strict=True)
    rows = [week.row_of[Level.POST.value, f"{team}/{holder}"] for team, holder in keys]
    figures = week.units.iloc[rows].reset_index(drop=True)
    figures = figures[["cases", "case_points", "duty_points", "total_points", "available_points", "reduction_hours"]]
    posts = posts.reset_index(drop=True).join(figures)
    return posts.assign(team_name=posts["team_code"].map(names), left=has_left(posts, week.as_at))


_ORDER: Final = {"cases": ("points", -1), "overdue": ("days_overdue", -1), "due_soon": ("due_on", 1)}


def held(week: SnapshotView, sight: Visibility, frame: str, om_code: str) -> Positions:
    """The rows of a case-level frame that belong to one person and may be seen.

    Cases are the heaviest first, what is overdue the longest first, what is due the soonest first.
    """
    rows = _seen_rows(week, sight, frame, week.rows(frame, Level.OFFENDER_MANAGER, om_code))
    if frame not in _ORDER:
        return rows
    column, direction = _ORDER[frame]
    values = week.once(("order", frame), lambda: week.frame(frame)[column].to_numpy().astype(np.float64) * direction)
    return rows[np.argsort(values[rows], kind="stable")]


def _seen_rows(week: SnapshotView, sight: Visibility, frame: str, rows: Positions) -> Positions:
    """Those of the rows of a case-level frame that may be seen."""
    owners = week.once(("owners", frame), lambda: week.frame(frame)[["om_code", "team_code"]])
    return rows[sight.rows(owners.iloc[rows])]


def due_counts(week: SnapshotView, om_code: str) -> tuple[Counter[str], Counter[str]]:
    """How many assessments of each case of a person are overdue, and how many due soon."""
    late, soon = (week.rows(name, Level.OFFENDER_MANAGER, om_code) for name in ("overdue", "due_soon"))
    return (
        Counter(row["crn"] for row in week.records("overdue", late)),
        Counter(row["crn"] for row in week.records("due_soon", soon)),
    )


def explained_cases(week: SnapshotView, rows: Positions, om_code: str) -> pd.DataFrame:
    """Cases a person holds, with how many assessments are overdue and due."""
    cases = week.frame("cases").iloc[rows]
    late, soon = due_counts(week, om_code)
    crns = cases["crn"].tolist()
    return cases.assign(overdue=[late[crn] for crn in crns], due_soon=[soon[crn] for crn in crns])


def hot_offender_managers(week: SnapshotView) -> frozenset[str]:
    """The codes of those who are hot and late this week."""
    rows = week.hotspots
    live = rows["rule"].eq("hot_and_late") & rows["status"].ne("cleared") & rows["level"].eq(Level.OFFENDER_MANAGER)
    return frozenset(rows.loc[live, "code"])


def _seen(rows: pd.DataFrame, sight: Visibility) -> pd.DataFrame:
    seen = sight.rows(rows)
    return rows if seen.all() else rows[seen]


def late_items(week: SnapshotView, sight: Visibility) -> pd.DataFrame:
    """Every overdue assessment that may be seen: hot and late first, then by RoSH and how long it is overdue.

    Columns of tiering.assessments.overdue, and om_name, hot (held by somebody hot and late).
    """
    return _seen(week.frame("late"), sight)


def _late_first(week: SnapshotView) -> pd.DataFrame:
    items = week.frame("overdue")
    items = items.assign(
        om_name=items["om_code"].map(week.names).fillna(""), hot=items["om_code"].isin(hot_offender_managers(week))
    )
    return items.sort_values(
        ["hot", "high_risk", "days_overdue", "crn", "rule"], ascending=[False, False, False, True, True]
    )


def found_units(week: SnapshotView, sight: Visibility, words: str, most: int) -> list[dict[str, Any]]:
    """Units and offender managers whose code or name holds the words, and which may be seen."""
    wanted = words.casefold()
    hits = [one for one in unit_words(week) if wanted in one[0] or wanted in one[1]]
    seen = [one for one in hits if sight.may_see(one[2], one[3])]
    first = heapq.nsmallest(most, seen, key=lambda one: (one[1] != wanted, one[0], one[2], one[3]))
    return [{"level": level, "code": code, "name": name} for _, _, level, code, name in first]


def unit_words(week: SnapshotView) -> list[tuple[str, str, str, str, str]]:
    """Name and code without capitals, level, code and name of all that can be found by its name."""
    return week.once(("words",), lambda: _words_of(week.units))


def _words_of(units: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    found = units.loc[units["level"].isin(FOUND), ["level", "code", "name"]].fillna({"name": ""})
    return [
        (name.casefold(), code.casefold(), level, code, name)
        for level, code, name in zip(*(found[column].tolist() for column in found), strict=True)
    ]


def found_cases(week: SnapshotView, sight: Visibility, words: str, most: int) -> list[dict[str, Any]]:
    """Cases whose CRN is, or begins with, the words (three characters or more), and which may be seen."""
    if len(words) < 3:
        return []
    rows = _seen_rows(week, sight, "cases", crns(week).with_prefix(words))[:most]
    found = []
    for row in week.records("cases", rows):
        holder = row["om_code"] if isinstance(row["om_code"], str) else ""
        shown = {name: row[name] for name in ("crn", "team_code", "tier", "rosh", "setting", "points")}
        found.append({**shown, "om_code": holder, "om_name": week.names.get(holder, "")})
    return found


def crns(week: SnapshotView) -> Beginnings:
    """The CRN of every case by what it begins with."""
    return week.once(("crns",), lambda: Beginnings(week.frame("cases")["crn"].tolist()))


def snapshots(shelf: SnapshotCache) -> list[Snapshot]:
    """Every snapshot, newest first, without the numbers it was computed with."""
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
    query = sqlalchemy.select(*columns).order_by(*order)
    with shelf.store.engine.connect() as connection:
        return [Snapshot(**dict(row._mapping)) for row in connection.execute(query)]


def failed_week(shelf: SnapshotCache) -> str | None:
    """The ISO week of the last weekly run where it failed; None where it did not."""
    query = sqlalchemy.select(col(Run.iso_week), col(Run.status)).order_by(col(Run.started_at).desc()).limit(1)
    with shelf.store.engine.connect() as connection:
        last = connection.execute(query).first()
    return last[0] if last is not None and last[1] == "failed" else None


def runs(shelf: SnapshotCache, most: int) -> list[Run]:
    """The last weekly runs, the newest first."""
    query = select(Run).order_by(col(Run.started_at).desc()).limit(most)
    with Session(shelf.store.engine) as session:
        return list(session.exec(query))


WORKED_OUT: Final[Mapping[str, Callable[[SnapshotView], pd.DataFrame]]] = {
    "late": _late_first,
    "post_lines": _post_lines,
    "reductions": _reductions,
}
"""Frames that are made of others, once for a week."""
