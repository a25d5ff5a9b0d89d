"""What the pages read: the figures of one stored snapshot, each frame once, and what one unit or person has of it."""

import json
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy
from sqlmodel import Session, SQLModel, col, select

from alerts.picture import Picture
from alerts.privacy import Scope
from alerts.rules import Rule
from alerts.story import Story, tell
from alerts.units import records
from monitor.snapshots.store import Store, summary_of
from monitor.snapshots.tables import Run, Snapshot
from monitor.web.access import Places, Sight
from monitor.web.hours import HoursPart, available_parts, inside, paired_posts
from monitor.web.old import archived, judged_by, policy_of, with_counts
from tiering.capacity import has_left, in_force
from tiering.policy import Policy
from tiering.terms import Level

KEPT: Final = 4
"""Snapshots held in memory: this week's, the one before it, and two that somebody looks back to."""

MOST_KEPT: Final = 1024
"""What is remembered of one week: what was found of so many units, the last ones asked for."""

PARENT: Final = {"team": "office", "office": "cluster", "cluster": "area", "area": "all"}
PARTS: Final = {"all": "area", "area": "cluster", "cluster": "office", "office": "team", "team": "offender_manager"}
ENDS_WITHIN: Final = timedelta(days=30)

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]
Value = TypeVar("Value")


