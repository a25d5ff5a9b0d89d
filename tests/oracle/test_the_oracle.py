"""The second opinion is itself held against sums done by hand."""

import ast
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tiering.caseload import TABLES

from .assessments import due_soon, lateness, months_after, overdue, timeliness, timeliness_band, working_days_after
from .card import Row, Tables, band, rosh_points, tier_points
from .findings import findings
from .over_weeks import causes as oracle_causes
from .oversight_strategies import watched_caseloads
from .points import case_points
from .strategies import Drawn, caseloads, to_frames
from .workload import available_points, duty_points, workload

LONDON = "london-2009"
DIGEST = ("digest_rows", "digest_figures", "digest_words", "digest_sections", "digest_answers", "digest_text")
FRIDAY = date(2009, 11, 20)
LONG_AGO = date(2009, 1, 1)


def team(team_code: str = "T1", **given: Any) -> Row:
    place = {"office": "F1", "cluster": "C1", "area": "A1"} | {
        key: given.pop(key) for key in ("office", "cluster", "area") if key in given
    }
    row: Row = {"team_code": team_code, "team_name": f"Team {team_code}", "team_type": "omu"}
    for level, code in place.items():
        row |= {f"{level}_code": code, f"{level}_name": f"{level} {code}"}
    return row | given


def post(om_code: str = "P", team_code: str = "T1", hours: str = "37", grade: str = "PO", **given: Any) -> Row:
    row: Row = {"om_code": om_code, "team_code": team_code, "om_name": f"Name {om_code}", "grade": grade}
    return row | {"contracted_hours": Decimal(hours), "qualified_on": None, "left_on": None} | given


def case(crn: str = "X1", **given: Any) -> Row:
    row: Row = {"crn": crn, "om_code": "P", "team_code": "T1", "tier": "1", "rosh": "low", "rosh_delius": None}
    row |= {"setting": "community", "activity": "active", "sentence_start": LONG_AGO, "release_on": None}
    row |= {"transferred_in_on": None, "mappa_level": None, "tier_changes": None, "tier_documented": True}
    return row | {"number_of_cases": 1} | given


def done(kind: str, completed_on: date, crn: str = "X1", **given: Any) -> Row:
    return {
        "crn": crn,
        "kind": kind,
        "completed_on": completed_on,
        "countersigned_on": None,
        "similarity": None,
    } | given


def duty(kind: str, quantity: str, starts_on: date, ends_on: date | None = None, om_code: str = "P") -> Row:
    row: Row = {"om_code": om_code, "team_code": "T1", "kind": kind, "quantity": Decimal(quantity)}
    return row | {"starts_on": starts_on, "ends_on": ends_on}


def reduction(hours: str, team_code: str | None = "T1", **given: Any) -> Row:
    row: Row = {"om_code": "P", "team_code": team_code, "reason": "sickness", "hours": Decimal(hours)}
    return row | {"starts_on": LONG_AGO, "ends_on": None} | given


def tables(*cases: Row, **given: list[Row]) -> Tables:
    base: Tables = {"organisation": [team()], "offender_managers": [post()], "cases": list(cases), "assessments": []}
    return base | {"events": [], "duties": [], "reductions": []} | given


def points_of(policy: str = LONDON, **given: Any) -> tuple[Fraction, ...]:
    return case_points(tables(case(**given)), FRIDAY, policy)["X1"]


def due_on(rule: str, clock: date, completed: list[Row] | None = None, **given: Any) -> date | None:
    """When the rule falls due for a case that starts on ``clock``; None when it is done or does not apply."""
    much_later = clock + timedelta(days=1000)
    known = tables(case(**{"sentence_start": clock} | given), assessments=completed or [])
    found = overdue(known, much_later, LONDON).get((rule, "X1"))
    return found[0] if found else None


def rules_of(**given: Any) -> set[str]:
    """The rules by which something is overdue for a case of long ago for which nothing was done."""
    return {rule for rule, _ in overdue(tables(case(**given)), date(2011, 1, 1), LONDON)}


def names_of(known: Tables, policy: str = LONDON) -> set[str]:
    return {name for name, _ in findings(known, FRIDAY, policy)}


# Points of a case


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"tier": "3", "rosh": "high"}, (80, 30, 1, 110)),
        ({"tier": "4", "rosh": "very_high", "setting": "custody"}, (45, 24, 1, 69)),
        ({"tier": None, "rosh": None, "setting": "licence"}, (50, 8, 1, 58)),
        ({"tier": "2", "rosh": "medium", "setting": "licence", "activity": "suspended"}, (50, 8, 1, 58)),
        ({"tier": "3", "rosh": "high", "activity": "warrant"}, (80, 30, 0, 0)),
        ({"tier": "3", "rosh": "high", "activity": "overdue_termination"}, (80, 30, 0, 0)),
        ({"tier": "3", "rosh": "high", "activity": "unpaid_work_only"}, (80, 30, 1, 110)),
        ({"tier": "1", "rosh": "low", "setting": "custody", "number_of_cases": 7}, (10, 0, 1, 70)),
        ({"tier": "1", "activity": None, "number_of_cases": None}, (25, 0, 1, 25)),
    ],
)
def test_points_of_a_case_are_tier_and_rosh_by_share_and_number(given: Row, expected: tuple[int, ...]) -> None:
    assert points_of(**given) == expected


