"""What is known of the weeks ahead: planned ends and releases, duties, available points, known events, arrivals."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tiering.rows import (
    FRIDAY,
    LONDON,
    LONG_AGO,
    WMT,
    Row,
    case,
    caseload,
    duty,
    post,
    reduction,
    team,
    units_of,
    weigh,
)
from tiering.caseload import Caseload
from tiering.policies.policy import Policy
from tiering.projection import ARRIVED, AVAILABLE, COLUMNS, DUTIES, PLANNED, first_seen_dates, flow

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
NUMBERS = SimpleNamespace(overdue_end_weeks=3, overdue_release_weeks=2)
FULL_TIME = 2176
EVENT_COLUMNS = {
    "starts_on": "datetime64[s]",
    "ends_on": "datetime64[s]",
    "level": "str",
    "code": "str",
    "kind": "str",
    "quantity": "float64",
    "note": "str",
}


def event(kind: str, quantity: float, starts_on: date, ends_on: date | None = None, **place: str) -> Row:
    row: Row = {"starts_on": pd.Timestamp(starts_on), "ends_on": pd.NaT if ends_on is None else pd.Timestamp(ends_on)}
    row |= {"level": "team", "code": "T1", "kind": kind, "quantity": quantity, "note": "said by the planner"}
    return row | place


def flow_of(
    known: Caseload, *events: Row, seen: pd.DataFrame | None = None, policy: Policy = LONDON, as_at: date = FRIDAY
) -> pd.DataFrame:
    """The flow by team; without ``seen`` it is the first snapshot of all."""
    table = pd.DataFrame(events, columns=list(EVENT_COLUMNS)).astype(EVENT_COLUMNS)
    seen = first_seen_dates(known.cases, None, as_at) if seen is None else seen
    found = flow(known, weigh(known, policy), seen, table, policy, NUMBERS, as_at)
    assert list(found.columns) == COLUMNS
    return found.set_index("team_code")


def planned(*cases: Row, events: tuple[Row, ...] = (), policy: Policy = LONDON) -> list[float]:
    """What the cases of team T1 will weigh 1 to 12 weeks from now."""
    weights: list[float] = flow_of(caseload(*cases), *events, policy=policy).loc["T1", PLANNED].tolist()
    return weights


def available(*events: Row, team_code: str = "T1", policy: Policy = LONDON, **tables: Any) -> list[float]:
    """Available points of a team now and 1 to 12 weeks from now."""
    points: list[float] = flow_of(caseload(**tables), *events, policy=policy).loc[team_code, AVAILABLE].tolist()
    return points


def steps(*runs: tuple[float, int]) -> list[float]:
    """The value of every week, from pairs of a value and for how many weeks it holds."""
    return [value for value, weeks in runs for _ in range(weeks)]


# Cases run off


def test_a_case_without_dates_stays_as_it_is() -> None:
    assert planned(case(tier="3")) == steps((80, 12))


@pytest.mark.parametrize("setting", ["community", "licence", "custody"])
def test_a_case_is_gone_in_the_first_snapshot_on_or_after_its_planned_end(setting: str) -> None:
    weight = {"community": 80, "licence": 85, "custody": 35}[setting]
    for end, weeks in ((1 * WEEK, 0), (1 * WEEK + DAY, 1), (5 * WEEK - DAY, 4), (5 * WEEK, 4), (12 * WEEK + DAY, 12)):
        found = planned(case(tier="3", setting=setting, expected_end_on=FRIDAY + end))
        assert found == steps((weight, weeks), (0, 12 - weeks)), end


def test_a_person_in_custody_weighs_as_on_licence_from_the_planned_release_to_the_planned_end() -> None:
    inside = case(tier="3", setting="custody", release_on=FRIDAY + 4 * WEEK, expected_end_on=FRIDAY + 10 * WEEK)
    assert planned(inside) == steps((35, 3), (85, 6), (0, 3))


def test_an_end_before_the_release_ends_the_case() -> None:
    inside = case(tier="3", setting="custody", release_on=FRIDAY + 6 * WEEK, expected_end_on=FRIDAY + 4 * WEEK)
    assert planned(inside) == steps((35, 3), (0, 9))


def test_a_release_date_of_someone_who_is_not_in_custody_changes_nothing() -> None:
    assert planned(case(tier="3", setting="licence", release_on=FRIDAY + 2 * WEEK)) == steps((85, 12))


@pytest.mark.parametrize("late", [timedelta(0), DAY, 300 * DAY])
def test_an_overdue_end_is_counted_three_weeks_more(late: timedelta) -> None:
    assert planned(case(tier="3", expected_end_on=FRIDAY - late)) == steps((80, 3), (0, 9))


@pytest.mark.parametrize("late", [timedelta(0), DAY, 300 * DAY])
def test_an_overdue_release_is_counted_two_weeks_more(late: timedelta) -> None:
    assert planned(case(tier="3", setting="custody", release_on=FRIDAY - late)) == steps((35, 2), (85, 10))


def test_uplift_activity_and_number_of_cases_go_with_the_case() -> None:
    # (45 + 12) x 2 in custody, (130 + 30) x 2 on licence; a warrant weighs nothing in either.
    two = case(tier="4", rosh="high", setting="custody", number_of_cases=2, release_on=FRIDAY + 2 * WEEK)
    warrant = case("X2", tier="4", activity="warrant", setting="custody", release_on=FRIDAY + 2 * WEEK)
    suspended = case("X3", tier="1", activity="suspended", expected_end_on=FRIDAY + WEEK)
    assert planned(two, warrant) == steps((114, 1), (320, 11))
    assert planned(suspended, case("X4")) == steps((25, 12))


def test_cases_of_nobody_count_in_their_team_and_every_team_has_a_row() -> None:
    known = caseload(case(om_code=None), case("X2", team_code="T2"), organisation=[team("T3"), team("T2"), team()])
    found = flow_of(known)
    assert found["case_points"].to_dict() == {"T1": 25, "T2": 25, "T3": 0}
    assert found.loc["T3", PLANNED].tolist() == steps((0, 12))


# Duties


def test_reports_count_now_and_hourly_duties_while_they_are_in_force() -> None:
    known = caseload(
        case(),
        duties=[
            duty("sdr", 2, starts_on=FRIDAY - 29 * DAY),
            duty("fdr", 1, starts_on=FRIDAY - 30 * DAY),
            duty("court_duty", 3.7, starts_on=LONG_AGO, ends_on=FRIDAY + 2 * WEEK),
            duty("office_duty", 3.7, starts_on=FRIDAY + 5 * WEEK),
        ],
    )
    found = flow_of(known).loc["T1"]
    assert found["report_points"] == 276
    np.testing.assert_allclose(found[DUTIES].tolist(), steps((217.6, 3), (0, 2), (217.6, 8)))


# Available points


def test_a_reduction_ends_and_another_begins() -> None:
    lost = [
        reduction(37, ends_on=FRIDAY + 3 * WEEK - DAY),
        reduction(18.5, starts_on=FRIDAY + 6 * WEEK, ends_on=FRIDAY + 6 * WEEK),
    ]
    np.testing.assert_allclose(available(reductions=lost), steps((0, 3), (2176, 3), (1088, 1), (2176, 6)))


def test_a_reduction_without_an_end_stays() -> None:
    assert available(reductions=[reduction(37)]) == steps((0, 13))


def test_a_leaver_known_ahead_is_gone_from_that_day_on() -> None:
    known = [post(left_on=FRIDAY + 4 * WEEK), post("Q", hours=18.5)]
    assert available(offender_managers=known) == steps((FULL_TIME + 1088, 4), (1088, 9))


def test_the_reduction_of_a_person_with_two_posts_falls_on_the_post_that_is_left() -> None:
    tables = {
        "organisation": [team(), team("T2")],
        "offender_managers": [post(hours=18.5, left_on=FRIDAY + 2 * WEEK), post(team_code="T2", hours=18.5)],
        "reductions": [reduction(18.5, team_code=None)],
    }
    np.testing.assert_allclose(available(**tables), steps((544, 2), (0, 11)))
    np.testing.assert_allclose(available(team_code="T2", **tables), steps((544, 2), (0, 11)))


def test_the_team_type_and_the_rounding_of_the_policy_hold_ahead_too() -> None:
    tables = {"organisation": [team(team_type="ppu")], "offender_managers": [post(hours=22.2), post("Q", hours=22.2)]}
    np.testing.assert_allclose(available(**tables), steps((2 * 0.85 * 1305.6, 13)))
    assert available(policy=WMT, **tables) == steps((2 * 1305, 13))


# Known events


def test_recruitment_adds_the_hours_of_probation_officers_from_its_day_on() -> None:
    joins = event("hours", 37, FRIDAY + 3 * WEEK)
    assert available(joins) == steps((FULL_TIME, 3), (2 * FULL_TIME, 10))


def test_planned_leave_takes_hours_away_and_gives_them_back_and_never_below_nothing() -> None:
    away = event("hours", -40, FRIDAY + 2 * WEEK, FRIDAY + 4 * WEEK)
    assert available(away) == steps((FULL_TIME, 2), (0, 3), (FULL_TIME, 8))


def test_an_event_that_has_begun_is_in_the_extract_already_and_ends_when_it_ends() -> None:
    begun = event("hours", -18.5, FRIDAY - WEEK, FRIDAY + 4 * WEEK)
    over = event("hours", 100, FRIDAY - 8 * WEEK, FRIDAY - WEEK)
    for_good = event("hours", 100, FRIDAY)
    np.testing.assert_allclose(available(begun, over, for_good), steps((FULL_TIME, 5), (FULL_TIME + 1088, 8)))


def test_points_are_added_to_what_is_planned_and_never_taken_below_nothing() -> None:
    more = event("points", 100, FRIDAY + 3 * WEEK, FRIDAY + 6 * WEEK - DAY)
    fewer = event("points", -500, FRIDAY + 11 * WEEK)
    assert planned(case(tier="3"), events=(more, fewer)) == steps((80, 2), (180, 3), (80, 5), (0, 2))


@pytest.mark.parametrize(
    ("level", "code", "shares"),
    [
        ("team", "T2", [0, 100, 0, 0]),
        ("office", "F1", [75, 25, 0, 0]),
        ("cluster", "C1", [60, 20, 20, 0]),
        ("cluster", "C2", [0, 0, 0, 100]),
        ("area", "A1", [60, 20, 20, 0]),
        ("all", "all", [60, 20, 20, 0]),
        ("office", "F9", [0, 0, 0, 0]),
    ],
)
def test_an_event_above_the_team_is_spread_by_available_points(level: str, code: str, shares: list[float]) -> None:
    known = caseload(
        organisation=[team(), team("T2"), team("T3", "F2"), team("T4", "F3", "C2")],
        offender_managers=[post(hours=30), post("Q", "T2", 10), post("R", "T3", 10)],
    )
    found = flow_of(known, event("points", 100, FRIDAY + WEEK, level=level, code=code))
    np.testing.assert_allclose(found["planned_1"], shares)


def test_an_announced_scheme_releases_everyone_it_covers_on_its_first_day() -> None:
    day = FRIDAY + 3 * WEEK
    scheme = event("release", 0, day, FRIDAY + 9 * WEEK)
    inside = [
        case(crn, tier="3", setting="custody", release_on=release)
        for crn, release in (("X1", day - WEEK), ("X2", FRIDAY + 9 * WEEK), ("X3", FRIDAY + 10 * WEEK), ("X4", None))
    ]
    assert planned(*inside, events=(scheme,)) == steps((140, 1), (190, 1), (240, 7), (290, 3))
    assert planned(*inside) == steps((140, 1), (190, 7), (240, 1), (290, 3))


def test_a_scheme_without_an_end_covers_every_later_release_and_other_places_none() -> None:
    late = case(tier="3", setting="custody", release_on=FRIDAY + 300 * WEEK)
    assert planned(late, events=(event("release", 0, FRIDAY + WEEK),)) == steps((85, 12))
    assert planned(late, events=(event("release", 0, FRIDAY + WEEK, level="office", code="F9"),)) == steps((35, 12))


def test_a_scheme_that_has_begun_releases_nobody_again() -> None:
    inside = case(tier="3", setting="custody", release_on=FRIDAY + 6 * WEEK)
    assert planned(inside, events=(event("release", 0, FRIDAY, FRIDAY + 9 * WEEK),)) == steps((35, 5), (85, 7))


def test_a_new_baseline_changes_nothing_ahead() -> None:
    assert planned(case(tier="3"), events=(event("rebase", 50, FRIDAY + WEEK),)) == steps((80, 12))


# Arrivals


def test_a_case_keeps_the_date_of_the_first_snapshot_that_held_it() -> None:
    one, two, three = case("X1"), case("X2"), case("X3")
    first = first_seen_dates(caseload(one, two).cases, None, FRIDAY - 2 * WEEK)
    second = first_seen_dates(caseload(two, three).cases, first, FRIDAY - WEEK)
    third = first_seen_dates(caseload(three, one, two).cases, second, FRIDAY)
    assert dict(zip(third["crn"], third["first_seen"].dt.date, strict=True)) == {
        "X1": FRIDAY,
        "X2": FRIDAY - 2 * WEEK,
        "X3": FRIDAY - WEEK,
    }
    assert third["first_seen"].dtype == first["first_seen"].dtype == "datetime64[s]"


def arrived(as_at: date = FRIDAY, **first: date) -> list[float | None]:
    """Points that arrived so many weeks ago, of cases by the date of their first snapshot; None: not known."""
    seen = pd.DataFrame({"crn": list(first), "first_seen": pd.array(list(first.values()), dtype="datetime64[s]")})
    found = flow_of(caseload(*(case(crn) for crn in first)), seen=seen, as_at=as_at).loc["T1", ARRIVED]
    return [None if pd.isna(value) else value for value in found]


def test_arrivals_are_counted_by_the_calendar_week_of_their_first_snapshot() -> None:
    found = arrived(
        X0=FRIDAY - 40 * WEEK,
        X1=FRIDAY,
        X2=FRIDAY - 4 * DAY,
        X3=FRIDAY - 5 * DAY,
        X4=FRIDAY - 12 * WEEK,
        X5=FRIDAY - 13 * WEEK,
    )
    assert found == steps((50, 1), (25, 1), (0, 10), (25, 1))


def test_the_stock_of_the_first_snapshot_are_no_arrivals() -> None:
    assert arrived(X1=FRIDAY, X2=FRIDAY) == [None] * 13
    assert arrived(X1=FRIDAY - 2 * WEEK, X2=FRIDAY) == [25, 0, *[None] * 11]


# Against the exact figures of today


@pytest.mark.parametrize("policy", [LONDON, WMT])
def test_the_figures_of_today_agree_with_the_workload(policy: Policy) -> None:
    known = caseload(
        case(tier=None, team_code="T0"),
        case("X2", tier=None, om_code=None, rosh="very_high", number_of_cases=3),
        organisation=[team("T0", team_type="ppu"), team("T1"), team("T2")],
        offender_managers=[
            post("P", "T0", 22.2),
            post("P", "T1", 7.4),
            post("Q", "T2", 40.1, grade="PSO"),
            post("Q", "T0", 18.5, left_on=FRIDAY),
            post("R", "T1", 0),
            post("S", "T2", 37, grade="SPO"),
        ],
        reductions=[
            reduction(3.3, None, om_code="P"),
            reduction(50, "T1", om_code="P", starts_on=FRIDAY + DAY),
            reduction(5.1, None, om_code="Q"),
            reduction(7, None, om_code="R"),
            reduction(1, "T2", om_code="Q", ends_on=FRIDAY),
            reduction(2, "T2", om_code="Q", ends_on=FRIDAY - DAY),
        ],
        duties=[
            duty("sdr", 1.5, team_code="T0"),
            duty("oral_report", 3),
            duty("court_duty", 1.5, om_code="Q", team_code="T2"),
            duty("group_work", 2, om_code="Q", team_code="T0"),
            duty("office_duty", 2, om_code="S", team_code="T2"),
        ],
    )
    found = flow_of(known, policy=policy)
    units = units_of(known, policy).loc["team"]
    for ours, theirs in (
        (found["available_0"], units["available_points"]),
        (found["report_points"] + found["duties_0"], units["duty_points"]),
        (found["case_points"], units["case_points"] + units["unallocated_points"]),
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert (units["available_points"] > 0).all()
