"""What happened to single posts between two weeks."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from alerts.causes.causes import Causes
from tests.tiering.rows import FRIDAY, LONG_AGO, WMT, caseload, duty, post, reduction, team

from .weeks import causes_of, parts_of, side_by_side

FULL = 2176
TEAMS = [team(), team("T2")]


def parts(before: dict[str, Any], now: dict[str, Any]) -> Mapping[str, tuple[float, float, int, int]]:
    return parts_of(causes_of(caseload(**before), caseload(**now)))


CHANGES: list[tuple[dict[str, Any], dict[str, Any], dict[str, tuple[float, float, int, int]]]] = [
    ({"offender_managers": [post(hours=18.5)]}, {}, {"contracted_hours": (0, FULL / 2, 0, 1)}),
    ({}, {"reductions": [reduction(37)]}, {"sickness": (0, -FULL, 0, 1)}),
    ({}, {"reductions": [reduction(18.5, reason="training")]}, {"other_reductions": (0, -FULL / 2, 0, 1)}),
    ({"offender_managers": []}, {}, {"joiners": (0, FULL, 0, 1)}),
    ({}, {"offender_managers": []}, {"leavers": (0, -FULL, 0, -1)}),
    ({}, {"offender_managers": [post(left_on=FRIDAY)]}, {"leavers": (0, -FULL, 0, -1)}),
    ({"offender_managers": [post(left_on=FRIDAY - timedelta(days=30))]}, {}, {"joiners": (0, FULL, 0, 1)}),
    ({}, {"offender_managers": [post(grade="SPO")]}, {"grade": (0, -FULL, 0, 1)}),
    ({}, {"organisation": [team(team_type="ppu")]}, {"team_type": (0, -0.15 * FULL, 0, 1)}),
    ({}, {"duties": [duty("sdr", 1)]}, {"duties": (138, 0, 0, 1)}),
    ({"duties": [duty("sdr", 1, FRIDAY - timedelta(days=30))]}, {}, {"duties": (-138, 0, 0, 1)}),
]
"""What a service was given before and now, and the parts that this makes."""


@cache
def causes_of_all_changes() -> Causes:
    """The service of each change beside the others, because many are compared as fast as one."""
    before, now = ([caseload(**change[place]) for change in CHANGES] for place in (0, 1))
    return causes_of(side_by_side(*before), side_by_side(*now))


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_what_changed_about_a_post_is_one_part(number: int) -> None:
    found, expected = parts_of(causes_of_all_changes(), code=f"T1-{number}"), CHANGES[number][2]
    assert list(found) == list(expected)
    for part, figures in expected.items():
        assert found[part] == pytest.approx(figures)


def test_a_reduction_that_begins_and_ends_by_its_dates_is_named_by_its_reason() -> None:
    sick = reduction(37, starts_on=FRIDAY, ends_on=FRIDAY)
    assert parts({"reductions": [sick]}, {"reductions": [sick]}) == {"sickness": (0, -FULL, 0, 1)}


def test_sickness_comes_before_other_reductions() -> None:
    both = [reduction(37), reduction(18.5, reason="training")]
    assert parts({}, {"reductions": both}) == {"sickness": (0, -FULL, 0, 1)}


def test_a_person_who_changes_teams_neither_joins_nor_leaves() -> None:
    before = {"organisation": TEAMS, "offender_managers": [post()]}
    now = {"organisation": TEAMS, "offender_managers": [post(team_code="T2", hours=18.5)]}
    causes = causes_of(caseload(**before), caseload(**now))
    assert parts_of(causes, code="T1") == {"moved_posts": (0, -FULL, 0, -1)}
    assert parts_of(causes, code="T2") == {"moved_posts": (0, FULL / 2, 0, 1)}
    assert parts_of(causes, level="office", code="F1") == {"moved_posts": (0, -FULL / 2, 0, 0)}


def test_another_grade_is_apart_from_duties() -> None:
    court = [duty("court_duty", 3.7, LONG_AGO)]
    before = {"duties": court}
    now = {"duties": court, "offender_managers": [post(grade="SPO")]}
    found = parts(before, now)
    assert found["grade"] == pytest.approx((-217.6, -FULL, 0, 1))
    assert list(found) == ["grade"]


def test_posts_that_are_rounded_have_a_part_of_their_own() -> None:
    before, now = caseload(), caseload(duties=[duty("fdr", 0.5)])
    found = parts_of(causes_of(before, now, WMT, WMT))
    assert found == {"duties": (32.5, 0, 0, 1), "rounding": (0.5, 0, 0, 1)}
