"""Where it is worst."""

from dataclasses import replace

import pandas as pd

from alerts.causes.model import STANDING_DTYPES, StandingPart
from alerts.digest.first_screen.places import Place, hottest_places
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER
from tests.alerts.pictures import Team, hotspot, london, picture


def places_of(drawn: WeekFacts) -> list[tuple[str, str]]:
    places = hottest_places(build_story(drawn, NORTH, red_line=110, small_team=5), drawn)
    return [(place.unit.name, place.figures) for place in places]


def test_at_most_three_places_are_named_the_worst_first_with_number_and_change() -> None:
    assert places_of(london()) == [
        ("Stratford", "118.9%, up 1.5 pp, 17 high RoSH overdue"),
        ("Mare Street", "124.6%, up 2.7 pp, 14 high RoSH overdue"),
        ("Tottenham Hale", "119.4%, down 1.4 pp, 5 high RoSH overdue"),
    ]


def test_a_unit_over_the_line_that_is_no_hotspot_yet_is_named_after_those_that_are() -> None:
    teams = [
        Team("T11", "F11", "C1", load=113, high_risk_overdue=0),
        Team("T12", "F12", "C1", load=118, load_before=104, high_risk_overdue=0),
        ONE_COLD_CLUSTER,
    ]
    assert [name for name, _ in places_of(picture(teams))] == ["Office F12", "Office F11"]
    hot = hotspot("over_threshold", "office", "F11")
    assert [name for name, _ in places_of(picture(teams, [hot]))] == ["Office F11", "Office F12"]
    above = hotspot("over_threshold", "cluster", "C1")
    assert [name for name, _ in places_of(picture(teams, [above]))] == ["Cluster C1"]


def test_without_a_hotspot_the_watched_units_are_named_then_any_over_the_line_and_else_none() -> None:
    teams = [Team("T11", "F11", "C1", load=112, load_before=None, high_risk_overdue=0), ONE_COLD_CLUSTER]
    watched = picture(teams, [hotspot("watch", "office", "F11", weeks=1)])
    assert places_of(watched) == [("Office F11", "112.0%")]
    assert places_of(picture(teams)) == [("Office F11", "112.0%")]
    assert places_of(picture([ONE_COLD_CLUSTER])) == []


def test_each_place_has_its_cause_in_one_sentence() -> None:
    found = [hotspot("over_threshold", "office", "F11")]
    drawn = picture([Team("T11", "F11", "C1", load=121.6), ONE_COLD_CLUSTER], found)
    held = pd.DataFrame(
        [
            ("office", "F11", StandingPart.SICKNESS.value, 3, 117, 2784.0, 16.0),
            ("office", "F11", StandingPart.HELD.value, 5, 300, 18374.0, 105.6),
        ],
        columns=list(STANDING_DTYPES),
    )
    causes = [place.because for place in places_with(replace(drawn, standing_causes=held))]
    assert causes == ["Because 3 offender managers off sick still hold 117 cases (16.0 points of 121.6%)."]
    calm = held.assign(percentage_points=[0.0, 121.6])
    assert [place.because for place in places_with(replace(drawn, standing_causes=calm))] == [""]


def places_with(drawn: WeekFacts) -> tuple[Place, ...]:
    return hottest_places(build_story(drawn, NORTH, red_line=110, small_team=5), drawn)