class Week:
    """The figures of one stored snapshot; every frame is read when it is first asked for, and once."""

    def __init__(self, store: Store, snapshot: Snapshot) -> None:
        if snapshot.id is None:
            raise ValueError("the snapshot is not stored")
        self._store = store
        self._frames: dict[str, pd.DataFrame] = {}
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()
        self.snapshot = snapshot
        self.number: int = snapshot.id
        self.as_at: date = snapshot.as_at
        self.history_ids: list[int] = json.loads(snapshot.history)

    def frame(self, name: str) -> pd.DataFrame:
        """A frame of the archive."""
        return self._once(name, lambda: archived(self._store, self.number, name))

    @property
    def units(self) -> pd.DataFrame:
        return self._once("units", lambda: _as_judged(self._store.units(self.number)))

    @property
    def hotspots(self) -> pd.DataFrame:
        return self._once("hotspots", lambda: _as_judged(self._store.hotspots(self.number)))

    @property
    def timeliness(self) -> pd.DataFrame:
        return self._once("timeliness", lambda: self._store.timeliness(self.number))

    @property
    def organisation(self) -> pd.DataFrame:
        return self.frame("extract_organisation")

    @property
    def posts(self) -> pd.DataFrame:
        """The posts, with the names of their holders."""
        return self.frame("extract_offender_managers")

    @cached_property
    def places(self) -> Places:
        return Places(self.organisation, self.posts)

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every offender manager, by om_code."""
        return dict(zip(self.posts["om_code"].tolist(), self.posts["om_name"].tolist(), strict=True))

    @cached_property
    def policy(self) -> Policy:
        return policy_of(self.snapshot)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(Rule.model_validate(rule) for rule in json.loads(self.snapshot.rules_json))

    def rule(self, name: str) -> Rule:
        """The rule of that name, as it was in force."""
        return next(rule for rule in self.rules if rule.name == name)

    @cached_property
    def summary(self) -> dict[str, Any]:
        return summary_of(self.snapshot)

    @cached_property
    def red_line(self) -> float:
        return float(self.policy.bands.red_above)

    @cached_property
    def row_of(self) -> dict[tuple[str, str], int]:
        """The row of every unit, by (level, code)."""
        keys = zip(self.units["level"].tolist(), self.units["code"].tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    @cached_property
    def _below(self) -> Mapping[Any, Positions]:
        """The rows of the units of every level and parent."""
        below = self.units.groupby(["level", "parent_code"]).indices
        return {key: np.asarray(rows, dtype=np.int64) for key, rows in below.items()}

    def unit(self, level: str, code: str) -> dict[str, Any] | None:
        """The figures of one unit; None where there is no such unit."""
        row = self.row_of.get((level, code))
        if row is None:
            return None
        return self.kept(("figures", level, code), lambda: records(self.units.iloc[[row]])[0])

    def parts(self, level: str, code: str) -> pd.DataFrame:
        """The units right below one: the hottest first, those without capacity before them."""
        below = self._below.get((PARTS[level], code), np.array([], dtype=np.int64))
        found = self.units.iloc[below]
        stranded = found["available_points"].le(0) & found["total_points"].gt(0)
        order = found.assign(stranded=stranded).sort_values(
            ["stranded", "capacity_percentage", "code"], ascending=[False, False, True]
        )
        return order.drop(columns="stranded")

    def people(self, teams: frozenset[str]) -> pd.DataFrame:
        """The offender managers with a post in the teams, each with the load of the whole person, hottest first."""
        codes = self.posts.loc[self.posts["team_code"].isin(teams), "om_code"].unique()
        rows = [row for code in codes if (row := self.row_of.get((Level.OFFENDER_MANAGER.value, code))) is not None]
        found = self.units.iloc[rows]
        stranded = found["available_points"].le(0) & found["total_points"].gt(0)
        order = found.assign(stranded=stranded, holds=found["available_points"].gt(0) | found["total_points"].gt(0))
        order = order[order["holds"]].sort_values(
            ["stranded", "capacity_percentage", "code"], ascending=[False, False, True]
        )
        return order.drop(columns=["stranded", "holds"])

    def rows(self, frame: str, level: str, code: str) -> Positions:
        """The rows of a case-level frame that belong to a unit or an offender manager, in their order."""
        if level == Level.ALL:
            return np.arange(len(self.frame(frame)))
        nothing = np.array([], dtype=np.int64)
        if level == Level.OFFENDER_MANAGER:
            return self._places_in(frame, "om_code").get(code, nothing)
        of_team = self._places_in(frame, "team_code")
        found = [of_team.get(team, nothing) for team in self.places.teams_of.get((level, code), frozenset())]
        return np.sort(np.concatenate([nothing, *found]))

    def inside(self, frame: str, level: str, code: str) -> Flags:
        """Whether each row of a case-level frame belongs to a unit or an offender manager."""
        flags = np.zeros(len(self.frame(frame)), dtype=bool)
        flags[self.rows(frame, level, code)] = True
        return flags

    def _places_in(self, frame: str, column: str) -> Mapping[Any, Positions]:
        """The rows of every value of a column."""
        found: Mapping[Any, Positions] = self.kept(
            ("places", frame, column),
            lambda: {
                value: np.asarray(rows, dtype=np.int64)
                for value, rows in self.frame(frame).groupby(column).indices.items()
            },
        )
        return found

    def above(self, level: str, code: str) -> list[tuple[str, str, str]]:
        """Level, code and name of the units above one, from the area down."""
        return self.kept(("above", level, code), lambda: self._above(level, code))

    def _above(self, level: str, code: str) -> list[tuple[str, str, str]]:
        levels = ["area", "cluster", "office", "team"]
        if level == Level.OFFENDER_MANAGER:
            unit = self.unit(level, code)
            team = "" if unit is None else str(unit["parent_code"])
            rows = self.organisation[self.organisation["team_code"].eq(team)]
        else:
            levels = levels[: levels.index(level)]
            rows = self.organisation[self.organisation[f"{level}_code"].eq(code)]
        if rows.empty:
            return []
        first = rows.iloc[0]
        return [(one, str(first[f"{one}_code"]), str(first[f"{one}_name"])) for one in levels]

    def story(self, scope: Scope, previous: "Week | None") -> Story:
        """What a scope is told, in the words of its digest; nothing is withheld from those who sign in."""
        return self.kept(
            ("story", scope.level, *scope.codes),
            lambda: tell(picture_of(self, previous), scope, red_line=self.red_line, small_team=1),
        )

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

    def _once(self, name: str, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        frame = self._frames.get(name)
        if frame is None:
            with self._lock:
                frame = self._frames.get(name)
                if frame is None:
                    frame = self._frames[name] = read()
        return frame


class Shelf:
    """The weeks that are looked at, a few in memory."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._weeks: OrderedDict[int, Week] = OrderedDict()
        self._lock = Lock()

    def week(self, as_at: date | None = None) -> Week | None:
        """The newest snapshot of that date, or of all."""
        query = sqlalchemy.select(col(Snapshot.id)).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
        if as_at is not None:
            query = query.where(col(Snapshot.as_at) == as_at)
        with self.store.engine.connect() as connection:
            number = connection.execute(query.limit(1)).scalar()
        return None if number is None else self._taken(number)

    def before(self, week: Week) -> Week | None:
        """The snapshot a week is compared with; None for the first."""
        return self._taken(week.history_ids[-1]) if week.history_ids else None

    def _taken(self, number: int) -> Week:
        with self._lock:
            week = self._weeks.get(number)
            if week is not None:
                self._weeks.move_to_end(number)
                return week
        with Session(self.store.engine, expire_on_commit=False) as session:
            made = Week(self.store, session.get_one(Snapshot, number))
        with self._lock:
            week = self._weeks.setdefault(number, made)
            while len(self._weeks) > KEPT:
                self._weeks.popitem(last=False)
            return week


