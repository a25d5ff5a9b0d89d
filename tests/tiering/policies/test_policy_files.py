"""Policy files: which are refused and why, and which of their dated values is in force when."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG, LONDON
from tiering.faults import ConfigFault
from tiering.policies.policy_files import check_policies, load_policy

TODAY = date(2026, 11, 20)


# What is refused


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped policies to change; London names its tiers itself, as policies did before schemes."""
    for folder in ("weightings", "assessments", "tier_schemes"):
        shutil.copytree(CONFIG / folder, tmp_path / folder)
    london = tmp_path / "weightings" / "london-2009.yaml"
    schemes = re.compile(r"(?ms)^tier_schemes:.*?^    value: \[tier-2009\]\n")
    text, count = schemes.subn(
        'tiers: ["1", "2", "3", "4"]\nhighest_tiers: ["4"]\n', london.read_text(encoding="utf-8")
    )
    assert count == 1
    london.write_text(text, encoding="utf-8")
    return tmp_path


FILES = {"london": "weightings/london-2009.yaml", "standards": "assessments/national-standards-2007.yaml"}


def change(config: Path, file: str, old: str, new: str) -> Path:
    path = config / FILES[file]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def faults_of(config: Path, as_at: date = TODAY, name: str = "london-2009") -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_policy(config, name, as_at)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


def test_the_shipped_policies_have_no_fault_on_any_date_since_2000() -> None:
    assert check_policies(CONFIG, TODAY) == []
    assert check_policies(CONFIG, date(2000, 1, 1)) == []


