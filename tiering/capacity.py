"""Calculate the available points of a post from its target, hours and reductions.

The arithmetic is exact (fractions): posts are few, and 22.2 of 37 hours must be 1305.6 points, not nearly that.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Any

import numpy as np
import pandas as pd

from tiering.exact import Exact, Integers, of_repeated, places_of
from tiering.policies.policy import Policy, Rounding
from tiering.terms import Grade, TeamType

Post = tuple[str, str]
"""The code of an offender manager, and the code of the team that the post is in."""

Repeated = tuple[list[Fraction], Integers]
"""Different values, and the place among them of each post's."""


@lru_cache(maxsize=8192)
def exact_fraction(hours: float) -> Fraction:
    """The fraction of a decimal number as it was typed: 22.2 is 111/5."""
    return Fraction(repr(float(hours)))


def is_in_force(rows: pd.DataFrame, as_at: date) -> "pd.Series[bool]":
    """Whether each row, from starts_on to ends_on (open when missing), is in force on ``as_at``."""
    today = pd.Timestamp(as_at)
    return rows["starts_on"].le(today) & (rows["ends_on"].isna() | rows["ends_on"].ge(today))


def has_left(offender_managers: pd.DataFrame, as_at: date) -> "pd.Series[bool]":
    """Whether the holder of each post has left it by ``as_at``."""
    return offender_managers["left_on"].le(pd.Timestamp(as_at))


