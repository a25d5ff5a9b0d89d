"""A simulated national service, case by case and post by post, week by week.

Sentences are planned and do not go to plan: people are released early or late, sentences end early or are closed late,
people are recalled, tiers change. Receptions have a season, drift, shocks and more spread than chance. People join,
leave and fall ill. What is planned is in the extract; what really happens is hidden from the forecast.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.caseload import DUTIES, EVENTS, ORGANISATION, REDUCTIONS, TABLES, Caseload

Array = npt.NDArray[Any]

OFFICES, CLUSTERS, AREAS = 300, 84, 7
LIVE_CASES, POSTS = 280_000, 9_900
BURN_IN = 200
SCHEME_DAYS = 56
LAST = date(2026, 11, 20)
TIERS, ROSH = ("1", "2", "3", "4"), ("low", "medium", "high", "very_high")
SETTINGS = ("community", "licence", "custody")
COMMUNITY, LICENCE, CUSTODY = range(3)
NEVER = 10**6
"""A day after every other."""


@dataclass
class People:
    """Cases, one value each; days count from the day the simulation starts, NEVER where there is none planned."""

    number: Array
    team: Array
    tier: Array
    rosh: Array
    setting: Array
    seen: Array
    release_on: Array
    expected_end_on: Array
    really_released: Array
    really_ended: Array

    def kept(self, mask: Array) -> "People":
        return People(*(getattr(self, one.name)[mask] for one in fields(self)))

    def joined(self, other: "People") -> "People":
        return People(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


@dataclass
class Staff:
    """Posts, one value each; ill_until is when an absence really ends, ill_ends_on what the extract says (or NEVER)."""

    team: Array
    hours: Array
    left_on: Array
    refilled_on: Array
    ill_from: Array
    ill_until: Array
    ill_ends_on: Array


@dataclass(frozen=True)
class Week:
    """What the extract of one week holds."""

    number: int
    as_at: date
    day: int
    cases: People
    staff: Staff


class World:
    """A service of ``OFFICES`` offices; the same seed gives the same service."""

    def __init__(self, seed: int, weeks: int, scheme_week: int | None = None, size: float = 1.0) -> None:
        self.random = np.random.default_rng(seed)
        self.weeks = weeks
        self.scheme_week = scheme_week
        self.size = size
        self.cases_ever = 0
        self.freed = 0
        self._organise()
        self._plan_receptions()

    def _organise(self) -> None:
        """Offices of a few to some hundred posts, teams of about twelve, each cluster with its own trend."""
        random = self.random
        share = random.lognormal(0.0, 0.85, OFFICES)
        staff = np.maximum(4, np.round(share / share.sum() * POSTS * self.size)).astype(int)
        cluster = np.concatenate([np.arange(CLUSTERS), random.integers(0, CLUSTERS, OFFICES - CLUSTERS)])
        per_office = np.maximum(1, np.round(staff / 12)).astype(int)
        self.office_of_team = np.repeat(np.arange(OFFICES), per_office)
        self.teams = len(self.office_of_team)
        self.cluster_of_team = cluster[self.office_of_team]
        self.area_of_team = self.cluster_of_team % AREAS
        post_office = np.repeat(np.arange(OFFICES), staff)
        first = np.concatenate([[0], np.cumsum(per_office)[:-1]])
        within = np.arange(len(post_office)) - np.repeat(np.concatenate([[0], np.cumsum(staff)[:-1]]), staff)
        team = first[post_office] + within % per_office[post_office]
        never = np.full(len(team), NEVER)
        hours = random.choice([37.0, 30.0, 22.2, 18.5], len(team), p=[0.72, 0.1, 0.1, 0.08])
        self.staff = Staff(team, hours, never, never.copy(), never.copy(), never.copy(), never.copy())
        self.full_hours = np.bincount(team, hours, minlength=self.teams)

    def _plan_receptions(self) -> None:
        """Mean receptions of every team in every week: size x load x season x drift x shocks."""
        random = self.random
        weeks = self.weeks + BURN_IN
        load = random.normal(0, 0.06, OFFICES)[self.office_of_team] + random.normal(0, 0.04, self.teams)
        walk = np.cumsum(random.normal(0, 0.012, (weeks, CLUSTERS)), axis=0)
        drift = walk - np.linspace(0, 1, weeks)[:, None] * walk[-1] * 0.5
        office = np.zeros((weeks, OFFICES))
        for week in range(1, weeks):
            office[week] = 0.98 * office[week - 1] + random.normal(0, 0.010, OFFICES)
        shocks = np.zeros((weeks, OFFICES))
        for _ in range(random.poisson(OFFICES * weeks / 52 * 0.05)):
            start, length = random.integers(0, weeks), random.integers(10, 60)
            shocks[start : start + length, random.integers(0, OFFICES)] += random.normal(0, 0.2)
        national = np.cumsum(random.normal(0, 0.004, weeks))
        log = load + drift[:, self.cluster_of_team] + (office + shocks)[:, self.office_of_team] + national[:, None]
        base = self.full_hours / self.full_hours.sum() * LIVE_CASES * self.size / 59.0
        self.receptions = base * np.exp(log - log[BURN_IN:].mean()) * self.seasons[:, None]

    @cached_property
    def dates(self) -> list[date]:
        """The Friday of every week, the burn-in's included."""
        total = self.weeks + BURN_IN
        return [LAST - timedelta(weeks=total - 1 - week) for week in range(total)]

    @cached_property
    def seasons(self) -> Array:
        """Courts sit less over Christmas, at Easter and in August."""
        index = np.ones(len(self.dates))
        for week, friday in enumerate(self.dates):
            of_year = friday.isocalendar().week
            index[week] = {52: 0.55, 53: 0.5, 1: 0.65, 2: 1.12, 3: 1.1}.get(of_year, 1.0)
            index[week] *= 0.9 if friday.month == 8 else 1.03 if friday.month in (3, 10, 11) else 1.0
            index[week] *= 0.85 if of_year in (14, 15) else 1.0
        return index

    def run(self) -> Iterator[Week]:
        """Every week after the burn-in, oldest first."""
        cases = self._receive(np.zeros(self.teams, dtype=int), 0)
        for week in range(self.weeks + BURN_IN):
            day = 7 * week
            self._staff_week(day)
            cases = self._case_week(cases, day)
            arrivals = self.random.poisson(self.receptions[week] * self.random.gamma(10.0, 0.1, self.teams))
            cases = cases.joined(self._receive(arrivals, day))
            if week >= BURN_IN:
                yield Week(week - BURN_IN, self.dates[week], day, cases, self.staff)

    def _receive(self, arrivals: Array, day: int) -> People:
        """New cases of each team: orders, people sentenced to custody, people transferred in on licence."""
        random = self.random
        team = np.repeat(np.arange(self.teams), arrivals)
        count = len(team)
        kind = random.choice(3, count, p=[0.66, 0.06, 0.28])
        order = random.choice([26, 52, 78, 104], count, p=[0.22, 0.5, 0.16, 0.12]) * 7
        inside = np.minimum(7 * random.lognormal(np.log(22), 0.8, count), 7 * 150).astype(int) + 7
        licence = np.maximum(inside, 7 * random.integers(13, 60, count))
        start = day - random.integers(0, 14, count)
        release = np.where(kind == CUSTODY, start + inside, NEVER)
        end = np.where(kind == COMMUNITY, start + order, np.where(kind == CUSTODY, release + licence, start + licence))
        people = People(
            number=np.arange(self.cases_ever, self.cases_ever + count),
            team=team,
            tier=random.choice(4, count, p=[0.2, 0.35, 0.3, 0.15]),
            rosh=random.choice(4, count, p=[0.3, 0.45, 0.22, 0.03]),
            setting=kind,
            seen=np.full(count, day),
            release_on=release,
            expected_end_on=end,
            really_released=_astray(random, release, early=0.2, early_days=45, late=0.15, late_days=14),
            really_ended=_astray(random, end, early=0.0, early_days=1, late=0.35, late_days=21),
        )
        self.cases_ever += count
        return people

    def _case_week(self, cases: People, day: int) -> People:
        """What becomes of the cases in a week: planned dates, and what no one planned."""
        random = self.random
        count = len(cases.team)
        if self.scheme_week is not None and day == 7 * (BURN_IN + self.scheme_week):
            freed = (cases.setting == CUSTODY) & (cases.release_on >= day) & (cases.release_on <= day + SCHEME_DAYS)
            self.freed = int(freed.sum())
            cases.release_on = np.where(freed, day, cases.release_on)
            cases.really_released = np.where(freed, day, cases.really_released)
        out = (cases.setting == CUSTODY) & (cases.really_released <= day)
        chance = random.random(count)
        recalled = (cases.setting == LICENCE) & (chance < 0.0035) & (cases.expected_end_on - day > 60)
        cases.setting = np.where(out, LICENCE, np.where(recalled, CUSTODY, cases.setting))
        back = np.minimum(day + random.choice([28, 28, 120], count), cases.expected_end_on - 14)
        cases.release_on = np.where(recalled, back, cases.release_on)
        cases.really_released = np.where(recalled, back + random.integers(-3, 10, count), cases.really_released)
        ended = (cases.really_ended <= day) | ((cases.setting != CUSTODY) & (chance > 1 - 0.0035))
        moved = random.random(count) < 0.006
        cases.tier = np.where(moved, np.clip(cases.tier + random.choice([-1, -1, 1], count), 0, 3), cases.tier)
        return cases.kept(~ended)

    def _staff_week(self, day: int) -> None:
        """Resignations with four weeks' notice, vacancies filled months later, sickness with and without an end."""
        random, staff = self.random, self.staff
        count = len(staff.team)
        back = staff.refilled_on <= day
        leaving = (staff.left_on == NEVER) & (random.random(count) < 0.002)
        left = np.where(back, NEVER, np.where(leaving, day + 28, staff.left_on))
        vacant = day + 28 + (7 * random.exponential(13, count)).astype(int)
        refilled = np.where(back, NEVER, np.where(leaving, vacant, staff.refilled_on))
        ill = (staff.ill_until <= day) | (staff.ill_until == NEVER)
        falls = ill & (random.random(count) < 0.0025)
        length = 7 + (7 * random.exponential(8, count)).astype(int)
        known = random.random(count) < 0.5
        over = staff.ill_until <= day
        began = np.where(falls, day, np.where(over, NEVER, staff.ill_from))
        until = np.where(falls, day + length, np.where(over, NEVER, staff.ill_until))
        said = np.where(falls, np.where(known, day + length, NEVER), np.where(over, NEVER, staff.ill_ends_on))
        self.staff = Staff(staff.team, staff.hours, left, refilled, began, until, said)

    # What the extract says

    @cached_property
    def organisation(self) -> pd.DataFrame:
        """The teams as an extract names them."""
        office, cluster, area = self.office_of_team, self.cluster_of_team, self.area_of_team
        frame = pd.DataFrame(
            {
                "team_code": [f"T{team:04}" for team in range(self.teams)],
                "team_name": [f"Team {team}" for team in range(self.teams)],
                "team_type": "omu",
                "office_code": [f"F{one:03}" for one in office],
                "office_name": [f"Office {one}" for one in office],
                "cluster_code": [f"C{one:02}" for one in cluster],
                "cluster_name": [f"Cluster {one}" for one in cluster],
                "area_code": [f"A{one}" for one in area],
                "area_name": [f"Area {one}" for one in area],
            }
        )
        return frame.astype({column.name: column.kind.dtype for column in ORGANISATION.columns})

    def extract(self, week: Week) -> Caseload:
        """The week as an accepted extract, for tiering.ahead.flow."""
        cases, staff = week.cases, week.staff
        teams = self.organisation["team_code"].to_numpy(dtype=object)
        count, posts = len(cases.team), len(staff.team)
        zero = np.datetime64(week.as_at) - week.day
        table = {
            "crn": [f"X{number:07}" for number in cases.number],
            "om_code": np.full(count, None),
            "team_code": teams[cases.team],
            "tier": np.array(TIERS, dtype=object)[cases.tier],
            "rosh": np.array(ROSH, dtype=object)[cases.rosh],
            "setting": np.array(SETTINGS, dtype=object)[cases.setting],
            "activity": "active",
            "sentence_start": zero + cases.seen,
            "release_on": _dates(zero, cases.release_on),
            "expected_end_on": _dates(zero, cases.expected_end_on),
            "number_of_cases": 1,
        }
        managers = {
            "om_code": [f"P{post:05}" for post in range(posts)],
            "team_code": teams[staff.team],
            "om_name": "Somebody",
            "grade": "PO",
            "contracted_hours": staff.hours,
            "left_on": _dates(zero, staff.left_on),
        }
        ill = staff.ill_from < NEVER
        lost = {
            "om_code": np.array(managers["om_code"], dtype=object)[ill],
            "team_code": teams[staff.team[ill]],
            "reason": "sickness",
            "hours": 60.0,
            "starts_on": _dates(zero, staff.ill_from[ill]),
            "ends_on": _dates(zero, staff.ill_ends_on[ill]),
        }
        return Caseload(
            organisation=self.organisation,
            offender_managers=_table("offender_managers", managers),
            cases=_table("cases", table),
            assessments=TABLES["assessments"].empty(),
            events=EVENTS.empty(),
            duties=DUTIES.empty(),
            reductions=_table("reductions", lost) if ill.any() else REDUCTIONS.empty(),
        )


def _astray(random: Any, planned: Array, early: float, early_days: int, late: float, late_days: int) -> Array:
    """When it really happens: some early, some late, the others on the day."""
    count = len(planned)
    chance = random.random(count)
    before = random.integers(1, early_days + 1, count)
    after = 1 + random.exponential(late_days, count).astype(int)
    real = np.where(chance < early, planned - before, np.where(chance > 1 - late, planned + after, planned))
    return np.where(planned == NEVER, NEVER, real)


def _dates(zero: Any, days: Array) -> Array:
    return np.where(days == NEVER, np.datetime64("NaT", "D"), zero + np.where(days == NEVER, 0, days))


def _table(name: str, values: dict[str, Any]) -> pd.DataFrame:
    """The values as a table of the contract; columns that are not given are missing throughout."""
    table = TABLES[name]
    empty = {column: values.get(column) for column in table.column_names}
    frame = pd.DataFrame(empty, index=pd.RangeIndex(len(next(iter(values.values())))))
    return frame.astype({column.name: column.kind.dtype for column in table.columns})
