"""The steps to a tier, in words."""

from typing import Any

import pytest

from tests.tiering.rows import CONFIG
from tests.tiering.tiers.cases import TODAY, points_case, steps_case
from tiering.tiers.answers import answer


def steps_of(model: str, inputs: dict[str, Any]) -> list[str]:
    (given,) = answer(model, [inputs], CONFIG, TODAY)
    return given.steps


def test_a_v2_tier_is_explained_from_every_part() -> None:
    registers = [
        {"code": code, "level": level, "category": None, "date": "2024-01-01"}
        for code, level in (("RVHR", None), ("MAPP", "M1"), ("PRC", None), ("RMDO", None))
    ]
    assert steps_of("v2", points_case(rsr="3.38", ogrs=19, registrations=registers)) == [
        "RSR 3.38: 10 points",
        "RoSH very high: 150 points",
        "only the larger of the two counts",
        "MAPPA level M1: 5 points",
        "complexity factors, 1 distinct: 2 points",
        "additional factors for women: 0 points",
        "protect, 157 points: level A",
        "needs: 0 points",
        "OGRS 19: 1 point",
        "IOM: 0 points",
        "change, 1 point: level 1",
        "contact suspended: suffix S",
        "tier A1S",
    ]


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"convictions": []}, "no mandate for change: level 0"),
        ({"assessment": None}, "no assessment that counts: level 2"),
    ],
)
def test_a_change_level_without_points_says_why(changes: dict[str, Any], step: str) -> None:
    assert steps_of("v2", points_case(**changes))[-2:-1] == [step]


def test_a_v3_tier_is_explained_from_every_step_that_says_something() -> None:
    case = steps_case(
        arp={"score": "76.5", "type": "STATIC"},
        dc_srp={"score": "2.5", "band": "VERY_HIGH"},
        mappa_category="M1",
        rosh="VERY_HIGH",
        lifer_ipp=True,
        latest_release="2024-01-05",
        stalking=True,
    )
    assert steps_of("v3", case) == [
        "reoffending (ARP 76.5 static, CSRP 0 dynamic): D",
        "sexual reoffending (DC-SRP 2.5, band very high): A",
        "MAPPA and RoSH (MAPPA category M1, RoSH very high): A",
        "lifer or IPP (released on 2024-01-05): D",
        "stalking: F",
        "the highest counts: tier A",
    ]


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"has_active_event": False}, ["no active event", "tier NOT_SUPERVISED"]),
        ({"arp": None}, ["ARP missing, CSRP 0: both are needed", "tier MISSING"]),
        ({"rosh": None}, ["the highest counts: tier G (provisional: what is missing or static could raise it)"]),
        (
            {"dc_srp": {"score": "0.5", "band": "MEDIUM"}},
            ["DC-SRP 0.5 with band medium contradict each other: correct the score or its band", "no tier"],
        ),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_said(changes: dict[str, Any], last: list[str]) -> None:
    assert steps_of("v3", steps_case(**changes))[-len(last) :] == last
