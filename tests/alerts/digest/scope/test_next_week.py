"""What comes next week in an SPO's scope: the week after the snapshot, its teams, and nothing of one person."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.next_week import NextWeek, next_monday
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.pictures import AS_AT, Team, picture
from tiering.timeliness.coming import COLUMNS, Coming

MONDAY = next_monday(AS_AT)
OFFICE, TEAM = ReaderScope("office", "F1", "Office F1"), ReaderScope("team", "T1", "Team T1")
TEAMS = [Team("T1", "F1", "C1"), Team("T2", "F1", "C1"), Team("T3", "F2", "C1")]


def coming(*rows: tuple[str, str | None, str, int]) -> pd.DataFrame:
    """Rows of team, offender manager, kind, and days after the Monday of next week."""
    frame = pd.DataFrame(rows, columns=["team_code", "om_code", "kind", "days"])
    on = pd.Timestamp(MONDAY) + pd.to_timedelta(frame["days"], unit="D")
    return frame.assign(on=on).reindex(columns=COLUMNS)


def facts(*rows: tuple[str, str | None, str, int], **given: Any) -> WeekFacts:
    return picture(TEAMS, coming=coming(*rows), **given)


def next_week(*rows: tuple[str, str | None, str, int], scope: ReaderScope = OFFICE, small: int = 5) -> NextWeek | None:
    return build_story(facts(*rows), scope, red_line=110, small_team=small).next_week


@pytest.mark.parametrize("weekday", range(7))
def test_next_week_begins_on_the_monday_after_the_week_of_the_snapshot(weekday: int) -> None:
    assert next_monday(date(2026, 11, 16) + timedelta(days=weekday)) == date(2026, 11, 23)


def test_only_what_comes_from_monday_to_sunday_in_the_own_teams_counts() -> None:
    due = Coming.ASSESSMENT.value
    week = next_week(
        ("T1", "M1", due, -1), ("T1", "M1", due, 0), ("T2", "M2", "plan", 6), ("T2", "M2", due, 7),
        ("T3", "M3", due, 1),
        ("T1", "M1", "release", 3), ("T1", "M1", "report", 3), ("T1", None, "end", 3),
    )  # fmt: skip
    assert week is not None
    assert (week.first, week.last, week.due) == (MONDAY, MONDAY + timedelta(days=6), 2)
    assert {kind: count for kind, count in week.counts.items() if count} == dict.fromkeys(
        ["assessment", "plan", "report", "release", "end"], 1
    )


def test_the_heaviest_team_is_the_one_with_most_due_and_no_other_with_as_many() -> None:
    two, one = [("T1", "M1", "plan", 1)] * 2, [("T2", "M2", "plan", 1)]
    week = next_week(*two, *one)
    assert week is not None
    assert week.heaviest is not None
    assert (week.heaviest.code, week.heaviest_due) == ("T1", 2)
    for even in (next_week(*one, two[0]), next_week(*two, scope=TEAM), next_week()):
        assert even is None or even.heaviest is None


def test_a_team_that_is_withheld_is_never_the_heaviest() -> None:
    teams = [Team("T1", "F1", "C1", offender_managers=3), Team("T2", "F1", "C1"), Team("T4", "F1", "C1")]
    week = picture(teams, coming=coming(*[("T1", "M1", "plan", 1)] * 9, ("T4", "M2", "plan", 1)))
    story = build_story(week, OFFICE, red_line=110, small_team=5)
    assert story.next_week is not None
    assert (story.next_week.due, story.next_week.heaviest) == (10, None)


@pytest.mark.parametrize(
    ("holders", "half_for"), [("AAAABBC", 1), ("AABBCC", 2), ("ABCDE", 3), ("AA---", 0), ("AAA---", 1), ("", 0)]
)
def test_half_of_it_is_for_the_fewest_who_hold_at_least_half(holders: str, half_for: int) -> None:
    other = ("T1", "M9", "release", 0)
    week = next_week(other, *(("T1", None if who == "-" else who, "plan", 2) for who in holders), scope=TEAM)
    assert week is not None
    assert week.half_for == half_for


def test_other_readers_a_withheld_scope_and_a_week_that_is_not_known_have_none() -> None:
    due = ("T1", "M1", "plan", 1)
    assert next_week(due, scope=ReaderScope("cluster", "C1", "Cluster")) is None
    assert next_week(due, scope=ReaderScope("area", "N", "North")) is None
    assert next_week(due, small=99) is None
    assert next_week() is None
    assert build_story(picture(TEAMS), OFFICE, red_line=110, small_team=5).next_week is None
