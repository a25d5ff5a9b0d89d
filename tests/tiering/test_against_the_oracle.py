"""Every figure of the policy, compared with the plain re-implementation in tests/oracle, on made-up caseloads."""

from collections import Counter
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.detection.overdue import count_late
from monitor.settings import shipped_config
from tests.oracle import assessments, findings, points, workload
from tests.oracle.strategies import AS_AT, Drawn, caseloads, to_frames
from tiering.caseload import Caseload
from tiering.findings import find
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.timeliness.assessments import assessment_items, due_soon_items, overdue_items, timeliness
from tiering.workload import weigh_units

from ..longer import examples

POLICIES = ("london-2009", "wmt")
drawn_under_each = pytest.mark.parametrize("name", POLICIES)
thorough = settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def weighed(drawn: Drawn, name: str) -> tuple[Caseload, WeighedCases, Policy]:
    caseload = to_frames(drawn.tables)
    policy = policy_of(name)
    return caseload, weigh_cases(caseload.cases, caseload.offender_managers, policy), policy


@cache
def policy_of(name: str) -> Policy:
    """The shipped policy; every number of it is in force on all the dates drawn."""
    return load_policy(shipped_config(), name, AS_AT[0])


def plain(value: Any) -> Any:
    return None if pd.isna(value) else value


@drawn_under_each
@thorough
@given(data=st.data())
def test_points_of_every_case(name: str, data: st.DataObject) -> None:
    drawn = data.draw(caseloads(name))
    frame = weighed(drawn, name)[1].frame
    ours = {row.crn: (row.tier_points, row.rosh_points, row.activity_share, row.points) for row in frame.itertuples()}
    expected = points.case_points(drawn.tables, drawn.as_at, name)
    assert ours == {crn: tuple(float(part) for part in parts) for crn, parts in expected.items()}


@drawn_under_each
@thorough
@given(data=st.data())
def test_workload_of_every_unit_to_the_last_digit(name: str, data: st.DataObject) -> None:
    drawn = data.draw(caseloads(name))
    caseload, cases, policy = weighed(drawn, name)
    units = weigh_units(caseload, cases, policy, drawn.as_at)
    expected = workload.workload(drawn.tables, drawn.as_at, name)
    assert {(row.level, row.code) for row in units.itertuples()} == set(expected)
    for row in units.to_dict("records"):
        for key, value in expected[row["level"], row["code"]].items():
            if key == "name" and row["level"] == "all":
                continue
            wanted = float(value) if isinstance(value, Fraction) else value
            assert plain(row[key]) == wanted, (row["level"], row["code"], key)


@drawn_under_each
@thorough
@given(data=st.data())
def test_assessments_overdue_due_soon_and_timely(name: str, data: st.DataObject) -> None:
    drawn = data.draw(caseloads(name))
    caseload, cases, policy = weighed(drawn, name)
    items = assessment_items(caseload, cases, policy, drawn.as_at)
    late = overdue_items(items, drawn.as_at)
    soon = due_soon_items(items, policy, drawn.as_at)
    timely = timeliness(items, policy, drawn.as_at)
    assert {
        (row.rule, row.crn): (row.due_on.date(), row.days_overdue) for row in late.itertuples()
    } == assessments.overdue(drawn.tables, drawn.as_at, name)
    assert {(row.rule, row.crn): row.due_on.date() for row in soon.itertuples()} == assessments.due_soon(
        drawn.tables, drawn.as_at, name
    )
    shares = assessments.timeliness(drawn.tables, drawn.as_at, name)
    assert {(row.level, row.code, row.rule): (row.fell_due, row.on_time) for row in timely.itertuples()} == shares
    for row in timely.itertuples():
        assert row.band == assessments.timeliness_band(row.fell_due, row.on_time)
        assert row.percentage == 100 * row.on_time / row.fell_due
    units = count_late(weigh_units(caseload, cases, policy, drawn.as_at), late, soon)
    counts = {
        (row.level, row.code): (row.overdue, row.high_risk_overdue, row.due_soon)
        for row in units.itertuples()
        if row.overdue or row.due_soon
    }
    assert counts == assessments.lateness(drawn.tables, drawn.as_at, name)


@drawn_under_each
@thorough
@given(data=st.data())
def test_findings_of_every_case(name: str, data: st.DataObject) -> None:
    drawn = data.draw(caseloads(name))
    caseload, cases, policy = weighed(drawn, name)
    units = weigh_units(caseload, cases, policy, drawn.as_at)
    found = find(caseload, cases, units, policy, drawn.as_at)
    assert Counter(zip(found["finding"], found["crn"], strict=True)) == findings.findings(
        drawn.tables, drawn.as_at, name
    )