PUBLISHED_COMMUNITY = (206, 158, 146, 110, 146, 115, 102, 72, 79, 63, 50, 35, 51, 41, 29, 29)
PUBLISHED_LICENCE = (219, 175, 163, 0, 161, 132, 119, 0, 77, 65, 52, 0, 51, 43, 31, 0)
PUBLISHED_CUSTODY = (75, 60, 59, 0, 59, 48, 47, 0, 30, 24, 23, 0, 17, 14, 13, 0)


@pytest.mark.parametrize(
    ("setting", "published"),
    [("community", PUBLISHED_COMMUNITY), ("licence", PUBLISHED_LICENCE), ("custody", PUBLISHED_CUSTODY)],
)
def test_published_points_stand_in_the_published_order_of_tiers(setting: str, published: tuple[int, ...]) -> None:
    order = [letter + digit for letter in "ABCD" for digit in "3210"]
    assert tuple(tier_points("wmt", tier, setting) for tier in order) == published
    assert {tier_points("wmt", f"{tier}S", setting) for tier in order} == {0}


def test_the_published_points_know_neither_rosh_nor_untiered_cases() -> None:
    assert rosh_points("wmt", "very_high", "community") == 0
    assert list(points_of("wmt", tier=None, rosh="very_high")) == [0, 0, 1, 0]


# Hours and duties


@pytest.mark.parametrize(
    ("given", "team_type", "expected"),
    [
        ({}, "omu", "2176"),
        ({"hours": "22.2"}, "omu", "1305.6"),
        ({"hours": "18.5", "grade": "TPO"}, "custody", "1088"),
        ({"grade": "PSO"}, "ppu", "1849.6"),
        ({"grade": "SPO"}, "omu", "0"),
        ({"left_on": FRIDAY}, "omu", "0"),
        ({"left_on": FRIDAY + timedelta(days=1)}, "omu", "2176"),
    ],
)
def test_available_points_follow_hours_grade_and_team(given: Row, team_type: str, expected: str) -> None:
    known = tables(organisation=[team(team_type=team_type)], offender_managers=[post(**given)])
    assert available_points(known, FRIDAY, LONDON) == {("T1", "P"): Fraction(expected)}


@pytest.mark.parametrize(
    ("given", "hours_left"),
    [
        ([reduction("7.4")], "29.6"),
        ([reduction("7.4"), reduction("1.8")], "27.8"),
        ([reduction("40")], "0"),
        ([reduction("7.4", ends_on=FRIDAY)], "29.6"),
        ([reduction("7.4", ends_on=FRIDAY - timedelta(days=1))], "37"),
        ([reduction("7.4", starts_on=FRIDAY)], "29.6"),
        ([reduction("7.4", starts_on=FRIDAY + timedelta(days=1))], "37"),
    ],
)
def test_reductions_in_force_take_hours_from_a_post(given: list[Row], hours_left: str) -> None:
    available = available_points(tables(reductions=given), FRIDAY, LONDON)
    assert available == {("T1", "P"): Fraction(hours_left) * 2176 / 37}


@pytest.mark.parametrize(
    ("first", "second", "points"),
    [
        # 6 hours over posts of 24 and 12 hours: 4 and 2.
        ({"hours": "24"}, {"hours": "12"}, (Fraction(20 * 2176, 37), Fraction(10 * 2176, 37))),
        # One post was left today: the other bears it all.
        ({"hours": "24", "left_on": FRIDAY}, {"hours": "12"}, (0, Fraction(6 * 2176, 37))),
        ({"hours": "0"}, {"hours": "0"}, (0, 0)),
    ],
)
def test_a_reduction_without_a_team_is_spread_over_the_posts_still_held(
    first: Row, second: Row, points: tuple[Fraction, Fraction]
) -> None:
    known = tables(
        organisation=[team(), team("T2")],
        offender_managers=[post(**first), post(team_code="T2", **second), post("Q", "T2", "30")],
        reductions=[reduction("6", team_code=None)],
    )
    available = available_points(known, FRIDAY, LONDON)
    assert (available["T1", "P"], available["T2", "P"]) == points
    assert available["T2", "Q"] == Fraction(30 * 2176, 37)


