"""Weekly histories of a service: cases arrive, stay and go; offender managers are away, leave and are replaced."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PERSON = "offender manager"
TEAM = 15
WEEKS, WARM_UP = 208, 78
TARGET = 2176.0
POINTS = np.array([33.0, 53.0, 110.0, 60.0, 190.0, 40.0])
STAY = np.array([45.0, 50.0, 60.0, 45.0, 70.0, 70.0])
SHARE = np.array([0.26, 0.26, 0.12, 0.12, 0.03, 0.21])
REPORT_POINTS, REPORTS_A_WEEK, REPORT_WEEKS = 138.0, 0.12, 4
CANDIDATES, SPO_ERROR = 3, 0.06


@dataclass(frozen=True)
class Service:
    """How large a service is."""

    people: int
    offices: int
    clusters: int


NATIONAL = Service(20_000, 300, 84)
SMALL = (Service(2_000, 80, 25), Service(500, 30, 10), Service(200, 12, 4))


@dataclass(frozen=True)
class History:
    """Every offender manager in every snapshot: shape (people, snapshots), beside where each of them works."""

    calendar: Counts
    points: Floats
    available: Floats
    serving: Flags
    team: Counts
    office: Counts
    cluster: Counts


@dataclass(frozen=True)
class Units:
    """One level's units in every snapshot: capacity percentages and offender managers, shape (units, snapshots)."""

    level: str
    calendar: Counts
    capacity: Floats
    size: Floats


def units_of(history: History, level: str) -> Units:
    """The units of a level: sums of points over sums of available points."""
    if level == PERSON:
        total, available, serving = history.points, history.available, history.serving.astype(float)
    else:
        code = {"team": history.team, "office": history.office, "cluster": history.cluster}[level]
        first = np.flatnonzero(np.diff(code, prepend=-1))
        total, available, serving = (
            np.add.reduceat(each, first, axis=0, dtype=float)
            for each in (history.points, history.available, history.serving)
        )
    capacity = np.divide(100 * total, available, out=np.full(total.shape, np.nan), where=available > 0)
    return Units(level, history.calendar, capacity, serving)


