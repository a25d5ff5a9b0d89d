"""Recorded tiers against calculated ones."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.tiering.rows import CONFIG, LONDON, Row, case, caseload, weigh
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.tier_check import check_tiers, points_inputs, steps_inputs

AS_AT = date(2026, 11, 20)
MODERN = load_policy(CONFIG, "modern", AS_AT)
POINTS: Row = {"mandate": True, "rsr": 8, "ogrs": 25, "complexity_factors": 0, "assessed_on": date(2026, 1, 1)}
STEPS: Row = {"active_event": True, "arp": 10, "csrp": 0.2, "arp_type": "dynamic", "csrp_type": "dynamic"}


def differences(*pairs: tuple[Row, Row | None], policy: Policy = MODERN) -> dict[str, str]:
    """The detail of each case that differs; a case is given with its tier inputs."""
    inputs = [{"crn": row["crn"]} | given for row, given in pairs if given is not None]
    known = caseload(*(row for row, _ in pairs), tier_inputs=inputs)
    rows = check_tiers(known, weigh(known, policy), policy, AS_AT)
    assert list(rows.columns) == ["crn", "detail"]
    return dict(zip(rows["crn"], rows["detail"], strict=True))


def test_a_tier_that_agrees_is_no_finding_and_one_that_differs_is_explained() -> None:
    found = differences((case("X1", tier="B1"), POINTS), (case("X2", tier="B3"), POINTS))
    assert found == {
        "X2": "recorded B3, calculated B1: 102 points, not 146 (-44); RSR 8: 20 points; RoSH low: 0 points; "
        "only the larger of the two counts; MAPPA level none: 0 points; complexity factors, 0 distinct: 0 points; "
        "additional factors for women: 0 points; protect, 20 points: level B; needs: 0 points; OGRS 25: 2 points; "
        "IOM: 0 points; change, 2 points: level 1; tier B1"
    }


def test_the_effect_is_that_of_all_cases_of_the_row_and_of_their_activity() -> None:
    row = case("X1", tier="B3", number_of_cases=3, setting="custody")
    assert differences((row, POINTS))["X1"].startswith("recorded B3, calculated B1: 141 points, not 177 (-36)")
    assert "0 points, not 0 (+0)" in differences((row | {"activity": "warrant"}, POINTS))["X1"]


def test_each_case_is_checked_by_the_scheme_of_its_own_tier() -> None:
    found = differences(
        (case("X1", tier="G"), STEPS),
        (case("X2", tier="A"), STEPS | {"stalking": True}),
        (case("X3", tier="C1"), POINTS),
    )
    assert set(found) == {"X2", "X3"}
    assert found["X2"].startswith("recorded A, calculated F: 41 points, not 158 (-117); reoffending (ARP 10 dynamic")


def test_scores_that_contradict_each_other_are_said() -> None:
    found = differences((case("X1", tier="A"), STEPS | {"dc_srp": 0.3, "dc_srp_band": "medium"}))
    assert found["X1"].startswith("recorded A, cannot be calculated; ")
    assert "contradict each other" in found["X1"]


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (case(tier="B3"), None),
        (case(tier=None), POINTS),
        (case(tier="B3"), POINTS | {"mandate": None}),
        (case(tier="B3"), POINTS | {"rsr": None}),
        (case(tier="B3"), POINTS | {"complexity_factors": None}),
        (case(tier="A"), STEPS | {"active_event": None}),
        (case(tier="A"), STEPS | {"csrp": None}),
    ],
)
def test_what_the_source_does_not_say_is_not_checked(row: Row, given: Row | None) -> None:
    assert differences((row, given)) == {}


def test_a_score_that_one_case_lacks_is_checked_if_others_have_it() -> None:
    found = differences((case("X1", tier="B3"), POINTS | {"rsr": None}), (case("X2", tier="B1"), POINTS))
    assert found["X1"].startswith("recorded B3, calculated D1: 29 points")


def test_tiers_that_people_decide_are_not_checked() -> None:
    assert differences((case(tier="1"), POINTS), policy=LONDON) == {}
    assert LONDON.tier_calculations == ()


def joined(row: Row, given: Row) -> pd.DataFrame:
    known = caseload(row, tier_inputs=[{"crn": "X1"} | given])
    return known.cases.merge(known.tier_inputs, on="crn")


@pytest.mark.parametrize(("level", "read"), [("2", "M2"), ("unrecorded", None), (None, None)])
def test_mappa_and_assessment_are_read_as_the_calculator_names_them(level: str | None, read: str | None) -> None:
    given: dict[str, Any] = {"female": True, "need_attitudes": "severe", "assessed_on": date(2026, 11, 10)}
    row = points_inputs(joined(case(mappa_level=level, rosh="very_high"), given), AS_AT).iloc[0]
    assert row["mappa_level"] == read if read else pd.isna(row["mappa_level"])
    assert (row["rosh"], row["need_attitudes"]) == ("VERY_HIGH", "SEVERE")
    assert (row["female"], row["iom"], row["assessed"]) == (True, False, True)
    assert (row["assessment_age"], row["complexity_factors"]) == (10, 0)


@pytest.mark.parametrize(("release_on", "counts"), [(AS_AT, True), (date(2026, 11, 21), False), (None, False)])
def test_a_planned_release_is_none_yet(release_on: date | None, counts: bool) -> None:
    row = steps_inputs(joined(case(release_on=release_on, domestic_abuse=True), STEPS), AS_AT).iloc[0]
    assert pd.notna(row["released_on"]) == counts
    assert (row["arp_type"], row["domestic_abuse"], row["stalking"]) == ("DYNAMIC", True, False)