def test_a_reduction_with_a_team_is_for_the_post_in_that_team() -> None:
    known = tables(
        organisation=[team(), team("T2")],
        offender_managers=[post(hours="18.5"), post(team_code="T2", hours="18.5")],
        reductions=[reduction("9.25", team_code="T2")],
    )
    assert available_points(known, FRIDAY, LONDON) == {("T1", "P"): 1088, ("T2", "P"): 544}


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (duty("sdr", "1", FRIDAY - timedelta(days=29)), "138"),
        (duty("sdr", "1", FRIDAY - timedelta(days=30)), "0"),
        (duty("sdr", "1", FRIDAY + timedelta(days=1)), "0"),
        (duty("fdr", "2", FRIDAY), "130"),
        (duty("fdr", "2", FRIDAY, ends_on=FRIDAY - timedelta(days=5)), "130"),
        (duty("oral_report", "5", FRIDAY), "0"),
        (duty("court_duty", "3.7", LONG_AGO), "217.6"),
        (duty("group_work", "3.7", LONG_AGO, FRIDAY), "217.6"),
        (duty("office_duty", "3.7", LONG_AGO, FRIDAY - timedelta(days=1)), "0"),
        (duty("court_duty", "3.7", LONG_AGO, om_code="S"), "0"),
    ],
)
def test_reports_of_thirty_days_and_hours_of_duty_in_force_have_points(given: Row, points: str) -> None:
    known = tables(
        organisation=[team(team_type="ppu")], offender_managers=[post(), post("S", grade="SPO")], duties=[given]
    )
    assert sum(duty_points(known, FRIDAY).values()) == Fraction(points)


# Adding up


def test_a_split_post_adds_up_to_one_person_and_unallocated_cases_to_their_team() -> None:
    known = tables(
        case("X1", tier="4", rosh="high"),  # 150 points with P in T1
        case("X2", tier="3", team_code="T2"),  # 80 points with P in T2
        case("X3", tier="2", om_code=None, number_of_cases=3),  # 135 points in T1, unallocated
        case("X4", tier="1", om_code="Z", team_code="T2"),  # 25 points in T2, of a post there is not
        case("X5", tier="4", activity="warrant"),  # counts as a case, has no points
        organisation=[team(), team("T2", office="F2"), team("T3", office="F3", cluster="C2")],
        offender_managers=[post(hours="18.5"), post(team_code="T2", hours="18.5")],
        duties=[duty("sdr", "1", FRIDAY)],
    )
    units = workload(known, FRIDAY, LONDON)
    columns = ("cases", "case_points", "duty_points", "unallocated_cases", "unallocated_points", "total_points")
    assert {unit: tuple(units[unit][column] for column in columns) for unit in units} == {
        ("post", "T1/P"): (2, 150, 138, 0, 0, 288),
        ("post", "T2/P"): (1, 80, 0, 0, 0, 80),
        ("offender_manager", "P"): (3, 230, 138, 0, 0, 368),
        ("team", "T1"): (5, 150, 138, 3, 135, 423),
        ("team", "T2"): (2, 80, 0, 1, 25, 105),
        ("team", "T3"): (0, 0, 0, 0, 0, 0),
        ("office", "F1"): (5, 150, 138, 3, 135, 423),
        ("office", "F2"): (2, 80, 0, 1, 25, 105),
        ("office", "F3"): (0, 0, 0, 0, 0, 0),
        ("cluster", "C1"): (7, 230, 138, 4, 160, 528),
        ("cluster", "C2"): (0, 0, 0, 0, 0, 0),
        ("area", "A1"): (7, 230, 138, 4, 160, 528),
        ("all", "all"): (7, 230, 138, 4, 160, 528),
    }
    assert units["team", "T1"]["capacity_percentage"] == Fraction(42300, 1088)
    assert units["all", "all"]["capacity_percentage"] == Fraction(52800, 2176)
    assert (units["team", "T3"]["capacity_percentage"], units["team", "T3"]["band"]) == (None, None)
    parents = {unit: units[unit]["parent_code"] for unit in units if unit[1] in ("P", "T2/P", "T2", "F2", "C1", "A1")}
    assert parents == {
        ("area", "A1"): "all",
        ("cluster", "C1"): "A1",
        ("office", "F2"): "C1",
        ("team", "T2"): "F2",
        ("post", "T2/P"): "T2",
        ("offender_manager", "P"): "T1",  # equal hours: the team of the lowest code
    }
    assert units["all", "all"]["parent_code"] is None


def test_the_post_with_most_hours_places_a_person() -> None:
    known = tables(organisation=[team(), team("T2")], offender_managers=[post(hours="7.4"), post(team_code="T2")])
    person = workload(known, FRIDAY, LONDON)["offender_manager", "P"]
    assert (person["name"], person["parent_code"]) == ("Name P", "T2")


