"""The plans to read again as a reader may see them, and the reason if there are none."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from alerts.people import Person, Role
from monitor.snapshots.follow_through.readings import Reading, ReadPlan
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.supervision.benchmark import (
    Agreement,
    Lack,
    agreement_by_office,
    benchmark_rows,
    by_plan,
    key_of,
    lack_of_plans,
    readings_in,
)
from tests.monitor.conftest import AS_AT, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import Tables, a_case, a_post, an_assessment, write_csv

OCTOBER = {"kind": "risk_management_plan", "completed_on": date(2026, 10, 1), "countersigned_on": date(2026, 10, 9)}
SPOS = [a_post("S1", "T1", grade="SPO", om_name="Sue One"), a_post("S3", "T3", grade="SPO", om_name="Sam Three")]


def with_plans() -> Tables:
    """Three plans of team T1, which Sue One countersigns, and one of T3."""
    cases = [
        a_case("X000401", rosh="medium"), a_case("X000402", rosh="very_high"), a_case("X000403", rosh=None),
        a_case("X000404", om_code="M3", team_code="T3"),
    ]  # fmt: skip
    plans = [an_assessment(case["crn"], **OCTOBER) for case in cases]
    return little_london(cases=cases, offender_managers=SPOS, assessments=plans)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A week with four plans that were countersigned in October."""
    folder = tmp_path_factory.mktemp("benchmark")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        home.take(write_csv(folder / "now", with_plans()), AS_AT)
        yield home
    home.store.engine.dispose()


@pytest.fixture(scope="module")
def week(home: Home) -> SnapshotView:
    week = SnapshotCache(home.store).week()
    assert week is not None
    return week


def test_plans_stand_by_spo_the_highest_rosh_first_with_names(week: SnapshotView) -> None:
    planner = Visibility(Person("p@example.org", "P", Role.PLANNER, area="all"), week.places)
    rows = benchmark_rows(week, planner, "all", "")
    assert list(zip(rows["spo"], rows["crn"], rows["second_spo"], strict=True)) == [
        ("Sue One", "X000402", "Sam Three"), ("Sue One", "X000401", "Sam Three"), ("Sue One", "X000403", "Sam Three"),
        ("Sam Three", "X000404", "Sue One"),
    ]  # fmt: skip
    assert benchmark_rows(week, planner, "team", "T3")["crn"].tolist() == ["X000404"]


def test_a_reader_sees_the_plans_of_their_scope(week: SnapshotView) -> None:
    spo = Visibility(Person("s@example.org", "S", Role.SPO, office="O2"), week.places)
    assert benchmark_rows(week, spo, "all", "")["crn"].tolist() == ["X000404"]


def test_the_reason_for_no_plan_is_the_first_that_holds(week: SnapshotView) -> None:
    signed, posts = week.load("extract_assessments"), week.posts
    never = signed.assign(countersigned_on=pd.NaT)
    without_spo = posts[posts["grade"].ne("SPO")]
    without = week.policy.model_copy(update={"countersigning_sample": None})
    assert lack_of_plans(week.policy, signed, posts, AS_AT) is Lack.NO_PLAN
    assert lack_of_plans(week.policy, signed, without_spo, AS_AT) is Lack.NO_SPO
    assert lack_of_plans(week.policy, never, without_spo, AS_AT) is Lack.NO_DATES
    assert lack_of_plans(without, never, without_spo, AS_AT) is Lack.NO_NUMBER


def test_agreement_is_counted_by_office_for_the_month_and_for_a_year(week: SnapshotView) -> None:
    planner = Visibility(Person("p@example.org", "P", Role.PLANNER, area="all"), week.places)
    rows, october, august = benchmark_rows(week, planner, "all", ""), date(2026, 10, 1), date(2026, 8, 1)

    def read(team: str, *, agrees: bool, month: date = october, on: date = AS_AT) -> Reading:
        return Reading(month, team, agrees, on, None, "")

    readings = [
        read("T1", agrees=True), read("T2", agrees=False), read("T1", agrees=True, month=august, on=date(2026, 9, 9)),
        read("T1", agrees=True, month=date(2025, 9, 1), on=date(2025, 10, 9)), read("gone", agrees=True),
        read("T4", agrees=True),
    ]  # fmt: skip
    found = agreement_by_office(week, rows, planner, readings, AS_AT)
    assert {row.office_code: counts(row) for row in found} == {"O1": (3, 2, 1, 3, 2), "O2": (1, 0, 0, 0, 0)}
    assert [row.office for row in found] == sorted(row.office for row in found)
    spo = Visibility(Person("s@example.org", "S", Role.SPO, teams=("T1",)), week.places)
    own = agreement_by_office(week, benchmark_rows(week, spo, "all", ""), spo, readings, AS_AT)
    assert [(row.office_code, *counts(row)) for row in own] == [("O1", 3, 1, 1, 2, 2)]


def counts(row: Agreement) -> tuple[int, ...]:
    return row.drawn, row.read, row.agreed, row.read_in_year, row.agreed_in_year


def test_a_plan_has_one_key_without_its_crn_and_its_reading(home: Home, week: SnapshotView) -> None:
    plan = ReadPlan("X000401", "risk_management_plan", date(2026, 10, 1), date(2026, 10, 9))
    assert "X000401" not in key_of(plan)
    assert key_of(plan) == key_of(ReadPlan(*plan)) != key_of(plan._replace(crn="X000402"))
    assert readings_in(SnapshotCache(home.store), week) == ()
    known, forgotten = Reading(AS_AT, "T1", True, AS_AT, plan, "a"), Reading(AS_AT, "T1", True, AS_AT, None, "")
    assert by_plan([known, forgotten]) == {plan: known}
