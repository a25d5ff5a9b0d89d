"""The parts of a change on made-up caseloads: against a second calculation, and against the figures they add up to."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.causes.model import EarlierWeek
from alerts.causes.rows import compare_weeks
from alerts.causes.standing import standing_causes
from alerts.causes.units import causes_of_units
from alerts.causes.weighed_week import WeighedWeek, weigh_week
from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.model import OrganisationChanges, OrganisationWeek, organisation_columns
from monitor.settings import shipped_config
from tests.oracle.card import Tables
from tests.oracle.over_weeks import causes as oracle
from tests.oracle.strategies import caseloads, to_frames
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.workload import weigh_units

from ...longer import examples

NOW = date(2009, 11, 20)
DAYS = (7, 28, 91)
POLICIES = (("london-2009", "london-2009"), ("wmt", "wmt"), ("london-2009", "wmt"), ("wmt", "london-2009"))
ORGANISATION = ("team_name", "office_code", "office_name", "cluster_code", "cluster_name", "area_code", "area_name")

under_policies = pytest.mark.parametrize("names", POLICIES, ids="-then-".join)
thorough = settings(
    max_examples=examples(5),
    # Not shrunk: two weeks are thousands of choices, and to try them again one by one takes ten minutes.
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def policy_of(name: str) -> Policy:
    return load_policy(shipped_config(), name, NOW)


def weigh(caseload: Caseload, name: str, as_at: date) -> WeighedWeek:
    policy = policy_of(name)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    return weigh_week(caseload, weighed, policy, as_at)


def two_weeks(data: st.DataObject, names: Sequence[str]) -> tuple[Tables, date, Tables]:
    """Two weeks with much in common."""
    day = NOW - timedelta(days=data.draw(st.sampled_from(DAYS)))
    before = data.draw(caseloads(names[0], st.just(day))).tables
    now = data.draw(caseloads(names[1], st.just(NOW))).tables
    if data.draw(st.booleans()):
        places = {team["team_code"]: {name: team[name] for name in ORGANISATION} for team in before["organisation"]}
        now["organisation"] = [team | places.get(team["team_code"], {}) for team in now["organisation"]]
    if names[0] == names[1]:
        _carry_over(data, before, now)
    return before, day, now


def _carry_over(data: st.DataObject, before: Tables, now: Tables) -> None:
    """Most cases of now weigh as before, so that steps are of one column and not of all."""
    was = {case["crn"]: case for case in before["cases"]}
    for case in now["cases"]:
        column = data.draw(st.sampled_from(("all", "none", *oracle.COLUMNS)))
        if case["crn"] in was and column != "all":
            old = was[case["crn"]]
            case |= {name: old[name] for name in oracle.COLUMNS if name != column}


def week_of(caseload: Caseload) -> OrganisationWeek:
    return OrganisationWeek(
        caseload.organisation[organisation_columns()],
        caseload.offender_managers[["team_code", "om_code"]],
        caseload.cases[["team_code", "crn"]],
    )


def find(before: Caseload, now: Caseload) -> OrganisationChanges:
    return find_changes(week_of(before), week_of(now))


@under_policies
@thorough
@given(data=st.data())
def test_every_part_of_every_unit_is_that_of_the_oracle(names: tuple[str, str], data: st.DataObject) -> None:
    before, day, now = two_weeks(data, names)
    then, today = to_frames(before), to_frames(now)
    changes = find(then, today)
    week = weigh(today, names[1], NOW)
    compared = compare_weeks(EarlierWeek(1, day, then, policy_of(names[0])), week, {NOW: changes})
    found = causes_of_units([compared])
    plain = {(change.kind.value, change.level.value, change.previous_code, change.code) for change in changes}
    expected = oracle.part_sums(oracle.Week(before, day, names[0]), oracle.Week(now, NOW, names[1]), plain)
    ours = {(row.level, row.code, row.part): row for row in found.itertuples()}
    assert set(ours) == set(expected)
    for key, sums in expected.items():
        row = ours[key]
        assert (row.cases, row.posts) == sums[2:], key
        assert (row.points, row.available_points) == pytest.approx([float(part) for part in sums[:2]], abs=1e-9), key


@under_policies
@thorough
@given(data=st.data())
def test_parts_add_up_to_what_changed_in_every_unit(names: tuple[str, str], data: st.DataObject) -> None:
    before, day, now = two_weeks(data, names)
    then, today = to_frames(before), to_frames(now)
    changes = find(then, today)
    week = weigh(today, names[1], NOW)
    compared = compare_weeks(EarlierWeek(4, day, then, policy_of(names[0])), week, {NOW: changes})
    causes = causes_of_units([compared])
    sums = causes.groupby(["level", "code"])[["points", "available_points", "percentage_points"]].sum()
    flows = causes[causes["part"].isin(["arrivals", "ends", "transfers", "number_of_cases", "organisation"])]
    cases = flows.groupby(["level", "code"])["cases"].sum()
    was, becomes = figures(then, names[0], day), figures(today, names[1], NOW)
    goes_on = _codes_before(then, changes)
    for (level, code), unit in becomes.iterrows():
        earlier = goes_on.get((level, code))
        old = was.loc[(level, earlier)] if earlier is not None else dict.fromkeys(unit.index, 0.0)
        got = sums.loc[(level, code)] if (level, code) in sums.index else pd.Series(0.0, index=sums.columns)
        assert got["points"] == pytest.approx(unit["total_points"] - old["total_points"], abs=1e-6)
        assert got["available_points"] == pytest.approx(unit["available_points"] - old["available_points"], abs=1e-6)
        assert cases.get((level, code), 0) == unit["cases"] - old["cases"]
        if unit["available_points"] and old["available_points"]:
            change = unit["capacity_percentage"] - old["capacity_percentage"]
            assert got["percentage_points"] == pytest.approx(change, abs=1e-6, rel=1e-9)
    moves = causes[causes["part"].eq("transfers") & causes["level"].eq("all")]
    # The two rows of a case that moved cancel in the whole service.
    assert (moves["points"].tolist(), moves["cases"].tolist()) == ([], [])
    assert not causes[["points", "available_points"]].isna().any(axis=None)


@pytest.mark.parametrize("name", ["london-2009", "wmt"])
@thorough
@given(data=st.data())
def test_what_stands_adds_up_to_every_capacity_percentage(name: str, data: st.DataObject) -> None:
    today = to_frames(data.draw(caseloads(name, st.just(NOW))).tables)
    standing = standing_causes(weigh(today, name, NOW))
    sums = standing.groupby(["level", "code"])[["points", "cases", "percentage_points"]].sum()
    for key, unit in figures(today, name, NOW).iterrows():
        got: Any = sums.loc[key] if key in sums.index else dict.fromkeys(sums.columns, 0.0)
        assert got["points"] == pytest.approx(unit["total_points"], abs=1e-6)
        assert got["cases"] == unit["cases"]
        if unit["available_points"]:
            assert got["percentage_points"] == pytest.approx(unit["capacity_percentage"], abs=1e-6, rel=1e-9)


def figures(caseload: Caseload, name: str, as_at: date) -> pd.DataFrame:
    policy = policy_of(name)
    units = weigh_units(caseload, weigh_cases(caseload.cases, caseload.offender_managers, policy), policy, as_at)
    return units[~units["level"].isin(["post", "offender_manager"])].set_index(["level", "code"])


def _codes_before(then: Caseload, changes: OrganisationChanges) -> dict[tuple[str, str], str]:
    """The code before of every unit of now that goes on, by level and code."""
    codes = {("all", "all"): "all"}
    for level in ("team", "office", "cluster", "area"):
        codes |= {(level, code): code for code in then.organisation[f"{level}_code"]}
    for change in changes:
        if change.kind in ("recoded", "reused"):
            codes.pop((change.level.value, change.code), None)
    recoded = [change for change in changes if change.kind == "recoded"]
    for change in recoded:
        codes[change.level.value, change.code] = change.previous_code
    return codes
