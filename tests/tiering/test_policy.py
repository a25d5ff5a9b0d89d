"""The policy: which numbers ship, which files are refused, what changes the fingerprint."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tiering.rows import CONFIG, LONDON, WMT
from tiering.dated import SourceStatus
from tiering.faults import ConfigFault
from tiering.policy import (
    AssessmentRule,
    Clock,
    DueUnit,
    Policy,
    Rounding,
    Tiers,
    check_policies,
    load_policy,
)
from tiering.terms import AssessmentKind, Rosh, Setting

TODAY = date(2026, 11, 20)


def table(rows: dict[str, dict[Setting, Decimal]]) -> dict[str, tuple[int, ...]]:
    """Whole points by row: community, licence, custody."""
    return {str(name): tuple(int(row[setting]) for setting in Setting) for name, row in rows.items()}


def whole(numbers: dict[Any, Decimal]) -> dict[str, int]:
    assert all(number == int(number) for number in numbers.values())
    return {str(name): int(number) for name, number in numbers.items()}


# The numbers that ship


def test_points_of_the_default_policy() -> None:
    assert table(LONDON.tier_points) == {
        "1": (25, 25, 10),
        "2": (45, 50, 20),
        "3": (80, 85, 35),
        "4": (120, 130, 45),
        "untiered": (45, 50, 20),
    }
    assert table(LONDON.rosh_points) == {
        "low": (0, 0, 0),
        "medium": (8, 8, 4),
        "high": (30, 30, 12),
        "very_high": (60, 60, 24),
        "unclassified": (8, 8, 4),
    }
    assert (LONDON.tiers, LONDON.highest_tiers, LONDON.rounding) == (("1", "2", "3", "4"), ("4",), Rounding.NONE)


# Facts of the Workload Management Tool: wmt-db, V1_1__SEED_REF_DATA.sql, the standard row (MIT licence).
PUBLISHED = {
    "community": (206, 158, 146, 110, 146, 115, 102, 72, 79, 63, 50, 35, 51, 41, 29, 29),
    "licence": (219, 175, 163, 0, 161, 132, 119, 0, 77, 65, 52, 0, 51, 43, 31, 0),
    "custody": (75, 60, 59, 0, 59, 48, 47, 0, 30, 24, 23, 0, 17, 14, 13, 0),
}


def test_published_points_of_the_workload_management_tool() -> None:
    order = [letter + digit for letter in "ABCD" for digit in "3210"]
    published = dict(zip(order, zip(*PUBLISHED.values(), strict=True), strict=True))
    unsupervised = {f"{tier}S": (0, 0, 0) for tier in order}
    assert table(WMT.tier_points) == published | unsupervised | {"untiered": (0, 0, 0)}
    assert set(table(WMT.rosh_points)) == {*Rosh, "unclassified"}
    assert set(table(WMT.rosh_points).values()) == {(0, 0, 0)}
    assert set(WMT.tiers) == {*published, *unsupervised}
    assert (WMT.highest_tiers, WMT.rounding) == (("A3", "A2", "A1", "A0"), Rounding.WORKLOAD_MANAGEMENT_TOOL)


@pytest.mark.parametrize("policy", [LONDON, WMT], ids=lambda policy: policy.name)
def test_targets_shares_and_reports_are_the_published_ones_under_both_policies(policy: Policy) -> None:
    assert whole(policy.nominal_target) == {"PO": 2176, "PSO": 2176, "TPO": 2176, "SPO": 0}
    assert policy.default_hours == 37
    assert whole(policy.activity_share) == {
        "active": 1,
        "suspended": 1,
        "unpaid_work_only": 1,
        "warrant": 0,
        "overdue_termination": 0,
    }
    assert whole(policy.report_points) == {"sdr": 138, "fdr": 65, "oral_report": 0}
    assert policy.report_window == 30
    assert policy.experienced_after_years == 3
    bands = policy.bands
    assert (bands.red_above, bands.amber_above, bands.green_from) == (110, 100, 85)


def test_only_the_default_policy_expects_less_of_a_public_protection_unit() -> None:
    factors = {"omu": 1, "ppu": 1, "substance_misuse": 1, "custody": 1, "court": 1}
    assert WMT.team_type_factor == factors
    assert LONDON.team_type_factor == factors | {"ppu": Decimal("0.85")}


EVERY = ("community", "licence", "custody")
SUPERVISED = ("community", "licence")
HIGH = ("high", "very_high")


@pytest.mark.parametrize(
    ("name", "kind", "settings", "rosh", "due"),
    [
        ("screening_at_start", "rosh_screening", ("community", "custody"), None, "1 working days"),
        ("screening_on_release", "rosh_screening", ("licence",), None, "5 working days"),
        ("full_analysis", "rosh_full_analysis", EVERY, ("medium",), "15 working days"),
        ("full_analysis_high", "rosh_full_analysis", EVERY, HIGH, "5 working days"),
        ("risk_plan_community", "risk_management_plan", ("community",), ("medium",), "15 working days"),
        ("risk_plan_community_high", "risk_management_plan", ("community",), HIGH, "5 working days"),
        ("risk_plan_release", "risk_management_plan", ("licence",), ("medium", *HIGH), "0 days"),
        ("risk_plan_transfer", "risk_management_plan", EVERY, HIGH, "5 working days"),
        ("rosh_review", "rosh_review", SUPERVISED, None, "4 months"),
        ("rosh_review_custody", "rosh_review", ("custody",), None, "12 months"),
        ("rosh_review_change", "rosh_review", EVERY, None, "5 working days"),
        ("sentence_plan", "sentence_plan", SUPERVISED, None, "15 working days"),
        ("sentence_plan_tier_4", "sentence_plan", SUPERVISED, None, "5 working days"),
        ("sentence_plan_custody", "sentence_plan", ("custody",), None, "16 weeks"),
        ("sentence_plan_review", "sentence_plan_review", SUPERVISED, None, "4 months"),
        ("home_visit", "home_visit", SUPERVISED, HIGH, "10 working days"),
    ],
)
def test_each_assessment_rule_is_for_these_cases_and_due_after_so_long(
    name: str, kind: str, settings: tuple[str, ...], rosh: tuple[str, ...] | None, due: str
) -> None:
    rule = next(one for one in LONDON.rules if one.name == name)
    assert (rule.kind, rule.settings, rule.rosh, f"{rule.due} {rule.due_unit}") == (kind, settings, rosh, due)


def test_what_sets_some_assessment_rules_apart() -> None:
    assert WMT.rules == LONDON.rules
    assert len(LONDON.rules) == 16
    assert {rule.name for rule in LONDON.rules if rule.repeats} == {
        "rosh_review",
        "rosh_review_custody",
        "sentence_plan_review",
    }
    assert {rule.name: rule.clock for rule in LONDON.rules if rule.clock is not Clock.START} == {
        "risk_plan_transfer": Clock.TRANSFERRED_IN,
        "rosh_review_change": Clock.SIGNIFICANT_CHANGE,
    }
    assert {rule.name: rule.tiers for rule in LONDON.rules if rule.tiers is not Tiers.ALL} == {
        "sentence_plan": Tiers.NOT_HIGHEST,
        "sentence_plan_tier_4": Tiers.HIGHEST,
    }
    assert {rule.name for rule in LONDON.rules if rule.counts_from == "sentence_start"} == {"risk_plan_release"}


def test_windows_and_limits_of_assessments_and_findings() -> None:
    assert (LONDON.due_soon, LONDON.timeliness_window) == (28, 90)
    assert (LONDON.timeliness_bands.green_from, LONDON.timeliness_bands.amber_from) == (90, 80)
    assert (LONDON.copied_from_similarity, LONDON.tier_changes_allowed) == (Decimal("0.95"), 1)


@pytest.mark.parametrize("policy", [LONDON, WMT], ids=lambda policy: policy.name)
def test_every_number_in_force_is_told_with_unit_date_and_reference(policy: Policy) -> None:
    numbers = {number.key: number for number in policy.numbers}
    assert len(numbers) == len(policy.numbers)
    assert all(number.unit and number.reference and number.since == date(2000, 1, 1) for number in policy.numbers)
    tier = numbers[f"tier_points.{policy.tiers[0]}.licence"]
    assert (tier.value, tier.unit) == (str(policy.tier_points[policy.tiers[0]][Setting.LICENCE]), "points per case")
    review = numbers["rules.rosh_review"]
    assert (review.value, review.unit, review.status) == ("4", "months", SourceStatus.VERIFIED)
    assert review.reference == "A Stalled Journey, 2.2 S(b)"
    assert (numbers["bands.red_above"].value, numbers["default_hours"].value) == ("110", "37")
    assert numbers["team_type_factor.ppu"].value == {"london-2009": "0.85", "wmt": "1"}[policy.name]


def test_numbers_without_a_published_source_are_counted() -> None:
    """Tier and RoSH points in three settings, team types, bands; rules by assumption, two windows, bands, copies."""
    assert Counter(number.key.split(".")[0] for number in LONDON.numbers if number.status == "local assumption") == {
        "tier_points": 15,
        "rosh_points": 15,
        "team_type_factor": 5,
        "bands": 3,
        "rules": 5,
        "due_soon": 1,
        "timeliness_window": 1,
        "timeliness_bands": 2,
        "copied_from_similarity": 1,
    }
    assert LONDON.local_assumptions == 48


# What is refused


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped policies to change."""
    for folder in ("weightings", "assessments"):
        shutil.copytree(CONFIG / folder, tmp_path / folder)
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


