"""Values of lists: which are ours, which may be, and which are not."""

import pytest

from monitor.extracts.draft.lists import MOST_VALUES, ValueGuess, guess_values, list_share, ours_of, with_tiers
from tiering.caseload import CASES, OFFENDER_MANAGERS, Column, Kind, Table

from ..small import TIERS
from .profiles import a_profile

ROSH = CASES.column("rosh")
TIER = with_tiers(CASES, TIERS).column("tier")


@pytest.mark.parametrize("text", ["High", "VERY HIGH", "very-high", " low "])
def test_case_blanks_and_hyphens_do_not_count(text: str) -> None:
    assert ours_of(text, ROSH)[1]


@pytest.mark.parametrize(
    ("column", "text", "ours"),
    [
        (ROSH, "High Risk of Serious Harm", "high"),
        (ROSH, "V High", "very_high"),
        (ROSH, "Meduim", "medium"),
        (CASES.column("rosh_delius"), "Med", "medium"),
        (CASES.column("setting"), "Prison", "custody"),
        (CASES.column("mappa_level"), "Level 2", "2"),
        (OFFENDER_MANAGERS.column("grade"), "Senior Probation Officer", "SPO"),
        (CASES.column("prolific"), "Y", "true"),
        (CASES.column("prolific"), "0", "false"),
        (TIER, "Tier 3", "3"),
    ],
)
def test_what_the_field_calls_a_value_is_a_guess(column: Column, text: str, ours: str) -> None:
    assert ours_of(text, column) == (ours, False)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (ROSH, "Not high"),
        (ROSH, "Not assessed"),
        (ROSH, "Slow"),
        (CASES.column("mappa_level"), "recorded"),
        (CASES.column("activity"), "inactive"),
        (CASES.column("prolific"), "maybe"),
        (TIER, "A3"),
        (TIER, "33"),
    ],
)
def test_the_contrary_of_a_value_is_not_that_value(column: Column, text: str) -> None:
    assert ours_of(text, column) == (None, False)


def test_a_number_with_an_idle_decimal_is_ours() -> None:
    assert ours_of("3.0", TIER) == ("3", True)


def test_two_values_that_are_spelt_nearly_so_leave_it_open() -> None:
    column = Column("made_up", choices=("alphaone", "alphaono"))
    assert ours_of("alphaon", column) == (None, False)


def test_spellings_of_one_value_count_together_and_the_commonest_is_shown() -> None:
    profile = a_profile("Risk", ["High Risk", "HIGH RISK", "High Risk", "high", "Odd", None])
    assert guess_values(ROSH, profile) == [ValueGuess("High Risk", 3, "high"), ValueGuess("Odd", 1, None)]
    assert list_share(ROSH, profile) == 0.8


def test_a_column_without_values_is_no_list() -> None:
    assert list_share(ROSH, a_profile("Risk", [None])) == 0
    assert guess_values(ROSH, a_profile("Risk", [])) == []


def test_only_the_commonest_values_say_what_a_column_is() -> None:
    names = [f"Person {number}" for number in range(MOST_VALUES)]
    assert list_share(ROSH, a_profile("Risk", [*names, *names, "high"])) == 0


def test_tiers_are_the_choices_of_the_tier_of_cases_only() -> None:
    assert TIER.choices == TIERS
    other: Table = OFFENDER_MANAGERS
    assert with_tiers(other, TIERS) is other
    assert TIER.kind is Kind.TEXT