def test_every_gap_and_every_contradiction_is_reported_at_once_with_its_key(config: Path) -> None:
    changes = [
        ("community: 25, licence: 25, custody: 10}", "community: 25, licence: 25}"),
        ("community: 45, licence: 50, custody: 20}", "community: 45, licence: 50, custody: -20}"),
        ('"3": {', '"30": {'),
        ("      untiered:", "      unknown:"),
        ("very_high: {", "extreme: {"),
        ("unclassified: {", "unclear: {"),
        ("suspended: 1, ", ""),
        ("sdr: 138, fdr: 65", "court_duty: 5, fdr: -65"),
        ("TPO: 2176, ", ""),
        ("court: 1}", "}"),
        ('highest_tiers: ["4"]', 'highest_tiers: ["5"]'),
        ("value: 37", "value: -37"),
        ("red_above: 110", "red_above: -1"),
        ('tiers: ["1", "2", "3", "4"]', 'tiers: ["1", "2", "3", "4", "4"]'),
        ("name: london-2009", "name: london"),
    ]
    for old, new in changes:
        london = change(config, "london", old, new)
    for old, new in (
        ("unit: weeks", "unit: fortnights"),
        ("value: 10,", "value: -10,"),
        ("value: 28,", "value: -28,"),
        ("green_from: 90", "green_from: 70"),
        ("name: national-standards-2007", "name: national-standards"),
    ):
        standards = change(config, "standards", old, new)
    assert sorted(faults_of(config)) == sorted(
        [
            f"{london}: tier_points.2000-01-01.1: custody has no value",
            f"{london}: tier_points.2000-01-01.2.custody: -20 is below 0",
            f"{london}: tier_points.2000-01-01: 3 has no value",
            f"{london}: tier_points.2000-01-01: 30 is not one of 1, 2, 3, 4, untiered",
            f"{london}: tier_points.2000-01-01: untiered has no value",
            f"{london}: tier_points.2000-01-01: unknown is not one of 1, 2, 3, 4, untiered",
            f"{london}: rosh_points.2000-01-01: very_high has no value",
            f"{london}: rosh_points.2000-01-01: extreme is not one of low, medium, high, very_high, unclassified",
            f"{london}: rosh_points.2000-01-01: unclassified has no value",
            f"{london}: rosh_points.2000-01-01: unclear is not one of low, medium, high, very_high, unclassified",
            f"{london}: activity_share.2000-01-01: suspended has no value",
            f"{london}: report_points.2000-01-01: sdr has no value",
            f"{london}: report_points.2000-01-01: court_duty is not one of sdr, fdr, oral_report",
            f"{london}: report_points.2000-01-01.fdr: -65 is below 0",
            f"{london}: nominal_target.2000-01-01: TPO has no value",
            f"{london}: team_type_factor.2000-01-01: court has no value",
            f"{london}: highest_tiers: 5 is not one of tiers",
            f"{london}: default_hours.2000-01-01: -37 is below 0",
            f"{london}: bands.2000-01-01.red_above: -1 is below 0",
            f"{london}: bands.2000-01-01: must rise from green_from to amber_above to red_above",
            f"{london}: tiers: 4 is named more than once",
            f"{london}: name: 'london' does not match the file name; write london-2009",
            f"{standards}: timeliness_bands.2000-01-01: amber_from must not be above green_from",
            f"{standards}: name: 'national-standards' does not match the file name; write national-standards-2007",
            f"{standards}: rules.sentence_plan_custody.due.2000-01-01: unit 'fortnights' is not one of"
            " days, working days, weeks, months",
            f"{standards}: rules.home_visit.2000-01-01: -10 is below 0",
            f"{standards}: due_soon.2000-01-01: -28 is below 0",
        ]
    )


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        (
            "london",
            {
                ("title: London Probation, 2009\n", ""): "title: Field required",
                ("tiers: [", "levels: [four]\ntiers: ["): "levels: Extra inputs are not permitted",
                ("rounding: none", "rounding: up"): "rounding: Input should be 'none' or 'workload_management_tool'",
                ("25, custody: 10}", "25, custody: .nan}"): "tier_points.2000-01-01.value.1.custody: Input should be a",
                ("50, custody: 20}", "50, prison: 20}"): "tier_points.2000-01-01.value.2.prison",
                ("rosh_points:\n  2000-01-01", "rosh_points:\n  in 2000"): "rosh_points.in 2000",
                ("    status: verified\n", "    status: true\n"): "activity_share.2000-01-01.status: Input should be",
                ("PO: 2176, PSO: 2176", "PO: much, PSO: 2176"): "nominal_target.2000-01-01.value.PO: Input should be",
                ("TPO: 2176", "TPQ: 2176"): "nominal_target.2000-01-01.value.TPQ",
                ("    unit: hours a week\n", ""): "default_hours.2000-01-01.unit: Field required",
            },
        ),
        (
            "standards",
            {
                ("kind: home_visit", "kind: office_visit"): "rules.home_visit.kind: Input should be",
                ("counts_from: sentence_start", "counts_from: arrest"): "rules.risk_plan_release.counts_from: String",
                ("clock: transferred_in_on", "clock: arrest"): "rules.risk_plan_transfer.clock: Input should be",
                ("value: 16,", "value: 16.5,"): "rules.sentence_plan_custody.due.2000-01-01.value: Input should be",
                ("tiers: highest", "tiers: top"): "rules.sentence_plan_tier_4.tiers: Input should be",
            },
        ),
    ],
)
def test_everything_that_cannot_be_read_in_a_file_is_reported_at_once_with_key_and_reason(
    config: Path, file: str, changes: dict[tuple[str, str], str]
) -> None:
    for old, new in changes:
        path = change(config, file, old, new)
    found = faults_of(config)
    told = {says: [fault for fault in found if fault.startswith(f"{path}: {says}")] for says in changes.values()}
    assert {says: len(faults) for says, faults in told.items()} == dict.fromkeys(changes.values(), 1)
    assert len(found) == len(changes)


def test_a_policy_that_is_not_there_is_refused_with_those_that_are(config: Path) -> None:
    missing = config / "weightings" / "london-2010.yaml"
    assert faults_of(config, name="london-2010") == [
        f"{missing}: there is no policy with this name; known here: london-2009, modern, wmt"
    ]
    shutil.rmtree(config / "weightings")
    assert faults_of(config)[0].endswith("there is no policy with this name; known here: none")


