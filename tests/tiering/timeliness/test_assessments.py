"""What is due, late, missing, done on time, as National Standards 2007 and the 2009 report ask for it."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from tests.tiering.rows import FRIDAY, LONDON, LONG_AGO, WMT, Row, case, caseload, change, done, post, team, weigh
from tiering.caseload import Caseload
from tiering.policies.policy import DueUnit, Policy
from tiering.timeliness.assessments import (
    assessment_items,
    due_dates,
    due_soon_items,
    overdue_items,
    start_dates,
    timeliness,
    timeliness_band,
    working_days,
)

DAY = timedelta(days=1)
MONDAY = date(2009, 12, 14)
MUCH_LATER = date(2012, 1, 2)


def items(known: Caseload, as_at: date = FRIDAY, policy: Policy = LONDON) -> pd.DataFrame:
    return assessment_items(known, weigh(known, policy), policy, as_at)


def late(known: Caseload, as_at: date = FRIDAY, policy: Policy = LONDON) -> dict[str, dict[str, date]]:
    """When what is late was due, by case and rule."""
    answer: dict[str, dict[str, date]] = {}
    for row in overdue_items(items(known, as_at, policy), as_at).itertuples():
        assert row.rule not in answer.get(row.crn, {})
        answer.setdefault(row.crn, {})[row.rule] = row.due_on.date()
    return answer


def soon(known: Caseload, as_at: date) -> dict[str, date]:
    rows = due_soon_items(items(known, as_at), LONDON, as_at)
    return {row.rule: row.due_on.date() for row in rows.itertuples()}


def shares(known: Caseload, as_at: date) -> dict[tuple[str, str, str], tuple[int, int]]:
    rows = timeliness(items(known, as_at), LONDON, as_at)
    return {(row.level, row.code, row.rule): (row.fell_due, row.on_time) for row in rows.itertuples()}


@pytest.mark.parametrize(
    ("clock", "days", "due"),
    [
        ("2009-11-20", 1, "2009-11-23"),
        ("2009-11-20", 5, "2009-11-27"),
        ("2009-11-07", 1, "2009-11-09"),  # a Saturday: the Monday is day 1
        ("2009-11-08", 5, "2009-11-13"),
        ("2009-04-09", 1, "2009-04-14"),  # Maundy Thursday to the Tuesday after Easter
        ("2009-12-14", 10, "2009-12-30"),  # Christmas Day, and the Monday for Boxing Day
        ("2009-12-14", 15, "2010-01-07"),
        ("2020-05-07", 1, "2020-05-11"),  # that year the May bank holiday was moved to the Friday
        ("2022-09-16", 1, "2022-09-20"),  # the funeral of the Queen
        ("2009-11-27", 1, "2009-11-30"),  # St Andrew's Day is a bank holiday in Scotland alone
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays_of_england_and_wales(
    clock: str, days: int, due: str
) -> None:
    assert due_dates(np.array([clock], dtype="datetime64[D]"), days, DueUnit.WORKING_DAYS) == np.datetime64(due)


@pytest.mark.parametrize(
    ("clock", "amount", "unit", "due"),
    [
        ("2009-01-31", 1, "months", "2009-02-28"),
        ("2009-10-31", 4, "months", "2010-02-28"),
        ("2011-10-31", 4, "months", "2012-02-29"),
        ("2008-02-29", 12, "months", "2009-02-28"),
        ("2009-08-15", 4, "months", "2009-12-15"),
        ("2009-01-01", 16, "weeks", "2009-04-23"),
        ("2009-12-25", 3, "days", "2009-12-28"),
        ("2009-12-25", 0, "days", "2009-12-25"),
        ("2009-12-26", 0, "working days", "2009-12-26"),
    ],
)
def test_months_are_calendar_months_and_weeks_and_days_count_every_day(
    clock: str, amount: int, unit: str, due: str
) -> None:
    assert due_dates(np.array([clock], dtype="datetime64[D]"), amount, DueUnit(unit)) == np.datetime64(due)


COMMUNITY = {"screening_at_start", "rosh_review", "sentence_plan", "sentence_plan_review"}


def test_what_is_asked_for_depends_on_setting_rosh_tier_and_activity() -> None:
    licence: Row = {"setting": "licence", "rosh": "very_high", "tier": "4", "transferred_in_on": LONG_AGO}
    known = caseload(
        case("plain"),
        case("silent record", rosh=None, tier=None),
        case("medium", rosh="medium"),
        case("high", rosh="high"),
        case("tier 4", tier="4"),
        case("moved here", transferred_in_on=LONG_AGO),
        case("very high on licence", **licence),
        case("custody", setting="custody", rosh="medium", tier="4"),
        case("suspended", activity="suspended"),
        case("warrant", activity="warrant"),
        case("unpaid work", activity="unpaid_work_only"),
        case("ended", activity="overdue_termination"),
        case("two in one row", number_of_cases=2),
    )
    assert {crn: set(rules) for crn, rules in late(known, date(2011, 1, 1)).items()} == {
        "plain": COMMUNITY,
        "silent record": COMMUNITY,
        "medium": COMMUNITY | {"full_analysis", "risk_plan_community"},
        "high": COMMUNITY | {"full_analysis_high", "risk_plan_community_high", "home_visit"},
        "tier 4": COMMUNITY - {"sentence_plan"} | {"sentence_plan_tier_4"},
        "moved here": COMMUNITY,
        "very high on licence": {
            *("screening_on_release", "full_analysis_high", "risk_plan_release", "risk_plan_transfer"),
            *("rosh_review", "sentence_plan_tier_4", "sentence_plan_review", "home_visit"),
        },
        "custody": {"screening_at_start", "full_analysis", "rosh_review_custody", "sentence_plan_custody"},
        "suspended": COMMUNITY,
    }


def test_each_rule_falls_due_so_long_after_the_start() -> None:
    """For sentences of Monday, 14 December 2009, of a moved case the day after."""
    start = {"sentence_start": MONDAY}
    known = caseload(
        case("community, medium", rosh="medium", tier=None, **start),
        case("community, very high", rosh="very_high", tier="4", transferred_in_on=date(2009, 12, 15), **start),
        case("licence", setting="licence", rosh="high", **start),
        case("licence, medium", setting="licence", rosh="medium", tier="4", **start),
        case("custody", setting="custody", rosh="low", **start),
    )
    five_working_days, ten, fifteen = date(2009, 12, 21), date(2009, 12, 30), date(2010, 1, 7)
    four_months = date(2010, 4, 14)
    reviews = {"rosh_review": four_months, "sentence_plan_review": four_months}
    assert late(known, MUCH_LATER) == {
        "community, medium": reviews
        | {
            "screening_at_start": date(2009, 12, 15),
            "full_analysis": fifteen,
            "risk_plan_community": fifteen,
            "sentence_plan": fifteen,
        },
        "community, very high": reviews
        | {
            "screening_at_start": date(2009, 12, 15),
            "full_analysis_high": five_working_days,
            "risk_plan_community_high": five_working_days,
            "risk_plan_transfer": date(2009, 12, 22),
            "sentence_plan_tier_4": five_working_days,
            "home_visit": ten,
        },
        "licence": reviews
        | {
            "screening_on_release": five_working_days,
            "full_analysis_high": five_working_days,
            "risk_plan_release": MONDAY,
            "sentence_plan": fifteen,
            "home_visit": ten,
        },
        "licence, medium": reviews
        | {
            "screening_on_release": five_working_days,
            "full_analysis": fifteen,
            "risk_plan_release": MONDAY,
            "sentence_plan_tier_4": five_working_days,
        },
        "custody": {
            "screening_at_start": date(2009, 12, 15),
            "rosh_review_custody": date(2010, 12, 14),
            "sentence_plan_custody": date(2010, 4, 5),
        },
    }


def test_in_the_published_tiers_the_a_tiers_need_a_sentence_plan_in_five_days() -> None:
    known = caseload(*(case(tier, tier=tier) for tier in ("A0", "B3", "A0S")), case("none", tier=None))
    plans = {"sentence_plan", "sentence_plan_tier_4"}
    assert {crn: plans & set(rules) for crn, rules in late(known, policy=WMT).items()} == {
        "A0": {"sentence_plan_tier_4"},
        "B3": {"sentence_plan"},
        "A0S": {"sentence_plan"},
        "none": {"sentence_plan"},
    }


def test_a_licence_starts_on_release_where_that_is_known_and_every_other_sentence_on_its_own_start() -> None:
    released = date(2009, 12, 14)
    known = caseload(
        case("X1", setting="licence", release_on=released),
        case("X2", setting="licence"),
        case("X3", setting="custody", release_on=released),
    )
    assert start_dates(known.cases).tolist() == [released, LONG_AGO, LONG_AGO]


def test_before_release_nothing_of_a_licence_is_late_but_its_plan_is_due_soon() -> None:
    known = caseload(case(setting="licence", rosh="medium", release_on=date(2009, 12, 14)))
    assert late(known) == {}
    # Release is 24 days away, the screening 31, the full analysis 48.
    assert soon(known, FRIDAY) == {"risk_plan_release": date(2009, 12, 14)}


def test_work_done_before_the_start_does_not_count_except_a_plan_made_in_prison_for_release() -> None:
    sentenced, released = date(2009, 6, 1), date(2009, 12, 14)
    licence: Row = {"setting": "licence", "rosh": "medium", "sentence_start": sentenced, "release_on": released}
    known = caseload(
        case("too early", **licence),
        case("in time", **licence),
        assessments=[
            done("rosh_screening", released - DAY, "too early"),
            done("rosh_screening", released, "in time"),
            done("risk_management_plan", sentenced - DAY, "too early"),
            done("risk_management_plan", sentenced, "in time"),
        ],
    )
    found = late(known, MUCH_LATER)
    assert found["too early"]["screening_on_release"] == date(2009, 12, 21)
    assert found["too early"]["risk_plan_release"] == released
    assert {"screening_on_release", "risk_plan_release"} & set(found["in time"]) == set()


def test_only_the_right_kind_of_work_of_the_right_case_up_to_today_counts() -> None:
    known = caseload(
        case("X1"),
        case("X2"),
        assessments=[
            done("rosh_screening", LONG_AGO + DAY, "X2"),
            done("rosh_review", LONG_AGO + DAY, "X1"),
            done("rosh_screening", FRIDAY + DAY, "X1"),
        ],
    )
    assert {crn for crn, rules in late(known).items() if "screening_at_start" in rules} == {"X1"}


def test_a_review_starts_the_next_four_months_and_one_before_the_start_does_not() -> None:
    start = {"sentence_start": MONDAY}
    known = caseload(
        *(case(crn, **start) for crn in ("none", "before", "twice")),
        case("custody", setting="custody", **start),
        assessments=[
            done("rosh_review", MONDAY - DAY, "before"),
            *(done("rosh_review", day, "twice") for day in (date(2010, 10, 31), date(2010, 4, 1))),
            done("rosh_review", date(2010, 10, 31), "custody"),
        ],
    )
    found = late(known, MUCH_LATER)
    assert {crn: rules["rosh_review"] for crn, rules in found.items() if crn != "custody"} == {
        "none": date(2010, 4, 14),
        "before": date(2010, 4, 14),
        "twice": date(2011, 2, 28),
    }
    assert found["twice"]["sentence_plan_review"] == date(2010, 4, 14)
    assert found["custody"]["rosh_review_custody"] == date(2011, 10, 31)
    assert "rosh_review" not in found["custody"]


def test_the_newest_significant_change_calls_for_a_review_in_five_working_days() -> None:
    known = caseload(
        *(case(crn) for crn in ("reviewed before", "reviewed after", "of yesterday", "unchanged")),
        events=[
            *(change(date(2009, 11, day), "reviewed before") for day in (2, 12)),
            *(change(date(2009, 11, day), "reviewed after") for day in (12, 2)),
            change(date(2009, 11, 19), "of yesterday"),
        ],
        assessments=[
            done("rosh_review", date(2009, 11, 11), "reviewed before"),
            done("rosh_review", date(2009, 11, 12), "reviewed after"),
        ],
    )
    found = {crn: rules.get("rosh_review_change") for crn, rules in late(known).items()}
    assert {crn: due for crn, due in found.items() if due} == {"reviewed before": date(2009, 11, 19)}


def test_what_is_due_today_is_not_overdue_but_due_soon_and_days_overdue_are_calendar_days() -> None:
    known = caseload(case(sentence_start=date(2009, 4, 9)))  # screening is due on 14 April
    on_the_day, the_day_after = date(2009, 4, 14), date(2009, 4, 15)
    assert late(known, on_the_day) == {}
    assert soon(known, on_the_day)["screening_at_start"] == on_the_day
    assert "screening_at_start" not in soon(known, the_day_after)
    rows = overdue_items(items(known, date(2009, 4, 20)), date(2009, 4, 20))
    assert rows[["rule", "days_overdue"]].to_numpy().tolist() == [["screening_at_start", 6]]


def test_due_soon_looks_twenty_eight_days_ahead_at_what_is_not_done() -> None:
    known = caseload(case())  # reviews are due on 1 May
    assert soon(known, date(2009, 4, 2)) == {}
    assert set(soon(known, date(2009, 4, 3))) == {"rosh_review", "sentence_plan_review"}
    reviewed = caseload(case(), assessments=[done("rosh_review", date(2009, 4, 2))])
    assert set(soon(reviewed, date(2009, 4, 3))) == {"sentence_plan_review"}


def test_an_item_carries_the_place_of_its_case_and_marks_high_risk() -> None:
    known = caseload(
        case("X1", rosh="very_high", tier="4", setting="custody"),
        case("X2", rosh="medium", om_code="Z", team_code="T2", setting="custody"),
        organisation=[team(), team("T2", office="F2", cluster="C2", area="A2")],
        assessments=[done("rosh_screening", LONG_AGO + DAY, "X2"), done("sentence_plan", FRIDAY, "X1")],
    )
    rows = items(known)
    assert " ".join(rows.columns) == (
        "rule kind crn om_code team_code office_code cluster_code area_code tier rosh due_on done_on overdue high_risk"
    )
    assert str(rows["due_on"].dtype) == str(rows["done_on"].dtype) == "datetime64[s]"
    plans = rows[rows["rule"].eq("sentence_plan_custody")].astype(object).where(rows.notna(), None)
    due = pd.Timestamp("2009-04-23")
    places = [["P", "T1", "F1", "C1", "A1", "4", "very_high"], [None, "T2", "F2", "C2", "A2", "1", "medium"]]
    # X1's plan fell due too long ago and is done: no rule asks for it any more.
    assert plans.iloc[:, 2:].to_numpy().tolist() == [["X2", *places[1], due, None, True, False]]
    analysis = rows[rows["rule"].eq("full_analysis_high")].astype(object).where(rows.notna(), None)
    assert analysis.iloc[:, 2:].to_numpy().tolist() == [
        ["X1", *places[0], pd.Timestamp("2009-01-08"), None, True, True]
    ]


def test_what_is_late_and_what_is_due_soon_are_listed_by_rule_and_case() -> None:
    known = caseload(case("X2"), case("X1"), case("X3", sentence_start=FRIDAY))
    rows = overdue_items(items(known), FRIDAY)
    assert [(row.rule, row.crn) for row in rows.itertuples()] == [
        (rule, crn) for rule in sorted(COMMUNITY) for crn in ("X1", "X2")
    ]
    ahead = due_soon_items(items(known), LONDON, FRIDAY)
    assert [(row.rule, row.crn) for row in ahead.itertuples()] == [
        ("screening_at_start", "X3"),
        ("sentence_plan", "X3"),
    ]


def test_work_is_on_time_from_its_clock_to_its_due_date() -> None:
    """Each case is in an office of its own, so that the shares are the cases'."""
    completed = {"F0": MONDAY - DAY, "F1": MONDAY, "F2": MONDAY + DAY, "F3": MONDAY + 2 * DAY, "F4": None}
    known = caseload(
        *(case(office, om_code=None, team_code=f"T{office}", sentence_start=MONDAY) for office in completed),
        organisation=[team(f"T{office}", office) for office in completed],
        assessments=[done("rosh_screening", day, office) for office, day in completed.items() if day],
    )
    found = shares(known, MONDAY + 6 * DAY)
    assert {office: found["office", office, "screening_at_start"] for office in completed} == {
        "F0": (1, 0),
        "F1": (1, 1),
        "F2": (1, 1),
        "F3": (1, 0),
        "F4": (1, 0),
    }