@pytest.mark.parametrize(
    ("left", "left_too", "place"),
    [(FRIDAY, None, "T1"), (FRIDAY, FRIDAY - timedelta(days=1), "T2"), (FRIDAY + timedelta(days=1), None, "T2")],
)
def test_a_post_that_was_left_places_nobody_who_holds_another(left: date, left_too: date | None, place: str) -> None:
    small, large = post(hours="7.4", left_on=left_too), post(team_code="T2", left_on=left)
    known = tables(organisation=[team(), team("T2")], offender_managers=[small, large])
    assert workload(known, FRIDAY, LONDON)["offender_manager", "P"]["parent_code"] == place


@pytest.mark.parametrize(
    ("total", "available", "expected"),
    [
        ("110.0001", 100, "red"),
        ("110", 100, "amber"),
        ("100.0001", 100, "amber"),
        ("100", 100, "green"),
        ("85", 100, "green"),
        ("84.9999", 100, "spare"),
        ("0", 100, "spare"),
        ("1", 0, "no capacity"),
        ("0", 0, None),
    ],
)
def test_bands_compare_the_unrounded_percentage(total: str, available: int, expected: str | None) -> None:
    assert band(Fraction(total), Fraction(available)) == expected


def test_the_workload_management_tools_worked_example() -> None:
    """2 A3, 3 B2 and 4 untiered cases in the community, 1 SDR and 2 FDRs: 1,025 of 2,176 points."""
    known = tables(
        case("X1", tier="A3", number_of_cases=2),
        case("X2", tier="B2", number_of_cases=3),
        case("X3", tier=None, number_of_cases=4),
        duties=[duty("sdr", "1", FRIDAY), duty("fdr", "2", FRIDAY)],
    )
    person = workload(known, FRIDAY, "wmt")["offender_manager", "P"]
    assert (person["cases"], person["total_points"], person["available_points"]) == (9, 1025, 2176)
    assert float(person["capacity_percentage"]) == pytest.approx(47.10477941176471, abs=1e-12)


@pytest.mark.parametrize(
    ("hours", "taken", "available"),
    [("22.2", "0", 1305), ("30", "0", 1764), ("30", "1.8", 1658), ("37", "1.8", 2070), ("18.5", "0", 1088)],
)
def test_the_workload_management_tool_cuts_available_points_to_whole_ones(
    hours: str, taken: str, available: int
) -> None:
    known = tables(offender_managers=[post(hours=hours)], reductions=[reduction(taken)])
    assert available_points(known, FRIDAY, "wmt") == {("T1", "P"): available}


def test_the_workload_management_tool_rounds_each_post_half_up_before_adding() -> None:
    known = tables(
        offender_managers=[post(), post("Q")],
        duties=[duty("fdr", "0.5", FRIDAY), duty("fdr", "0.5", FRIDAY, om_code="Q")],
    )
    units = workload(known, FRIDAY, "wmt")
    assert units["post", "T1/P"]["total_points"] == 33
    assert (units["team", "T1"]["duty_points"], units["team", "T1"]["total_points"]) == (65, 66)
    assert workload(known, FRIDAY, LONDON)["team", "T1"]["total_points"] == 65


def test_team_type_makes_no_difference_to_the_workload_management_tool() -> None:
    assert available_points(tables(organisation=[team(team_type="ppu")]), FRIDAY, "wmt") == {("T1", "P"): 2176}


# Calendars


