"""Add up points by post, offender manager, team, office, cluster, area and all.

A capacity percentage is a sum of points over a sum of points, never a mean of percentages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.capacity import (
    available_column,
    contracted_column,
    has_left,
    hours_at_work,
    lost_values,
    main_posts,
    reduction_hours,
)
from tiering.caseload import Caseload
from tiering.exact import Exact, Integers, Percentages, each_once, places_of
from tiering.points import WeighedCases, duty_column
from tiering.policies.policy import Bands, Policy, Rounding
from tiering.terms import Band, Grade, Level

Flags = npt.NDArray[np.bool_]

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


@dataclass(frozen=True)
class _Parts:
    """What units are the sums of: posts, in the order of the caseload, then the unallocated cases of each team.

    * team: the place of each part's team in the organisation.
    * counts, exact: figures of every part, by column.
    """

    team: Integers
    counts: Mapping[str, Integers]
    exact: Mapping[str, Exact]


@dataclass(frozen=True)
class _Holders:
    """Who counts in a unit, post by post: the person, and whether they serve, are over, and hold work without hours."""

    person: Integers
    serving: Flags
    over: Flags
    without_hours: Flags

    def count(self, flags: Flags, codes: Integers, size: int) -> Integers:
        """How many different people of each unit have the flag in a post there."""
        people = int(self.person.max(initial=-1)) + 1
        pairs = each_once(codes[flags] * people + self.person[flags])
        return np.bincount(pairs // max(people, 1), minlength=size).astype(np.int64)


def weigh_units(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> pd.DataFrame:
    """Calculate the workload of every unit.

    Returns one row per unit, sorted by level and code; columns ``COLUMNS``. Sums are exact and rounded once, to the
    nearest float. If no points are available, capacity_percentage is missing; band is missing too, or "no capacity"
    if points are held all the same.
    """
    managers, organisation = caseload.offender_managers, caseload.organisation
    parts = _parts(caseload, weighed, policy, as_at)
    names = {level: _names(level, managers, organisation, as_at) for level in Level}
    codes = {level: _codes(level, names[level], managers, organisation, parts.team) for level in Level}
    sums = {level: _sums(parts, codes[level], len(names[level]), policy.bands) for level in Level}
    person = codes[Level.OFFENDER_MANAGER]
    holders = _holders(managers, person, sums[Level.OFFENDER_MANAGER], as_at)
    levels = [
        pd.DataFrame(
            {
                **{str(column): names[level][column] for column in names[level]},
                "level": level.value,
                **sums[level],
                **_people(holders, codes[level][: len(managers)], len(names[level])),
            }
        )
        for level in Level
    ]
    units = pd.concat(levels, ignore_index=True)
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


def _parts(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> _Parts:
    """The exact figures of every post, and of the unallocated cases of every team."""
    managers, teams = caseload.offender_managers, caseload.organisation
    posts, known = len(managers), pd.Index(teams["team_code"])
    holder, held = weighed.post, weighed.post >= 0
    team = places_of(weighed.frame["team_code"], known)[~held]
    number = weighed.frame["number_of_cases"].to_numpy(dtype=np.int64)

    cases = _whole_sums(number[held], holder[held], posts)
    unallocated = _whole_sums(number[~held], team, len(teams))
    case_points = Exact(_whole_sums(weighed.exact[held], holder[held], posts), weighed.units)
    unallocated_points = Exact(_whole_sums(weighed.exact[~held], team, len(teams)), weighed.units)
    duties = duty_column(caseload.duties, managers, policy, as_at)
    total = case_points.plus(duties)
    if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        total = total.rounded()
    lost = lost_values(reduction_hours(caseload.reductions, managers, as_at), managers)
    team_types = dict(zip(teams["team_code"], teams["team_type"], strict=True))
    of_posts = {
        "case_points": case_points,
        "duty_points": duties,
        "total_points": total,
        "available_points": available_column(managers, lost, team_types, policy, as_at),
        "contracted_hours": (contracted := contracted_column(managers, as_at)),
        # Reductions are no more than the hours.
        "reduction_hours": contracted.least(Exact.of(*lost)),
    }
    # The unallocated cases are a part of every sum from the team upwards.
    of_teams = {"unallocated_points": unallocated_points, "total_points": unallocated_points}
    nothing = Exact.zeros(posts), Exact.zeros(len(teams))
    return _Parts(
        np.concatenate([places_of(managers["team_code"], known), np.arange(len(teams))]),
        {
            "cases": np.concatenate([cases, unallocated]),
            "unallocated_cases": np.concatenate([np.zeros_like(cases), unallocated]),
        },
        {name: of_posts.get(name, nothing[0]).then(of_teams.get(name, nothing[1])) for name in _EXACT},
    )


def _codes(
    level: Level, names: pd.DataFrame, managers: pd.DataFrame, organisation: pd.DataFrame, team: Integers
) -> Integers:
    """The place of each part's unit among the named units of a level; for posts and people only those of the posts."""
    if level is Level.POST:
        return np.arange(len(managers))
    if level is Level.OFFENDER_MANAGER:
        return places_of(managers["om_code"], pd.Index(names["code"]))
    if level is Level.ALL:
        return np.zeros(len(team), dtype=np.int64)
    return places_of(organisation[f"{level}_code"], pd.Index(names["code"]))[team]


