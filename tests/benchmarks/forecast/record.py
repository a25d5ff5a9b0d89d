"""The flows and figures of every week of a simulated service, as the product would have stored them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.forecasting.parameters import ForecastNumbers
from tests.benchmarks.forecast.world import (
    CUSTODY,
    LICENCE,
    NEVER,
    ROSH,
    SCHEME_DAYS,
    SETTINGS,
    TIERS,
    Staff,
    Week,
    World,
)
from tiering.caseload import Kind
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.projection import COLUMNS, WEEKS_AHEAD, first_seen_dates, flow
from tiering.terms import Grade, Setting

Array = npt.NDArray[Any]

CONFIG = Path(__file__).parents[3] / "config"
CHECK_EVERY = 52
GONE = WEEKS_AHEAD + 1
KNOWN_EVENT_KINDS = {
    "starts_on": Kind.DATE,
    "ends_on": Kind.DATE,
    "level": Kind.TEXT,
    "code": Kind.TEXT,
    "kind": Kind.TEXT,
    "quantity": Kind.NUMBER,
    "note": Kind.TEXT,
}


@dataclass(frozen=True)
class Record:
    """A service's whole run. flows: stacked by week; points and available: of shape (weeks, teams)."""

    world: World
    dates: list[date]
    flows: pd.DataFrame
    points: Array
    available: Array
    last: Week
    no_events: pd.DataFrame

    @property
    def cases_ever(self) -> int:
        """Cases of the whole run, those that are over included."""
        return self.world.cases_ever

    @property
    def live_cases(self) -> int:
        """Cases held in the last week."""
        return len(self.last.cases.team)