@pytest.mark.parametrize(
    ("clock", "number", "expected"),
    [
        (date(2009, 4, 9), 1, date(2009, 4, 14)),  # Maundy Thursday to the Tuesday after Easter
        (date(2009, 11, 7), 1, date(2009, 11, 9)),  # a Saturday: Monday is day 1
        (date(2009, 11, 7), 5, date(2009, 11, 13)),
        (date(2009, 12, 14), 10, date(2009, 12, 30)),  # Christmas Day, and the Monday for Boxing Day
        (date(2009, 12, 14), 15, date(2010, 1, 7)),
        (date(2020, 5, 7), 1, date(2020, 5, 11)),  # the May bank holiday moved to a Friday that year
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the funeral of the Queen
        (date(2009, 11, 27), 1, date(2009, 11, 30)),  # St Andrew's Day is none in England
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(clock: date, number: int, expected: date) -> None:
    assert working_days_after(clock, number) == expected


@pytest.mark.parametrize(
    ("clock", "number", "expected"),
    [
        (date(2009, 1, 31), 1, date(2009, 2, 28)),
        (date(2009, 10, 31), 4, date(2010, 2, 28)),
        (date(2011, 10, 31), 4, date(2012, 2, 29)),
        (date(2008, 2, 29), 12, date(2009, 2, 28)),
        (date(2009, 2, 28), 4, date(2009, 6, 28)),
        (date(2009, 8, 15), 4, date(2009, 12, 15)),
    ],
)
def test_a_month_rule_keeps_the_day_or_takes_the_last_of_the_month(clock: date, number: int, expected: date) -> None:
    assert months_after(clock, number) == expected


# What is due


COMMUNITY_RULES = {"screening_at_start", "rosh_review", "sentence_plan", "sentence_plan_review"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, COMMUNITY_RULES),
        ({"rosh": None, "tier": None}, COMMUNITY_RULES),
        ({"rosh": "medium"}, COMMUNITY_RULES | {"full_analysis", "risk_plan_community"}),
        ({"rosh": "high"}, COMMUNITY_RULES | {"full_analysis_high", "risk_plan_community_high", "home_visit"}),
        ({"tier": "4"}, COMMUNITY_RULES - {"sentence_plan"} | {"sentence_plan_tier_4"}),
        ({"transferred_in_on": LONG_AGO}, COMMUNITY_RULES),
        (
            {"setting": "licence", "rosh": "very_high", "tier": "4", "transferred_in_on": LONG_AGO},
            {"screening_on_release", "full_analysis_high", "risk_plan_release", "risk_plan_transfer", "rosh_review"}
            | {"sentence_plan_tier_4", "sentence_plan_review", "home_visit"},
        ),
        (
            {"setting": "custody", "rosh": "high", "tier": "4"},
            {"screening_at_start", "full_analysis_high", "rosh_review_custody", "sentence_plan_custody"},
        ),
        ({"activity": "suspended"}, COMMUNITY_RULES),
        ({"activity": "warrant"}, set()),
        ({"activity": "unpaid_work_only"}, set()),
        ({"activity": "overdue_termination"}, set()),
        ({"number_of_cases": 2}, set()),
    ],
)
def test_rules_apply_by_setting_rosh_tier_and_activity(given: Row, expected: set[str]) -> None:
    assert rules_of(**given) == expected


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("screening_at_start", {}, date(2009, 12, 15)),
        ("screening_on_release", {"setting": "licence"}, date(2009, 12, 21)),
        ("full_analysis", {"rosh": "medium"}, date(2010, 1, 7)),
        ("full_analysis_high", {"rosh": "high"}, date(2009, 12, 21)),
        ("risk_plan_community", {"rosh": "medium"}, date(2010, 1, 7)),
        ("risk_plan_community_high", {"rosh": "very_high"}, date(2009, 12, 21)),
        ("risk_plan_release", {"rosh": "medium", "setting": "licence"}, date(2009, 12, 14)),
        ("risk_plan_transfer", {"rosh": "high", "transferred_in_on": date(2009, 12, 15)}, date(2009, 12, 22)),
        ("rosh_review", {}, date(2010, 4, 14)),
        ("rosh_review_custody", {"setting": "custody"}, date(2010, 12, 14)),
        ("sentence_plan", {"tier": None}, date(2010, 1, 7)),
        ("sentence_plan_tier_4", {"tier": "4"}, date(2009, 12, 21)),
        ("sentence_plan_custody", {"setting": "custody"}, date(2010, 4, 5)),
        ("sentence_plan_review", {}, date(2010, 4, 14)),
        ("home_visit", {"rosh": "high"}, date(2009, 12, 30)),
    ],
)
def test_each_rule_has_its_due_date(rule: str, given: Row, expected: date) -> None:
    """For a sentence that starts on Monday, 14 December 2009."""
    assert due_on(rule, date(2009, 12, 14), **given) == expected


def test_a_licence_starts_on_release_and_before_it_nothing_is_due() -> None:
    released = date(2009, 12, 14)
    on_licence: Row = {"setting": "licence", "rosh": "medium", "release_on": released}
    assert due_on("screening_on_release", date(2009, 6, 1), **on_licence) == date(2009, 12, 21)
    known = tables(case(**on_licence))
    assert overdue(known, FRIDAY, LONDON) == {}
    # Release is 24 days away, the screening 31, the full analysis 48.
    assert due_soon(known, FRIDAY, LONDON) == {("risk_plan_release", "X1"): released}


def test_work_counts_from_the_clock_on_except_a_plan_made_in_prison_for_release() -> None:
    start, release = date(2009, 6, 1), date(2009, 12, 14)
    on_licence: Row = {"setting": "licence", "rosh": "medium", "release_on": release}
    before = [done("risk_management_plan", start), done("rosh_screening", release - timedelta(days=1))]
    assert due_on("risk_plan_release", start, before, **on_licence) is None
    assert due_on("screening_on_release", start, before, **on_licence) == date(2009, 12, 21)
    assert due_on("screening_on_release", start, [done("rosh_screening", release)], **on_licence) is None
    too_early = [done("risk_management_plan", start - timedelta(days=1))]
    assert due_on("risk_plan_release", start, too_early, **on_licence) == release