def _sums(parts: _Parts, codes: Integers, size: int, bands: Bands) -> dict[str, Any]:
    """The figures of every unit of one level: sums of the parts that belong to it, which come first."""
    belongs = slice(len(codes))
    exact = {name: column.at(belongs).sums(codes, size) for name, column in parts.exact.items()}
    capacity = Percentages.between(exact["total_points"], exact["available_points"])
    return {
        **{name: _whole_sums(column[belongs], codes, size) for name, column in parts.counts.items()},
        **{name: column.floats() for name, column in exact.items()},
        "capacity_percentage": capacity.floats(),
        "band": pd.array(_bands(capacity, bands), dtype="str"),
    }


def _bands(capacity: Percentages, bands: Bands) -> npt.NDArray[np.object_]:
    """The band of every unit, as ``band`` gives it."""
    red, amber, green = _limits(bands)
    # The last that holds counts.
    found = np.where(capacity.reaches(green), Band.GREEN.value, Band.SPARE.value).astype(object)
    found[capacity.above(amber)] = Band.AMBER.value
    found[capacity.above(red)] = Band.RED.value
    nothing = np.asarray(capacity.of == 0, dtype=bool)
    found[nothing] = None
    found[nothing & np.asarray(capacity.whole > 0, dtype=bool)] = Band.NO_CAPACITY.value
    return found


def _names(level: Level, managers: pd.DataFrame, organisation: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Code, name and parent's code of every unit of a level."""
    if level is Level.ALL:
        return pd.DataFrame({"code": [ALL], "name": ["All areas"], "parent_code": pd.Series([None], dtype="str")})
    if level is Level.POST:
        columns = {"name": managers["om_name"], "parent_code": managers["team_code"]}
        return pd.DataFrame({"code": managers["team_code"] + "/" + managers["om_code"], **columns})
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


def _holders(managers: pd.DataFrame, person: Integers, sums: Mapping[str, Any], as_at: date) -> _Holders:
    """Who counts in a unit, for every post.

    People who have left and senior probation officers do not count as offender managers of a unit, unless they hold
    work without hours.

    * person: the place of the holder of each post among the people; sums: the figures of all people.
    """
    own_band = np.asarray(sums["band"], dtype=object)[person]
    # Hours decide, not points: a senior probation officer at work has a target of 0, so no available points, but hours.
    at_work = hours_at_work(pd.DataFrame({name: sums[name] for name in _HOURS})).to_numpy()[person]
    stranded = (own_band == Band.NO_CAPACITY) & (at_work == 0)
    serving = (~has_left(managers, as_at) & managers["grade"].ne(Grade.SPO)).to_numpy(dtype=bool)
    return _Holders(person, serving, (own_band == Band.RED) & (serving | stranded), stranded)


def _people(holders: _Holders, codes: Integers, size: int) -> dict[str, Integers]:
    """How many people each unit has, how many are over the red line, and how many hold work without any hours."""
    counted = {
        "offender_managers": holders.serving,
        "offender_managers_over": holders.over,
        "offender_managers_without_hours": holders.without_hours,
    }
    return {name: holders.count(flags, codes, size) for name, flags in counted.items()}


def _whole_sums(values: Integers, codes: Integers, size: int) -> Integers:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, codes, values)
    return sums
