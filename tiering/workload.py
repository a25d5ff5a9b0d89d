"""Add up points by post, offender manager, team, office, cluster, area and all.

A capacity percentage is a sum of points over a sum of points, never a mean of percentages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import floor, lcm

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.capacity import available_points, exact_fraction, has_left, hours_at_work, main_posts, reduction_hours
from tiering.caseload import Caseload
from tiering.points import WeighedCases, duty_points
from tiering.policy import Bands, Policy, Rounding
from tiering.terms import Band, Grade, Level

ALL = "all"
COLUMNS = [
    "level",
    "code",
    "name",
    "parent_code",
    "offender_managers",
    "offender_managers_over",
    "offender_managers_without_hours",
    "contracted_hours",
    "reduction_hours",
    "cases",
    "case_points",
    "duty_points",
    "unallocated_cases",
    "unallocated_points",
    "total_points",
    "available_points",
    "capacity_percentage",
    "band",
]
_HOURS = ["contracted_hours", "reduction_hours"]
_EXACT = ["case_points", "duty_points", "unallocated_points", "total_points", "available_points", *_HOURS]
_COUNTS = ["cases", "unallocated_cases"]


def weigh_units(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> pd.DataFrame:
    """Calculate the workload of every unit.

    Returns one row per unit, sorted by level and code; columns ``COLUMNS``. Sums are exact and rounded once, to the
    nearest float. If no points are available, capacity_percentage is missing; band is missing too, or "no capacity"
    if points are held all the same.
    """
    parts = pd.concat(
        [_posts(caseload, weighed, policy, as_at), _unallocated_rows(caseload, weighed)],
        keys=["posts", "unallocated"],
    )
    exact_parts = Exact.of(parts[_EXACT])
    names = {level: _names(level, caseload.offender_managers, caseload.organisation, as_at) for level in Level}
    levels = [_level(level, parts, exact_parts, names[level], policy.bands) for level in Level]
    units = pd.concat(levels, ignore_index=True)
    people = _people(caseload.offender_managers, units, caseload.organisation, as_at)
    units = units.merge(people, on=["level", "code"], how="left")
    counts = ["offender_managers", "offender_managers_over", "offender_managers_without_hours"]
    units[counts] = units[counts].fillna(0).astype(int)
    return units[COLUMNS].sort_values(["level", "code"], ignore_index=True)


def band(total: Fraction, available: Fraction, bands: Bands) -> Band | None:
    """The band of exact points; None for a unit that holds no points and can take none."""
    if available == 0:
        return Band.NO_CAPACITY if total > 0 else None
    # Whole numbers on both sides of each comparison: fractions are slow, and there is a band for every person.
    points, room = 100 * total.numerator * available.denominator, total.denominator * available.numerator
    red, amber, green = _limits(bands)
    if points * red.denominator > red.numerator * room:
        return Band.RED
    if points * amber.denominator > amber.numerator * room:
        return Band.AMBER
    return Band.GREEN if points * green.denominator >= green.numerator * room else Band.SPARE


@lru_cache(maxsize=16)
def _limits(bands: Bands) -> tuple[Fraction, Fraction, Fraction]:
    return Fraction(bands.red_above), Fraction(bands.amber_above), Fraction(bands.green_from)


def keys_of_posts(units: pd.DataFrame) -> pd.DataFrame:
    """The team_code and om_code of every post among the units, which hold both in one code; by the units' index."""
    posts = units[units["level"].eq(Level.POST)]
    pairs = zip(posts["code"].tolist(), posts["parent_code"].tolist(), strict=True)
    # Either code may hold a "/" of its own, so the parent's code shows where to split the post's.
    keys = [(team, code.removeprefix(f"{team}/")) for code, team in pairs]
    return pd.DataFrame(keys, columns=["team_code", "om_code"], index=posts.index, dtype="str")


