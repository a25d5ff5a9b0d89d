"""Every hotspot carries its proof in words."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from alerts.detection.evidence import hotspot_evidence
from alerts.detection.rules import load_rules
from tests.alerts.detection.test_rules import CONFIG, TODAY

RULES = {rule.name: rule for rule in load_rules(CONFIG, TODAY)}
SINCE = pd.Timestamp("2026-10-30")


def said(rule: str, gaps: tuple[date, ...] = (), **given: Any) -> str:
    """The evidence of an office with 5,310 of 4,500 points and nothing else to say; what is given is different."""
    row = {
        "rule": rule,
        "level": "office",
        "status": "continuing",
        "weeks": 4,
        "running": 4,
        "since": SINCE,
        "value": 118.0,
        "threshold": RULES[rule].numbers.get("threshold", 10.0),
        "usual": float("nan"),
        "low": float("nan"),
        "high": float("nan"),
        "weeks_ahead": float("nan"),
        "total_points": 5310.0,
        "available_points": 4500.0,
        "offender_managers": 0,
        "offender_managers_over": 0,
        "offender_managers_without_hours": 0,
        "contracted_hours": 74.0,
        "reduction_hours": 0.0,
        "unallocated_cases": 0,
        "overdue": 0,
        "high_risk_overdue": 0,
        "oversight_overdue": 0,
        "oversight_high_risk_overdue": 0,
        "inexperienced": 0,
        "awaiting_countersignature": 0,
    }
    return hotspot_evidence(RULES[rule], row | given, gaps)


LOAD = "118.0% of capacity (5,310 of 4,500 points)"


@pytest.mark.parametrize(
    ("rule", "given", "sentence"),
    [
        ("over_threshold", {}, f"{LOAD}, over 110% for 4 weeks"),
        (
            "over_threshold",
            {"weeks": 6, "running": 2},
            f"{LOAD}, 6 weeks since it went over 110%, over it for the last 2 weeks",
        ),
        (
            "over_threshold",
            {"status": "cleared", "weeks": 9, "running": 0, "total_points": 4680.0},
            "104.0% of capacity (4,680 of 4,500 points), cleared after 9 weeks",
        ),
        (
            "over_threshold",
            {"weeks": 4, "running": 0, "total_points": 4860.0},
            "108.0% of capacity (4,860 of 4,500 points), 4 weeks since it went over 110%, not over it this week",
        ),
        (
            "spare_capacity",
            {"weeks": 7, "running": 0},
            f"{LOAD}, 7 weeks since it went under 85%, not under it this week",
        ),
        ("watch", {"status": "new", "weeks": 1, "running": 1}, f"{LOAD}, over 110% this week"),
        (
            "watch",
            {"weeks": 2, "running": 2, "total_points": 1100.4, "available_points": 1000.0},
            "just over 110% of capacity (1,100 of 1,000 points), over 110% for the 2nd week running",
        ),
        (
            "spare_capacity",
            {"total_points": 3824.9},
            "just under 85% of capacity (3,825 of 4,500 points), under 85% for 4 weeks: room for 675 points",
        ),
        (
            "spare_capacity",
            {"total_points": 3600.0},
            "80.0% of capacity (3,600 of 4,500 points), under 85% for 4 weeks: room for 900 points",
        ),
        (
            "spare_capacity",
            {"total_points": 3960.0, "weeks": 7, "running": 0, "status": "cleared"},
            "88.0% of capacity (3,960 of 4,500 points), cleared after 7 weeks: room for 540 points",
        ),
        (
            "no_capacity",
            {"available_points": 0.0, "value": 5310.0, "contracted_hours": 0.0},
            "no capacity: 5,310 points held and no available hours",
        ),
        (
            "no_capacity",
            {"available_points": 0.0, "contracted_hours": 37.0, "status": "cleared"},
            "no capacity: 5,310 points held and no points expected (target 0)",
        ),
        ("no_capacity", {"status": "cleared"}, f"{LOAD}: available hours again"),
        (
            "no_capacity",
            {"status": "cleared", "available_points": 0.0, "total_points": 0.0},
            "no longer holds any points",
        ),
        ("unallocated", {"value": 1200.0, "unallocated_cases": 1200}, "1,200 unallocated cases"),
        ("unallocated", {"value": 1.0, "unallocated_cases": 1}, "1 unallocated case"),
        ("hot_and_late", {}, LOAD),
        (
            "rising",
            {"value": 9.04, "usual": 2.96},
            f"{LOAD}, up 9.0 percentage points in 8 weeks (means of 2 weeks); offices of its size usually move 3.0",
        ),
        ("rising", {"value": 9.0}, f"{LOAD}, up 9.0 percentage points in 8 weeks (means of 2 weeks)"),
        (
            "rising",
            {"value": -1.0, "usual": 3.0, "level": "cluster"},
            f"{LOAD}, down 1.0 percentage points in 8 weeks (means of 2 weeks); clusters of its size usually move 3.0",
        ),
        ("rising", {"value": float("nan")}, f"{LOAD}, no figures to compare with this week"),
        ("rising", {"status": "cleared", "weeks": 5}, f"{LOAD}, no longer rising, after 5 weeks"),
        (
            "forecast_over",
            {"total_points": 4770.0, "value": 112.34, "low": 108.0, "high": 116.7, "weeks_ahead": 3.0},
            "106.0% of capacity (4,770 of 4,500 points), "
            "expected to pass 110% in 3 weeks (112.3%, likely 108.0% to 116.7%)",
        ),
        ("forecast_over", {"value": float("nan")}, f"{LOAD}, no forecast this week"),
        (
            "forecast_over",
            {"status": "cleared", "weeks": 2},
            f"{LOAD}, no longer expected over 110%, after 2 weeks",
        ),
        (
            "spo_load",
            {"value": 14.25, "threshold": 10.0},
            "14.2 offender managers for each full-time SPO (at most 10)",
        ),
        ("spo_load", {"value": float("nan"), "total_points": 5310.0}, "0 offender managers and no SPO at work"),
        (
            "spo_load",
            {"value": 9.0, "status": "cleared", "weeks": 12, "threshold": 10.0},
            "9 offender managers for each full-time SPO: within 10 again, after 12 weeks",
        ),
        (
            "hot_and_late",
            {"available_points": 0.0, "contracted_hours": 0.0},
            "no capacity: 5,310 points held and no available hours",
        ),
        (
            "hot_and_late",
            {"available_points": 0.0},
            "no capacity: 5,310 points held and no points expected (target 0)",
        ),
    ],
)
def test_the_measure_is_said_for_each_rule(rule: str, given: dict[str, Any], sentence: str) -> None:
    assert said(rule, **given) == sentence


def test_a_whole_sentence_gives_value_time_drivers_lateness_and_missing_weeks_in_this_order() -> None:
    assert said(
        "over_threshold",
        gaps=(date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)),
        offender_managers=11,
        offender_managers_over=3,
        offender_managers_without_hours=2,
        contracted_hours=1407.0,
        reduction_hours=29.6,
        unallocated_cases=5,
        overdue=9,
        high_risk_overdue=4,
    ) == (
        "118.0% of capacity (5,310 of 4,500 points), over 110% for 4 weeks; "
        "3 of 11 offender managers over the red line; 2 people with work and no hours (absent or left); "
        "29.6 of 1,407 contracted hours lost to reductions; 5 unallocated cases; "
        "9 assessments overdue, 4 of them high RoSH; "
        "no figures for the weeks of 2026-11-02 and 2026-11-09, which count neither way"
    )


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        ({"offender_managers": 1, "offender_managers_over": 1}, "; 1 of 1 offender manager over the red line"),
        (
            {"offender_managers": 2, "offender_managers_without_hours": 1},
            "; 0 of 2 offender managers over the red line; 1 person with work and no hours (absent or left)",
        ),
        ({"level": "offender_manager", "offender_managers": 1, "offender_managers_over": 1}, ""),
        (
            {"level": "offender_manager", "reduction_hours": 0.5, "contracted_hours": 37.0},
            "; 0.5 of 37 contracted hours lost to reductions",
        ),
        ({"unallocated_cases": 1}, "; 1 unallocated case"),
        ({"overdue": 1, "high_risk_overdue": 0}, "; 1 assessment overdue, not high RoSH"),
        (
            {"oversight_overdue": 2, "oversight_high_risk_overdue": 1},
            "; 2 other items overdue (enforcement, contacts, oversight), 1 of them high RoSH",
        ),
    ],
)
def test_only_what_there_is_is_said(given: dict[str, Any], ending: str) -> None:
    assert said("over_threshold", **given) == f"{LOAD}, over 110% for 4 weeks{ending}"


def test_the_load_of_an_spo_tells_of_experience_and_of_plans_that_wait() -> None:
    sentence = said(
        "spo_load",
        value=12.0,
        threshold=10.0,
        offender_managers=12,
        inexperienced=7,
        awaiting_countersignature=1,
    )
    assert sentence.startswith(
        "12 offender managers for each full-time SPO (at most 10); 7 of 12 inexperienced; "
        "1 plan of a high RoSH case waits for a countersignature; 0 of 12 offender managers"
    )


def test_a_unit_that_is_gone_has_no_figures_to_say() -> None:
    gone = {"status": "cleared", "total_points": float("nan"), "available_points": float("nan"), "overdue": 3}
    assert said("over_threshold", **gone) == "no longer in the extract"


def test_weeks_missing_before_it_began_are_not_told() -> None:
    monday_of_its_week = date(2026, 10, 26)
    assert said("over_threshold", gaps=(monday_of_its_week,)) == f"{LOAD}, over 110% for 4 weeks"
    unknown = said("over_threshold", gaps=(date(2026, 11, 9),), since=pd.NaT)
    assert unknown == f"{LOAD}, over 110% for 4 weeks"
