"""Tier schemes: the shipped ones, which numbers are in force when, and what a faulty file is told."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG
from tests.tiering.tiers.cases import TODAY
from tiering.faults import ConfigFault
from tiering.tiers.schemes import PointsNumbers, StepsNumbers, numbers_of, read_scheme


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped schemes to change."""
    shutil.copytree(CONFIG / "tier_schemes", tmp_path / "tier_schemes")
    return tmp_path


def faults_after(config: Path, name: str, old: str, new: str) -> list[str]:
    path = config / "tier_schemes" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigFault) as caught:
        numbers_of(read_scheme(config, name), TODAY)
    return caught.value.faults


def test_the_shipped_schemes_have_the_tiers_of_their_time() -> None:
    assert read_scheme(CONFIG, "tier-2009").tiers == ("1", "2", "3", "4")
    assert len(read_scheme(CONFIG, "v2").tiers) == 32
    assert {"A3", "D0S"} < set(read_scheme(CONFIG, "v2").tiers)
    assert {"A", "G", "MISSING", "NOT_SUPERVISED"} < set(read_scheme(CONFIG, "v3").tiers)


def test_tiers_that_people_decide_have_no_numbers() -> None:
    assert numbers_of(read_scheme(CONFIG, "tier-2009"), TODAY) is None


@pytest.mark.parametrize(("day", "days"), [(date(2024, 1, 18), 385), (date(2024, 1, 19), None)])
def test_an_assessment_had_an_age_limit_until_january_2024(day: date, days: int | None) -> None:
    numbers = numbers_of(read_scheme(CONFIG, "v2"), day)
    assert isinstance(numbers, PointsNumbers)
    assert numbers.assessment_valid_days == days


def test_v3_is_found_by_steps() -> None:
    assert isinstance(numbers_of(read_scheme(CONFIG, "v3"), TODAY), StepsNumbers)


def test_a_scheme_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ConfigFault, match=r"v4\.yaml: there is no tier scheme .* known here: t2a, tier-2009, v2, v3"):
        read_scheme(CONFIG, "v4")


def test_without_any_scheme_none_is_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="known here: none"):
        read_scheme(tmp_path, "v2")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("v2", "name: v2", "name: v9", "name: 'v9' does not match the file name; write v2"),
        ("v2", "A3S, ", "A3, ", "tiers: A3 is named more than once"),
        ("v2", "A3S, ", "", "tiers: A3S is missing"),
        ("v2", "highest_tiers: [A3", "highest_tiers: [X3", "tiers: X3 is missing"),
        ("v2", "C: 10, D: 0", "C: 10, D: 1", "protect: one level must start at 0 points"),
        ("v2", "ogrs_per_point: 10", "ogrs_per_point: 0", "ogrs_per_point"),
        ("v3", "MISSING, G", "G", "lowest_first: MISSING is missing"),
        ("v3", "arp_from: [90,", "arp_from: [10,", "arp_from: must fall to 0"),
        ("v3", "csrp_from: 0,", "csrp_from: 0.2,", "reoffending: csrp_from must fall to 0"),
        ("v3", "tiers: [A, A, B, B, B, B]", "tiers: [A, B]", "reoffending: the row from 6.9 needs 6 tiers"),
        ("v3", "tiers: [A, B, C, D,", "tiers: [A, B, C,", "tiers: D is missing"),
        ("v3", "    2000-01-01:", "    2100-01-01:", "steps: nothing is in force on 2026-11-20"),
    ],
)
def test_a_fault_is_named(config: Path, name: str, old: str, new: str, says: str) -> None:
    assert any(says in fault for fault in faults_after(config, name, old, new))