def test_every_gap_and_every_contradiction_is_told_at_once_with_its_key(config: Path) -> None:
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
            f"{london}: bands.2000-01-01: must rise: green_from, then amber_above, then red_above",
            f"{london}: tiers: 4 is named more than once",
            f"{london}: name: 'london' is not the file's own name: write london-2009",
            f"{standards}: timeliness_bands.2000-01-01: amber_from must not be above green_from",
            f"{standards}: name: 'national-standards' is not the file's own name: write national-standards-2007",
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
def test_everything_that_cannot_be_read_in_a_file_is_told_at_once_with_key_and_reason(
    config: Path, file: str, changes: dict[tuple[str, str], str]
) -> None:
    for old, new in changes:
        path = change(config, file, old, new)
    found = faults_of(config)
    told = {says: [fault for fault in found if fault.startswith(f"{path}: {says}")] for says in changes.values()}
    assert {says: len(faults) for says, faults in told.items()} == dict.fromkeys(changes.values(), 1)
    assert len(found) == len(changes)


def test_a_key_that_stands_twice_and_yaml_that_is_none_are_refused(config: Path) -> None:
    london = change(config, "london", '      "2": {', '      "1": {')
    (fault,) = faults_of(config)
    assert fault.startswith(f"{london}: not valid YAML: ")
    assert 'found duplicate key "1"' in fault
    london.write_text("title: [London", encoding="utf-8")
    assert faults_of(config)[0].startswith(f"{london}: not valid YAML: ")


