"""Calculate what is known about the weeks ahead of every team: planned ends and releases, duties, available points.

Sums here are floats, because the future is not exact. The sums for today agree with tiering.workload.
"""

from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy, Rounding
from tiering.terms import HOURLY_DUTY_KINDS, REPORT_KINDS, DutyKind, Grade, Level, Setting

WEEKS_AHEAD = 12
EVENT_KINDS = ("hours", "points", "release", "rebase")
EVENT_LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
ARRIVED = [f"arrived_{week}" for week in range(WEEKS_AHEAD + 1)]
PLANNED = [f"planned_{week}" for week in range(1, WEEKS_AHEAD + 1)]
DUTIES = [f"duties_{week}" for week in range(WEEKS_AHEAD + 1)]
AVAILABLE = [f"available_{week}" for week in range(WEEKS_AHEAD + 1)]
COLUMNS = ["team_code", "case_points", "report_points", *DUTIES, *ARRIVED, *PLANNED, *AVAILABLE]

_NEVER = WEEKS_AHEAD + 1
_A_DAY = np.timedelta64(1, "D")
_ROUNDING_ERROR = 1e-9

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]


class OverdueWeeks(Protocol):
    """For how many more weeks an end, or a release, counts as still to come when it is overdue."""

    @property
    def overdue_end_weeks(self) -> int: ...

    @property
    def overdue_release_weeks(self) -> int: ...


def first_seen_dates(cases: pd.DataFrame, before: pd.DataFrame | None, as_at: date) -> pd.DataFrame:
    """The as-at date of the first snapshot that held each case: columns crn, first_seen, sorted by crn.

    before: the same frame from the previous snapshot. None for the very first snapshot, in which every case is first
        seen today and its true age is unknown.
    """
    seen = cases[["crn"]].sort_values("crn", ignore_index=True)
    today = pd.Timestamp(as_at).as_unit("s")
    if before is None:
        return seen.assign(first_seen=pd.Series(today, index=seen.index, dtype="datetime64[s]"))
    place = pd.Index(before["crn"]).get_indexer(pd.Index(seen["crn"]))
    known = np.append(before["first_seen"].to_numpy(dtype="datetime64[s]"), today.to_datetime64())
    return seen.assign(first_seen=known[place])


def flow(
    caseload: Caseload,
    weighed: WeighedCases,
    seen: pd.DataFrame,
    known_events: pd.DataFrame,
    policy: Policy,
    numbers: OverdueWeeks,
    as_at: date,
) -> pd.DataFrame:
    """Calculate what each team holds, has recently received and can expect.

    known_events: columns starts_on, ends_on, level, code, kind, quantity, note. The extract is assumed to include an
        event from its first day.

    Returns one row per team, sorted by team_code; columns ``COLUMNS``, all in points:

    - case_points: all cases, unallocated ones included
    - report_points: reports completed in the policy's window
    - duties_h: hourly duties in force h weeks from now
    - arrived_a: points now of the cases first seen a calendar weeks ago; missing for the week of the very first
      snapshot and for every week before it
    - planned_h: what the cases now held will weigh h weeks from now if every planned date is kept
    - available_h: available points h weeks from now

    A case is gone, or on licence, in the first snapshot on or after its date.
    """
    teams = caseload.organisation.sort_values("team_code", ignore_index=True)
    codes = pd.Index(teams["team_code"])
    today = np.datetime64(as_at, "s")
    days = today + np.arange(WEEKS_AHEAD + 1) * 7 * _A_DAY
    team = codes.get_indexer(pd.Index(caseload.cases["team_code"])).astype(np.int64)
    points = weighed.frame["points"].to_numpy(dtype=float)

    reports, duties = _duties(caseload, codes, policy, days)
    available = _available_points(caseload, teams, policy, days)
    known = _KnownEvents(known_events, teams, available[:, 0], days)
    case_points = _sum_groups(team, points, len(teams))
    planned = _planned_points(caseload, points, team, known, policy, numbers)
    hour = _rates(teams["team_type"], policy) * float(policy.nominal_target[Grade.PO] / policy.default_hours)
    frame = pd.DataFrame(
        np.column_stack(
            [
                case_points,
                reports,
                duties,
                _arrived_points(caseload.cases, seen, points, team, len(teams), as_at),
                np.maximum(0.0, planned + known.change("points"))[:, 1:],
                np.maximum(0.0, available + known.change("hours") * hour[:, None]),
            ]
        ),
        columns=COLUMNS[1:],
    )
    frame.insert(0, "team_code", teams["team_code"])
    return frame