def _posts(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> pd.DataFrame:
    """One row per post, with its place in the organisation and its exact figures."""
    managers = caseload.offender_managers
    lost = reduction_hours(caseload.reductions, managers, as_at)
    duties = duty_points(caseload.duties, managers, policy, as_at)
    team_types = dict(zip(caseload.organisation["team_code"], caseload.organisation["team_type"], strict=True))

    keys = list(zip(managers["om_code"], managers["team_code"], strict=True))
    index = pd.MultiIndex.from_tuples(keys, names=["om_code", "team_code"])
    holder = index.get_indexer(pd.MultiIndex.from_frame(weighed.frame[["om_code", "team_code"]]))
    held = holder >= 0
    case_points = _whole_sums(weighed.exact[held], holder[held], len(keys))
    number = weighed.frame["number_of_cases"].to_numpy(dtype=np.int64)

    posts = managers.merge(caseload.organisation, on="team_code", how="left", validate="many_to_one")
    posts["cases"] = _whole_sums(number[held], holder[held], len(keys))
    posts["unallocated_cases"] = 0
    posts["case_points"] = _objects([Fraction(int(points), weighed.units) for points in case_points])
    posts["duty_points"] = _objects([duties.get(key, Fraction(0)) for key in keys])
    posts["unallocated_points"] = _objects([Fraction(0)] * len(keys))
    total = posts["case_points"] + posts["duty_points"]
    if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        total = pd.Series(_objects([Fraction(floor(points + Fraction(1, 2))) for points in total]), dtype=object)
    posts["total_points"] = total
    posts["available_points"] = _objects(available_points(managers, lost, team_types, policy, as_at))
    present = ~has_left(managers, as_at)
    contracted = [exact_fraction(hours) for hours in managers["contracted_hours"].where(present, 0)]
    posts["contracted_hours"] = _objects(contracted)
    posts["reduction_hours"] = _objects(
        [min(own, lost.get(key, Fraction(0))) for own, key in zip(contracted, keys, strict=True)]
    )
    return posts


def _unallocated_rows(caseload: Caseload, weighed: WeighedCases) -> pd.DataFrame:
    """The unallocated cases, one row per team: they are a part of every sum from the team upwards."""
    teams = caseload.organisation.copy()
    unallocated = weighed.frame["om_code"].isna().to_numpy()
    team = pd.Index(teams["team_code"]).get_indexer(pd.Index(weighed.frame["team_code"]))[unallocated]
    number = weighed.frame["number_of_cases"].to_numpy(dtype=np.int64)[unallocated]
    points = _whole_sums(weighed.exact[unallocated], team, len(teams))
    zero = _objects([Fraction(0)] * len(teams))
    teams["cases"] = teams["unallocated_cases"] = _whole_sums(number, team, len(teams))
    teams["unallocated_points"] = _objects([Fraction(int(value), weighed.units) for value in points])
    teams["total_points"] = teams["unallocated_points"]
    for column in ("case_points", "duty_points", "available_points", *_HOURS):
        teams[column] = zero
    return teams


def _level(level: Level, parts: pd.DataFrame, exact_parts: "Exact", names: pd.DataFrame, bands: Bands) -> pd.DataFrame:
    """Every unit of one level, named by ``names``, with the sums of the parts that belong to it."""
    belongs = np.ones(len(parts), dtype=bool)
    if level in (Level.POST, Level.OFFENDER_MANAGER):
        belongs = parts.index.get_level_values(0) == "posts"
    codes = pd.Index(names["code"]).get_indexer(pd.Index(_code(level, parts)[belongs]))
    sums = exact_parts.sum_rows(belongs, codes, len(names))
    totals = list(zip(sums.fractions("total_points"), sums.fractions("available_points"), strict=True))
    figures = {
        **{name: _whole_sums(parts[name].to_numpy(dtype=np.int64)[belongs], codes, len(names)) for name in _COUNTS},
        **{name: sums.floats(name) for name in _EXACT},
        "capacity_percentage": [float(100 * total / able) if able else np.nan for total, able in totals],
        "band": pd.array([band(total, able, bands) for total, able in totals], dtype="str"),
    }
    return names.assign(level=level.value).join(pd.DataFrame(figures, index=names.index))


def _code(level: Level, parts: pd.DataFrame) -> "pd.Series[str]":
    if level is Level.POST:
        return parts["team_code"] + "/" + parts["om_code"]
    if level is Level.OFFENDER_MANAGER:
        return parts["om_code"]
    return pd.Series(ALL, index=parts.index, dtype="str") if level is Level.ALL else parts[f"{level}_code"]


def _names(level: Level, managers: pd.DataFrame, organisation: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Code, name and parent's code of every unit of a level."""
    if level is Level.ALL:
        return pd.DataFrame({"code": [ALL], "name": ["All areas"], "parent_code": pd.Series([None], dtype="str")})
    if level is Level.POST:
        columns = {"name": managers["om_name"], "parent_code": managers["team_code"]}
        return pd.DataFrame({"code": _code(level, managers), **columns})
    if level is Level.OFFENDER_MANAGER:
        main = main_posts(managers, as_at)
        return pd.DataFrame({"code": main["om_code"], "name": main["om_name"], "parent_code": main["team_code"]})
    parents = {Level.TEAM: "office_code", Level.OFFICE: "cluster_code", Level.CLUSTER: "area_code"}
    units = organisation.drop_duplicates(f"{level}_code")
    return pd.DataFrame(
        {
            "code": units[f"{level}_code"],
            "name": units[f"{level}_name"],
            "parent_code": units[parents[level]] if level in parents else ALL,
        }
    )


def _people(managers: pd.DataFrame, units: pd.DataFrame, organisation: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """How many people each unit has, how many are over the red line, and how many hold work without any hours.

    People who have left and senior probation officers do not count as offender managers of a unit, unless they hold
    work without hours.
    """
    person = units[units["level"] == Level.OFFENDER_MANAGER].set_index("code")
    posts = managers.merge(organisation, on="team_code", how="left", validate="many_to_one")
    own_band = person["band"].reindex(posts["om_code"]).to_numpy()
    # Hours decide, not points: a senior probation officer at work has a target of 0, so no available points, but hours.
    stranded = (own_band == Band.NO_CAPACITY) & (hours_at_work(person).reindex(posts["om_code"]).to_numpy() == 0)
    posts["over"] = own_band == Band.RED
    posts["without_hours"] = stranded
    posts["serving"] = ~has_left(managers, as_at).to_numpy() & posts["grade"].ne(Grade.SPO)
    posts = posts[posts["serving"] | stranded]
    flags = ["serving", "over", "without_hours"]
    facts = posts[["om_code", *flags]]
    of_units = pd.concat([facts.assign(level=level.value, code=_code(level, posts)) for level in Level])
    people: pd.DataFrame = of_units.groupby(["level", "code", "om_code"])[flags].max().reset_index()
    counts = {
        "serving": "offender_managers",
        "over": "offender_managers_over",
        "without_hours": "offender_managers_without_hours",
    }
    return people.groupby(["level", "code"])[flags].sum().reset_index().rename(columns=counts)


@dataclass(frozen=True)
class Exact:
    """Exact numbers in columns: whole numerators of shape (rows, columns), and one denominator per column."""

    whole: npt.NDArray[np.object_]
    denominators: dict[str, int]

    @classmethod
    def of(cls, fractions: pd.DataFrame) -> "Exact":
        """Turn columns of fractions into exact columns, each with one denominator."""
        denominators = {str(name): lcm(*(value.denominator for value in fractions[name])) for name in fractions}
        columns = [
            _objects([value.numerator * (below // value.denominator) for value in fractions[name]])
            for name, below in denominators.items()
        ]
        return cls(np.column_stack(columns), denominators)

    def sum_rows(self, belongs: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], size: int) -> "Exact":
        """Sum the rows that belong, by their code from 0 to ``size`` - 1."""
        sums = np.zeros((size, len(self.denominators)), dtype=object)
        np.add.at(sums, codes, self.whole[belongs])
        return Exact(sums, self.denominators)

    def floats(self, column: str) -> list[float]:
        """The nearest float of each number of a column."""
        below = self.denominators[column]
        return [int(value) / below for value in self.whole[:, list(self.denominators).index(column)]]

    def fractions(self, column: str) -> list[Fraction]:
        """Each number of a column."""
        below = self.denominators[column]
        return [Fraction(int(value), below) for value in self.whole[:, list(self.denominators).index(column)]]


def _whole_sums(values: npt.NDArray[np.int64], codes: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, codes, values)
    return sums


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
