"""The headline figures."""

import math
from dataclasses import replace

from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.figures import Figure, figures
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER, digest_of
from tests.alerts.pictures import Team, hotspot, london, picture


def figures_of(drawn: WeekFacts) -> list[Figure]:
    return figures(build_story(drawn, NORTH, red_line=110, small_team=5))


def test_a_team_that_holds_nothing_and_can_take_nothing_has_no_data() -> None:
    empty = Team("T12", "F11", "C1", load=0, offender_managers=0, overdue=0, high_risk_overdue=0)
    drawn = picture([Team("T11", "F11", "C1"), empty], teams_without_data=("T12",))
    text = digest_of(drawn, ReaderScope("office", "F11", "Office F11")).text
    assert "Team T12: no data" in text
    assert "Coverage: 1 of 2 teams has no data." in text


def test_a_count_of_hotspots_says_that_small_units_are_not_in_it() -> None:
    teams = [
        Team("T11", "F11", "C1", load=120),
        Team("T12", "F11", "C1", load=120),
        Team("T13", "F11", "C1", load=120),
        Team("T14", "F11", "C1", load=120, offender_managers=3),
        Team("T15", "F11", "C1", load=120, offender_managers=4),
    ]
    under = {"explained_by": "F11", "explained_by_level": "office"}
    found = [
        hotspot("over_threshold", "office", "F11"),
        *(hotspot("over_threshold", "team", team.code, **under) for team in teams),
    ]
    text = digest_of(picture([*teams, replace(ONE_COLD_CLUSTER, cluster="C2")], found)).text
    assert "3 teams in it are hotspots too" in text
    assert "are left out, also of counts of hotspots" in text


def test_what_is_due_soon_under_high_rosh_is_of_high_rosh() -> None:
    teams = [Team("T11", "F11", "C1", overdue=50, high_risk_overdue=7), Team("T21", "F21", "C2", high_risk_overdue=3)]
    drawn = picture(teams)
    label = "High RoSH assessments overdue"
    assert Figure(label, "10", "of 54 overdue of any RoSH; 30 more high RoSH due soon") in figures_of(drawn)
    removed = replace(drawn, workload=drawn.workload.assign(high_risk_due_soon=math.nan))
    assert Figure(label, "10", "of 54 overdue of any RoSH") in figures_of(removed)


def test_hotspots_and_spare_points_are_counted_on_the_start_page() -> None:
    capacity, offices, _, spare = figures_of(london())
    assert capacity == Figure("Capacity", "106.5%", "792,210 of 744,192 available points; up 0.5 pp since last week")
    assert offices.label == "Offices over 110%"
    assert offices.value == "11 of 24"
    assert offices.note == "hotspots: 2 new, 6 continuing, 1 cleared; 2 may become hotspots"
    assert spare == Figure("Points to spare", "13,661", "about 227 cases of average size")
    stranded = figures_of(picture([Team("T11", "F11", "C1", has_hours=False), ONE_COLD_CLUSTER]))
    assert stranded[1].label == "Offices over 110% or without capacity"


def test_a_scope_too_small_has_no_figures() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3), Team("T12", "F11", "C1")])
    small = build_story(drawn, ReaderScope("team", "T11", "Team T11"), red_line=110, small_team=5)
    assert figures(small) == []


def test_missing_figures_of_the_week_before_are_not_known_rather_than_zero() -> None:
    teams = [Team("T11", "F11", "C1", load=104, load_before=None), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams))
    assert "Cluster C1: 104.0%, change not known" in digest.text
