"""Policy values that a scenario tries."""

from decimal import Decimal

from monitor.redistribution.scenario.baseline import load_baseline

from ...conftest import Home
from ..service import asked, changed_by
from .test_apply import fault_of


def test_numbers_of_the_policy_are_replaced_one_by_one_and_exactly(service: Home) -> None:
    stored = load_baseline(service.store, asked(), "tried.yaml").policy
    changed = changed_by(
        service,
        "policy: {tier_points: {4: {custody: 60.1}}, rosh_points: {unclassified: {custody: 1.5}}, "
        "nominal_target: {PO: 2300}, default_hours: 36}",
    ).policy
    assert changed.tier_points["4"] == stored.tier_points["4"] | {"custody": Decimal("60.1")}
    assert changed.tier_points["3"] == stored.tier_points["3"]
    assert changed.rosh_points["unclassified"]["custody"] == Decimal("1.5")
    assert changed.nominal_target == stored.nominal_target | {"PO": Decimal(2300)}
    assert changed.default_hours == 36
    assert changed.fingerprint != stored.fingerprint
    assert stored.tier_points["4"]["custody"] != Decimal("60.1")


def test_where_points_are_rounded_only_whole_ones_are_tried(service_wmt: Home) -> None:
    changed = changed_by(service_wmt, "policy: {tier_points: {D2: {community: 50}}, nominal_target: {PO: 2300.5}}")
    assert changed.policy.tier_points["D2"]["community"] == 50
    said = fault_of(service_wmt, "policy: {tier_points: {D2: {community: 50.5}}}")
    assert said == "changes.1.policy.tier_points.D2.community: 50.5: wmt counts in whole points; write 50"
