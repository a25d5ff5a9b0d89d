"""What a sheet says of a person's cases: by risk, under MAPPA, with findings, and changed since an earlier snapshot."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.people import Person, Role
from monitor.extracts import Insistence
from monitor.operations.retention import apply_retention
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.supervision.sheet import (
    ChangedCase,
    RiskCount,
    changes_since,
    count_by_risk,
    found_cases,
    mappa_cases,
    mappa_levels,
    snapshot_before,
)
from tests.monitor.conftest import AS_AT, WEEK, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import a_case, an_assessment, write_csv

from ...conftest import NOW

OF_M3 = {"om_code": "M3", "team_code": "T3", "tier": "3"}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two weeks, between which M3 gets a case, loses one, and has two whose RoSH and tier change."""
    folder = tmp_path_factory.mktemp("changed")
    before = [
        a_case("X000301", **OF_M3, rosh="medium", mappa_level=None),
        a_case("X000302", **OF_M3, rosh="high", mappa_level="2"),
        a_case("X000303", **OF_M3, rosh="low", mappa_level=None),
    ]
    after = [
        a_case("X000301", **OF_M3, rosh="high", mappa_level=None),
        a_case("X000302", **{**OF_M3, "tier": "4"}, rosh="high", mappa_level="2"),
        a_case("X000304", **OF_M3, rosh=None, mappa_level="unrecorded"),
    ]
    copied = [
        an_assessment("X000302", completed_on=AS_AT - 2 * WEEK, similarity=0.99),
        an_assessment("X000302", kind="risk_management_plan", completed_on=AS_AT - 2 * WEEK),
    ]
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        weeks = ((AS_AT - WEEK, before), (AS_AT, after))
        for day, cases in weeks:
            extract = write_csv(folder / day.isoformat(), little_london(cases=cases, assessments=copied))
            home.take(extract, day, insistence=Insistence(swing=True))
        yield home
    home.store.engine.dispose()


@pytest.fixture(scope="module")
def week(changed: Home) -> SnapshotView:
    week = SnapshotCache(changed.store).week()
    assert week is not None
    return week


@pytest.fixture(scope="module")
def sight(week: SnapshotView) -> Visibility:
    return Visibility(Person("spo@example.org", "Spo", Role.SPO, office="O2"), week.places)


def before(home: Home, week: SnapshotView) -> SnapshotView:
    earlier = snapshot_before(SnapshotCache(home.store), week, AS_AT - WEEK)
    assert earlier is not None
    return earlier


def test_cases_are_counted_by_risk_the_highest_first(week: SnapshotView, sight: Visibility) -> None:
    counts = count_by_risk(week, sight, "M3")
    assert [(count.rosh, count.cases, count.mappa) for count in counts] == [
        ("high", 2, 1), ("medium", 1, 1), ("", 1, 1)
    ]  # fmt: skip
    unit = week.unit("offender_manager", "M3")
    assert unit is not None
    assert sum(count.points for count in counts) == pytest.approx(unit.case_points)
    assert count_by_risk(week, sight, "M5") == ()
    assert RiskCount("high", 2, counts[0].points, 1) == counts[0]


def test_cases_under_mappa_stand_by_their_level(week: SnapshotView, sight: Visibility) -> None:
    assert mappa_cases(week, sight, "M3") == (("2", ("X000302",)), ("unrecorded", ("X000103", "X000304")))
    assert mappa_levels(week)["X000302"] == "2"


def test_findings_name_each_case_once(week: SnapshotView, sight: Visibility) -> None:
    assert found_cases(week, sight, "assessment_copied", "M3") == ("X000302",)
    assert found_cases(week, sight, "plan_not_countersigned", "M3") == ("X000302",)
    assert found_cases(week, sight, "held_by_leaver", "M3") == ()


def test_what_changed_since_then_is_what_came_what_went_and_what_is_another(
    changed: Home, week: SnapshotView, sight: Visibility
) -> None:
    since = changes_since(week, before(changed, week), sight, "M3")
    assert (since.as_at, since.compares, since.kept) == (AS_AT - WEEK, True, True)
    assert (since.came, since.gone) == (("X000304",), ("X000303",))
    assert since.changed == (
        ChangedCase("X000301", "medium", "high", "3", "3"), ChangedCase("X000302", "high", "high", "3", "4")
    )  # fmt: skip
    assert since.before is not None


def test_someone_who_was_not_there_has_no_figures_before(changed: Home, week: SnapshotView, sight: Visibility) -> None:
    since = changes_since(week, before(changed, week), sight, "M9")
    assert (since.before, since.came, since.gone) == (None, (), ())


@pytest.mark.parametrize(("days", "found"), [(0, True), (6, True), (7, True), (8, False), (-9, True)])
def test_the_snapshot_of_the_last_supervision_is_the_latest_up_to_that_day(
    days: int, found: bool, changed: Home, week: SnapshotView
) -> None:
    earlier = snapshot_before(SnapshotCache(changed.store), week, AS_AT - timedelta(days=days))
    assert (earlier is not None) == found
    assert earlier is None or earlier.as_at == AS_AT - WEEK


def test_cases_that_are_no_longer_kept_are_not_compared(home: Home, sight: Visibility) -> None:
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW + WEEK)
    cache = SnapshotCache(home.store)
    now = cache.week()
    assert now is not None
    since = changes_since(now, before(home, now), sight, "M3")
    assert (since.kept, since.came) == (False, ())
    assert since.before is not None
