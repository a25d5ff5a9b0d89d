"""The countersigned plans that a second SPO reads again, what they found, and why there are none."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from alerts.people import Person, Role
from monitor.snapshots.contracts.read_off import BENCHMARK_PLANS
from monitor.snapshots.follow_through.readings import (
    Reading,
    ReadPlan,
    count_readings,
    read_readings,
    readings_in_force,
)
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from tiering.capacity import has_left
from tiering.policies.policy import Policy
from tiering.terms import Grade


class Lack(StrEnum):
    """Why no plan is drawn."""

    NO_NUMBER = "no_number"  # the policy does not say how many
    NO_DATES = "no_dates"  # the extract has no date of any countersignature
    NO_SPO = "no_spo"  # the extract has no SPO in post
    NO_PLAN = "no_plan"  # none was countersigned in that month


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """One plan to read again.

    - spo_code, spo: the SPOs of its team. second_spo: the name of the one who reads it; empty if there is no other.
    - drawn, countersigned: plans of this RoSH drawn for these SPOs, and how many they are drawn from.
    - is_outside: outside the reader's scope, who reads it as the second SPO; om_code is then missing.
    """

    spo_code: str
    spo: str
    second_spo: str
    crn: str
    om_code: str | None
    om_name: str
    team_code: str
    office_code: str
    rosh: str | None
    kind: str
    completed_on: datetime
    countersigned_on: datetime
    drawn: int
    countersigned: int
    is_outside: bool

    @property
    def plan(self) -> ReadPlan:
        return ReadPlan(self.crn, self.kind, self.completed_on.date(), self.countersigned_on.date())


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often second SPOs agree in one office.

    - drawn, read, agreed: plans of the month of the list.
    - read_in_year, agreed_in_year: plans read in the year up to the day.
    """

    office_code: str
    office: str
    drawn: int
    read: int
    agreed: int
    read_in_year: int
    agreed_in_year: int


_YEAR: Final = timedelta(weeks=52)


def benchmark_rows(
    week: SnapshotView, sight: Visibility, level: str, code: str, *, given: bool = False
) -> pd.DataFrame:
    """Return the plans drawn in a unit as far as they may be seen, SPO by SPO, the highest RoSH first.

    - given: also those of any unit that the reader is the second SPO of, without who holds their cases.

    The columns are those of the frame, and om_name, spo and second_spo: names; is_outside: not in the reader's scope.
    """
    table = week.indexed(BENCHMARK_PLANS.name)
    own = np.zeros(len(table.frame), dtype=bool)
    own[week.rows_in(table, level, code)] = True
    own &= sight.rows(table.frame)
    seconds = table.frame["second_spo_code"].tolist()
    theirs = np.array([given and is_second(sight.person, second) for second in seconds], dtype=bool)
    rows = table.frame[own | theirs]
    outside = ~sight.rows(rows)
    named: pd.DataFrame = rows.assign(
        om_code=rows["om_code"].mask(outside),
        is_outside=outside,
    )
    named = named.assign(
        om_name=named["om_code"].map(week.names).fillna(""),
        spo=[_names_of(week, codes) for codes in rows["spo_code"]],
        second_spo=rows["second_spo_code"].map(week.names).fillna(""),
        rank=rows["rosh"].map({"very_high": 0, "high": 1, "medium": 2, "low": 3}).fillna(4),
    )
    return named.sort_values(["spo_code", "team_code", "rank", "crn"], ignore_index=True).drop(columns="rank")


def is_second(person: Person, second_spo_code: object) -> bool:
    """Whether a person is the second SPO of a plan, as far as the people file has their code."""
    return person.role is Role.SPO and person.om_code is not None and person.om_code == second_spo_code


def countersigned(person: Person, spo_code: str) -> bool:
    """Whether a person is among the SPOs whose countersignature a plan counts as, as far as their code is known."""
    return person.role is Role.SPO and person.om_code in spo_code.split("; ")


def lack_of_list(week: SnapshotView) -> Lack:
    """Return why a snapshot has no plan to read again, asked once."""
    lack: Lack = week.memo.get(
        ("lack of plans",),
        lambda: lack_of_plans(week.policy, week.load("extract_assessments"), week.posts, week.as_at),
    )
    return lack


def lack_of_plans(policy: Policy, assessments: pd.DataFrame, posts: pd.DataFrame, as_at: date) -> Lack:
    """Return why an extract has no plan to read again, the first reason that holds."""
    if policy.countersigning_sample is None:
        return Lack.NO_NUMBER
    if not assessments["countersigned_on"].notna().any():
        return Lack.NO_DATES
    in_post = posts["grade"].eq(Grade.SPO) & ~has_left(posts, as_at)
    return Lack.NO_PLAN if in_post.any() else Lack.NO_SPO


def _names_of(week: SnapshotView, codes: str) -> str:
    return ", ".join(week.names.get(code, code) for code in codes.split("; "))


def key_of(plan: ReadPlan) -> str:
    """Return what stands for a plan in an address, which has no CRN in it."""
    return hashlib.sha256("|".join(map(str, plan)).encode()).hexdigest()[:20]


def readings_in(cache: SnapshotCache, week: SnapshotView) -> tuple[Reading, ...]:
    """Return every second reading, oldest first."""
    engine = cache.store.engine
    return week.recent.get(("second readings", *count_readings(engine)), lambda: tuple(read_readings(engine)))


def by_plan(readings: Iterable[Reading]) -> Mapping[ReadPlan, Reading]:
    """Return the latest second reading of each plan that is still known."""
    return {reading.plan: reading for reading in readings if reading.plan is not None}


def agreement_by_office(
    week: SnapshotView, rows: pd.DataFrame, sight: Visibility, readings: Iterable[Reading], day: date
) -> tuple[Agreement, ...]:
    """Count by office how many plans were drawn and read, and how often the second SPO agrees, by name of the office.

    - rows: the plans of the list, as ``benchmark_rows`` has them; their offices alone count.
    - readings: those of teams that are now in these offices and may be seen.
    """
    drawn = Counter(rows["office_code"].tolist())
    months = {stamp.date() for stamp in rows["month"]}
    counts: Counter[tuple[str, str]] = Counter()
    for reading in readings_in_force(readings):
        office = week.places.parent_of.get(("team", reading.team_code), "")
        if not sight.may_see("team", reading.team_code):
            continue
        if reading.month in months:
            counts[office, "read"] += 1
            counts[office, "agreed"] += reading.agrees
        if day - _YEAR < reading.read_on <= day:
            counts[office, "read_in_year"] += 1
            counts[office, "agreed_in_year"] += reading.agrees
    names = ("read", "agreed", "read_in_year", "agreed_in_year")
    units = {office: week.unit("office", office) for office in drawn}
    found = [
        Agreement(office, unit.name if unit else office, drawn[office], *(counts[office, name] for name in names))
        for office, unit in units.items()
    ]
    return tuple(sorted(found, key=lambda agreement: (agreement.office, agreement.office_code)))
