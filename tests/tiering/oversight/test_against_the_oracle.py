"""Every rule beyond assessments, compared with the plain re-implementation in tests/oracle, on made-up caseloads."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings

from alerts.detection.overdue import count_late_oversight
from monitor.settings import shipped_config
from tests.oracle import findings, oversight
from tests.oracle.assessments import timeliness_band
from tests.oracle.oversight_strategies import watched_caseloads
from tests.oracle.strategies import AS_AT, Drawn, to_frames
from tiering.findings import find
from tiering.oversight.items import oversight_items, rules_on_record
from tiering.oversight.rates import COUNTS, count_rates, late_and_due
from tiering.oversight.rules import OversightRule, load_oversight_rules
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.staff.staffing import people_seen
from tiering.workload import weigh_units

from ...longer import examples

thorough = settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def numbers() -> tuple[Policy, tuple[OversightRule, ...]]:
    """The shipped policy and rules; every number of them is in force on all the dates drawn."""
    return load_policy(shipped_config(), "london-2009", AS_AT[0]), load_oversight_rules(shipped_config(), AS_AT[0])


def seen_since(drawn: Drawn) -> tuple[pd.DataFrame, dict[str, date]]:
    """When each officer was first seen: every other one weeks ago."""
    seen = people_seen(to_frames(drawn.tables), None, drawn.as_at)
    back = seen["om_code"].map(lambda code: 50 if code in ("1", "A1") else 0)
    seen["first_seen"] = seen["first_seen"] - pd.to_timedelta(back, unit="D")
    first = {post["om_code"]: drawn.as_at for post in drawn.tables["offender_managers"]}
    return seen, {code: drawn.as_at - timedelta(days=50) if code in ("1", "A1") else day for code, day in first.items()}


def subject_of(row: Any) -> str:
    """The CRN, or the officer of an item about one."""
    return str(row.om_code if pd.isna(row.crn) else row.crn)


@thorough
@given(drawn=watched_caseloads())
def test_what_is_late_due_and_done_in_time(drawn: Drawn) -> None:
    policy, rules = numbers()
    caseload = to_frames(drawn.tables)
    cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, cases, policy, drawn.as_at)
    seen, first_seen = seen_since(drawn)
    on_record = rules_on_record(rules, caseload)
    items = oversight_items(caseload, cases, units, seen, on_record, policy, drawn.as_at)
    expected = oversight.every_item(drawn.tables, drawn.as_at, first_seen)

    listed = late_and_due(items, policy, drawn.as_at)
    ours = Counter(
        (
            row.rule,
            row.crn if isinstance(row.crn, str) else row.om_code,
            row.since.date(),
            row.due_on.date(),
            row.status,
        )
        for row in listed.itertuples()
    )
    now = oversight.late_and_due(expected, drawn.as_at)
    assert ours == Counter(
        (item.rule, item.crn or item.om_code, item.since, item.due_on, status) for item, status in now.items()
    )
    for row in listed[listed["overdue"]].itertuples():
        assert row.days_overdue == (drawn.as_at - row.due_on.date()).days

    rates = count_rates(items, policy, drawn.as_at)
    counts = {
        (row.level, row.code, row.rule): tuple(getattr(row, name) for name in COUNTS) for row in rates.itertuples()
    }
    assert counts == oversight.rates(drawn.tables, expected, drawn.as_at)
    for row in rates.itertuples():
        if row.fell_due:
            assert row.band == timeliness_band(row.fell_due, row.on_time)
            assert row.percentage == 100 * row.on_time / row.fell_due
        else:
            assert pd.isna(row.band)
            assert pd.isna(row.percentage)

    counted = count_late_oversight(units, listed, judged=True)
    late = {
        (row.level, row.code): (row.oversight_overdue, row.oversight_high_risk_overdue, row.oversight_due_soon)
        for row in counted.itertuples()
        if row.oversight_overdue or row.oversight_due_soon
    }
    assert late == oversight.lateness(drawn.tables, expected, drawn.as_at)


@thorough
@given(drawn=watched_caseloads())
def test_what_is_recorded_about_referral_and_licence(drawn: Drawn) -> None:
    policy, _ = numbers()
    caseload = to_frames(drawn.tables)
    cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, cases, policy, drawn.as_at)
    found = find(caseload, cases, units, policy, drawn.as_at)
    assert Counter(zip(found["finding"], found["crn"], strict=True)) == findings.findings(
        drawn.tables, drawn.as_at, "london-2009"
    )