def test_checking_looks_at_every_policy_of_a_folder(config: Path) -> None:
    london = change(config, "london", "value: 37", "value: 0")
    london.with_name("trial.yaml").write_text(london.read_text().replace("name: london-2009", "name: trial"))
    assert check_policies(config, TODAY) == [
        f"{london.with_name(name)}: default_hours.2000-01-01: must be above 0"
        for name in ("london-2009.yaml", "trial.yaml")
    ]
    shutil.rmtree(config / "weightings")
    assert check_policies(config, TODAY) == [f"{config / 'weightings'}: no policy file (*.yaml) in this folder"]


# Dates


LATER = """  2009-11-01:
    unit: hours a week
    status: local assumption
    reference: "a local agreement"
    value: 35
"""


def test_a_policy_is_refused_before_its_numbers_start(config: Path) -> None:
    london = change(config, "london", "report_window:\n  2000-01-01", "report_window:\n  2009-11-21")
    standards = change(config, "standards", "due_soon:\n  2000-01-01", "due_soon:\n  2026-11-21")
    assert faults_of(config, date(2009, 11, 20)) == [
        f"{london}: report_window: nothing is in force on 2009-11-20; the first value starts on 2009-11-21",
        f"{standards}: due_soon: nothing is in force on 2009-11-20; the first value starts on 2026-11-21",
    ]
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER)
    # 10 dated values of the weightings, 16 rules and 7 more of the assessments.
    found = faults_of(config, date(1999, 12, 31))
    assert len(found) == 33
    rule = "rules.home_visit: nothing is in force on 1999-12-31; the first value starts on 2000-01-01"
    assert f"{standards}: {rule}" in found
    assert f"{london}: default_hours: nothing is in force on 1999-12-31; the first value starts on 2000-01-01" in found


def test_a_later_block_takes_over_on_its_date_and_the_earlier_one_holds_until_then(config: Path) -> None:
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER)
    before, on_the_day = (load_policy(config, "london-2009", day) for day in (date(2009, 10, 31), date(2009, 11, 1)))
    assert (before.default_hours, on_the_day.default_hours) == (37, 35)
    assert before.fingerprint == LONDON.fingerprint != on_the_day.fingerprint
    told = next(number for number in on_the_day.numbers if number.key == "default_hours")
    assert (told.value, told.since, told.reference) == ("35", date(2009, 11, 1), "a local agreement")
    assert on_the_day.local_assumptions == before.local_assumptions + 1


def test_a_fault_in_a_block_of_another_date_is_reported_too(config: Path) -> None:
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER.replace("35", "0"))
    assert ": default_hours.2009-11-01: must be above 0" in faults_of(config, date(2009, 1, 1))[0]


def test_the_fingerprint_ignores_the_date_and_the_wording_and_how_a_number_is_written(config: Path) -> None:
    change(config, "london", "title: London Probation, 2009", "title: Another title")
    change(config, "london", "value: 37", "value: 37.0")
    change(config, "london", "community: 25", "community: 2.5e1")
    change(config, "london", "active: 1, suspended: 1", "suspended: 1, active: 1")
    change(config, "standards", '"A Stalled Journey, 1.2 S(b)"', '"1.2 S(b)"')
    again = load_policy(config, "london-2009", TODAY)
    assert again.title == "Another title"
    assert again.as_at != LONDON.as_at
    assert again.fingerprint == LONDON.fingerprint


def test_numbers_of_bulk_days_below_1_are_refused_and_none_at_all_is_allowed(config: Path) -> None:
    path = config / "assessments" / "national-standards-2007.yaml"
    text = path.read_text(encoding="utf-8")
    numbers = "{at_least: 20, times_usual: 5, near_deadline_days: 7}"
    assert numbers in text
    path.write_text(text.replace(numbers, "{at_least: 0, times_usual: 0.5, near_deadline_days: -1}"), encoding="utf-8")
    assert faults_of(config) == [
        f"{path}: bulk_completion.2000-01-01.near_deadline_days: -1 is below 0",
        f"{path}: bulk_completion.2000-01-01.at_least: must be 1 or more",
        f"{path}: bulk_completion.2000-01-01.times_usual: must be 1 or more",
    ]
    path.write_text(text.partition("bulk_completion:")[0], encoding="utf-8")
    assert load_policy(config, "london-2009", TODAY).bulk_completion is None