class _KnownEvents:
    """Events known beforehand, by the teams and weeks they touch."""

    def __init__(self, events: pd.DataFrame, teams: pd.DataFrame, available: Floats, days: Days) -> None:
        self.kinds = events["kind"].to_numpy(dtype=object)
        self.quantity = events["quantity"].to_numpy(dtype=float)
        self.starts = events["starts_on"].to_numpy(dtype="datetime64[s]")
        self.ends = events["ends_on"].to_numpy(dtype="datetime64[s]")
        self.days = days
        places = list(zip(events["level"], events["code"], strict=True))
        member = [_members(teams, level, code) for level, code in places]
        self.member: Flags = np.array(member, dtype=bool).reshape(len(events), len(teams))
        self.weight = available

    def change(self, kind: str) -> Floats:
        """How much more or less of a kind there is than today, of shape (teams, weeks)."""
        of_kind = self.kinds == kind
        member = self.member[of_kind]
        weight = np.where(member, self.weight, 0.0)
        weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, member.astype(float))
        total = weight.sum(axis=1, keepdims=True)
        share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        force = _in_force_by_day(self.starts[of_kind], self.ends[of_kind], self.days).astype(float)
        change: Floats = share.T @ (self.quantity[of_kind, None] * (force - force[:, :1]))
        return change

    def move_releases(self, release_on: Days, team: Places) -> Days:
        """Bring release dates of people in custody forward to every release scheme that is still to come."""
        for number in np.flatnonzero((self.kinds == "release") & (self.starts > self.days[0])):
            inside = (release_on >= self.starts[number]) & ~(release_on > self.ends[number])
            release_on = np.where(inside & self.member[number, team], self.starts[number], release_on)
        return release_on


def _members(teams: pd.DataFrame, level: str, code: str) -> Flags:
    if level == Level.ALL:
        return np.ones(len(teams), dtype=bool)
    return teams[f"{level}_code"].eq(code).to_numpy(dtype=bool)


