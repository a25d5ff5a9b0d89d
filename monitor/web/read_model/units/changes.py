"""What a unit's load is made of, and why load and capacity are not what they were: parts that add up to each change."""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.detection.organisation.unit_history import code_before
from alerts.wording import count_of
from monitor.web.read_model.index import REASONS, Flags, Pairing, Positions, pairing_of, split_of
from monitor.web.read_model.snapshot import SnapshotView
from tiering.terms import Level
from tiering.workload import keys_of_posts

BEGAN: Final = "Posts that began, or came with their team"
ENDED: Final = "Posts that ended, or left with their team"
_REASONS_OF_HOURS: Final = {
    (True, False): "Contracted hours changed",
    (False, True): "Reductions began, changed or ended",
    (True, True): "Contracted hours and reductions changed",
    (False, False): "Grade, kind of team or target changed",
}
"""Why the points of a post changed, by whether its contracted hours did, and its reductions."""

_FIGURES: Final = ["available_points", "contracted_hours", "reduction_hours"]
_MISSING: Final = {"tier": "untiered", "rosh": "unclassified", "setting": ""}

_ROUNDING: Final = 1e-6
"""Points: a rest below this comes from adding floats, and gets no line of its own."""

_SAME: Final = 1e-9
"""Points or hours: figures closer than this are the same."""


@dataclass(frozen=True)
class LoadPart:
    """One line of a load or of a change: what it is, how many cases, and points."""

    name: str
    cases: int
    points: float


@dataclass(frozen=True)
class HoursPart:
    """One reason for a change of available points: of how many posts, and how many points."""

    name: str
    posts: int
    points: float


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


def load_split(week: SnapshotView, level: str, code: str) -> dict[str, list[LoadPart]]:
    """Return the case points of a unit by tier, by RoSH and by setting, each in the order of its values."""
    cases, rows = week.frame("cases"), week.rows("cases", level, code)
    count, points = cases["number_of_cases"].to_numpy(dtype=np.float64), cases["points"].to_numpy()
    parts = {}
    for column, missing in _MISSING.items():
        split = week.memo.get(("split", column), partial(split_of, cases[column], missing))
        sums = split.sums(rows, count, points)
        parts[column] = [LoadPart(value, int(how_many), of_points) for value, (how_many, of_points) in sums]
    return parts


def explain_change(week: SnapshotView, previous: SnapshotView | None, level: str, code: str) -> LoadChange | None:
    """Return what changed in a unit since the snapshot before.

    None if either week does not have the unit, if its code stood for another one, or if the weights changed. A case in
    both weeks whose points changed is put under the one thing that changed about it: its tier, RoSH, setting or
    activity; under "several at once" if more did.
    """
    now, earlier = week.unit(level, code), code_before(level, code, week.changes)
    then = None if previous is None or earlier is None else previous.unit(level, earlier)
    if previous is None or earlier is None or now is None or then is None or not week.compares_with(previous):
        return None
    parts = [
        *_changes_of_cases(week, previous, level, code, earlier),
        LoadPart("Duties and reports", 0, now.duty_points - then.duty_points),
    ]
    rest = now.total_points - then.total_points - math.fsum(part.points for part in parts)
    if abs(rest) > _ROUNDING:
        parts.append(LoadPart("Rounding of each post", 0, rest))
    return LoadChange(
        before=then.total_points,
        now=now.total_points,
        parts=tuple(part for part in parts if part.cases or abs(part.points) > _SAME),
        available_before=then.available_points,
        available_now=now.available_points,
        available_parts=_changes_of_hours(
            week, previous, level, code, earlier, now.available_points - then.available_points
        ),
        hours_before=then.contracted_hours - then.reduction_hours,
        hours_now=now.contracted_hours - now.reduction_hours,
    )


def _changes_of_cases(
    week: SnapshotView, previous: SnapshotView, level: str, code: str, earlier_code: str
) -> Iterator[LoadPart]:
    """Say what happened to every case of the unit in either week, added up by what that was."""
    after, before = week.frame("cases"), previous.frame("cases")
    here, there = week.rows("cases", level, code), previous.rows("cases", level, earlier_code)
    # A week is always compared with the same one before it, so that one is no part of the key.
    pairing: Pairing = week.memo.get(("paired cases",), lambda: pairing_of(after, before))
    earlier, later = pairing.earlier[here], pairing.later[there]
    # -1, not in the other week, picks the last flag; the comparison with 0 leaves it out again.
    was_here = (earlier >= 0) & _flags(len(before), there)[earlier]
    is_here = (later >= 0) & _flags(len(after), here)[later]
    stayed = here[was_here]
    yield _sum_cases("New cases", after, here[earlier < 0])
    yield _sum_cases("Cases that ended", before, there[later < 0], sign=-1)
    yield _sum_cases("Moved in from elsewhere", after, here[(earlier >= 0) & ~was_here])
    yield _sum_cases("Moved out to elsewhere", before, there[(later >= 0) & ~is_here], sign=-1)
    yield from _changes_of_points(pairing.reason[stayed], pairing.difference[stayed])


