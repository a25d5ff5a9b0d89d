"""The edges of v2: scores, levels, and what is left out without a mandate or an assessment."""

import pytest

from tests.tiering.tiers.cases import answer_one, points_case
from tiering.tiers.answers import HISTORIC_MODEL


def registration(code: str, level: str | None = None) -> dict[str, str | None]:
    return {"code": code, "level": level, "category": None, "date": "2024-01-01"}


@pytest.mark.parametrize(
    ("rsr", "points"),
    [(None, 0), ("2.99", 0), ("3", 10), ("6.99", 10), ("6.995", 0), ("7", 20), ("99.98", 20), ("99.99", 0)],
)
def test_the_bands_of_rsr_leave_gaps(rsr: str | None, points: int) -> None:
    assert answer_one("v2", points_case(rsr=rsr))["protect_points"] == points


def test_only_the_larger_of_rsr_and_rosh_counts() -> None:
    values = answer_one("v2", points_case(rsr="8", registrations=[registration("RMRH")]))
    assert (values["breakdown"]["RSR"], values["breakdown"]["ROSH"], values["protect_points"]) == (20, 10, 20)


@pytest.mark.parametrize(
    ("factors", "rsr", "level"), [(4, None, "D"), (5, None, "C"), (9, "3", "B"), (4, "3", "C"), (5, "3", "B")]
)
def test_levels_start_at_their_points(factors: int, rsr: str | None, level: str) -> None:
    codes = ["RMDO", "ALSH", "RVLN", "RCCO", "RCPR", "RCHD", "RPIR", "RVAD", "STRG"]
    case = points_case(rsr=rsr, registrations=[registration(code) for code in codes[:factors]])
    assert answer_one("v2", case)["protect_level"] == level


def test_the_most_without_mappa_or_very_high_rosh_is_not_the_highest_level() -> None:
    codes = ["RMDO", "ALSH", "RVLN", "RCCO", "RCPR", "RCHD", "RPIR", "RVAD", "STRG", "RTAO", "RHRH"]
    answers = {"needs": {}, "impulsivity": "Some", "parental_responsibilities": "Yes"}
    case = points_case(
        gender="female",
        previous_enforcement_activity=True,
        registrations=[*map(registration, codes), registration("MAPP", "M1")],
        assessment=answers,
    )
    values = answer_one("v2", case)
    assert (values["protect_points"], values["protect_level"]) == (51, "B")


def test_no_mandate_comes_before_no_assessment() -> None:
    assert answer_one("v2", points_case(convictions=[], assessment=None))["tier"] == "D0"
    assert answer_one("v2", points_case(assessment=None))["tier"] == "D2"


def test_without_an_assessment_no_part_of_the_change_axis_counts() -> None:
    values = answer_one("v2", points_case(ogrs=100, registrations=[registration("IIOM")], assessment=None))
    assert values["change_points"] == 0
    assert not {"NEEDS", "OGRS", "IOM"} & set(values["breakdown"])


def test_an_assessment_of_unknown_age_counts_under_the_historic_rule() -> None:
    assert answer_one(HISTORIC_MODEL, points_case(assessment={"needs": {}}))["change_level"] == 1


def test_a_stale_assessment_gave_no_points_for_women_either() -> None:
    stale = {"needs": {}, "impulsivity": "Some", "completed_days_ago": 386}
    case = points_case(gender="Female", assessment=stale)
    assert answer_one(HISTORIC_MODEL, case)["protect_points"] == 0
    assert answer_one("v2", case)["protect_points"] == 2