def main_posts(offender_managers: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The post that places each person: one row per ``om_code``, sorted by it, columns as given.

    - The post with most contracted hours among those still held on ``as_at``.
    - If the person holds none, the post they left last.
    - If two are equal, the post in the team with the lowest code.
    """
    left = has_left(offender_managers, as_at)
    ranked = offender_managers.assign(_left=left, _left_on=offender_managers["left_on"].where(left))
    ranked = ranked.sort_values(
        ["om_code", "_left", "_left_on", "contracted_hours", "team_code"],
        ascending=[True, True, False, False, True],
        kind="stable",
    )
    return ranked.drop_duplicates("om_code")[offender_managers.columns].reset_index(drop=True)


def post_places(rows: pd.DataFrame, offender_managers: pd.DataFrame) -> Integers:
    """The place of each row's post (om_code, team_code) among ``offender_managers``, -1 if it has none."""
    people, teams = (pd.Index(offender_managers[name].unique()) for name in ("om_code", "team_code"))
    person, team = places_of(rows["om_code"], people), places_of(rows["team_code"], teams)
    posts = _key(
        places_of(offender_managers["om_code"], people), places_of(offender_managers["team_code"], teams), teams
    )
    return pd.Index(posts).get_indexer(pd.Index(_key(person, team, teams))).astype(np.int64)


def _key(person: Integers, team: Integers, teams: "pd.Index[str]") -> Integers:
    """One number per pair of a person and a team, -1 if either is not known."""
    return np.where((person < 0) | (team < 0), -1, person * len(teams) + team)


def reduction_hours(reductions: pd.DataFrame, offender_managers: pd.DataFrame, as_at: date) -> dict[Post, Fraction]:
    """Hours per week by which each post is reduced on ``as_at``.

    A reduction without a team is spread over the posts that its person still holds, by their contracted hours.
    """
    lost: dict[Post, Fraction] = {}
    current = reductions[is_in_force(reductions, as_at)]
    named = current["team_code"].notna()
    spread = offender_managers["om_code"].isin(current.loc[~named, "om_code"])
    held = offender_managers[spread & ~has_left(offender_managers, as_at)]
    contracted: dict[str, dict[str, Fraction]] = {}
    for om_code, team_code, hours in _rows(held, "om_code", "team_code", "contracted_hours"):
        contracted.setdefault(om_code, {})[team_code] = exact_fraction(hours)
    for om_code, team_code, hours in _rows(current[named], "om_code", "team_code", "hours"):
        lost[om_code, team_code] = lost.get((om_code, team_code), Fraction(0)) + exact_fraction(hours)
    for om_code, hours in _rows(current[~named], "om_code", "hours"):
        posts = contracted.get(om_code, {})
        total = sum(posts.values(), Fraction(0))
        for team_code in [team for team, own in posts.items() if own]:
            share = posts[team_code] / total
            lost[om_code, team_code] = lost.get((om_code, team_code), Fraction(0)) + exact_fraction(hours) * share
    return lost


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, row by row."""
    return zip(*(frame[column].tolist() for column in columns), strict=True)


def hours_at_work(units: pd.DataFrame) -> "pd.Series[float]":
    """Hours per week of each unit, contracted less reductions; exactly 0 if everyone is away or has left."""
    return units["contracted_hours"] - units["reduction_hours"]


def available_points(
    offender_managers: pd.DataFrame, lost: dict[Post, Fraction], team_types: dict[str, str], policy: Policy, as_at: date
) -> list[Fraction]:
    """Available points of each post, in the order of ``offender_managers``.

    target x team-type factor x max(0, contracted hours - reduction hours) / default hours; 0 once the holder has left.
    """
    lost_hours = lost_values(lost, offender_managers)
    values, taken = _available_values(offender_managers, lost_hours, team_types, policy, as_at)
    return [values[place] for place in taken.tolist()]


def available_column(
    offender_managers: pd.DataFrame, lost: Repeated, team_types: dict[str, str], policy: Policy, as_at: date
) -> Exact:
    """The same as one exact column; lost: as ``lost_values`` gives it."""
    return Exact.of(*_available_values(offender_managers, lost, team_types, policy, as_at))


def _available_values(
    offender_managers: pd.DataFrame, lost: Repeated, team_types: dict[str, str], policy: Policy, as_at: date
) -> Repeated:
    an_hour: dict[tuple[str, TeamType], Fraction] = {
        (grade, team_type): Fraction(target) * Fraction(factor) / Fraction(policy.default_hours)
        for grade, target in policy.nominal_target.items()
        for team_type, factor in policy.team_type_factor.items()
    }

    def points_of(grade: str, team_type: str, hours: float, taken: Fraction) -> Fraction:
        # A post of unknown grade has no target.
        rate = an_hour.get((grade, TeamType(team_type)), Fraction(0))
        available = rate * max(Fraction(0), exact_fraction(hours) - taken)
        return Fraction(floor(available)) if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL else available

    grade, grades = pd.factorize(offender_managers["grade"])
    team, teams = pd.factorize(offender_managers["team_code"])
    types = [team_types[code] for code in teams]
    kinds = sorted(set(types))
    kind = np.array([kinds.index(one) for one in types], dtype=np.int64)[team]
    hours_of, hours = np.unique(offender_managers["contracted_hours"].to_numpy(dtype=np.float64), return_inverse=True)
    taken_values, taken = lost
    left = has_left(offender_managers, as_at).to_numpy(dtype=bool)
    # Most posts are alike, and exact arithmetic is slow.
    alike = ((grade * len(kinds) + kind) * len(hours_of) + hours) * len(taken_values) + taken
    found, first, place = np.unique(np.where(left, -1, alike), return_index=True, return_inverse=True)
    values = [
        Fraction(0)
        if key < 0
        else points_of(grades[grade[row]], kinds[kind[row]], float(hours_of[hours[row]]), taken_values[taken[row]])
        for key, row in zip(found.tolist(), first.tolist(), strict=True)
    ]
    return values, place


def lost_values(lost: dict[Post, Fraction], offender_managers: pd.DataFrame) -> Repeated:
    """Reductions in hours of each post, in the order of ``offender_managers``."""
    places = {Fraction(0): 0}
    taken = np.zeros(len(offender_managers), dtype=np.int64)
    for row, post in enumerate(_rows(offender_managers, "om_code", "team_code")):
        if post in lost:
            taken[row] = places.setdefault(lost[post], len(places))
    return list(places), taken


def contracted_column(offender_managers: pd.DataFrame, as_at: date) -> Exact:
    """Contracted hours of each post, 0 once the holder has left."""
    return of_repeated(
        offender_managers["contracted_hours"].where(~has_left(offender_managers, as_at), 0), exact_fraction
    )


def full_time_points(policy: Policy) -> float:
    """Points a week that a full-time probation officer is expected to carry; 0 if the policy expects none."""
    return float(policy.nominal_target.get(Grade.PO, 0))