def test_a_review_starts_the_next_four_months() -> None:
    start = date(2009, 1, 31)
    reviews = [done("rosh_review", date(2009, 10, 31)), done("rosh_review", date(2009, 5, 1))]
    assert due_on("rosh_review", start, reviews) == date(2010, 2, 28)
    assert due_on("rosh_review", start, [done("rosh_review", date(2009, 1, 30))]) == date(2009, 5, 31)
    assert due_on("sentence_plan_review", start, reviews) == date(2009, 5, 31)


def test_the_newest_change_is_the_one_to_be_reviewed() -> None:
    events = [{"crn": "X1", "kind": "significant_change", "occurred_on": date(2009, 11, day)} for day in (12, 2)]
    known = tables(case(), events=events, assessments=[done("rosh_review", date(2009, 11, 11))])
    assert overdue(known, FRIDAY, LONDON).get(("rosh_review_change", "X1")) == (date(2009, 11, 19), 1)
    reviewed = known | {"assessments": [done("rosh_review", date(2009, 11, 12))]}
    assert ("rosh_review_change", "X1") not in overdue(reviewed, FRIDAY, LONDON)


def test_what_is_due_today_is_not_yet_overdue_and_what_is_due_in_28_days_is_due_soon() -> None:
    known = tables(case(sentence_start=date(2009, 4, 9)))
    key = ("screening_at_start", "X1")
    assert key not in overdue(known, date(2009, 4, 14), LONDON)
    assert due_soon(known, date(2009, 4, 14), LONDON)[key] == date(2009, 4, 14)
    assert overdue(known, date(2009, 4, 16), LONDON)[key] == (date(2009, 4, 14), 2)
    assert key not in due_soon(known, date(2009, 4, 15), LONDON)
    review = ("rosh_review", "X1")  # due on 9 August
    assert review not in due_soon(known, date(2009, 7, 11), LONDON)
    assert review in due_soon(known, date(2009, 7, 12), LONDON)


def test_only_the_highest_published_tiers_need_a_sentence_plan_in_five_days() -> None:
    known = tables(case("X1", tier="A0"), case("X2", tier="B3"), case("X3", tier="A0S"), case("X4", tier=None))
    late = overdue(known, FRIDAY, "wmt")
    assert {crn: rule for rule, crn in late if rule.startswith("sentence_plan") and "review" not in rule} == {
        "X1": "sentence_plan_tier_4",
        "X2": "sentence_plan",
        "X3": "sentence_plan",
        "X4": "sentence_plan",
    }


def test_lateness_of_high_risk_cases_is_counted_apart_and_unallocated_cases_only_above_people() -> None:
    known = tables(case("X1", setting="custody", rosh="high"), case("X2", setting="custody", om_code=None))
    counts = lateness(known, FRIDAY, LONDON)
    # Late: screening and sentence plan of both, the full analysis of the high-risk case. Reviews are due on 1 January.
    assert counts["post", "T1/P"] == counts["offender_manager", "P"] == (3, 3, 0)
    assert counts["team", "T1"] == counts["all", "all"] == (5, 3, 0)
    assert lateness(known, date(2009, 12, 4), LONDON)["team", "T1"] == (5, 3, 2)


# Timeliness


def of_all(known: Tables, as_at: date, rule: str) -> tuple[int, int] | None:
    return timeliness(known, as_at, LONDON).get(("all", "all", rule))


@pytest.mark.parametrize(
    ("completed_on", "on_time"),
    [(date(2009, 12, 13), 0), (date(2009, 12, 14), 1), (date(2009, 12, 15), 1), (date(2009, 12, 16), 0), (None, 0)],
)
def test_work_is_on_time_from_its_clock_to_its_due_date(completed_on: date | None, on_time: int) -> None:
    completed = [done("rosh_screening", completed_on)] if completed_on else []
    known = tables(case(sentence_start=date(2009, 12, 14)), assessments=completed)
    assert of_all(known, date(2009, 12, 20), "screening_at_start") == (1, on_time)


def test_timeliness_looks_back_ninety_days() -> None:
    known = tables(case(sentence_start=date(2009, 12, 14)))  # screening is due on 15 December
    due = date(2009, 12, 15)
    assert of_all(known, due - timedelta(days=1), "screening_at_start") is None
    assert of_all(known, due, "screening_at_start") == (1, 0)
    assert of_all(known, due + timedelta(days=89), "screening_at_start") == (1, 0)
    assert of_all(known, due + timedelta(days=90), "screening_at_start") is None


