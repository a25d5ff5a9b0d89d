"""Calculate the points of cases and of duties.

Points of a case: (tier points + RoSH uplift) x activity share x number of cases, with each part also on its own. Duties
are work other than cases: reports for the court, court duty, office duty, group work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm

import numpy as np
import pandas as pd

from tiering.capacity import Post, exact_fraction, is_in_force, post_places
from tiering.exact import Exact, Integers, of_repeated, places_of
from tiering.policies.policy import BySetting, Policy
from tiering.terms import (
    REPORT_KINDS,
    SUPPORT_KINDS,
    UNCLASSIFIED,
    UNKNOWN_GRADE,
    UNTIERED,
    Activity,
    DutyKind,
    Grade,
    Setting,
    SupportKind,
)


@dataclass(frozen=True)
class WeighedCases:
    """Every case with its points.

    frame: one row per case, in the order of the caseload; columns crn, om_code (missing if unallocated), team_code,
        tier, rosh, setting, activity, number_of_cases, tier_points and rosh_points (of one case), activity_share,
        points.
    exact: points of each row as whole units of 1/``units`` point, so that sums are exact whatever their order.
    post: the place of each row's post among the offender managers that it was weighed with, -1 if it is unallocated.
    """

    frame: pd.DataFrame
    exact: Integers
    units: int
    post: Integers


def weigh_cases(cases: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy) -> WeighedCases:
    """Weigh every case under ``policy``; a case whose post does not exist counts as unallocated in its team."""
    tier = cases["tier"].fillna(UNTIERED)
    rosh = cases["rosh"].fillna(UNCLASSIFIED)
    weight_units = _units(v for table in (policy.tier_points, policy.rosh_points) for v in _values(table))
    share_units = _units(policy.activity_share.values())

    tier_exact = _look_up(policy.tier_points, tier, cases["setting"], weight_units)
    rosh_exact = _look_up(policy.rosh_points, rosh, cases["setting"], weight_units)
    shares = {activity.value: _whole(policy.share_of(activity), share_units) for activity in Activity}
    share_exact = np.array(list(shares.values()), dtype=np.int64)[_codes(cases["activity"], list(shares))]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)
    exact = (tier_exact + rosh_exact) * share_exact * number
    units = weight_units * share_units

    frame = cases[["crn", "om_code", "team_code", "tier", "rosh", "setting", "activity", "number_of_cases"]].copy()
    post = post_places(cases, offender_managers)
    frame["om_code"] = frame["om_code"].where(post >= 0)
    frame["tier_points"] = tier_exact / weight_units
    frame["rosh_points"] = rosh_exact / weight_units
    frame["activity_share"] = share_exact / share_units
    frame["points"] = exact / units
    return WeighedCases(frame, exact, units, post)


def _look_up(table: Mapping[str, BySetting], row: "pd.Series[str]", setting: "pd.Series[str]", units: int) -> Integers:
    """The table's value for each (row, setting), in whole units."""
    values = np.array([[_whole(table[name][column], units) for column in Setting] for name in table], dtype=np.int64)
    return values[_codes(row, list(table)), _codes(setting, list(Setting))]


def _codes(words: "pd.Series[str]", known: Sequence[str]) -> Integers:
    codes = places_of(words, pd.Index([str(word) for word in known], dtype=words.dtype))
    if (codes < 0).any():
        raise ValueError(f"not in the policy: {sorted(set(words[codes < 0]))}")
    return codes


def _values(table: Mapping[str, BySetting]) -> list[Decimal]:
    return [value for by_setting in table.values() for value in by_setting.values()]


def _units(values: Iterable[Decimal]) -> int:
    """The smallest number that makes each of the decimals whole when it multiplies them."""
    return lcm(*(Fraction(value).denominator for value in values))


def _whole(value: Decimal, units: int) -> int:
    return int(Fraction(value) * units)


def duty_points(
    duties: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy, as_at: date
) -> dict[Post, Fraction]:
    """Duty points of each post (om_code, team_code) that has any.

    - A report counts if it was completed in the policy's window up to ``as_at``.
    - An hour per week counts as the nominal target of the post's grade over the default hours.
    - Points of support contacts are added to the person who gave it and taken from the one who received it.
    """
    rows, points = _points_of_duties(duties, offender_managers, policy, as_at)
    having, place = np.unique(rows, return_inverse=True)
    keys = offender_managers.iloc[having]
    posts = zip(keys["om_code"].tolist(), keys["team_code"].tolist(), strict=True)
    return dict(zip(posts, points.sums(place, len(having)).fractions(), strict=True))


def duty_column(duties: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy, as_at: date) -> Exact:
    """The same for every post, in the order of ``offender_managers``."""
    rows, points = _points_of_duties(duties, offender_managers, policy, as_at)
    return points.sums(rows, len(offender_managers))


def counted_duties(
    duties: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy, as_at: date
) -> tuple[Integers, pd.DataFrame]:
    """The place of the post of each duty that counts on ``as_at``, and the rows of these duties."""
    reports = duties["kind"].isin(REPORT_KINDS)
    window_start = pd.Timestamp(as_at - timedelta(days=policy.report_window))
    completed = duties["starts_on"].gt(window_start) & duties["starts_on"].le(pd.Timestamp(as_at))
    counted = duties[completed.where(reports, is_in_force(duties, as_at))]
    rows = post_places(counted, offender_managers)
    if (rows < 0).any():
        raise KeyError(f"no such post: {counted.loc[rows < 0, ['om_code', 'team_code']].iloc[0].tolist()}")
    return rows, counted


def _points_of_duties(
    duties: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy, as_at: date
) -> tuple[Integers, Exact]:
    """The place of the post of each duty that counts, and its points."""
    rows, counted = counted_duties(duties, offender_managers, policy, as_at)
    kind, kinds = pd.factorize(counted["kind"])
    grade, grades = pd.factorize(offender_managers["grade"])
    pairs, pair = np.unique(kind * len(grades) + grade[rows], return_inverse=True)
    rates = [_rate(kinds[one // len(grades)], grades[one % len(grades)], policy) for one in pairs.tolist()]
    rate = Exact.of(rates, pair)
    return rows, of_repeated(counted["quantity"], exact_fraction).times(rate)


def _rate(kind: str, grade: str, policy: Policy) -> Fraction:
    """Points of one report, of one hour per week, or of one point of a support contact."""
    if kind in REPORT_KINDS:
        return Fraction(policy.report_points[DutyKind(kind)])
    if kind in SUPPORT_KINDS:
        return Fraction(1 if kind == SupportKind.GIVEN else -1)
    target = Fraction(0) if grade == UNKNOWN_GRADE else Fraction(policy.nominal_target[Grade(grade)])
    return target / Fraction(policy.default_hours)