def test_a_file_that_is_not_text_or_not_there_is_refused(config: Path) -> None:
    standards, london = config / FILES["standards"], config / FILES["london"]
    standards.unlink()
    assert faults_of(config) == [f"{standards}: the file is missing"]
    london.write_bytes(b"title: \xff")
    assert faults_of(config)[0].startswith(f"{london}: cannot be read: ")
    london.write_text("", encoding="utf-8")
    assert faults_of(config)[0].startswith(f"{london}: the file: Input should be a valid dictionary")


def test_a_policy_that_is_not_there_is_refused_with_those_that_are(config: Path) -> None:
    missing = config / "weightings" / "london-2010.yaml"
    assert faults_of(config, name="london-2010") == [
        f"{missing}: there is no policy of that name; known here: london-2009, wmt"
    ]
    shutil.rmtree(config / "weightings")
    assert faults_of(config)[0].endswith("there is no policy of that name; known here: none")


def test_checking_looks_at_every_policy_of_a_folder(config: Path) -> None:
    london = change(config, "london", "value: 37", "value: 0")
    london.with_name("trial.yaml").write_text(london.read_text().replace("name: london-2009", "name: trial"))
    assert check_policies(config, TODAY) == [
        f"{london.with_name(name)}: default_hours.2000-01-01: must be above 0"
        for name in ("london-2009.yaml", "trial.yaml")
    ]
    shutil.rmtree(config / "weightings")
    assert check_policies(config, TODAY) == [f"{config / 'weightings'}: no policy file (*.yaml) is here"]


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
        f"{london}: report_window: nothing is in force on 2009-11-20, the first value starts 2009-11-21",
        f"{standards}: due_soon: nothing is in force on 2009-11-20, the first value starts 2026-11-21",
    ]
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER)
    # 10 dated values of the weightings, 16 rules and 5 more of the assessments.
    found = faults_of(config, date(1999, 12, 31))
    assert len(found) == 31
    rule = "rules.home_visit: nothing is in force on 1999-12-31, the first value starts 2000-01-01"
    assert f"{standards}: {rule}" in found
    assert f"{london}: default_hours: nothing is in force on 1999-12-31, the first value starts 2000-01-01" in found


