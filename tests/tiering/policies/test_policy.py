"""The policy: which numbers ship, and what changes the fingerprint."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.tiering.rows import LONDON, WMT
from tiering.dated import SourceStatus
from tiering.policies.policy import AssessmentRule, Clock, DueUnit, Policy, Rounding, Tiers
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
    # Cases of 18 to 24 year olds have points of their own: in every setting those of custody.
    young = {f"T2A-{tier}": (points[-1],) * 3 for tier, points in published.items()}
    every_tier = published | young
    unsupervised = {f"{tier}S": (0, 0, 0) for tier in every_tier}
    assert table(WMT.tier_points) == every_tier | unsupervised | {"untiered": (0, 0, 0)}
    assert set(table(WMT.rosh_points)) == {*Rosh, "unclassified"}
    assert set(table(WMT.rosh_points).values()) == {(0, 0, 0)}
    assert set(WMT.tiers) == {*every_tier, *unsupervised}
    assert WMT.highest_tiers == ("A3", "A2", "A1", "A0", "T2A-A3", "T2A-A2", "T2A-A1", "T2A-A0")
    assert WMT.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL


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
def test_every_number_in_force_has_a_unit_a_date_and_a_reference(policy: Policy) -> None:
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
        "bulk_completion": 3,
        "countersigning_sample": 2,
    }
    assert LONDON.local_assumptions == 53


# Fingerprint


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
    # 15 tier and 15 RoSH points, 5 shares, 3 reports, 4 targets, 5 factors, 3 + 2 bands, 16 rules, 3 of bulk days,
    # 2 of plans to read again, 7 single numbers.
    assert len(changed) == 80 == len(LONDON.numbers)
    fingerprints = {policy.fingerprint for policy in changed.values()}
    assert len(fingerprints | {LONDON.fingerprint}) == 81


def test_a_policy_without_bulk_days_has_the_fingerprint_it_had_before_there_were_any() -> None:
    stored = LONDON.model_dump(mode="json")
    del stored["bulk_completion"], stored["countersigning_sample"]
    before = Policy.model_validate(stored)
    assert before.bulk_completion is None
    assert before.fingerprint.startswith("c415b1ca8b83")
    assert before.fingerprint != LONDON.fingerprint
    assert before.weights_fingerprint == LONDON.weights_fingerprint


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
def test_a_policy_stored_as_text_and_read_again_is_the_same(policy: Policy) -> None:
    again = Policy.model_validate_json(policy.model_dump_json())
    assert again == policy
    assert again.fingerprint == policy.fingerprint
