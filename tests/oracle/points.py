"""Points of every case, its parts kept apart."""

from datetime import date
from fractions import Fraction

from .card import ACTIVITY_SHARE, Tables, activity_of, cases_of, rosh_points, tier_points

CasePoints = tuple[Fraction, Fraction, Fraction, Fraction]


def case_points(tables: Tables, as_at: date, policy: str) -> dict[str, CasePoints]:
    """(tier points, RoSH points, share, points) of each case by CRN.

    The first two are those of one case in full; the last is for all the cases of the row, by their share.
    """
    answer: dict[str, CasePoints] = {}
    for case in tables["cases"]:
        tier = Fraction(tier_points(policy, case.get("tier"), case["setting"]))
        rosh = Fraction(rosh_points(policy, case.get("rosh"), case["setting"]))
        share = Fraction(ACTIVITY_SHARE[activity_of(case)])
        answer[case["crn"]] = (tier, rosh, share, (tier + rosh) * share * cases_of(case))
    return answer