def _as_judged(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it was before it was stored: counts that may be missing are floats, NaN where they are."""
    counts = [name for name in frame.columns if frame[name].dtype == "Int64"]
    return frame.astype(dict.fromkeys(counts, "float64"))


def picture_of(week: Week, previous: Week | None) -> Picture:
    """The week as a digest draws on it, without what only mail needs; of the history only how many weeks there are."""
    judged = judged_by(week.snapshot, week.policy, week.rules)
    nobody: frozenset[str] = frozenset()
    return Picture(
        as_at=week.as_at,
        revision=week.snapshot.revision,
        policy_title=week.policy.title,
        policy_fingerprint=week.snapshot.policy_fingerprint,
        numbers=judged.count,
        local_assumptions=judged.local_assumptions,
        workload=with_counts(week.units),
        previous=None if previous is None else previous.units,
        previous_as_at=None if previous is None else previous.as_at,
        history=pd.DataFrame({"as_at": [*week.history_ids, week.number]}),
        hotspots=week.hotspots[week.hotspots["rule"].isin([rule.name for rule in week.rules if rule.sent])],
        forecasts=week.frame("forecast"),
        forecast_scores=week.frame("forecast_scores"),
        grades=week.frame("grades"),
        rising_weeks=judged.rising_weeks,
        weeks_needed=judged.weeks_needed,
        timeliness=week.timeliness,
        organisation=week.organisation,
        missing_weeks=tuple(date.fromisoformat(day) for day in week.summary["missing_weeks"]),
        teams_without_data=tuple(week.summary["teams_without_data"]),
        rows_read=week.summary["rows_read"],
        rows_rejected=week.summary["rejected"],
        findings=week.summary["findings"],
        surnames=nobody,
        full_names=nobody,
        crns=nobody,
    )


def course(shelf: Shelf, week: Week, level: str, codes: Sequence[str]) -> pd.DataFrame:
    """Points and capacity of some units of one level together over the weeks, this one last.

    Columns as_at, total_points, available_points, capacity_percentage; a week without a snapshot has no row.
    """
    units, kept = SQLModel.metadata.tables["unit_workload"], SQLModel.metadata.tables["snapshot"]
    unit, snapshot = units.columns, kept.columns
    query = (
        sqlalchemy.select(
            snapshot["as_at"],
            sqlalchemy.func.sum(unit["total_points"]),
            sqlalchemy.func.sum(unit["available_points"]),
        )
        .select_from(units.join(kept))
        .where(
            unit["level"] == level,
            unit["code"].in_(list(codes)),
            unit["snapshot_id"].in_([*week.history_ids, week.number]),
        )
        .group_by(snapshot["as_at"])
        .order_by(snapshot["as_at"])
    )
    with shelf.store.engine.connect() as connection:
        rows = connection.execute(query).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=["as_at", "total_points", "available_points"])
    frame = frame.astype({"total_points": "float64", "available_points": "float64"})
    able = frame["available_points"].to_numpy()
    share = np.divide(100 * frame["total_points"].to_numpy(), able, out=np.full(len(able), np.nan), where=able > 0)
    return frame.assign(capacity_percentage=share)


def expected(week: Week, level: str, code: str) -> pd.DataFrame:
    """What is forecast of a unit, one row a week ahead; empty where there is no forecast of it."""
    rows = week.frame("forecast")
    return rows[rows["level"].eq(level) & rows["code"].eq(code)].sort_values("weeks_ahead")


@dataclass(frozen=True)
class Part:
    """One line of a load or of a change: what it is, how many cases, and points."""

    name: str
    cases: int
    points: float


def load_split(week: Week, level: str, code: str) -> dict[str, list[Part]]:
    """Case points of a unit by tier, by RoSH and by setting, most first within each."""
    cases = week.frame("cases").iloc[week.rows("cases", level, code)]
    found = {}
    for column, missing in (("tier", "untiered"), ("rosh", "unclassified"), ("setting", "")):
        sums = cases.assign(part=cases[column].fillna(missing)).groupby("part")[["number_of_cases", "points"]].sum()
        figures = zip(sums.index, sums["number_of_cases"].tolist(), sums["points"].tolist(), strict=True)
        found[column] = [Part(str(name), count, points) for name, count, points in figures]
    return found


@dataclass(frozen=True)
class Change:
    """Why the total points and the available points of a unit are not what they were: parts add up to each change."""

    before: float
    now: float
    parts: tuple[Part, ...]
    available_before: float
    available_now: float
    available_parts: tuple[HoursPart, ...]
    hours_before: float
    hours_now: float

    @property
    def total(self) -> float:
        return self.now - self.before


def change(week: Week, previous: Week | None, level: str, code: str) -> Change | None:
    """What changed in a unit since the snapshot before; None where either week does not have it.

    A case in both weeks whose points changed is put under the one thing that changed about it: its tier, RoSH, setting
    or activity; under "several at once" where more did, and under "weights" where nothing did but the policy.
    """
    now = week.unit(level, code)
    then = None if previous is None else previous.unit(level, code)
    if previous is None or now is None or then is None:
        return None
    after, before = week.frame("cases"), previous.frame("cases")
    here, there = week.inside("cases", level, code), previous.inside("cases", level, code)
    earlier, later = _paired(week, previous)
    points, points_before = after["points"].to_numpy(), before["points"].to_numpy()
    count, count_before = after["number_of_cases"].to_numpy(), before["number_of_cases"].to_numpy()
    was_here = np.where(earlier >= 0, there[earlier], False)
    is_here = np.where(later >= 0, here[later], False)

    came, moved_in = here & (earlier < 0), here & (earlier >= 0) & ~was_here
    went, moved_out = there & (later < 0), there & (later >= 0) & ~is_here
    stayed = np.flatnonzero(here & was_here)
    parts = [
        Part("New cases", int(count[came].sum()), float(points[came].sum())),
        Part("Cases that ended", -int(count_before[went].sum()), -float(points_before[went].sum())),
        Part("Moved in from elsewhere", int(count[moved_in].sum()), float(points[moved_in].sum())),
        Part("Moved out to elsewhere", -int(count_before[moved_out].sum()), -float(points_before[moved_out].sum())),
        *_reasons(after.iloc[stayed], before.iloc[earlier[stayed]]),
        Part("Duties and reports", 0, float(now["duty_points"] - then["duty_points"])),
    ]
    rest = float(now["total_points"] - then["total_points"]) - math.fsum(part.points for part in parts)
    if abs(rest) > 1e-6:
        parts.append(Part("Rounding of each post", 0, rest))
    return Change(
        before=float(then["total_points"]),
        now=float(now["total_points"]),
        parts=tuple(part for part in parts if part.cases or abs(part.points) > 1e-9),
        available_before=float(then["available_points"]),
        available_now=float(now["available_points"]),
        available_parts=_available(week, previous, level, code),
        hours_before=float(then["contracted_hours"] - then["reduction_hours"]),
        hours_now=float(now["contracted_hours"] - now["reduction_hours"]),
    )


def _available(week: Week, previous: Week, level: str, code: str) -> tuple[HoursPart, ...]:
    """What makes up the change of available points since the snapshot before."""
    posts = week.kept(("posts", previous.number), lambda: paired_posts(week.units, previous.units))
    here, there = (
        inside(posts, level, code, one.places.teams_of.get((level, code), frozenset())) for one in (week, previous)
    )
    parts = available_parts(posts, here, there)
    now, then = week.unit(level, code) or {}, previous.unit(level, code) or {}
    rest = float(now["available_points"] - then["available_points"]) - math.fsum(part.points for part in parts)
    return (*parts, HoursPart("Rounding", 0, rest)) if abs(rest) > 1e-6 else tuple(parts)


def _paired(week: Week, previous: Week) -> tuple[Positions, Positions]:
    """Where each case of a week stands in the week before, and each of that one in this; -1 where it does not."""

    def paired() -> tuple[Positions, Positions]:
        after, before = pd.Index(week.frame("cases")["crn"]), pd.Index(previous.frame("cases")["crn"])
        earlier, later = before.get_indexer(after), after.get_indexer(before)
        return earlier.astype(np.int64), later.astype(np.int64)

    return week.kept(("paired", previous.number), paired)


_REASONS: Final = {
    "Tier changed": ("tier",),
    "RoSH changed": ("rosh",),
    "Setting changed (for example released)": ("setting",),
    "Activity changed (for example a warrant)": ("activity", "number_of_cases"),
}


def _reasons(after: pd.DataFrame, before: pd.DataFrame) -> list[Part]:
    """The changes of points of the same cases, by what changed about them."""
    difference = after["points"].to_numpy() - before["points"].to_numpy()
    changed = {
        reason: np.logical_or.reduce(
            [
                _differs(after[column].to_numpy(dtype=object), before[column].to_numpy(dtype=object))
                for column in columns
            ]
        )
        for reason, columns in _REASONS.items()
    }
    how_many = np.sum(list(changed.values()), axis=0)
    moved = difference != 0
    parts = []
    for reason, flags in changed.items():
        of_it = moved & flags & (how_many == 1)
        parts.append(_reweighed(reason, of_it, difference))
    parts.append(_reweighed("Several of these at once", moved & (how_many > 1), difference))
    parts.append(_reweighed("The weights changed", moved & (how_many == 0), difference))
    return parts


def _reweighed(reason: str, which: Flags, difference: npt.NDArray[np.float64]) -> Part:
    return Part(f"{reason}: {int(which.sum()):,} cases" if which.any() else reason, 0, float(difference[which].sum()))


def _differs(left: npt.NDArray[np.object_], right: npt.NDArray[np.object_]) -> Flags:
    """Where two columns differ; missing is the same as missing."""
    same = (left == right) | (pd.isna(left) & pd.isna(right))
    differs: Flags = ~same.astype(bool)
    return differs


def reductions(week: Week, teams: frozenset[str]) -> pd.DataFrame:
    """The reductions in force of the holders of posts in the teams, those that end soonest first.

    Columns om_code, om_name, team_code, reason, hours, starts_on, ends_on, soon (ends within 30 days).
    """
    held = week.posts[week.posts["team_code"].isin(teams)]
    rows = week.frame("extract_reductions")
    rows = rows[in_force(rows, week.as_at)]
    rows = rows[rows["team_code"].isin(teams) | (rows["team_code"].isna() & rows["om_code"].isin(held["om_code"]))]
    ends = rows["ends_on"].le(pd.Timestamp(week.as_at + ENDS_WITHIN)).fillna(False)
    return rows.assign(om_name=rows["om_code"].map(week.names), soon=ends).sort_values(
        ["ends_on", "om_code"], na_position="last"
    )


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


def spread(people: pd.DataFrame, unit: Mapping[str, Any]) -> Spread:
    """How many offender managers of a unit are over the red line, and how many have room."""
    spare = int(people["band"].eq("spare").sum())
    return Spread(
        int(unit["offender_managers"]),
        int(unit["offender_managers_over"]),
        spare,
        int(unit["offender_managers_without_hours"]),
    )


def post_lines(week: Week, om_code: str) -> pd.DataFrame:
    """The posts of one person with their load: the post's figures, its grade and hours."""
    posts = week.posts[week.posts["om_code"].eq(om_code)]
    rows = [week.row_of[Level.POST.value, f"{team}/{om_code}"] for team in posts["team_code"]]
    figures = week.units.iloc[rows].reset_index(drop=True)
    figures = figures[["cases", "case_points", "duty_points", "total_points", "available_points", "reduction_hours"]]
    names = dict(zip(week.organisation["team_code"], week.organisation["team_name"], strict=True))
    posts = posts.reset_index(drop=True).join(figures)
    return posts.assign(team_name=posts["team_code"].map(names), left=has_left(posts, week.as_at))


def explained_cases(week: Week, sight: Sight, om_code: str) -> pd.DataFrame:
    """Every case a person holds that may be seen, heaviest first, with how many assessments are overdue and due."""
    return _seen(week.kept(("explained", om_code), lambda: _explained(week, om_code)), sight)


def _explained(week: Week, om_code: str) -> pd.DataFrame:
    cases = _held(week, "cases", om_code)
    late, soon = (_held(week, name, om_code)["crn"].value_counts() for name in ("overdue", "due_soon"))
    found = cases.assign(
        overdue=cases["crn"].map(late).fillna(0).astype(int), due_soon=cases["crn"].map(soon).fillna(0).astype(int)
    )
    return found.sort_values(["points", "crn"], ascending=[False, True])


def held_rows(week: Week, sight: Sight, frame: str, om_code: str) -> pd.DataFrame:
    """The rows of a case-level frame that belong to one person and may be seen."""
    return _seen(_held(week, frame, om_code), sight)


def _held(week: Week, frame: str, om_code: str) -> pd.DataFrame:
    return week.kept(
        ("held", frame, om_code), lambda: week.frame(frame).iloc[week.rows(frame, Level.OFFENDER_MANAGER, om_code)]
    )


def _seen(rows: pd.DataFrame, sight: Sight) -> pd.DataFrame:
    seen = sight.rows(rows)
    return rows if seen.all() else rows[seen]


def hot_offender_managers(week: Week) -> frozenset[str]:
    """The codes of those who are hot and late this week."""
    rows = week.hotspots
    live = rows["rule"].eq("hot_and_late") & rows["status"].ne("cleared") & rows["level"].eq(Level.OFFENDER_MANAGER)
    return frozenset(rows.loc[live, "code"])


def late_items(week: Week, sight: Sight) -> pd.DataFrame:
    """Every overdue assessment that may be seen: hot and late first, then by RoSH and how long it is overdue.

    Columns of tiering.assessments.overdue, and om_name, hot (held by somebody hot and late).
    """
    return _seen(week.kept(("late",), lambda: _late_first(week)), sight)


def _late_first(week: Week) -> pd.DataFrame:
    items = week.frame("overdue")
    items = items.assign(
        om_name=items["om_code"].map(week.names).fillna(""), hot=items["om_code"].isin(hot_offender_managers(week))
    )
    return items.sort_values(
        ["hot", "high_risk", "days_overdue", "crn", "rule"], ascending=[False, False, False, True, True]
    )


def found_units(week: Week, sight: Sight, words: str, most: int) -> list[dict[str, Any]]:
    """Units and offender managers whose code or name holds the words, and which may be seen."""
    units = week.units
    wanted = words.casefold()
    levels = units["level"].isin(["area", "cluster", "office", "team", "offender_manager"])
    named = units["name"].str.casefold().str.contains(wanted, regex=False).fillna(False)
    hit = units[levels & (named | units["code"].str.casefold().str.contains(wanted, regex=False))]
    seen = [row for row in records(hit[["level", "code", "name"]]) if sight.may_see(row["level"], row["code"])]
    seen.sort(key=lambda row: (row["code"].casefold() != wanted, row["name"].casefold(), row["level"], row["code"]))
    return seen[:most]


def found_cases(week: Week, sight: Sight, words: str, most: int) -> list[dict[str, Any]]:
    """Cases whose CRN is, or begins with, the words (three characters or more), and which may be seen."""
    if len(words) < 3:
        return []
    cases = week.frame("cases")
    hit = cases[cases["crn"].str.upper().str.startswith(words.upper())]
    hit = hit[sight.rows(hit)].head(most)
    hit = hit.assign(om_code=hit["om_code"].fillna(""), om_name=hit["om_code"].map(week.names).astype("str").fillna(""))
    return records(hit[["crn", "om_code", "om_name", "team_code", "tier", "rosh", "setting", "points"]])


def snapshots(shelf: Shelf) -> list[Snapshot]:
    """Every snapshot, newest first, without the numbers it was computed with."""
    columns = [
        col(Snapshot.as_at),
        col(Snapshot.revision),
        col(Snapshot.created_at),
        col(Snapshot.policy),
        col(Snapshot.policy_fingerprint),
        col(Snapshot.source),
        col(Snapshot.summary),
    ]
    query = sqlalchemy.select(*columns).order_by(col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
    with shelf.store.engine.connect() as connection:
        return [Snapshot(**dict(row._mapping)) for row in connection.execute(query)]


def failed_week(shelf: Shelf) -> str | None:
    """The ISO week of the last weekly run where it failed; None where it did not."""
    query = sqlalchemy.select(col(Run.iso_week), col(Run.status)).order_by(col(Run.started_at).desc()).limit(1)
    with shelf.store.engine.connect() as connection:
        last = connection.execute(query).first()
    return last[0] if last is not None and last[1] == "failed" else None


def runs(shelf: Shelf, most: int) -> list[Run]:
    """The last weekly runs, the newest first."""
    query = select(Run).order_by(col(Run.started_at).desc()).limit(most)
    with Session(shelf.store.engine) as session:
        return list(session.exec(query))