def known_events(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of known events; none without rows."""
    frame = pd.DataFrame(rows, columns=list(KNOWN_EVENT_KINDS))
    return frame.astype({name: kind.dtype for name, kind in KNOWN_EVENT_KINDS.items()})


def record(world: World, policy: Policy, numbers: ForecastNumbers, announced_from: int | None = None) -> Record:
    """Run the service and record every week; a release scheme is known from week ``announced_from`` on.

    The flows are counted here straight from the simulation's arrays, because writing 208 national extracts would
    take most of the time; every ``CHECK_EVERY`` weeks the week is written out as an extract and tiering.ahead.flow
    must say the same.
    """
    weight = np.array(
        [
            [
                [float(policy.tier_points[t][Setting(s)] + policy.rosh_points[r][Setting(s)]) for s in SETTINGS]
                for r in ROSH
            ]
            for t in TIERS
        ]
    )
    kept: list[Array] = []
    dates: list[date] = []
    first_day = None
    scheme = None if world.scheme_week is None else world.dates[len(world.dates) - world.weeks + world.scheme_week]
    for week in world.run():
        first_day = week.day if first_day is None else first_day
        announced = announced_from is not None and week.number >= announced_from
        scheme_day = None
        if announced and world.scheme_week is not None and week.number < world.scheme_week:
            scheme_day = week.day + 7 * (world.scheme_week - week.number)
        counted = _flow(week, world.teams, weight, policy, numbers, first_day, scheme_day)
        if week.number % CHECK_EVERY == CHECK_EVERY - 1:
            _check(counted, world, week, policy, numbers, dates, first_day, scheme if scheme_day else None)
        kept.append(counted)
        dates.append(week.as_at)
    stacked = pd.DataFrame(np.concatenate(kept), columns=COLUMNS[1:])
    stacked.insert(0, "team_code", np.tile(world.organisation["team_code"].to_numpy(dtype=object), len(kept)))
    stacked["team_code"] = stacked["team_code"].astype("str")
    stacked["as_at"] = np.repeat(np.array(dates, dtype="datetime64[s]"), world.teams)
    shape = (len(dates), world.teams)
    return Record(
        world,
        dates,
        stacked,
        stacked["case_points"].to_numpy().reshape(shape),
        stacked["available_0"].to_numpy().reshape(shape),
        week,
        known_events(),
    )


def _flow(
    week: Week,
    teams: int,
    weight: Array,
    policy: Policy,
    numbers: ForecastNumbers,
    first_day: int,
    scheme_day: int | None,
) -> Array:
    """The numbers of a flow frame, counted without frames."""
    cases, day = week.cases, week.day
    points = weight[cases.tier, cases.rosh, cases.setting]
    custody = cases.setting == CUSTODY
    out = np.where(custody, weight[cases.tier, cases.rosh, LICENCE], points)
    release = np.where(custody, cases.release_on, NEVER)
    if scheme_day is not None:
        release = np.where((release >= scheme_day) & (release <= scheme_day + SCHEME_DAYS), scheme_day, release)
    freed = _week_of(release - day, numbers.overdue_release_weeks)
    gone = _week_of(cases.expected_end_on - day, numbers.overdue_end_weeks)
    age = np.where(cases.seen <= first_day, GONE, np.minimum((day - cases.seen) // 7, GONE))
    planned = np.zeros((teams, WEEKS_AHEAD))
    for ahead in range(1, WEEKS_AHEAD + 1):
        then = np.where(gone <= ahead, 0.0, np.where(freed <= ahead, out, points))
        planned[:, ahead - 1] = np.bincount(cases.team, then, minlength=teams)
    arrived = np.bincount(cases.team * (GONE + 1) + age, points, minlength=teams * (GONE + 1))
    arrived = arrived.reshape(teams, GONE + 1)[:, :GONE]
    arrived[:, (day - first_day) // 7 :] = np.nan
    nothing = np.zeros((teams, WEEKS_AHEAD + 2))
    held = np.bincount(cases.team, points, minlength=teams)
    return np.column_stack([held, nothing, arrived, planned, _available(week.staff, teams, policy, day)])


def _week_of(days: Array, overdue_weeks: int) -> Array:
    return np.where(days <= 0, overdue_weeks + 1, np.minimum(-(-days // 7), GONE))


def _available(staff: Staff, teams: int, policy: Policy, day: int) -> Array:
    rate = float(policy.nominal_target[Grade.PO] / policy.default_hours)
    weeks = []
    for then in day + 7 * np.arange(WEEKS_AHEAD + 1):
        absent = (staff.left_on <= then) | ((staff.ill_from <= then) & (staff.ill_ends_on >= then))
        weeks.append(np.bincount(staff.team, np.where(absent, 0.0, rate * staff.hours), minlength=teams))
    return np.column_stack(weeks)


def _check(
    counted: Array,
    world: World,
    week: Week,
    policy: Policy,
    numbers: ForecastNumbers,
    dates: list[date],
    first_day: int,
    scheme: date | None,
) -> None:
    """Hold the counted flow against the product's, on the week written out as an extract."""
    load = world.extract(week)
    weighed = weigh_cases(load.cases, load.offender_managers, policy)
    seen = first_seen_dates(load.cases, None, week.as_at)
    zero = np.datetime64(week.as_at) - week.day
    order = np.argsort(week.cases.number)
    seen["first_seen"] = (zero + np.maximum(first_day, week.cases.seen[order])).astype("datetime64[s]")
    rows = [] if scheme is None else [_scheme(scheme)]
    said = flow(load, weighed, seen, known_events(*rows), policy, numbers, week.as_at)
    np.testing.assert_allclose(said[COLUMNS[1:]].to_numpy(), counted, atol=1e-6)


def _scheme(starts_on: date) -> dict[str, Any]:
    ends_on = pd.Timestamp(starts_on) + pd.Timedelta(days=SCHEME_DAYS)
    place = {"level": "all", "code": "all", "kind": "release", "quantity": 0.0, "note": "announced"}
    return {"starts_on": pd.Timestamp(starts_on), "ends_on": ends_on} | place