@pytest.mark.parametrize(
    ("reviews", "as_at", "expected"),
    [
        # Due on 1 May, done early: it still fell due, and on time.
        ([date(2009, 4, 1)], date(2009, 5, 10), (1, 1)),
        # Then due on 1 August, done on the 5th: late, and the first is out of sight.
        ([date(2009, 4, 1), date(2009, 8, 5)], date(2009, 8, 15), (1, 0)),
        # Done on the last day, twice; next due on 1 September.
        ([date(2009, 5, 1), date(2009, 5, 1)], date(2009, 5, 30), (1, 1)),
        # A review on the day of the start is not the first review.
        ([date(2009, 1, 1)], date(2009, 5, 2), (1, 0)),
        ([date(2009, 1, 1), date(2009, 2, 1)], date(2009, 6, 2), (2, 1)),
        # One before the start is none at all.
        ([date(2008, 12, 31)], date(2009, 5, 2), (1, 0)),
    ],
)
def test_every_cycle_of_a_review_falls_due_once(reviews: list[date], as_at: date, expected: tuple[int, int]) -> None:
    known = tables(case(), assessments=[done("rosh_review", day) for day in reviews])
    assert of_all(known, as_at, "rosh_review") == expected


def test_timeliness_is_told_by_office_cluster_area_and_for_all() -> None:
    known = tables(
        case("X1", setting="custody"),
        case("X2", setting="custody", om_code=None, team_code="T2"),
        organisation=[team(), team("T2", office="F2", cluster="C2")],
        assessments=[done("sentence_plan", date(2009, 4, 23), "X2")],
    )
    # 16 weeks after 1 January 2009 is 23 April.
    rule = "sentence_plan_custody"
    told = {key: value for key, value in timeliness(known, date(2009, 5, 1), LONDON).items() if key[2] == rule}
    assert told == {
        ("office", "F1", rule): (1, 0),
        ("office", "F2", rule): (1, 1),
        ("cluster", "C1", rule): (1, 0),
        ("cluster", "C2", rule): (1, 1),
        ("area", "A1", rule): (2, 1),
        ("all", "all", rule): (2, 1),
    }


def test_timeliness_is_green_from_90_and_amber_from_80_percent() -> None:
    assert [timeliness_band(1000, on_time) for on_time in (900, 899, 800, 799)] == ["green", "amber", "amber", "red"]


# Findings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, set()),
        ({"rosh": "medium", "rosh_delius": "low"}, {"rosh_mismatch"}),
        ({"rosh": "medium", "rosh_delius": "medium"}, set()),
        ({"rosh": None, "rosh_delius": "low"}, {"rosh_missing"}),
        ({"tier": None}, {"tier_missing"}),
        ({"tier": None, "rosh": "high"}, {"tier_missing"}),
        ({"tier_changes": 1, "tier_documented": None}, set()),
        ({"tier_changes": 2}, {"tier_changed"}),
        ({"tier_documented": False}, {"tier_undocumented"}),
        ({"mappa_level": "unrecorded"}, {"mappa_level_unrecorded"}),
        ({"tier": "3", "rosh": "very_high"}, {"rosh_above_tier"}),
        ({"tier": "4", "rosh": "high"}, set()),
        ({"tier": "4", "rosh": "low"}, {"rosh_below_tier"}),
        ({"om_code": None}, {"unallocated"}),
        ({"om_code": "Z"}, {"post_missing"}),
        ({"om_code": "L"}, {"held_by_leaver"}),
        ({"om_code": "N"}, {"no_available_hours"}),
        ({"om_code": "M"}, set()),
        ({"om_code": "S", "rosh": "high", "tier": "4"}, {"grade_not_permitted"}),
        ({"om_code": "S", "rosh": "high", "tier": "2"}, {"grade_not_permitted", "rosh_above_tier"}),
        ({"om_code": "S", "rosh": "medium", "tier": "4"}, {"grade_not_permitted"}),
        ({"om_code": "S", "rosh": "medium", "tier": "3"}, set()),
    ],
)
def test_findings_of_a_record_and_its_holder(given: Row, expected: set[str]) -> None:
    posts = [post(), post("L", left_on=FRIDAY), post("N", hours="0"), post("S", grade="PSO"), post("M", grade="SPO")]
    assert names_of(tables(case(**given), offender_managers=posts)) == expected


def test_hours_in_another_team_are_hours() -> None:
    posts = [post(hours="0"), post(team_code="T2", hours="7.4")]
    known = tables(case(), organisation=[team(), team("T2")], offender_managers=posts)
    assert names_of(known) == set()
    assert names_of(known | {"reductions": [reduction("7.4", team_code=None)]}) == {"no_available_hours"}


def test_every_copied_assessment_is_found() -> None:
    shares = ("0.95", "0.9499", "1", None)
    rows = [done("rosh_review", FRIDAY, similarity=Decimal(share) if share else None) for share in shares]
    assert findings(tables(case(), assessments=rows), FRIDAY, LONDON) == {("assessment_copied", "X1"): 2}


