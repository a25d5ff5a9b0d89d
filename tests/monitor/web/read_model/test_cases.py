"""The cases and assessments of a person, in the order in which they need a look."""

from monitor.web.read_model.cases import (
    all_overdue,
    case_rows,
    cases_with_counts,
    due_counts,
    hot_offender_managers,
    overdue_items,
)
from monitor.web.read_model.snapshot import SnapshotView

from .conftest import Sees


def test_a_person_s_cases_come_heaviest_first(week: SnapshotView, sees: Sees) -> None:
    cases = week.frame("cases").iloc[case_rows(week, sees("planner"), "cases", "M1")]
    assert len(cases) > 2
    assert set(cases["om_code"]) == {"M1"}
    assert cases["points"].is_monotonic_decreasing
    assert not cases["points"].is_monotonic_increasing


def test_what_is_overdue_for_longest_and_due_soonest_comes_first(week: SnapshotView, sees: Sees) -> None:
    overdue = week.frame("overdue").iloc[case_rows(week, sees("planner"), "overdue", "M1")]
    assert overdue["days_overdue"].nunique() > 1
    assert overdue["days_overdue"].is_monotonic_decreasing
    soon = week.frame("due_soon").iloc[case_rows(week, sees("planner"), "due_soon", "M1")]
    assert soon["due_on"].is_monotonic_increasing


def test_findings_stay_in_their_order(week: SnapshotView, sees: Sees) -> None:
    rows = case_rows(week, sees("planner"), "findings", "M1")
    assert rows.tolist() == week.rows("findings", "offender_manager", "M1").tolist()


def test_another_s_cases_are_not_shown(week: SnapshotView, sees: Sees) -> None:
    # M1 has posts in T1 and T2; one SPO has T1 only.
    teams = week.frame("cases")["team_code"]
    assert len(case_rows(week, sees("spo2"), "cases", "M5")) == 0
    assert set(teams.iloc[case_rows(week, sees("spo2"), "cases", "M1")]) == {"T1"}


def test_the_assessments_of_each_case_are_counted(week: SnapshotView) -> None:
    late, soon = due_counts(week, "M1")
    overdue, due_soon = week.frame("overdue"), week.frame("due_soon")
    assert late.total() == overdue["om_code"].eq("M1").sum() > 0
    assert soon.total() == due_soon["om_code"].eq("M1").sum()
    cases = cases_with_counts(week, week.rows("cases", "offender_manager", "M1"), "M1")
    assert dict(zip(cases["crn"], cases["overdue"], strict=True)) == {crn: late[crn] for crn in cases["crn"]}
    assert cases["due_soon"].sum() == soon.total()


def test_hot_and_late_comes_first_among_what_is_overdue(week: SnapshotView, sees: Sees) -> None:
    items = overdue_items(week, sees("planner"))
    assert items is all_overdue(week)
    assert len(items) == len(week.frame("overdue"))
    # M6 is away and still holds cases.
    assert set(items.loc[items["hot"], "om_code"]) == hot_offender_managers(week) == {"M1", "M6"}
    assert items["hot"].is_monotonic_decreasing
    assert not items["hot"].all()
    assert items["om_name"].eq(items["om_code"].map(week.names).fillna("")).all()


def test_only_what_may_be_seen_is_overdue(week: SnapshotView, sees: Sees) -> None:
    items = overdue_items(week, sees("spo3"))
    assert set(items["team_code"]) <= {"T3", "T4"}
    assert 0 < len(items) < len(all_overdue(week))
