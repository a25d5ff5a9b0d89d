"""What a reader has to know before the figures."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.remarks import remarks
from alerts.digest.story import build_story
from tests.alerts.digest.digests import ONE_COLD_CLUSTER, digest_of, three_clusters
from tests.alerts.pictures import AS_AT, WEEK_BEFORE, Team, hotspot, london, picture
from tests.alerts.reading import words_of


def test_the_first_week_has_nothing_to_compare_with_and_says_so() -> None:
    text = digest_of(picture(three_clusters((118, None), (95, None)), previous=None)).text
    assert "First figures: 1 of 2 offices over 110%." in text
    assert "This is the first snapshot, so there is no earlier week to compare with." in text
    assert "since" not in text.split("About these figures")[0]
    assert "change not known" in text


def test_a_missed_week_is_compared_by_its_date_and_named_as_a_gap() -> None:
    before = AS_AT - timedelta(weeks=2)
    drawn = picture(three_clusters((118, 95), (95, 95)), previous_as_at=before, missing_weeks=(date(2026, 11, 9),))
    drawn = replace(drawn, weeks=drawn.weeks.replace({"as_at": {pd.Timestamp(WEEK_BEFORE): pd.Timestamp(before)}}))
    text = digest_of(drawn).text
    assert "Too early to judge: 1 of 2 offices over 110% (on 6 November none)." in text
    assert "since 6 November" in text
    assert "No snapshot for the week of 9 November. It is left as a gap and counts neither way." in text


def test_a_quiet_week_gets_a_short_digest() -> None:
    quiet = digest_of(picture(three_clusters((95, 95), (92, 92))), charts=True)
    assert "No office is a hotspot or over 110%." in quiet.text
    assert "none of 2 offices over 110%" in quiet.subject
    assert "Hotspots" not in quiet.text
    assert not quiet.images
    assert "Assessments done on time" not in quiet.text


def test_a_unit_without_capacity_is_never_zero_per_cent() -> None:
    teams = [Team("T11", "F11", "C1", load=80, has_hours=False, load_before=None), ONE_COLD_CLUSTER]
    found = hotspot("no_capacity", "office", "F11", status="new", weeks=1, value=13000.0, threshold=0)
    digest = digest_of(picture(teams, [found]))
    assert "1. Office F11: no capacity" in digest.text
    assert "No capacity: Cluster C1 holds cases and no available hours." in digest.text
    assert "cases held and no available hours" in digest.text
    assert "target 0" not in digest.text + words_of(digest.html)
    assert not re.search(r"(?<![\d.,])0(?:\.0)?%|nan", digest.text + words_of(digest.html))


def test_a_team_whose_target_is_nought_is_at_work() -> None:
    teams = [
        Team("T11", "F11", "C1", load=80, has_target=False, load_before=None),
        Team("T31", "F31", "C3", load=80, has_hours=False, load_before=None),
        ONE_COLD_CLUSTER,
    ]
    late = hotspot("hot_and_late", "office", "F11", status="new", weeks=1, value=5.0, threshold=1)
    text = digest_of(picture(teams, [late])).text
    assert "No capacity: Cluster C1 holds cases and no points expected (target 0)." in text
    assert "No capacity: Cluster C3 holds cases and no available hours." in text
    assert "cases held and no points expected (target 0)" in text


def test_a_small_office_is_not_shown_nor_its_next_smallest_neighbour() -> None:
    text = digest_of(london(), ReaderScope("cluster", "C06", "Havering & Essex Fringe")).text
    assert "Upminster: too small to email; sign in to see it" in text
    assert "Harold Wood: withheld with a small office; sign in to see it" in text
    assert "Romford: 88.2%" in text
    assert not re.search(r"(Upminster|Harold Wood)[^\n]*\d", text)
    assert "Not counted: 2 offices too small to email, or withheld with a small one." in text
    area = digest_of(london()).text
    assert "11 of 24 offices" in area
    assert "Not counted: 2 offices too small to email, or withheld with a small one." in area


def test_a_week_of_other_weights_is_not_called_the_first() -> None:
    before = AS_AT - timedelta(weeks=1)
    text = digest_of(picture(three_clusters((118, 95), (95, 95)), previous=None, reweighed_since=before)).text
    assert "The weights of the policy have changed since 13 November 2026." in text
    assert "This is the first snapshot" not in text
    assert "over 110% (last week" not in text


def test_a_corrected_revision_says_so() -> None:
    digest = digest_of(london(revision=2))
    assert "(corrected)" in digest.subject
    assert "This corrects the digest you received for 20 November 2026" in digest.text


def test_a_unit_of_the_reader_that_is_not_in_the_figures_is_named() -> None:
    drawn = london()
    code = drawn.organisation["team_code"].iloc[0]
    story = build_story(drawn, ReaderScope("team", code, "x", ("GONE",)), red_line=110, small_team=1)
    assert remarks(story, drawn)[0] == "Your team GONE is not in these figures."
    small = build_story(drawn, ReaderScope("team", code, "x", ("GONE",)), red_line=110, small_team=1_000)
    assert remarks(small, drawn)[0] == "Your team GONE is not in these figures."
    whole = build_story(drawn, ReaderScope("team", code, "x"), red_line=110, small_team=1)
    assert not any("not in these figures" in remark for remark in remarks(whole, drawn))