@pytest.mark.parametrize(
    ("plans", "found"),
    [
        ([], False),
        ([(10, None)], True),
        ([(10, 11)], False),
        ([(10, 20)], False),
        ([(10, 21)], True),
        ([(10, 11), (12, None)], True),
        ([(12, None), (12, 13)], False),
    ],
)
def test_the_newest_plan_of_a_high_risk_case_must_be_countersigned(
    plans: list[tuple[int, int | None]], found: bool
) -> None:
    rows = [
        done("risk_management_plan", date(2009, 11, day), countersigned_on=date(2009, 11, signed) if signed else None)
        for day, signed in plans
    ]
    for rosh, expected in (("very_high", found), ("medium", False)):
        known = tables(case(rosh=rosh, tier="4"), assessments=rows)
        assert ("plan_not_countersigned" in names_of(known)) == expected


def test_the_highest_published_tiers_are_the_a_tiers_under_supervision() -> None:
    assert names_of(tables(case(tier="A0", rosh="high")), "wmt") == set()
    assert names_of(tables(case(tier="A0S", rosh="high")), "wmt") == {"rosh_above_tier"}
    assert names_of(tables(case(tier="A2", rosh="low")), "wmt") == {"rosh_below_tier"}


# Why a unit changed


def test_the_parts_of_a_change_by_hand() -> None:
    teams = [team(), team("T2")]
    before = tables(
        case("X1"), case("X2", tier="2"), case("X3"), organisation=teams, offender_managers=[post(), post("Q", "T2")]
    )
    now = tables(
        case("X1", tier="3", rosh="high"),  # 25 points, 80 of tier 3, 110 with high RoSH
        case("X3", om_code="Q", team_code="T2"),
        case("X4", om_code=None, number_of_cases=2),
        organisation=teams,
        offender_managers=[post(hours="18.5"), post("Q", "T2")],
        reductions=[reduction("3.7")],
    )
    weeks = (oracle_causes.Week(week, FRIDAY, LONDON) for week in (before, now))
    found = oracle_causes.part_sums(*weeks, set())
    of_team = {part: sums for (level, code, part), sums in found.items() if (level, code) == ("team", "T1")}
    assert of_team == {
        "tier": (55, 0, 1, 0),
        "rosh": (30, 0, 1, 0),
        "ends": (-45, 0, -1, 0),
        "transfers": (-25, 0, -1, 0),
        "arrivals": (50, 0, 2, 0),
        "contracted_hours": (0, -1088, 0, 1),
        "sickness": (0, Fraction(-2176, 10), 0, 1),
    }
    assert found["team", "T2", "transfers"] == (25, 0, 1, 0)
    assert ("office", "F1", "transfers") not in found


# The oracle and its caseloads


def test_the_oracle_stands_on_its_own() -> None:
    allowed = {*sys.stdlib_module_names, "holidays"}
    for name in ("card", "points", "workload", "assessments", "findings", "causes", "redistribution", "plans", *DIGEST):
        tree = ast.parse(next(Path(__file__).parent.rglob(f"{name}.py")).read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 0}
        assert {module.split(".")[0] for module in imported} <= allowed


def test_the_oracle_takes_no_floats() -> None:
    with pytest.raises(TypeError, match="is a float"):
        available_points(tables(offender_managers=[post() | {"contracted_hours": 22.2}]), FRIDAY, LONDON)


def check_the_contract(drawn: Drawn) -> None:
    """Keys are unique, references lead somewhere, the past is past, words and types are the contract's."""
    known, as_at = drawn
    keys = {name: [tuple(row[column] for column in TABLES[name].key) for row in rows] for name, rows in known.items()}
    for name, rows in known.items():
        table = TABLES[name]
        if table.key:
            assert len(set(keys[name])) == len(rows)
        for row in rows:
            for column in table.columns:
                value = row.get(column.name) if column.added else row[column.name]
                assert value is not None or not column.required
                assert value is None or not column.choices or value in column.choices
                assert value is None or not column.past_only or value <= as_at
                assert value is None or column.minimum is None or value >= column.minimum
                assert value is None or column.maximum is None or value <= column.maximum
            for reference in table.references:
                wanted = tuple(row[column] for column in reference.columns)
                targets = {tuple(other[column] for column in reference.target) for other in known[reference.table]}
                assert None in wanted or wanted in targets
    for name, frame in to_frames(known).tables().items():
        assert len(frame) == len(known.get(name, []))
        for column in TABLES[name].columns:
            assert frame[column.name].dtype == column.kind.dtype


@settings(max_examples=25, deadline=None)
@given(caseloads("london-2009"))
def test_caseloads_of_the_london_policy_keep_the_contract(drawn: Drawn) -> None:
    check_the_contract(drawn)


@settings(max_examples=15, deadline=None)
@given(watched_caseloads())
def test_caseloads_with_records_beyond_assessments_keep_the_contract(drawn: Drawn) -> None:
    check_the_contract(drawn)


@settings(max_examples=25, deadline=None)
@given(caseloads("wmt"))
def test_caseloads_of_the_published_points_keep_the_contract(drawn: Drawn) -> None:
    check_the_contract(drawn)
