"""Which tiers a policy weighs when, and what is said of gaps and contradictions."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG
from tiering.faults import ConfigFault
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.policies.tier_weights import setting_faults
from tiering.terms import UNTIERED, Setting
from tiering.tiers.schemes import read_scheme

BEFORE, AFTER = date(2025, 12, 31), date(2026, 1, 1)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped policies to change."""
    for folder in ("weightings", "assessments", "tier_schemes"):
        shutil.copytree(CONFIG / folder, tmp_path / folder)
    return tmp_path


def change(config: Path, old: str, new: str) -> Path:
    path = config / "weightings" / "modern.yaml"
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1, old
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(config: Path, as_at: date = AFTER) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_policy(config, "modern", as_at)
    return caught.value.faults


def modern(as_at: date) -> Policy:
    return load_policy(CONFIG, "modern", as_at)


def test_a_caseload_in_transition_may_hold_tiers_of_two_schemes() -> None:
    v2, v3 = read_scheme(CONFIG, "v2"), read_scheme(CONFIG, "v3")
    assert modern(BEFORE).tiers == v2.tiers
    assert modern(AFTER).tiers == (*v2.tiers, *v3.tiers)
    assert set(modern(AFTER).highest_tiers) == {*v2.highest_tiers, *v3.highest_tiers}
    assert list(modern(AFTER).tier_points) == [*v2.tiers, *v3.tiers, UNTIERED]
    assert list(modern(BEFORE).tier_points) == [*v2.tiers, UNTIERED]


def test_each_scheme_has_the_status_of_its_own_points() -> None:
    status = {number.key: number.status.value for number in modern(AFTER).numbers}
    assert status["tier_points.A3.community"] == "verified"
    assert status["scheme_points.v3.A.community"] == "local assumption"
    assert "scheme_points.v3.A.community" not in {number.key for number in modern(BEFORE).numbers}


@pytest.mark.parametrize("name", ["london-2009", "wmt"])
def test_a_policy_that_names_its_schemes_is_the_one_that_named_its_tiers(config: Path, name: str) -> None:
    shipped = load_policy(CONFIG, name, AFTER)
    path = config / "weightings" / f"{name}.yaml"
    own = f"tiers: {list(shipped.tiers)}\nhighest_tiers: {list(shipped.highest_tiers)}\n\ntier_points:"
    text = re.sub(r"(?ms)^tier_schemes:.*?^tier_points:", lambda _: own, path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    # Tiers without a scheme cannot be calculated; every figure is the same.
    named = load_policy(config, name, AFTER)
    assert named == shipped.model_copy(update={"tier_calculations": ()})
    assert (named.fingerprint, named.weights_fingerprint) == (shipped.fingerprint, shipped.weights_fingerprint)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"value: \[v2, v3\]", "value: [v2, v9]", r"v9\.yaml: there is no tier scheme with this name"),
        (r"value: \[v2, v3\]", "value: [v2, v2]", r"tier_schemes\.2026-01-01: A0 is a tier of two schemes"),
        (r"  v3:\n    2026-01-01", "  v3:\n    2027-01-01", r"tier_points\.2026-01-01: A has no value"),
        (r"        G: .*\n", "", r"tier_points\.2026-01-01: G has no value"),
        (r"        G: \{", "        H: {", r"scheme_points\.v3\.2026-01-01: H is not one of A, B, C"),
        (r"        G: \{community: 29, ", "        G: {", r"scheme_points\.v3\.2026-01-01\.G: community has no value"),
        (
            r"        G: \{community: 29",
            "        G: {community: -29",
            r"scheme_points\.v3\.2026-01-01\.G\.community: -29",
        ),
        (r"  v3:\n", "  v4:\n", r"scheme_points\.v4: v4 is not one of tier_schemes"),
        (r"      untiered: .*\n", "", r"tier_points\.2000-01-01: untiered has no value"),
        (r"rounding: none", "rounding: none\ntiers: [A]", r"tiers: leave out tiers and highest_tiers"),
        (r"(?ms)^tier_schemes:.*?^tier_points", "tier_points", r"tier_schemes: name at least one scheme, or the tiers"),
    ],
)
def test_a_fault_names_its_key(config: Path, old: str, new: str, says: str) -> None:
    change(config, old, new)
    assert [fault for fault in faults_of(config) if re.search(says, fault)]


def test_before_the_first_scheme_there_is_no_policy(config: Path) -> None:
    path = change(config, r"tier_schemes:\n  2000-01-01", "tier_schemes:\n  2020-01-01")
    assert faults_of(config, date(2019, 12, 31)) == [
        f"{path}: tier_schemes: nothing is in force on 2019-12-31; the first value starts on 2020-01-01"
    ]


def test_a_setting_without_a_value_is_named() -> None:
    assert list(setting_faults("x", {"A": {Setting.COMMUNITY: 1, Setting.CUSTODY: 2}})) == ["x.A: licence has no value"]