def test_timeliness_looks_back_ninety_days() -> None:
    """Sentence plans in custody fall due after 16 weeks, on any day of the week; each is in an office of its own."""
    due = {"tomorrow": -1, "today": 0, "89 days ago": 89, "90 days ago": 90}
    known = caseload(
        *(
            case(office, setting="custody", team_code=office, sentence_start=FRIDAY - (112 + days) * DAY)
            for office, days in due.items()
        ),
        organisation=[team(office, office) for office in due],
        offender_managers=[],
        assessments=[done("sentence_plan", FRIDAY, f"{days} days ago") for days in (89, 90)],
    )
    asked_for = items(known).query("rule == 'sentence_plan_custody'")
    assert set(asked_for["crn"]) == {"tomorrow", "today", "89 days ago"}
    plans = {
        code for level, code, rule in shares(known, FRIDAY) if (level, rule) == ("office", "sentence_plan_custody")
    }
    assert plans == {"today", "89 days ago"}


def test_every_cycle_of_a_review_falls_due_once() -> None:
    """Sentences of 1 January 2009 unless told otherwise, as at 10 May; each is in an office of its own."""
    start = {"ninth month": date(2008, 9, 26), "second cycle": date(2008, 12, 1)}
    reviews = {
        "never": [],
        # Due on 1 May, done early: it still fell due, and on time.
        "early": [date(2009, 4, 1)],
        "last day, twice": [date(2009, 5, 1), date(2009, 5, 1)],
        "late": [date(2009, 5, 2)],
        # A review on the day of the start is not the first review, nor is one before it.
        "at the start": [date(2009, 1, 1)],
        "before": [date(2008, 12, 31)],
        # First due on 26 January, out of sight; then on 26 April, done late.
        "ninth month": [date(2008, 12, 26), date(2009, 4, 30)],
        # Due on 1 April and done on time; due again on 1 May.
        "second cycle": [date(2008, 12, 1), date(2009, 1, 1)],
    }
    known = caseload(
        *(
            case(office, om_code=None, team_code=office, sentence_start=start.get(office, LONG_AGO))
            for office in reviews
        ),
        organisation=[team(office, office) for office in reviews],
        assessments=[done("rosh_review", day, office) for office, days in reviews.items() for day in days],
    )
    found = shares(known, date(2009, 5, 10))
    assert {office: found["office", office, "rosh_review"] for office in reviews} == {
        "never": (1, 0),
        "early": (1, 1),
        "last day, twice": (1, 1),
        "late": (1, 0),
        "at the start": (1, 0),
        "before": (1, 0),
        "ninth month": (1, 0),
        "second cycle": (2, 1),
    }


