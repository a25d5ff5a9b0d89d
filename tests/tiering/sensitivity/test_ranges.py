"""The range of each assumed weight."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG, FRIDAY, LONDON
from tiering.faults import ConfigFault
from tiering.policies.policy_files import load_policy
from tiering.sensitivity.ranges import Range, load_default_range, ranges_of, weights_of

DEFAULT = Range(0.75, 1.25)


def changed_config(folder: Path, old: str, new: str, file: str = "weightings/london-2009.yaml") -> Path:
    config = folder / "config"
    shutil.copytree(CONFIG, config)
    text = (config / file).read_text(encoding="utf-8")
    assert old in text
    (config / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return config


def test_a_block_states_its_own_range_and_others_have_the_default(tmp_path: Path) -> None:
    config = changed_config(tmp_path, "    unit: points per case\n", "    unit: points per case\n    low: 0.9\n")
    policy = load_policy(config, "london-2009", FRIDAY)
    ranges = ranges_of(policy, DEFAULT)
    assert ranges["tier_points.1.community"] == Range(0.9, 1.25)
    assert ranges["rosh_points.low.community"] == DEFAULT
    assert policy.fingerprint == LONDON.fingerprint


def test_the_points_of_a_scheme_are_tier_points() -> None:
    modern = load_policy(CONFIG, "modern", date(2026, 11, 20))
    assert {f"tier_points.{tier}.community" for tier in ("A", "G")} <= set(ranges_of(modern, DEFAULT))
    assert set(ranges_of(modern, DEFAULT)) <= set(weights_of(modern))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("status: local assumption", "status: local assumption\n    low: 1.1", "low: 1.1 is a multiple of the value"),
        ("status: local assumption", "status: local assumption\n    high: 0.9", "high: 0.9 is a multiple of the value"),
        (
            "    unit: days\n    status: verified",
            "    unit: days\n    status: verified\n    low: 0.9",
            "low and high are for a local assumption; this value is verified",
        ),
        ("unit: per cent of capacity", "unit: per cent of capacity\n    low: 0.9", "bands.2000-01-01: low and high"),
    ],
)
def test_a_range_that_would_not_be_drawn_is_a_fault(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(ConfigFault, match=fault):
        load_policy(changed_config(tmp_path, old, new), "london-2009", FRIDAY)


def test_the_default_range_is_read_and_checked(tmp_path: Path) -> None:
    assert load_default_range(CONFIG, FRIDAY) == DEFAULT
    config = changed_config(tmp_path, "{value: 0.75", "{value: 1.5", "sensitivity.yaml")
    with pytest.raises(ConfigFault, match="low must be above 0 and at most 1"):
        load_default_range(config, FRIDAY)
