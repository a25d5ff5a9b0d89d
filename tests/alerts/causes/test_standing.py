"""What a week's load consists of."""

import pandas as pd
import pytest

from alerts.causes.standing import standing_causes
from tests.tiering.rows import FRIDAY, WMT, case, caseload, duty, post, reduction

from .weeks import standing_of, week_of

POSTS = [
    post("P"),
    post("SICK"),
    post("AWAY"),
    post("GONE", left_on=FRIDAY),
    post("NONE", hours=0),
    post("BOTH"),
    post("FREE"),
]
REDUCTIONS = [
    reduction(37, om_code="SICK"),
    reduction(40, om_code="AWAY", reason="maternity"),
    reduction(7, om_code="BOTH"),
    reduction(30, om_code="BOTH", reason="training"),
    reduction(36.9, om_code="FREE"),
]


def test_cases_are_held_by_people_with_hours_or_by_why_there_are_none() -> None:
    cases = [case(f"X{code}", om_code=code) for code in ("P", "SICK", "AWAY", "GONE", "NONE", "BOTH", "FREE")]
    cases += [case("X9", om_code=None, number_of_cases=2), case("X8", om_code="UNKNOWN")]
    known = caseload(*cases, offender_managers=POSTS, reductions=REDUCTIONS, duties=[duty("sdr", 1)])
    standing = standing_causes(week_of(known))
    expected = {
        "held": (2, 2, 50),
        "sickness": (1, 1, 25),
        "other_reduction": (2, 2, 50),
        "left": (1, 1, 25),
        "no_contracted_hours": (1, 1, 25),
        "unallocated": (0, 3, 75),
        "duties": (1, 0, 138),
    }
    for level, code in (("team", "T1"), ("office", "F1"), ("area", "A1"), ("all", "all")):
        assert standing_of(standing, level, code) == expected


def test_points_are_percentage_points_of_the_available_points() -> None:
    standing = standing_causes(week_of(caseload(case(tier="3", rosh="high"))))
    assert standing["percentage_points"].tolist() == pytest.approx([100 * 110 / 2176] * 5)


def test_a_unit_without_capacity_has_no_percentage_points() -> None:
    standing = standing_causes(week_of(caseload(case(), reductions=[reduction(37)])))
    assert pd.isna(standing["percentage_points"]).all()


def test_rounding_is_a_part_of_its_own() -> None:
    standing = standing_causes(week_of(caseload(duties=[duty("fdr", 0.5)]), WMT))
    assert standing_of(standing) == {"duties": (1, 0, 32.5), "rounding": (1, 0, 0.5)}