def test_timeliness_is_told_by_office_cluster_area_and_for_all() -> None:
    known = caseload(
        case("X1", setting="custody"),
        case("X2", setting="custody", om_code=None, team_code="T2"),
        organisation=[team(), team("T2", office="F2", cluster="C2")],
        assessments=[done("sentence_plan", date(2009, 4, 23), "X2")],
    )
    rows = timeliness(items(known, date(2009, 5, 1)), LONDON, date(2009, 5, 1))
    plans = rows[rows["rule"].eq("sentence_plan_custody")]
    columns = ["level", "code", "rule", "fell_due", "on_time", "percentage", "band"]
    assert list(rows.columns) == columns
    assert plans.drop(columns="rule").to_numpy().tolist() == [
        ["all", "all", 2, 1, 50, "red"],
        ["area", "A1", 2, 1, 50, "red"],
        ["cluster", "C1", 1, 0, 0, "red"],
        ["cluster", "C2", 1, 1, 100, "green"],
        ["office", "F1", 1, 0, 0, "red"],
        ["office", "F2", 1, 1, 100, "green"],
    ]
    order = list(zip(rows["level"], rows["code"], rows["rule"], strict=True))
    assert order == sorted(order)


def test_timeliness_is_green_from_90_and_amber_from_80_per_cent() -> None:
    bands = LONDON.timeliness_bands
    assert [timeliness_band(done, 1000, bands) for done in (900, 899, 800, 799)] == ["green", "amber", "amber", "red"]


