"""The plans to read again as a reader may see them, and the reason if there are none."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from alerts.people import Person, Role
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.benchmark import Lack, benchmark_rows, lack_of_plans
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
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
