"""Where it is worst."""

from alerts.digest.first_screen.places import hottest_places
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER
from tests.alerts.pictures import Team, hotspot, london, picture


def places_of(drawn: WeekFacts) -> list[tuple[str, str]]:
    places = hottest_places(build_story(drawn, NORTH, red_line=110, small_team=5))
    return [(place.unit.name, place.figures) for place in places]


def test_at_most_three_places_are_named_the_worst_first_with_number_and_change() -> None:
    assert places_of(london()) == [
        ("Stratford", "118.9%, up 1.5 pp since last week, 17 high RoSH assessments overdue"),
        ("Mare Street", "124.6%, up 2.7 pp since last week, 14 high RoSH assessments overdue"),
        ("Tottenham Hale", "119.4%, down 1.4 pp since last week, 5 high RoSH assessments overdue"),
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


def test_without_a_hotspot_the_watched_units_are_named_and_without_these_none() -> None:
    teams = [Team("T11", "F11", "C1", load=112, load_before=None, high_risk_overdue=0), ONE_COLD_CLUSTER]
    watched = picture(teams, [hotspot("watch", "office", "F11", weeks=1)])
    assert places_of(watched) == [("Office F11", "112.0%")]
    assert places_of(picture([ONE_COLD_CLUSTER])) == []