def test_windows_and_limits_are_the_policys() -> None:
    limits = LONDON.timeliness_bands.model_copy(update={"green_from": Decimal(50)})
    policy = LONDON.model_copy(update={"timeliness_window": 7, "due_soon": 3, "timeliness_bands": limits})
    known = caseload(case(sentence_start=MONDAY, rosh="high"))  # visit and analysis due on the 21st and the 30th
    rows = items(known, date(2009, 12, 28), policy)
    assert set(timeliness(rows, policy, date(2009, 12, 28))["rule"]) == set()
    assert set(timeliness(rows, policy, date(2009, 12, 27))["rule"]) == {
        "full_analysis_high",
        "risk_plan_community_high",
    }
    assert set(due_soon_items(rows, policy, date(2009, 12, 27))["rule"]) == {"home_visit"}
    assert set(due_soon_items(rows, policy, date(2009, 12, 26))["rule"]) == set()
    assert timeliness_band(1, 2, limits) == "green"


def test_a_service_without_cases_has_nothing_due() -> None:
    rows = items(caseload(offender_managers=[post()]))
    assert len(rows) == len(overdue_items(rows, FRIDAY)) == len(due_soon_items(rows, LONDON, FRIDAY)) == 0
    assert len(timeliness(rows, LONDON, FRIDAY)) == 0


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        (date(2009, 12, 23), date(2009, 12, 24), 1),
        (date(2009, 12, 24), date(2009, 12, 28), 0),
        (date(2009, 12, 24), date(2009, 12, 29), 1),
        (date(2009, 12, 31), date(2010, 1, 4), 1),
        (date(2009, 12, 29), date(2009, 12, 29), 0),
    ],
)
def test_working_days_are_counted_up_to_and_with_the_last_one(after: date, until: date, days: int) -> None:
    assert working_days(after, until) == days
