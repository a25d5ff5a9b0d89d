"""What is known to come: each kind on its day, within the days that are looked ahead, and nothing twice."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from tiering.caseload import ASSESSMENTS, CASES, DUTIES, OFFENDER_MANAGERS, ORGANISATION, REDUCTIONS, Caseload, Table
from tiering.timeliness.coming import COLUMNS, coming_events

AS_AT = date(2026, 11, 20)
SOON = AS_AT + timedelta(days=28)
TEAM = {"office_code": "O1", "cluster_code": "C1", "area_code": "A1"}
CASE = {"crn": "X1", "om_code": "M1", "team_code": "T1", "tier": "3", "rosh": "high", "setting": "community"}
POST = {"om_code": "M1", "team_code": "T1", "left_on": None}


def frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=table.column_names).astype(table.dtypes) if rows else table.empty()


def coming(
    cases: list[dict[str, Any]] | None = None,
    duties: list[dict[str, Any]] | None = None,
    reductions: list[dict[str, Any]] | None = None,
    posts: list[dict[str, Any]] | None = None,
    due: list[dict[str, Any]] | None = None,
) -> pd.DataFrame:
    caseload = Caseload(
        organisation=frame(ORGANISATION, [{"team_code": team, **TEAM} for team in ("T1", "T2")]),
        offender_managers=frame(OFFENDER_MANAGERS, [POST] if posts is None else posts),
        cases=frame(CASES, cases or []),
        assessments=ASSESSMENTS.empty(),
        duties=frame(DUTIES, duties or []),
        reductions=frame(REDUCTIONS, reductions or []),
    )
    columns = ["rule", "kind", "crn", "om_code", "team_code", *TEAM, "tier", "rosh", "due_on"]
    soon = pd.DataFrame(due or [], columns=columns).astype({"due_on": "datetime64[s]"})
    held = caseload.cases[["crn", "om_code"]]
    return coming_events(caseload, held, soon, AS_AT, 28)


def listed(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(rows["on"].dt.strftime("%d %b"), rows["kind"], rows["what"], strict=True))


def test_nothing_comes_of_nothing_and_the_columns_are_there() -> None:
    rows = coming()
    assert (len(rows), list(rows.columns)) == (0, COLUMNS)


def test_work_due_is_a_plan_or_an_assessment_with_its_rule() -> None:
    due = {**CASE, **TEAM, "due_on": AS_AT}
    rows = coming(
        due=[
            {**due, "rule": "risk_plan_review", "kind": "risk_management_plan"},
            {**due, "rule": "first_review", "kind": "rosh_review"},
        ]
    )
    assert listed(rows) == [("20 Nov", "assessment", "first_review"), ("20 Nov", "plan", "risk_plan_review")]
    assert rows["office_code"].tolist() == ["O1", "O1"]


@pytest.mark.parametrize(
    ("on", "comes"),
    [(AS_AT, False), (AS_AT + timedelta(days=1), True), (SOON, True), (SOON + timedelta(days=1), False)],
)
def test_a_release_and_an_end_come_within_the_days_looked_ahead(on: date, comes: bool) -> None:
    cases = [{**CASE, "setting": "custody", "release_on": on}, {**CASE, "crn": "X2", "expected_end_on": on}]
    rows = coming(cases=cases)
    expected = {"release", "end"} if comes else set()
    assert set(rows["kind"]) == expected
    assert rows["om_code"].eq("M1").all()


def test_only_someone_in_custody_is_released() -> None:
    assert coming(cases=[{**CASE, "setting": "licence", "release_on": SOON}]).empty


def test_reports_of_one_day_are_added_up_and_duties_by_the_hour_left_out() -> None:
    report = {"om_code": "M1", "team_code": "T1", "kind": "sdr", "quantity": 2.0, "starts_on": SOON}
    rows = coming(duties=[report, {**report, "quantity": 1.0}, {**report, "kind": "court_duty"}])
    assert listed(rows) == [("18 Dec", "report", "sdr")]
    assert rows["quantity"].tolist() == [3.0]


def test_a_reduction_starts_on_its_first_day_and_ends_on_the_first_day_back() -> None:
    reduction = {"om_code": "M1", "team_code": "T1", "reason": "training", "hours": 7.5}
    reduction |= {"starts_on": AS_AT + timedelta(days=3), "ends_on": AS_AT + timedelta(days=4)}
    rows = coming(reductions=[reduction])
    assert listed(rows) == [("23 Nov", "reduction_start", "training"), ("25 Nov", "reduction_end", "training")]
    assert rows["quantity"].tolist() == [7.5, 7.5]


def test_an_open_reduction_has_no_end() -> None:
    reduction = {"om_code": "M1", "team_code": "T1", "reason": "sickness", "hours": 37.0, "starts_on": AS_AT}
    assert coming(reductions=[reduction]).empty


def test_a_reduction_of_all_posts_has_a_row_for_each_that_is_still_held() -> None:
    reduction = {"om_code": "M1", "team_code": None, "reason": "union", "hours": 5.0, "starts_on": SOON}
    posts: list[dict[str, Any]] = [POST, {**POST, "team_code": "T2"}, {**POST, "team_code": "T3", "left_on": AS_AT}]
    assert coming(reductions=[reduction], posts=posts)["team_code"].tolist() == ["T1", "T2"]
