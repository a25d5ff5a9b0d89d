"""The words of the field: each once, and every group of them complete."""

from enum import StrEnum
from pathlib import Path

import pytest

from tests.alerts.pictures import AS_AT
from tiering import terms
from tiering.policies.policy_files import load_policy
from tiering.terms import (
    HIGH_ROSH,
    HOURLY_DUTY_KINDS,
    MAPPA_LEVELS,
    REPORT_KINDS,
    UNCLASSIFIED,
    UNTIERED,
    DutyKind,
    Level,
    Rosh,
)

CONFIG = Path(__file__).parents[2] / "config"
ENUMS = [
    enum
    for enum in vars(terms).values()
    if isinstance(enum, type) and issubclass(enum, StrEnum) and enum is not StrEnum
]
SHARED = {"custody", "office"}
"""A setting and a type of team; a level and where a contact takes place: both in the words of the field."""


@pytest.mark.parametrize("enum", ENUMS)
def test_a_list_has_each_word_once(enum: type[StrEnum]) -> None:
    values = [word.value for word in enum.__members__.values()]
    assert len(values) == len(set(values)) == len(list(enum))


def test_a_word_of_one_list_means_nothing_else_in_another() -> None:
    words = [word.value for enum in ENUMS for word in enum] + [UNTIERED, UNCLASSIFIED]
    assert {word for word in words if words.count(word) > 1} - {"other"} == SHARED


def test_a_duty_is_counted_in_reports_or_in_hours_and_never_in_both() -> None:
    assert sorted([*REPORT_KINDS, *HOURLY_DUTY_KINDS]) == sorted(DutyKind)


def test_high_rosh_is_the_upper_end_of_the_scale() -> None:
    scale = list(Rosh)
    assert tuple(scale[scale.index(Rosh.HIGH) :]) == HIGH_ROSH


def test_levels_go_from_one_post_up_to_the_whole_service() -> None:
    first, *_, last = Level
    assert (first, last) == (Level.POST, Level.ALL)


@pytest.mark.parametrize("policy", ["london-2009", "wmt"])
def test_no_tier_of_a_policy_is_the_word_for_none(policy: str) -> None:
    assert UNTIERED not in load_policy(CONFIG, policy, AS_AT).tiers
    assert UNCLASSIFIED not in list(Rosh)


def test_a_mappa_level_is_one_of_three_or_not_recorded() -> None:
    assert MAPPA_LEVELS == ("1", "2", "3", "unrecorded")
