"""Cases whose officer has no post."""

from decimal import Decimal

import pandas as pd
import pytest

from monitor.extracts.judgement.officers import (
    Unmatched,
    hours_faults,
    signer_faults,
    unmatched_faults,
    unmatched_officers,
)

POSTS = pd.DataFrame({"om_code": ["001", "002", "003"], "team_code": ["T1", "T1", "T2"]}, dtype="str")
LIMIT = Decimal("0.02")


def found(*officers: tuple[str | None, str]) -> Unmatched:
    return unmatched_officers(pd.DataFrame(officers, columns=["om_code", "team_code"], dtype="str"), POSTS)


def faults(cases: int, of: int, last_share: float = 0.0, limit: Decimal = LIMIT) -> list[str]:
    return list(unmatched_faults(Unmatched(cases, of), limit, 10, last_share, "on 13 November 2026"))


def test_a_case_matches_by_officer_and_team_and_one_without_an_officer_is_not_counted() -> None:
    assert found(("001", "T1"), (None, "T1"), ("003", "T2")) == Unmatched(0, 2)
    assert found(("001", "T2"), ("003", "T2")) == Unmatched(1, 2, "1 case would match an officer of another team")
    assert found(("1", "T1"), ("2", "T1")) == Unmatched(2, 2, "2 codes would match with leading zeros")
    assert found(("9", "T1")) == Unmatched(1, 1)


@pytest.mark.parametrize(
    ("cases", "of", "last_share", "refused"),
    [
        (11, 500, 0.0, True),
        (10, 400, 0.0, False),
        (11, 551, 0.0, False),
        (3, 5, 0.0, True),
        (2, 4, 0.0, False),
        (1, 1, 0.0, False),
        (35, 1000, 0.03, False),
        (51, 1000, 0.03, True),
        (900, 1000, 0.9, False),
    ],
)
def test_too_many_are_more_than_few_and_than_the_share_or_most_of_all(
    cases: int, of: int, last_share: float, refused: bool
) -> None:
    assert bool(faults(cases, of, last_share)) is refused


def test_the_fault_names_the_column_both_shares_and_the_way_out() -> None:
    (says,) = unmatched_faults(
        Unmatched(4200, 36000, "4,200 codes would match with leading zeros"), LIMIT, 10, 0.001, "on 13 November 2026"
    )
    assert says == (
        "cases.om_code: 4,200 of 36,000 cases with an officer (11.7%) (0.1% on 13 November 2026) name an officer and "
        "team that are in no accepted row of offender_managers; 4,200 codes would match with leading zeros; correct "
        "om_code and team_code in both tables or, if it is right so, run again with --accept-unmatched"
    )


def test_a_limit_of_a_half_or_more_lets_small_extracts_pass() -> None:
    assert faults(3, 5, limit=Decimal(1)) == []


@pytest.mark.parametrize(
    ("signers", "says"),
    [(["007", None], ""), (["7", "007"], "1 of 2 codes"), (["gone"], ""), ([None], "")],
)
def test_a_signer_whose_code_lost_its_zeros_is_a_fault_and_one_who_left_is_none(
    signers: list[str | None], says: str
) -> None:
    signed = pd.DataFrame({"countersigned_by": pd.Series(signers, dtype="str")})
    posts = pd.DataFrame({"om_code": pd.Series(["007", "012"], dtype="str")})
    faults = list(signer_faults(signed, posts))
    assert len(faults) == bool(says)
    assert all(f"assessments.countersigned_by: {says}" in fault and "zeros" in fault for fault in faults)


@pytest.mark.parametrize(
    ("hours", "refused"),
    [
        ((1.0, 1.0, 0.6, 0.8, 1.0, 0.0), True),
        ((1.0, 1.0, 0.6, 0.8, 37.0), False),
        ((1.0, 1.0, 0.6, 0.8), False),
        ((0.0,) * 6, False),
    ],
)
def test_hours_that_are_full_time_equivalents_are_refused(hours: tuple[float, ...], refused: bool) -> None:
    says = list(hours_faults(pd.DataFrame({"contracted_hours": hours})))
    assert bool(says) == refused
    if refused:
        assert says[0].startswith("offender_managers.contracted_hours: none of 5 posts has more than 1 hours a week")
