"""Calculate the available points of a post from its target, hours and reductions.

The arithmetic is exact (fractions): posts are few, and 22.2 of 37 hours must be 1305.6 points, not nearly that.
"""

from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from math import floor

import pandas as pd

from tiering.policy import Policy, Rounding
from tiering.terms import Grade, TeamType

Post = tuple[str, str]
"""The code of an offender manager, and the code of the team that the post is in."""


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
    return offender_managers["left_on"].le(pd.Timestamp(as_at)).fillna(False)


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


def reduction_hours(reductions: pd.DataFrame, offender_managers: pd.DataFrame, as_at: date) -> dict[Post, Fraction]:
    """Hours per week by which each post is reduced on ``as_at``.

    A reduction without a team is spread over the posts that its person still holds, by their contracted hours.
    """
    held = offender_managers[~has_left(offender_managers, as_at)]
    contracted: dict[str, dict[str, Fraction]] = {}
    columns = (held[name].tolist() for name in ("om_code", "team_code", "contracted_hours"))
    for om_code, team_code, hours in zip(*columns, strict=True):
        contracted.setdefault(om_code, {})[team_code] = exact_fraction(hours)
    lost: dict[Post, Fraction] = {}
    current = reductions[is_in_force(reductions, as_at)]
    named = current["team_code"].notna()
    for om_code, team_code, hours in current.loc[named, ["om_code", "team_code", "hours"]].itertuples(index=False):
        lost[om_code, team_code] = lost.get((om_code, team_code), Fraction(0)) + exact_fraction(hours)
    for om_code, hours in current.loc[~named, ["om_code", "hours"]].itertuples(index=False):
        posts = contracted.get(om_code, {})
        total = sum(posts.values(), Fraction(0))
        for team_code in [team for team, own in posts.items() if own]:
            share = posts[team_code] / total
            lost[om_code, team_code] = lost.get((om_code, team_code), Fraction(0)) + exact_fraction(hours) * share
    return lost


def hours_at_work(units: pd.DataFrame) -> "pd.Series[float]":
    """Hours per week of each unit, contracted less reductions; exactly 0 if everyone is away or has left."""
    return units["contracted_hours"] - units["reduction_hours"]


def available_points(
    offender_managers: pd.DataFrame, lost: dict[Post, Fraction], team_types: dict[str, str], policy: Policy, as_at: date
) -> list[Fraction]:
    """Available points of each post, in the order of ``offender_managers``.

    target x team-type factor x max(0, contracted hours - reduction hours) / default hours; 0 once the holder has left.
    """
    names = ("om_code", "team_code", "grade", "contracted_hours")
    columns = zip(*(offender_managers[name].tolist() for name in names), strict=True)
    an_hour: dict[tuple[str, TeamType], Fraction] = {
        (grade, team_type): Fraction(target) * Fraction(factor) / Fraction(policy.default_hours)
        for grade, target in policy.nominal_target.items()
        for team_type, factor in policy.team_type_factor.items()
    }

    # Most posts are alike, and exact arithmetic is slow.
    @cache
    def points_of(grade: str, team_type: str, hours: float, taken: Fraction) -> Fraction:
        # A post of unknown grade has no target.
        rate = an_hour.get((grade, TeamType(team_type)), Fraction(0))
        available = rate * max(Fraction(0), exact_fraction(hours) - taken)
        return Fraction(floor(available)) if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL else available

    none = Fraction(0)
    return [
        none if left else points_of(grade, team_types[team_code], hours, lost.get((om_code, team_code), none))
        for (om_code, team_code, grade, hours), left in zip(columns, has_left(offender_managers, as_at), strict=True)
    ]


def full_time_points(policy: Policy) -> float:
    """Points a week that a full-time probation officer is expected to carry; 0 if the policy expects none."""
    return float(policy.nominal_target.get(Grade.PO, 0))