def _arrived_points(
    cases: pd.DataFrame, seen: pd.DataFrame, points: Floats, team: Places, teams: int, as_at: date
) -> Floats:
    """Points now of the cases first seen 0, 1, ... weeks ago, of shape (teams, weeks)."""
    place = pd.Index(seen["crn"]).get_indexer(pd.Index(cases["crn"]))
    first = seen["first_seen"].to_numpy(dtype="datetime64[D]")
    ages = _monday(np.array(as_at, dtype="datetime64[D]")) - _monday(first)
    weeks = (ages // np.timedelta64(7, "D")).astype(np.int64)
    oldest = int(weeks.max(initial=0))
    age = np.minimum(weeks, _NEVER)[place]
    arrived = _sum_groups(team * (_NEVER + 1) + age, points, teams * (_NEVER + 1)).reshape(teams, _NEVER + 1)[
        :, :_NEVER
    ]
    arrived[:, min(oldest, _NEVER) :] = np.nan
    return arrived


def _monday(days: Days) -> Days:
    """The Monday of each date's week; 1 January 1970 was a Thursday."""
    monday: Days = days - ((days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    return monday


def _planned_points(
    caseload: Caseload, points: Floats, team: Places, known: _KnownEvents, policy: Policy, numbers: OverdueWeeks
) -> Floats:
    """Points of the cases now held, now and in each week ahead, if planned dates are kept; of shape (teams, weeks)."""
    cases = caseload.cases
    custody = cases["setting"].eq(Setting.CUSTODY).to_numpy(dtype=bool)
    inside = cases[custody].assign(setting=pd.Series(Setting.LICENCE.value, index=cases.index[custody], dtype="str"))
    out = points.copy()
    out[custody] = weigh_cases(inside, caseload.offender_managers, policy).frame["points"].to_numpy(dtype=float)

    release_on = cases["release_on"].to_numpy(dtype="datetime64[s]")
    release_on = np.where(custody, known.move_releases(release_on, team), np.datetime64("NaT", "s"))
    released = _week_of(release_on, known.days[0], numbers.overdue_release_weeks)
    ended = _week_of(cases["expected_end_on"].to_numpy(dtype="datetime64[s]"), known.days[0], numbers.overdue_end_weeks)

    teams, width = len(known.weight), _NEVER + 1
    before_end = released < ended
    gain = np.where(before_end, out - points, 0.0)
    loss = np.where(before_end, out, points)
    steps = _sum_groups(team * width + released, gain, teams * width) - _sum_groups(
        team * width + ended, loss, teams * width
    )
    start = _sum_groups(team, points, teams)
    planned: Floats = start[:, None] + np.cumsum(steps.reshape(teams, width)[:, :_NEVER], axis=1)
    return planned


def _week_of(day: Days, today: np.datetime64, overdue_weeks: int) -> Places:
    """The first week ahead whose date is on or after each day; an overdue day counts for ``overdue_weeks`` more."""
    unknown = np.isnat(day)
    ahead = ((np.where(unknown, today, day) - today) // _A_DAY).astype(np.int64)
    weeks = np.where(ahead <= 0, overdue_weeks + 1, -(-ahead // 7))
    week: Places = np.where(unknown, _NEVER, np.minimum(weeks, _NEVER))
    return week


def _duties(caseload: Caseload, codes: "pd.Index[str]", policy: Policy, days: Days) -> tuple[Floats, Floats]:
    """Points of the reports in the policy's window today, and of the hourly duties in force in each week."""
    duties = caseload.duties
    managers = caseload.offender_managers
    team = codes.get_indexer(pd.Index(duties["team_code"])).astype(np.int64)
    starts = duties["starts_on"].to_numpy(dtype="datetime64[s]")
    quantity = duties["quantity"].to_numpy(dtype=float)
    worth = {str(kind): float(policy.report_points[DutyKind(kind)]) for kind in REPORT_KINDS}
    completed = (starts > days[0] - policy.report_window * _A_DAY) & (starts <= days[0])
    reports = duties["kind"].map(worth).fillna(0.0).to_numpy(dtype=float) * quantity * completed

    post = pd.MultiIndex.from_frame(managers[["om_code", "team_code"]])
    target = {grade.value: float(points / policy.default_hours) for grade, points in policy.nominal_target.items()}
    hour = managers["grade"].map(target).fillna(0).to_numpy(dtype=float)
    hourly = duties["kind"].isin(HOURLY_DUTY_KINDS).to_numpy(dtype=bool)
    place = post.get_indexer(pd.MultiIndex.from_frame(duties.loc[hourly, ["om_code", "team_code"]]))
    force = _in_force_by_day(starts[hourly], duties["ends_on"].to_numpy(dtype="datetime64[s]")[hourly], days)
    points = (hour[place] * quantity[hourly])[:, None] * force
    return _sum_groups(team, reports, len(codes)), _sum_columns(team[hourly], points, len(codes))


def _available_points(caseload: Caseload, teams: pd.DataFrame, policy: Policy, days: Days) -> Floats:
    """Available points of each team in each week, of shape (teams, weeks)."""
    posts = caseload.offender_managers
    hours = posts["contracted_hours"].to_numpy(dtype=float)
    left_on = posts["left_on"].to_numpy(dtype="datetime64[s]")
    held = np.where(left_on[:, None] <= days, 0.0, hours[:, None])
    net = np.clip(held - _lost_hours(caseload, held, days), 0.0, None)
    team = pd.Index(teams["team_code"]).get_indexer(pd.Index(posts["team_code"])).astype(np.int64)
    target = {grade.value: float(points / policy.default_hours) for grade, points in policy.nominal_target.items()}
    # A post of unknown grade has no target.
    hour = posts["grade"].map(target).fillna(0).to_numpy(dtype=float)
    points = (hour * _rates(teams["team_type"], policy)[team])[:, None] * net
    if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        points = np.floor(points + _ROUNDING_ERROR)
    return _sum_columns(team, points, len(teams))


def _lost_hours(caseload: Caseload, held: Floats, days: Days) -> Floats:
    """Hours by which each post is reduced in each week; a reduction without a team is spread over the posts held."""
    posts, reductions = caseload.offender_managers, caseload.reductions
    force = _in_force_by_day(
        reductions["starts_on"].to_numpy(dtype="datetime64[s]"),
        reductions["ends_on"].to_numpy(dtype="datetime64[s]"),
        days,
    )
    hours = reductions["hours"].to_numpy(dtype=float)[:, None] * force
    person, people = pd.factorize(posts["om_code"])
    named = reductions["team_code"].notna().to_numpy(dtype=bool)
    post = pd.MultiIndex.from_frame(posts[["om_code", "team_code"]])
    place = post.get_indexer(pd.MultiIndex.from_frame(reductions.loc[named, ["om_code", "team_code"]]))
    own = _sum_columns(place.astype(np.int64), hours[named], len(posts))
    whose = pd.Index(people).get_indexer(pd.Index(reductions.loc[~named, "om_code"])).astype(np.int64)
    spread = _sum_columns(whose, hours[~named], len(people))[person]
    total = _sum_columns(person.astype(np.int64), held, len(people))[person]
    lost: Floats = own + spread * np.divide(held, total, out=np.zeros_like(held), where=total > 0)
    return lost


def _rates(team_types: "pd.Series[str]", policy: Policy) -> Floats:
    factor = {kind.value: float(share) for kind, share in policy.team_type_factor.items()}
    rates: Floats = np.asarray(team_types.map(factor), dtype=np.float64)
    return rates


def _in_force_by_day(starts: Days, ends: Days, days: Days) -> Flags:
    """Whether each row is in force on each day, of shape (rows, days); a row without an end stays in force."""
    force: Flags = (starts[:, None] <= days) & ~(ends[:, None] < days)
    return force


def _sum_columns(groups: Places, values: Floats, size: int) -> Floats:
    """Sums of the rows of each group, column by column."""
    sums: Floats = np.stack([_sum_groups(groups, column, size) for column in values.T], axis=1)
    return sums


def _sum_groups(groups: Places, values: Floats, size: int) -> Floats:
    """The sum of each group's values as floats; bincount of an empty array would be whole numbers."""
    sums: Floats = np.bincount(groups, values, minlength=size).astype(float)
    return sums
