"""The five answers of the first screen."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from alerts.causes.model import CAUSE_DTYPES, Part
from alerts.digest.first_screen.answers import FirstScreen, write_first_screen
from alerts.digest.privacy import ReaderScope
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.concerns import CountedConcern
from tests.alerts.digest.digests import NORTH, ONE_COLD_CLUSTER, digest_of, three_clusters
from tests.alerts.pictures import FULL_TIME, WEEK_BEFORE, Team, hotspot, london, picture
from tests.alerts.reading import words_of

PARTS = ((Part.WEIGHTS.value, 1.3), (Part.ARRIVALS.value, 0.1))


def screen_of(drawn: WeekFacts, scope: ReaderScope = NORTH) -> FirstScreen:
    return write_first_screen(build_story(drawn, scope, red_line=110, small_team=5), drawn)


def test_the_five_answers_stand_first_in_both_parts_of_the_digest() -> None:
    digest = digest_of(london())
    for said in (words_of(digest.html), digest.text):
        places = [
            said.index(words)
            for words in (
                "11 of 24 offices over 110%",
                "42 high RoSH assessments overdue",
                "Where",
                "What would help",
                "What has happened since",
                "Too hot and too late",
            )
        ]
        assert places == sorted(places)


def test_what_a_scope_is_short_of_is_said_in_points_and_people_and_what_has_room_in_cases() -> None:
    short = screen_of(picture([Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=90)]))
    assert short.help == (
        "In all 1,741 points short of 100%, the work of 0.8 full-time officers.",
        "Offices with room could take 1,741 (about 29 cases) of the 3,482 points too many in 1 office over 100%.",
    )
    one = picture([Team("T11", "F11", "C1", load=112.5)])
    assert screen_of(one).help == ("In all 2,176 points short of 100%, the work of 1.0 full-time officer.",)
    unknown = replace(one, full_time_points=0.0)
    assert screen_of(unknown).help == ("In all 2,176 points short of 100%.",)
    assert FULL_TIME == 2176


def test_a_scope_with_room_enough_says_so() -> None:
    roomy = screen_of(picture([Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=50)]))
    assert roomy.help[0] == "In all there is room for the work: 5,222 points free."
    assert screen_of(picture(three_clusters((95, 95), (92, 92)))).help == ()


def test_where_no_unit_has_room_that_is_said() -> None:
    full = picture([Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=100)])
    no_room = "There are 3,482 points too many in 1 office over 100%; no other office has room for a case."
    assert screen_of(full).help[1] == no_room


def test_what_became_of_it_counts_new_cleared_and_continuing_hotspots() -> None:
    teams = [Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=115), ONE_COLD_CLUSTER]
    new = hotspot("over_threshold", "office", "F12", status="new", weeks=3)
    old = hotspot("over_threshold", "office", "F11", weeks=9)
    cleared = hotspot("over_threshold", "office", "F21", status="cleared", weeks=9)
    assert screen_of(picture(teams, [new, old, cleared])).became == (
        "Hotspots since last week: 1 cleared (Office F21), 1 new (Office F12), 1 continuing.",
        "1 of them is due a decision.",
    )
    assert screen_of(picture(teams, [old])).became == (
        "The same hotspot as last week.",
        "It is due a decision.",
    )
    both = [old, hotspot("over_threshold", "office", "F12", weeks=12)]
    assert screen_of(picture(teams, both)).became == (
        "The same 2 hotspots as last week.",
        "All of them are due a decision.",
    )
    assert screen_of(picture(teams, [new], previous=None)).became == ()
    assert screen_of(picture(teams, [old], decision_after=None)).became == ("The same hotspot as last week.",)


def test_a_scope_too_small_for_figures_gets_no_answers() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3, load=131.4), Team("T12", "F11", "C1")])
    screen = screen_of(drawn, ReaderScope("team", "T11", "Team T11"))
    assert (screen.counts, screen.places, screen.nowhere, screen.help, screen.became) == ((), (), "", (), ())


def test_a_change_that_new_weights_made_is_not_told_as_more_work() -> None:
    drawn = picture(three_clusters((118, 112), (95, 95)))
    rows = [(1, pd.Timestamp(WEEK_BEFORE), "area", "N", part, 0.0, 0.0, points, 0, 0) for part, points in PARTS]
    causes = pd.DataFrame(rows, columns=list(CAUSE_DTYPES))
    assert "1.3 of 1.4 points are the new weights." in screen_of(replace(drawn, causes=causes)).counts
    assert not any("weights" in line for line in screen_of(drawn).counts)


def test_who_cannot_carry_their_caseload_is_counted_and_nothing_is_quiet_until_they_have_an_answer() -> None:
    calm = picture([Team("T11", "F11", "C1", load=80, high_risk_overdue=0)])
    office = frozenset({("office", "F11"), ("area", "N")})
    raised = replace(calm, concerns=(CountedConcern(office, calm.as_at - timedelta(days=9)),))
    line = "1 offender manager says that they cannot carry their caseload safely; 1 unanswered for 9 days."
    assert (screen_of(calm).became, screen_of(raised).became) == ((), (line,))
    answered = replace(calm, concerns=(CountedConcern(office, None),))
    stories = [build_story(facts, NORTH, red_line=110, small_team=5) for facts in (calm, answered, raised)]
    assert [story.quiet for story in stories] == [True, True, False]
