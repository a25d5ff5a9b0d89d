"""The units of a scope and their figures."""

import math
from dataclasses import replace

from alerts.digest.privacy import ReaderScope, name_scope
from alerts.digest.story import build_story
from tests.alerts.digest.digests import LINKED, ONE_COLD_CLUSTER, digest_of
from tests.alerts.pictures import Team, hotspot, picture


def test_a_change_does_not_give_away_a_team_that_was_small_last_week() -> None:
    now, then = Team("T11", "F11", "C1", load=104), Team("T11", "F11", "C1", offender_managers=4, load=99)
    drawn = picture([now])
    drawn = replace(drawn, previous=picture([then]).workload)
    assert "up 5.0" not in digest_of(drawn, ReaderScope("office", "F11", "Office F11")).text


def test_an_spo_of_several_teams_reads_them_as_one_and_each() -> None:
    teams = [
        Team("T11", "F11", "C1", load=120, offender_managers=6),
        Team("T12", "F11", "C1", load=90, offender_managers=6),
        Team("T13", "F11", "C1", load=66.6, name="Elsewhere"),
    ]
    drawn = picture(teams)
    digest = digest_of(drawn, name_scope([("team", "T11"), ("team", "T12")], drawn.organisation))
    assert "1 of 2 teams over 110%" in digest.text
    assert "Team T11 and Team T12 at 105.0% of capacity" in digest.text
    assert "Team T11 and Team T12" in digest.text
    assert "Elsewhere" not in digest.text
    whole = build_story(
        drawn, name_scope([("team", "T11"), ("team", "T12")], drawn.organisation), red_line=110, small_team=5
    )
    assert (whole.whole.spo_hours, whole.whole.inexperienced, math.isnan(whole.whole.span)) == (74.0, 6, True)


def test_a_code_with_odd_characters_is_one_part_of_an_address() -> None:
    teams = [Team("T1", "F 1/2?#", "C1", load=120), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams, [hotspot("hot_and_late", "office", "F 1/2?#")]), wording=LINKED)
    assert "https://hotspots.example.org/office/F%201%2F2%3F%23\n" in digest.text