def test_a_later_block_takes_over_on_its_date_and_the_earlier_one_holds_until_then(config: Path) -> None:
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER)
    before, on_the_day = (load_policy(config, "london-2009", day) for day in (date(2009, 10, 31), date(2009, 11, 1)))
    assert (before.default_hours, on_the_day.default_hours) == (37, 35)
    assert before.fingerprint == LONDON.fingerprint != on_the_day.fingerprint
    told = next(number for number in on_the_day.numbers if number.key == "default_hours")
    assert (told.value, told.since, told.reference) == ("35", date(2009, 11, 1), "a local agreement")
    assert on_the_day.local_assumptions == before.local_assumptions + 1


def test_a_fault_in_a_block_of_another_date_is_told_too(config: Path) -> None:
    change(config, "london", "default_hours:\n", "default_hours:\n" + LATER.replace("35", "0"))
    assert ": default_hours.2009-11-01: must be above 0" in faults_of(config, date(2009, 1, 1))[0]


# Fingerprint


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


def numbers_changed(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """The policy once for each of its numbers, with that number greater by one."""

    def bumped(value: Any, path: str) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for key, part in value.items():
                yield from ((where, value | {key: other}) for where, other in bumped(part, f"{path}.{key}"))
        elif isinstance(value, tuple | list):
            for place, part in enumerate(value):
                for where, other in bumped(part, f"{path}.{place}"):
                    yield where, [*value[:place], other, *value[place + 1 :]]
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            yield path, value + 1

    content = policy.model_dump(exclude={"numbers"})
    for where, other in bumped(content, ""):
        yield where, Policy.model_validate(other | {"numbers": policy.numbers})


def test_the_fingerprint_changes_with_every_number() -> None:
    changed = dict(numbers_changed(LONDON))
    # 15 tier and 15 RoSH points, 5 shares, 3 reports, 4 targets, 5 factors, 3 + 2 bands, 16 rules, 7 single numbers.
    assert len(changed) == 75 == len(LONDON.numbers)
    fingerprints = {policy.fingerprint for policy in changed.values()}
    assert len(fingerprints | {LONDON.fingerprint}) == 76


def test_the_fingerprint_changes_with_the_scheme_the_rounding_and_the_terms_of_a_rule() -> None:
    review: AssessmentRule = next(rule for rule in LONDON.rules if rule.name == "rosh_review")
    others: list[dict[str, Any]] = [
        {"name": "trial"},
        {"highest_tiers": ("3", "4")},
        {"rounding": Rounding.WORKLOAD_MANAGEMENT_TOOL},
        *(
            {"rules": tuple(rule.model_copy(update=terms) if rule is review else rule for rule in LONDON.rules)}
            for terms in (
                {"repeats": False},
                {"due_unit": DueUnit.WEEKS},
                {"clock": Clock.TRANSFERRED_IN},
                {"kind": AssessmentKind.HOME_VISIT},
                {"settings": (Setting.LICENCE,)},
                {"rosh": (Rosh.HIGH,)},
                {"tiers": Tiers.HIGHEST},
                {"counts_from": "sentence_start"},
            )
        ),
    ]
    fingerprints = {LONDON.model_copy(update=other).fingerprint for other in others}
    assert len(fingerprints | {LONDON.fingerprint, WMT.fingerprint}) == len(others) + 2


@pytest.mark.parametrize("policy", [LONDON, WMT], ids=lambda policy: policy.name)
def test_a_policy_kept_as_text_and_read_again_is_the_same(policy: Policy) -> None:
    again = Policy.model_validate_json(policy.model_dump_json())
    assert again == policy
    assert again.fingerprint == policy.fingerprint
