"""Bulk days in words: what was done, how far from usual, and never as an accusation."""

import math

import pandas as pd
import pytest

from alerts.digest.sentences.bulk_days import WHAT_IT_MAY_MEAN, bulk_line
from tests.alerts.digest.digests import digest_of
from tests.alerts.digest.scope.test_bulk_days import a_day, days
from tests.alerts.pictures import Team, picture
from tiering.timeliness.bulk_days import COLUMNS

FIRST = "Many on one day: Team T11 completed 41 assessments on 10 November, 9.1 times its usual day"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({}, f"{FIRST}; 30 of them were close to their due date."),
        ({"near_deadline": 0}, f"{FIRST}."),
        (
            {"what": "countersigned", "near_deadline": pd.NA, "times_usual": math.nan},
            "Many on one day: Team T11 countersigned 41 assessments on 10 November, where none is usual.",
        ),
    ],
)
def test_a_day_says_how_many_and_how_far_from_usual(given: dict[str, object], line: str) -> None:
    assert bulk_line(days(a_day(**given))) == f"{line} {WHAT_IT_MAY_MEAN}"


@pytest.mark.parametrize(("more", "words"), [(1, "1 more such day in this period."), (2, "2 more such days in this")])
def test_further_days_are_counted(more: int, words: str) -> None:
    assert words in bulk_line(days(a_day(), *[a_day(on=f"2026-11-0{n}", times_usual=5.0) for n in range(1, more + 1)]))


def test_without_a_day_there_is_nothing_to_say() -> None:
    assert bulk_line(()) == ""


def test_both_parts_of_a_digest_have_the_line_with_timeliness() -> None:
    hot = [Team("T11", "F11", "C1", load=120), Team("T21", "F21", "C2")]
    week = picture(hot, bulk_days=pd.DataFrame([a_day()], columns=COLUMNS))
    shown, without = digest_of(week), digest_of(picture(hot))
    assert FIRST in shown.html
    assert shown.text.index("Assessments done on time") < shown.text.index(FIRST) < shown.text.index("About these")
    assert "Many on one day" not in without.text + without.html
