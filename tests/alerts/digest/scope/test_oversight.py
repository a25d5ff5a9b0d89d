"""What a scope owes beyond assessments in a digest: sums of its units, and nothing of one that is withheld."""

from typing import Any

import pandas as pd

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.oversight import KeptRule
from alerts.digest.story import Story, build_story
from tests.alerts.pictures import Team, picture

AREA = ReaderScope("area", "N", "North")
TEAMS = [Team("T11", "F11", "C1"), Team("T21", "F21", "C2")]


def rates(*rows: tuple[str, str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["level", "code", "rule", "fell_due", "on_time"])


def story(*rows: tuple[str, str, str, int, int], scope: ReaderScope = AREA, small: int = 5, **late: Any) -> Story:
    week = picture(TEAMS, oversight_rates=rates(*rows))
    week.workload[list(late)] = list(late.values())
    return build_story(week, scope, red_line=110, small_team=small)


def test_rules_of_the_scope_come_least_timely_first_and_those_with_nothing_due_are_left_out() -> None:
    shown = story(
        ("area", "N", "breach_action", 40, 30),
        ("area", "N", "custody_plan", 10, 4),
        ("area", "N", "recall_action", 0, 0),
        ("area", "S", "breach_action", 9, 0),
        ("cluster", "C1", "custody_plan", 5, 5),
    )
    assert shown.oversight == (KeptRule("custody_plan", 10, 4), KeptRule("breach_action", 40, 30))


def test_a_scope_of_several_units_is_added_up() -> None:
    both = ReaderScope("cluster", "C1", "Both", ("C2",))
    shown = story(("cluster", "C1", "custody_plan", 5, 1), ("cluster", "C2", "custody_plan", 7, 2), scope=both)
    assert shown.oversight == (KeptRule("custody_plan", 12, 3),)


def test_a_scope_that_is_withheld_and_a_service_that_records_nothing_have_none() -> None:
    assert story(("area", "N", "custody_plan", 5, 1), small=99).oversight == ()
    assert story().oversight == ()


def test_late_work_of_high_risk_cases_is_no_all_clear() -> None:
    assert story(oversight_overdue=3, oversight_high_risk_overdue=1).whole.oversight_high_risk_overdue == 1
    assert story().whole.oversight_overdue == 0
    late = story(oversight_overdue=3, oversight_high_risk_overdue=1).whole.lateness
    assert late.endswith("; 3 other items overdue (enforcement, contacts, oversight), 1 of them high RoSH")
