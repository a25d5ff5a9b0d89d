"""Verdict, subject line and preheader."""

import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import ONE_COLD_CLUSTER, digest_of, three_clusters
from tests.alerts.pictures import Team, london, picture


def test_the_first_sentence_counts_the_clusters_over_and_compares_with_last_week() -> None:
    drawn = picture(three_clusters((118, 112), (112, 108), (95, 95)))
    assert "2 of your 3 clusters are over 110%, one more than last week." in digest_of(drawn).text


@pytest.mark.parametrize(
    ("loads", "sentence"),
    [
        (((118, 100), (95, 95)), "1 of your 2 clusters is over 110%, one more than last week."),
        (((118, 118), (95, 95)), "1 of your 2 clusters is over 110%, as last week."),
        (((95, 118), (95, 118)), "Neither of your clusters is over 110%, two fewer than last week."),
        (((118, 118), (120, 95)), "Both of your clusters are over 110%, one more than last week."),
        (((118, 100),), "Cluster C1 is over 110%, unlike last week."),
        (((110.0, 110.0), (95, 95)), "Neither of your clusters is over 110%, as last week."),
    ],
)
def test_the_verdict_reads_as_a_sentence(loads: tuple[tuple[float, float]], sentence: str) -> None:
    assert sentence in digest_of(picture(three_clusters(*loads))).text


def test_hot_offices_are_in_the_verdict_when_no_cluster_is_over() -> None:
    teams = [Team("T11", "F11", "C1", load=116), Team("T12", "F12", "C1", load=90), ONE_COLD_CLUSTER]
    text = digest_of(picture(teams)).text
    assert "Neither of your clusters is over 110%, as last week, but 1 of 3 offices is." in text
    assert "1 of 3 offices over 110%" in digest_of(picture(teams)).subject


def test_an_area_without_hours_has_no_capacity_from_the_preheader_on() -> None:
    digest = digest_of(picture([Team("T11", "F11", "C1", has_hours=False)]))
    assert "no capacity" in digest.preheader
    assert digest.subject == "OFFICIAL-SENSITIVE: Cluster C1 has no capacity, North London"
    assert "All clear" not in digest.text


def test_a_scope_that_is_a_small_team_gets_no_figures_at_all() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3, load=131.4), Team("T12", "F11", "C1")])
    digest = digest_of(drawn, ReaderScope("team", "T11", "Team T11"), charts=True)
    assert "Your team is too small for its figures to be sent by email." in digest.text
    assert "131" not in digest.text + digest.html + digest.subject + digest.preheader
    assert not digest.images


def test_the_subject_is_short_and_its_beginning_stands_alone() -> None:
    subject = digest_of(london()).subject
    assert subject == "OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%, as last week, North London"
    assert subject[:50].startswith("OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%")


def test_what_does_not_fit_the_subject_is_left_out_whole() -> None:
    subject = digest_of(
        london(), wording=DigestSettings(marking="OFFICIAL-SENSITIVE - PERSONAL - HANDLE WITH CARE")
    ).subject
    assert subject.endswith(": 1 of 6 clusters over 110%, as last week")


@pytest.mark.parametrize("drawn", [london(), picture(three_clusters((95, 95), (92, 92)))], ids=["busy", "quiet"])
def test_the_preheader_is_of_the_length_that_lists_of_mail_show(drawn: WeekFacts) -> None:
    assert 40 <= len(digest_of(drawn).preheader) <= 110
