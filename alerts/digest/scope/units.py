"""The units of one scope with their figures, each marked if no email may show them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from alerts.detection import phrases
from alerts.digest.privacy import LEVELS, SMALL, ReaderScope, withheld_units
from alerts.digest.week_facts import WeekFacts, records
from alerts.wording import clean, missing_capacity, percent_at

ABOVE: Final = {"team": "office", "office": "cluster", "cluster": "area"}
_NO_SUMS: Final = ("capacity", "before", "span", "longest_wait", "red_line")

Rows = Sequence[Mapping[str, Any]]
Key = tuple[str, str]


@dataclass(frozen=True)
class Unit:
    """A unit and its figures.

    before: capacity percentage in the previous snapshot; NaN if not known.
    span: offender managers per full-time SPO; NaN without SPO hours.
    high_risk_due_soon: NaN if not known.
    awaiting: plans of high RoSH cases without a countersignature.
    longest_wait: in days.
    oversight_overdue, oversight_high_risk_overdue: beyond assessments; 0 where a service records none of it.
    red_line: per cent of capacity; NaN for a unit that is not judged by one.
    """

    level: str
    code: str
    name: str
    parent: str
    place: str
    offender_managers: int
    over: int
    without_hours: int
    contracted_hours: float
    reduction_hours: float
    cases: int
    case_points: float
    unallocated_cases: int
    unallocated_points: float
    total_points: float
    available_points: float
    capacity: float
    before: float
    overdue: int
    high_risk_overdue: int
    due_soon: int
    high_risk_due_soon: float
    spo_hours: float
    span: float
    inexperienced: int
    experience_unknown: int
    awaiting: int
    longest_wait: float
    withheld: str = ""
    oversight_overdue: int = 0
    oversight_high_risk_overdue: int = 0
    red_line: float = math.nan

    @property
    def change(self) -> float:
        """Percentage points since the previous snapshot; NaN if not known."""
        return self.capacity - self.before

    @property
    def spare_points(self) -> float:
        return self.available_points - self.total_points

    @property
    def has_no_capacity(self) -> bool:
        return self.available_points <= 0 < self.total_points

    @property
    def lack(self) -> str:
        """What a unit without capacity lacks."""
        return missing_capacity(self.contracted_hours, self.reduction_hours)

    @property
    def has_no_spo(self) -> bool:
        return self.spo_hours <= 0 < self.offender_managers

    @property
    def standing(self) -> str:
        """The capacity percentage in words; a unit that holds nothing and can take nothing has no data."""
        known = self.has_no_capacity or self.available_points > 0
        return percent_at(self.capacity, self.red_line) if known else "no data"

    @property
    def lateness(self) -> str:
        """How much is overdue, and how much of it for cases of high or very high RoSH."""
        assessments = phrases.overdue(self.overdue, self.high_risk_overdue)
        if not self.oversight_overdue:
            return assessments
        beyond = phrases.oversight_overdue(self.oversight_overdue, self.oversight_high_risk_overdue)
        return f"{assessments}; {beyond}"

    @property
    def excuse(self) -> str:
        """Why there are no figures."""
        reason = "too small to email" if self.withheld == SMALL else f"withheld with a small {self.level}"
        return f"{reason}; sign in to see it"


class Units:
    """The units of a scope by level and code."""

    def __init__(self, scope: ReaderScope, units: Iterable[Unit]) -> None:
        self.own = {(scope.level, code) for code in scope.codes}
        self.by_key = {key_of(unit): unit for unit in sorted(units, key=key_of)}

    def of(self, level: str) -> list[Unit]:
        return [unit for unit in self.by_key.values() if unit.level == level]

    def above(self, key: Key) -> Iterator[Key]:
        """The units above a unit within the scope, the nearest first."""
        while key in self.by_key and key[0] in ABOVE:
            key = (ABOVE[key[0]], self.by_key[key].parent)
            yield key

    def find_visible(self, level: str, code: str) -> Unit | None:
        unit = self.by_key.get((level, code))
        return None if unit is None or unit.withheld else unit


def key_of(unit: Unit) -> Key:
    return unit.level, unit.code


def hottest_first(unit: Unit) -> tuple[bool, bool, float, str]:
    """Sort units without capacity first, then the hottest, and the withheld ones last."""
    known = not math.isnan(unit.capacity)
    return bool(unit.withheld), not unit.has_no_capacity, -unit.capacity if known else math.inf, unit.code


def units_in(picture: WeekFacts, scope: ReaderScope, teams: pd.DataFrame, *, red_line: float, small_team: int) -> Units:
    """The units of the scope, from teams up to its own level, with the withheld ones marked."""
    levels = LEVELS if scope.level == "all" else LEVELS[LEVELS.index(scope.level) :]
    codes = {level: set(teams[f"{level}_code"]) for level in levels}
    if scope.level == "all":
        codes["all"] = {"all"}
    names = _names(teams)
    rows = _rows_of(picture.workload, codes)
    withheld = withheld_units(rows, small_team, scope)
    before: dict[Key, float] = {}
    if picture.previous is not None:
        earlier = _rows_of(picture.previous, codes)
        # A change would give away the figure of a unit that was withheld the week before.
        hidden = withheld_units(earlier, small_team, scope)
        keys = zip(earlier["level"], earlier["code"], strict=True)
        capacities = zip(keys, earlier["capacity_percentage"], strict=True)
        before = {key: float(capacity) for key, capacity in capacities if key not in hidden}
    return Units(
        scope,
        [_unit(row, names, before, withheld.get((row["level"], row["code"]), ""), red_line) for row in records(rows)],
    )


def whole_of(units: Units, scope: ReaderScope, picture: WeekFacts, small_team: int) -> Unit:
    """The scope as one unit; a scope of several units is added up."""
    own = [units.by_key[scope.level, code] for code in scope.codes if (scope.level, code) in units.by_key]
    if len(own) == 1:
        return replace(own[0], name=clean(scope.name))
    total = {
        name: sum(getattr(unit, name) for unit in own)
        for name in Unit.__dataclass_fields__
        if isinstance(getattr(own[0], name), int | float) and name not in _NO_SUMS
    }
    few = 0 < total["offender_managers"] < small_team
    return replace(
        own[0],
        **total,
        name=clean(scope.name),
        capacity=share(total["total_points"], total["available_points"]),
        before=_share_before(picture, own),
        span=math.nan,
        longest_wait=math.nan,
        withheld=SMALL if few else "",
    )


def share(total: float, available: float) -> float:
    return 100 * total / available if available > 0 else math.nan


def path_of(level: str, code: str) -> str:
    """The path of the page of a unit or an offender manager.

    A code of one or two dots goes behind the question mark: a browser would read it in the path as a folder and drop
    it.
    """
    start = f"/{level.replace('_', '-')}/"
    return f"{start}?code={code}" if code in (".", "..") else f"{start}{quote(code, safe='')}"


def _rows_of(frame: pd.DataFrame, codes: Mapping[str, set[str]]) -> pd.DataFrame:
    """The rows of the units of a scope."""
    levels, every = frame["level"].tolist(), frame["code"].tolist()
    nothing: set[str] = set()
    return frame[[code in codes.get(level, nothing) for level, code in zip(levels, every, strict=True)]]


def _names(teams: pd.DataFrame) -> dict[Key, Key]:
    """The name of each unit, and of the unit above it, by (level, code)."""
    names: dict[Key, Key] = {}
    for row in records(teams):
        for level in LEVELS:
            above = f"{ABOVE[level]}_name" if level in ABOVE else ""
            names[level, row[f"{level}_code"]] = clean(row[f"{level}_name"]), clean(row[above]) if above else ""
    return names


def _unit(
    row: Mapping[str, Any],
    names: Mapping[Key, Key],
    before: Mapping[Key, float],
    withheld: str,
    red_line: float,
) -> Unit:
    key = (row["level"], row["code"])
    name, place = names.get(key, (clean(str(row["name"])), ""))
    return Unit(
        level=row["level"],
        code=row["code"],
        name=name or row["code"],
        parent=str(row["parent_code"]),
        place=place,
        offender_managers=int(row["offender_managers"]),
        over=int(row["offender_managers_over"]),
        without_hours=int(row["offender_managers_without_hours"]),
        contracted_hours=float(row["contracted_hours"]),
        reduction_hours=float(row["reduction_hours"]),
        cases=int(row["cases"]),
        case_points=float(row["case_points"]),
        unallocated_cases=int(row["unallocated_cases"]),
        unallocated_points=float(row["unallocated_points"]),
        total_points=float(row["total_points"]),
        available_points=float(row["available_points"]),
        capacity=float(row["capacity_percentage"]),
        before=before.get(key, math.nan),
        overdue=int(row["overdue"]),
        high_risk_overdue=int(row["high_risk_overdue"]),
        due_soon=int(row["due_soon"]),
        high_risk_due_soon=float(row["high_risk_due_soon"]),
        spo_hours=float(row["spo_hours"]),
        span=float(row["span"]),
        inexperienced=int(row["inexperienced"]),
        experience_unknown=int(row["experience_unknown"]),
        awaiting=int(row["awaiting_countersignature"]),
        longest_wait=float(row["longest_wait_days"]),
        withheld=withheld,
        oversight_overdue=_known_count(row, "oversight_overdue"),
        oversight_high_risk_overdue=_known_count(row, "oversight_high_risk_overdue"),
        red_line=red_line,
    )


def _known_count(row: Mapping[str, Any], name: str) -> int:
    """A count that services record or do not; 0 where it is not known."""
    count = row.get(name)
    return 0 if count is None or pd.isna(count) else int(count)


def _share_before(picture: WeekFacts, own: Sequence[Unit]) -> float:
    """Capacity percentage of the units together in the previous snapshot; NaN unless each was there."""
    if picture.previous is None or any(math.isnan(unit.before) for unit in own):
        return math.nan
    rows = picture.previous[picture.previous["level"].eq(own[0].level)]
    rows = rows[rows["code"].isin([unit.code for unit in own])]
    return share(float(rows["total_points"].sum()), float(rows["available_points"].sum()))
