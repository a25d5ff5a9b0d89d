"""The staff of a scope in a digest: for whom, and never a figure about fewer people than a small team has."""

import math
from typing import Any

import pandas as pd
import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.staffing import Staff, staff_of
from alerts.digest.scope.units import Unit
from alerts.digest.story import build_story
from tests.alerts.pictures import Team, picture
from tiering.staff.staffing import COLUMNS

AREA = ReaderScope("area", "N", "North")
TEAMS = [Team("T11", "F11", "C1"), Team("T21", "F21", "C2"), Team("T31", "F31", "C2", offender_managers=3)]


def row(level: str, code: str, **given: Any) -> dict[str, Any]:
    """The staffing of a unit; what is not given is plain."""
    counts = dict.fromkeys(COLUMNS, 0)
    shares = {"sick_percentage": 5.0, "sick_percentage_mean": 4.0, "sick_weeks": 26, "inexperienced_percentage": 30.0}
    turnover = {"weeks": 26, "people": 100, "leavers": 10, "joiners": 8, "sick_people": 6}
    return counts | shares | turnover | {"level": level, "code": code, "name": code} | given


def staff(*rows: dict[str, Any], scope: ReaderScope = AREA) -> Staff | None:
    story = build_story(picture(TEAMS, staffing=pd.DataFrame(rows, columns=COLUMNS)), scope, red_line=110, small_team=5)
    return story.staff


def test_a_scope_of_one_unit_from_the_cluster_up_has_its_figures() -> None:
    figures = staff(row("area", "N"))
    assert figures is not None
    assert figures.turnover is not None
    assert figures.sickness is not None
    assert (figures.turnover.weeks, figures.turnover.leavers, figures.turnover.joiners) == (26, 10, 8)
    assert (figures.sickness.percentage, figures.sickness.mean, figures.inexperienced) == (5.0, 4.0, 30.0)


@pytest.mark.parametrize(
    "scope",
    [
        ReaderScope("office", "F11", "Office"),
        ReaderScope("cluster", "C1", "Two", ("C2",)),
        ReaderScope("cluster", "C2", "Not in the frame"),
    ],
)
def test_other_readers_and_units_without_figures_have_none(scope: ReaderScope) -> None:
    assert staff(row("office", "F11"), row("cluster", "C1"), scope=scope) is None


def test_a_unit_that_is_withheld_has_none(unit: Unit) -> None:
    frame = pd.DataFrame([row("area", "N")], columns=COLUMNS)
    assert staff_of(frame, AREA, unit, [], 5) is None


@pytest.fixture
def unit() -> Unit:
    teams = [Team("T11", "F11", "C1", offender_managers=3)]
    return build_story(picture(teams), AREA, red_line=110, small_team=5).whole


def test_turnover_waits_for_four_weeks_and_sickness_for_enough_people() -> None:
    young = staff(row("area", "N", weeks=3, sick_people=4))
    assert young is not None
    assert (young.turnover, young.sickness) == (None, None)
    old = staff(row("area", "N", weeks=4, sick_people=5))
    assert old is not None
    assert old.turnover is not None
    assert old.sickness is not None


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"leavers": 15}, ("C1", "")),
        ({"leavers": 14}, ("", "")),
        ({"leavers": 4, "people": 10}, ("", "")),
        ({"leavers": 5, "people": 0}, ("", "")),
        ({"leavers": 15, "weeks": 1}, ("", "")),
        ({"sick_percentage": 7.5}, ("", "C1")),
        ({"sick_percentage": 7.4}, ("", "")),
        ({"sick_percentage": 50.0, "sick_people": 4}, ("", "")),
    ],
)
def test_a_part_far_above_the_whole_is_named(part: dict[str, Any], named: tuple[str, str]) -> None:
    figures = staff(row("area", "N"), row("cluster", "C1", **part))
    assert figures is not None
    most = (figures.most_leavers, figures.most_sickness)
    assert tuple("" if found is None else found.unit.code for found in most) == named


def test_a_scope_without_anyone_in_post_or_off_sick_names_no_part() -> None:
    figures = staff(row("area", "N", people=0, sick_people=0, inexperienced_percentage=math.nan), row("cluster", "C1"))
    assert figures is not None
    assert (figures.most_leavers, figures.most_sickness, figures.sickness) == (None, None, None)


def test_a_part_that_is_withheld_is_not_named() -> None:
    teams = [Team("T11", "F11", "C1"), Team("T21", "F21", "C2", offender_managers=3), Team("T31", "F31", "C3")]
    frame = pd.DataFrame([row("area", "N"), row("cluster", "C2", leavers=90)], columns=COLUMNS)
    story = build_story(picture(teams, staffing=frame), AREA, red_line=110, small_team=5)
    assert story.staff is not None
    assert story.staff.most_leavers is None
