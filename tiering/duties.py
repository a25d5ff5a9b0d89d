"""Points of work other than cases: reports for the court, court duty, office duty, group work."""

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd

from tiering.capacity import Post, exact_fraction, is_in_force
from tiering.policy import Policy
from tiering.terms import REPORT_KINDS, DutyKind, Grade


def duty_points(
    duties: pd.DataFrame, offender_managers: pd.DataFrame, policy: Policy, as_at: date
) -> dict[Post, Fraction]:
    """Duty points of each post (om_code, team_code) that has any.

    - A report counts if it was completed in the policy's window up to ``as_at``.
    - An hour per week counts as the nominal target of the post's grade over the default hours.
    """
    reports = duties["kind"].isin(REPORT_KINDS)
    window_start = pd.Timestamp(as_at - timedelta(days=policy.report_window))
    completed = duties["starts_on"].gt(window_start) & duties["starts_on"].le(pd.Timestamp(as_at))
    counted = duties[completed.where(reports, is_in_force(duties, as_at))]
    grades = dict(
        zip(
            zip(offender_managers["om_code"], offender_managers["team_code"], strict=True),
            offender_managers["grade"],
            strict=True,
        )
    )
    points: dict[Post, Fraction] = {}
    for om_code, team_code, kind, quantity in counted[["om_code", "team_code", "kind", "quantity"]].itertuples(
        index=False
    ):
        post = (om_code, team_code)
        points[post] = points.get(post, Fraction(0)) + exact_fraction(quantity) * _rate(kind, grades[post], policy)
    return points


def _rate(kind: str, grade: str, policy: Policy) -> Fraction:
    """Points of one report, or of one hour per week."""
    if kind in REPORT_KINDS:
        return Fraction(policy.report_points[DutyKind(kind)])
    return Fraction(policy.nominal_target[Grade(grade)]) / Fraction(policy.default_hours)