def simulate(seed: int, turnover: bool, service: Service = NATIONAL) -> History:
    """A history in which nothing is planted; with turnover, people are off sick for long and posts fall vacant."""
    rng = np.random.default_rng(seed)
    office, cluster = _places(rng, service)
    staff = _Staff(rng, turnover, service.people)
    work = _Work(rng, office, cluster, staff, 0.935 if turnover else 1.0)
    team = np.unique(office * 1000 + _rank_within(office) // TEAM, return_inverse=True)[1]
    taken = _snapshots(rng)
    points, available = np.empty((2, service.people, len(taken)))
    serving = np.empty(points.shape, dtype=bool)
    column = 0
    for week in range(-WARM_UP, WEEKS):
        staff.pass_week(week)
        work.pass_week(week)
        if column < len(taken) and week == taken[column]:
            points[:, column], available[:, column] = work.load(), staff.available()
            serving[:, column] = staff.vacant == 0
            column += 1
    return History(taken, points, available, serving, team, office, cluster)


def season(week: int) -> float:
    """Cases that arrive in a week of the year, beside the mean: few at Christmas, many in January."""
    of_year = week % 52
    special = {51: 0.35, 0: 0.35, 50: 0.8, 1: 1.1, 2: 1.15, 3: 1.15, 4: 1.1, 14: 0.85}
    return special.get(of_year, 0.92 if 30 <= of_year <= 34 else 1.02)


def on_leave(week: int) -> float:
    """Share of people on leave in a week of the year."""
    of_year = week % 52
    return {51: 0.6, 0: 0.5, 14: 0.25}.get(of_year, 0.22 if 30 <= of_year <= 34 else 0.09)


class _Staff:
    """Who is there: weeks of absence or vacancy that are left, of every post."""

    def __init__(self, rng: np.random.Generator, turnover: bool, people: int) -> None:
        self.rng = rng
        self.turnover = turnover
        self.people = people
        self.hours = rng.choice([1.0, 0.8, 0.6], p=[0.7, 0.15, 0.15], size=people)
        self.unwell, self.off, self.vacant = np.zeros((3, people), dtype=np.int64)
        self.recorded = np.zeros(people, dtype=bool)
        self.leave = np.zeros(people, dtype=bool)

    def pass_week(self, week: int) -> None:
        rng = self.rng
        self.leave = rng.random(self.people) < on_leave(week)
        for left in (self.unwell, self.off, self.vacant):
            np.maximum(left - 1, 0, out=left)
        falls = (self.unwell == 0) & (rng.random(self.people) < 0.015)
        self.unwell[falls] = rng.geometric(1 / 1.5, falls.sum())
        self.recorded[falls] = rng.random(falls.sum()) < 0.1
        if self.turnover:
            there = (self.off == 0) & (self.vacant == 0)
            draw = rng.random(self.people)
            sick, gone = there & (draw < 0.0025), there & (draw > 1 - 0.002)
            self.off[sick] = 3 + rng.geometric(1 / 10, sick.sum())
            self.vacant[gone] = 4 + rng.geometric(1 / 12, gone.sum())

    def available(self) -> Floats:
        """Available points: long sickness and vacancies take all hours, recorded short sickness half of them."""
        there = (self.off == 0) & (self.vacant == 0)
        present: Floats = TARGET * self.hours * there * np.where((self.unwell > 0) & self.recorded, 0.5, 1.0)
        return present

    def takes_cases(self) -> Flags:
        free: Flags = ~self.leave & (self.unwell == 0) & (self.off == 0) & (self.vacant == 0)
        return free


class _Work:
    """The stock of cases: of every class and half of its stay, how many each offender manager holds."""

    def __init__(
        self, rng: np.random.Generator, office: Counts, cluster: Counts, staff: _Staff, staffed: float
    ) -> None:
        self.rng, self.office, self.staff = rng, office, staff
        self.first = np.flatnonzero(np.diff(office, prepend=-1))
        self.people = np.bincount(office)
        offices, clusters = len(self.people), cluster.max() + 1
        level = rng.normal(0, 0.04, clusters)[cluster[self.first]] + rng.normal(0.98, 0.055, offices)
        reports = REPORTS_A_WEEK * REPORT_WEEKS * REPORT_POINTS * self.people
        capacity = TARGET * np.bincount(office, staff.hours)
        self.rate = (level * staffed * capacity - reports) / (SHARE * POINTS * STAY).sum()
        self.drift = rng.normal(0, 0.03, offices)
        held = self.rate / self.people
        self.stock = rng.poisson((SHARE * STAY / 2)[:, None, None] * held[office] * np.ones((2, 1))).astype(np.int64)
        self.closes = 1 - np.exp(-2 / STAY)[:, None]
        self.reports = rng.poisson(REPORTS_A_WEEK, (REPORT_WEEKS, len(office)))

    def load(self) -> Floats:
        """Points held by every offender manager, reports of the last weeks among them."""
        held: Floats = POINTS @ self.stock.sum(axis=1) + REPORT_POINTS * self.reports.sum(axis=0)
        return held

    def pass_week(self, week: int) -> None:
        rng, stock, offices = self.rng, self.stock, len(self.people)
        moved = rng.binomial(stock, self.closes[:, None])
        stock -= moved
        stock[:, 1] += moved[:, 0]
        self.drift = 0.98 * self.drift + rng.normal(0, 0.03 * np.sqrt(1 - 0.98**2), offices)
        busy = self.rate * season(week) * np.exp(self.drift) * rng.gamma(12, 1 / 12, offices)
        new = rng.poisson(SHARE[:, None] * busy)
        self._allocate(np.tile(np.arange(offices), len(POINTS)), np.repeat(np.arange(len(POINTS)), offices), new, 0)
        self._take_over()
        self.reports[week % REPORT_WEEKS] = rng.poisson(REPORTS_A_WEEK, len(self.office)) * self.staff.takes_cases()

    def _take_over(self) -> None:
        """Cases of those who left or are off for long go to colleagues of the office, some every week."""
        away = np.flatnonzero((self.staff.off > 0) | (self.staff.vacant > 0))
        if not away.size:
            return
        share = np.where(self.staff.vacant[away] > 0, 0.4, 0.08)
        for half in (0, 1):
            handed = self.rng.binomial(self.stock[:, half, away], share)
            self.stock[:, half, away] -= handed
            kinds = np.repeat(np.arange(len(POINTS)), len(away))
            self._allocate(np.tile(self.office[away], len(POINTS)), kinds, handed, half)

    def _allocate(self, offices: Counts, kinds: Counts, numbers: Counts, half: int) -> None:
        """An SPO gives each case to the least loaded of a few people who are there, as far as the SPO can tell."""
        flat = numbers.ravel()
        where, kind = np.repeat(offices, flat), np.repeat(kinds, flat)
        full = TARGET * self.staff.hours
        for part in (slice(0, None, 2), slice(1, None, 2)):
            load = self.load() / full + self.rng.normal(0, SPO_ERROR, len(self.office))
            load[~self.staff.takes_cases()] = np.inf
            place = self.rng.random((CANDIDATES, len(where[part]))) * self.people[where[part]]
            people = self.first[where[part]] + place.astype(np.int64)
            chosen = people[load[people].argmin(axis=0), np.arange(people.shape[1])]
            np.add.at(self.stock[:, half], (kind[part], chosen), 1)


def _places(rng: np.random.Generator, service: Service) -> tuple[Counts, Counts]:
    """The office and the cluster of every person; offices of 4 to 600 people, most of them small."""
    sizes = np.clip(rng.lognormal(3.8, 1.0, service.offices), 4, 600)
    for _ in range(50):
        sizes = np.clip(sizes * service.people / sizes.sum(), 4, 600)
    people = np.floor(sizes).astype(np.int64)
    people[np.argsort(people)[: service.people - people.sum()]] += 1
    of_office = np.sort(
        np.concatenate(
            [np.arange(service.clusters), rng.integers(0, service.clusters, service.offices - service.clusters)]
        )
    )
    office = np.repeat(np.arange(service.offices), people)
    return office, of_office[office]


def _rank_within(group: Counts) -> Counts:
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - first[group]


def _snapshots(rng: np.random.Generator) -> Counts:
    """Weeks in which there was a snapshot: one in thirty is missing, and once two running."""
    taken = rng.random(WEEKS) > 1 / 30
    taken[150:152] = False
    taken[-1] = True
    return np.flatnonzero(taken)
