"""The bulk days of a scope in a digest: of the units that it may show, the furthest from the usual day first."""

import math
from datetime import date
from typing import Any

import pandas as pd
import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.bulk_days import BulkDay
from alerts.digest.story import build_story
from tests.alerts.pictures import Team, picture
from tiering.timeliness.bulk_days import COLUMNS

AREA = ReaderScope("area", "N", "North")
TEAMS = [Team("T11", "F11", "C1"), Team("T12", "F11", "C1"), Team("T21", "F21", "C2"), Team("T31", "F31", "C3")]


def a_day(level: str = "team", code: str = "T11", on: str = "2026-11-10", **given: Any) -> dict[str, Any]:
    day = {"level": level, "code": code, "name": code, "what": "completed", "on": pd.Timestamp(on)}
    return day | {"assessments": 41, "usual": 4.5, "times_usual": 9.1, "near_deadline": 30} | given


def days(*rows: dict[str, Any], scope: ReaderScope = AREA, small: int = 5) -> tuple[BulkDay, ...]:
    week = picture(TEAMS, bulk_days=pd.DataFrame(rows, columns=COLUMNS))
    return build_story(week, scope, red_line=110, small_team=small).bulk_days


def test_a_day_of_a_unit_in_the_scope_is_shown_and_of_no_other() -> None:
    (day,) = days(a_day(), a_day(code="T21"), scope=ReaderScope("cluster", "C1", "One"))
    assert (day.unit.code, day.what, day.on, day.assessments) == ("T11", "completed", date(2026, 11, 10), 41)
    assert (day.times_usual, day.near_deadline) == (9.1, 30)
    assert days(a_day(), small=9) == ()


def test_a_day_of_a_team_that_shows_as_its_offices_is_said_once() -> None:
    shown = days(a_day(), a_day("office", "F11", times_usual=5.0), a_day(on="2026-11-11"), a_day(what="countersigned"))
    assert {(day.unit.code, day.what, day.on.day) for day in shown} == {
        ("F11", "completed", 10),
        ("T11", "completed", 11),
        ("T11", "countersigned", 10),
    }


@pytest.mark.parametrize("missing", [math.nan, pd.NA])
def test_the_furthest_from_the_usual_day_comes_first_and_where_none_is_usual_before_all(missing: object) -> None:
    rows = [a_day(times_usual=6.0), a_day(code="T21", times_usual=math.nan, near_deadline=missing), a_day(code="T31")]
    shown = days(*rows)
    assert [day.unit.code for day in shown] == ["T21", "T31", "T11"]
    assert (shown[0].times_usual, shown[0].near_deadline) == (None, 0)
