"""Plain rows of weekly figures, the numbers of the rules, and which units are too small to show.

Written from the design and the configuration, never from ``alerts``: the numbers stand here once more.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import inf, nan

Key = tuple[str, str]

LINE = 110.0
CLEAR_BELOW = 105.0
WEEKS_TO_START = WEEKS_TO_END = 3
DECISIONS_AT = (4, 8, 12)
SMALL_TEAM = 5
FULL_TIME = 2176.0
TIMES_USUAL, WEEKS_LEARNED, CHANGES_NEEDED = 2, 26, 4
LEAST_UNITS, LEAST_POINTS_PERCENT, LEAST_LATE = 1, 0.5, 2
WEEKS_BACK = (1, 4, 13)
LOOK_BACK = 208
NEARLY_NOTHING = 1e-6
UPWARDS = ("team", "office", "cluster", "area")
PARTS = {"all": "cluster", "area": "cluster", "cluster": "office", "office": "team", "team": "team"}
PLACES = {"all": "office", "area": "office", "cluster": "office", "office": "team", "team": "team"}
NAMED = ("units", "points", "late")


@dataclass(frozen=True)
class UnitRow:
    """The figures of one unit in one snapshot; late: overdue assessments of high and very high RoSH cases."""

    level: str
    code: str
    name: str
    parent: str
    total: float
    available: float
    people: int
    people_over: int
    people_without_hours: int
    cases: int
    case_points: float
    unallocated: int
    unallocated_points: float
    overdue: int
    late: int
    spo_hours: float

    @property
    def capacity(self) -> float:
        return 100 * self.total / self.available if self.available > 0 else nan

    @property
    def is_stranded(self) -> bool:
        return self.available <= 0 < self.total


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One snapshot.

    weights: what stands for the weights in force.
    became: the code now of each team that has another code, or was merged, since the snapshot before.
    parted: the codes of teams that a split formed or took from.
    """

    as_at: date
    revision: int
    weights: str
    units: dict[Key, UnitRow]
    became: dict[str, str] = field(default_factory=dict)
    parted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """Whose digest it is: the units of one level."""

    level: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """Every snapshot, oldest first, and whether the data of the last one is whole."""

    snapshots: list[Snapshot]
    is_whole: bool = True
    decisions: tuple["PlainDecision", ...] = ()
    proposals: tuple["PlainProposal", ...] = ()
    moves: tuple[tuple[str, list[int]], ...] = ()
    concerns: tuple["PlainConcern", ...] = ()
    coming: tuple["PlainComing", ...] = ()
    firmness: tuple["PlainFirmness", ...] = ()


@dataclass(frozen=True)
class PlainDecision:
    """What was decided about a hotspot of the last week. kind: in words; review_on: None for a withdrawal."""

    rule: str
    level: str
    code: str
    number: int
    as_at: date
    decided_on: date
    kind: str
    owner: str
    review_on: date | None


@dataclass(frozen=True)
class PlainConcern:
    """An offender manager who cannot carry their caseload. teams: of their posts; waits_since: None if answered."""

    teams: tuple[str, ...]
    waits_since: date | None


@dataclass(frozen=True)
class PlainFirmness:
    """In how many draws of so many weights an office is over the line, and in how many it has to be to be firm."""

    office: str
    weights: int
    draws: int
    over: int
    needed: int


@dataclass(frozen=True)
class PlainComing:
    """One thing to come on a day, for a team. person: the mark of who it is for; empty if it is no one's."""

    on: date
    kind: str
    team: str
    person: str


@dataclass(frozen=True)
class PlainProposal:
    """What moves would bring a hot unit. to: code of the office that gets most of its cases, or empty."""

    level: str
    code: str
    cluster: str
    moves: int
    before: float
    after: float
    over_before: int
    over_after: int
    newly_over: int
    to: str
    moves_to: int
    short: float


@dataclass(frozen=True)
class Figures:
    """What a unit's teams of now held in some week; nan where that is not known."""

    total: float
    available: float
    late: float

    @property
    def capacity(self) -> float:
        return 100 * self.total / self.available if self.available > NEARLY_NOTHING else nan

    @property
    def is_stranded(self) -> bool:
        return self.available <= NEARLY_NOTHING and self.total > NEARLY_NOTHING


@dataclass(frozen=True)
class Measured:
    """A scope in one week; nan: not known, or it does not compare."""

    as_at: date
    units: int
    over: float
    stranded: int
    points: float
    available: float
    capacity: float
    late: float


@dataclass(frozen=True)
class Life:
    """How long a unit has been over the line. weeks: so far, or until it ended; since: its first week."""

    is_hot: bool
    was_hot: bool
    weeks: int
    running: int
    since: date | None


def value(week: Measured, name: str) -> float:
    return {"units": week.over, "points": week.points, "late": week.late}[name]


def change_of(then: Measured, now: Measured, name: str) -> float:
    """How far a measure moved; nan where other units are counted than then."""
    if name != "late" and then.units != now.units:
        return nan
    return value(now, name) - value(then, name)


def withheld(rows: dict[Key, UnitRow], reader: Reader) -> set[Key]:
    """The units that are too small to show, and those from which a small one could be calculated."""
    hidden = {key for key, row in rows.items() if key[0] in UPWARDS and 0 < row.people < SMALL_TEAM}
    above = "all"
    for level in reversed(UPWARDS):
        families: dict[str, list[Key]] = {}
        for key in sorted(rows):
            if key[0] == level:
                families.setdefault(rows[key].parent, []).append(key)
        for parent, family in families.items():
            if (above, parent) in hidden:
                hidden |= set(family)
            else:
                hidden |= _hide_more(family, rows, hidden)
        above = level
    if len(reader.codes) > 1:
        hidden |= _hide_more(
            [(reader.level, code) for code in reader.codes if (reader.level, code) in rows], rows, hidden
        )
    return hidden


def _hide_more(family: list[Key], rows: dict[Key, UnitRow], hidden: set[Key]) -> set[Key]:
    """At least two units of a family, with enough people together, or none."""
    gone = [key for key in family if key in hidden]
    shown = sorted((key for key in family if key not in hidden), key=lambda key: (rows[key].people, key))
    more = set()
    while gone and shown and (len(gone) < 2 or sum(rows[key].people for key in gone) < SMALL_TEAM):
        more.add(shown[0])
        gone.append(shown.pop(0))
    return more


def chain_of(week: Snapshot, team: str) -> dict[str, str]:
    """The codes of a team and of the units above it in a week."""
    codes = {"team": team, "all": "all"}
    code = team
    for level, above in pairwise(UPWARDS):
        code = week.units[level, code].parent
        codes[above] = code
    return codes


def weeks_apart(earlier: date, later: date) -> int:
    first, last = (day - timedelta(days=day.weekday()) for day in (earlier, later))
    return (last - first).days // 7


def nearly(said: float, true: float, decimals: int) -> bool:
    """Whether a rounded number is the true one."""
    return abs(said - true) <= 0.5 * 10**-decimals + 1e-6 and abs(true) < inf