def _sum_cases(name: str, cases: pd.DataFrame, rows: Positions, sign: int = 1) -> LoadPart:
    count, points = cases["number_of_cases"].to_numpy()[rows], cases["points"].to_numpy()[rows]
    return LoadPart(name, sign * int(count.sum()), sign * float(points.sum()))


def _flags(size: int, rows: Positions) -> Flags:
    """Return which of ``size`` rows are among these; one flag at least, which -1 may pick."""
    flags = np.zeros(max(size, 1), dtype=bool)
    flags[rows] = True
    return flags


def _changes_of_points(reason: npt.NDArray[np.int8], difference: npt.NDArray[np.float64]) -> Iterator[LoadPart]:
    """Add up the changes of points of cases in both weeks, by what changed about them."""
    for number, says in enumerate(REASONS):
        which = reason == number
        name = f"{says}: {count_of(int(which.sum()), 'case')}" if which.any() else says
        yield LoadPart(name, 0, float(difference[which].sum()))


def _changes_of_hours(
    week: SnapshotView, previous: SnapshotView, level: str, code: str, earlier_code: str, gain: float
) -> tuple[HoursPart, ...]:
    """Return what makes up the change of available points since the previous snapshot; gain: the whole change."""
    paired = week.memo.get(("paired posts",), lambda: pair_posts(week.units, previous.units))
    here, there = (
        posts_inside(paired, level, its_code, view.places.teams_of.get((level, its_code), frozenset()))
        for view, its_code in ((week, code), (previous, earlier_code))
    )
    parts = available_parts(paired, here, there)
    rest = gain - math.fsum(part.points for part in parts)
    return (*parts, HoursPart("Rounding", 0, rest)) if abs(rest) > _ROUNDING else tuple(parts)


def pair_posts(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return every post of two weeks with its figures in both, 0 in the week it was not there.

    * now, before: units of the two weeks
    * returns columns team_code, om_code, and available_points, contracted_hours and reduction_hours, each with ``_now``
      and ``_before``
    """
    weeks = _posts(now).add_suffix("_now"), _posts(before).add_suffix("_before")
    return weeks[0].join(weeks[1], how="outer").fillna(0.0).reset_index()


def available_parts(paired: pd.DataFrame, here: Flags, there: Flags) -> list[HoursPart]:
    """Return what makes up the change: of the posts that are ``here`` now, against those that were ``there`` before."""
    now = {name: paired[f"{name}_now"].to_numpy() * here for name in _FIGURES}
    before = {name: paired[f"{name}_before"].to_numpy() * there for name in _FIGURES}
    differs = {name: np.abs(now[name] - before[name]) > _SAME for name in _FIGURES}
    gain = now["available_points"] - before["available_points"]
    works, worked = now["contracted_hours"] > 0, before["contracted_hours"] > 0
    flags = {BEGAN: works & ~worked, ENDED: worked & ~works}
    for (hours, reductions), name in _REASONS_OF_HOURS.items():
        alike = (differs["contracted_hours"] == hours) & (differs["reduction_hours"] == reductions)
        flags[name] = alike & (works == worked)
    moved = differs["available_points"]
    parts = [HoursPart(name, int((moved & flag).sum()), math.fsum(gain[moved & flag])) for name, flag in flags.items()]
    return [part for part in parts if part.posts]


def posts_inside(paired: pd.DataFrame, level: str, code: str, teams: Collection[str]) -> Flags:
    """Return which posts belong to an offender manager, to the whole service, or to a unit of these teams."""
    if level == Level.OFFENDER_MANAGER:
        return paired["om_code"].eq(code).to_numpy(dtype=bool)
    if level == Level.ALL:
        return np.ones(len(paired), dtype=bool)
    return paired["team_code"].isin(list(teams)).to_numpy(dtype=bool)


def _posts(units: pd.DataFrame) -> pd.DataFrame:
    return keys_of_posts(units).join(units[_FIGURES]).set_index(["team_code", "om_code"])
