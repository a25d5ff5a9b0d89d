"""Which units are listed as hotspots, in which order, and what folds under what."""

import re
from dataclasses import replace

import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.digest.digests import (
    COMING,
    NORTH,
    ONE_COLD_CLUSTER,
    details_of,
    digest_of,
    rising_of,
    three_clusters,
)
from tests.alerts.pictures import Team, hotspot, london, picture


def story_of(drawn: WeekFacts) -> Story:
    return build_story(drawn, NORTH, red_line=110, small_team=5)


def test_too_hot_and_too_late_comes_first_and_most_overdue_high_rosh_leads() -> None:
    text = details_of(digest_of(london()).text)
    late = text.index("Too hot and too late")
    assert late < text.index("1. Stratford") < text.index("2. Mare Street") < text.index("4. Bow Road")
    assert [spot.unit.name.split()[0] for spot in story_of(london()).hotspots][:2] == ["Haringey,", "Newham,"]


def test_new_continuing_and_cleared_hotspots_are_told_apart() -> None:
    text = digest_of(london()).text
    assert "1 cleared (Edmonton Green), 2 new (Newham, Barking & Dagenham and Holloway Road), 6 continuing" in text
    assert "Continuing: over 110% for 6 weeks" in text
    assert "Cleared: Edmonton Green: no longer a hotspot after 9 weeks, now 103.2%, down 4.4 pp" in text


@pytest.mark.parametrize("status", ["continuing", "cleared"])
def test_a_hotspot_of_last_week_is_not_new_for_another_rule(status: str) -> None:
    found = [
        hotspot("over_threshold", "office", "F11", status="new", weeks=3),
        hotspot("hot_and_late", "office", "F11", status=status, weeks=2),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=112), ONE_COLD_CLUSTER], found)).text
    assert "Continuing: over 110% for 3 weeks" in text
    assert "The same hotspot as last week." in text


def test_offices_fold_under_their_hot_cluster_and_are_counted_there() -> None:
    haringey = next(spot for spot in story_of(london()).hotspots if spot.unit.code == "C04")
    assert "3 offices in it are hotspots too" in haringey.details
    assert "Ilford Lane" not in {spot.unit.name for spot in story_of(london()).hotspots}


def test_what_is_too_hot_and_too_late_is_listed_even_inside_a_hot_cluster() -> None:
    under = {"explained_by": "C1", "explained_by_level": "cluster"}
    found = [hotspot("over_threshold", "cluster", "C1"), hotspot("hot_and_late", "office", "F11", **under)]
    drawn = picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)
    assert "1. Office F11: 120.0%" in digest_of(drawn).text


def test_a_hotspot_counts_every_hotspot_in_it_at_whatever_depth() -> None:
    """Teams fold under their hot offices, and are in the hot cluster all the same."""
    codes = [("T11", "F11"), ("T12", "F11"), ("T21", "F12"), ("T31", "F13")]
    teams = [Team(team, office, "C1", load=120) for team, office in codes]
    under = {"explained_by": "C1", "explained_by_level": "cluster"}
    found = [
        hotspot("over_threshold", "cluster", "C1"),
        *(hotspot("over_threshold", "office", code, **under) for code in ("F11", "F12")),
        hotspot("over_threshold", "team", "T11", explained_by="F11", explained_by_level="office"),
        hotspot("over_threshold", "team", "T12", explained_by="F11", explained_by_level="office"),
        hotspot("over_threshold", "team", "T21", explained_by="F12", explained_by_level="office"),
        hotspot("over_threshold", "team", "T31", **under),
    ]
    text = digest_of(picture([*teams, replace(ONE_COLD_CLUSTER, cluster="C2")], found)).text
    assert "2 offices and 4 teams in it are hotspots too" in text


def test_nothing_folds_under_the_readers_own_unit() -> None:
    drawn = picture(
        [Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=115)],
        [
            hotspot("over_threshold", "cluster", "C1"),
            hotspot("over_threshold", "office", "F11", explained_by="C1", explained_by_level="cluster"),
        ],
    )
    text = digest_of(drawn, ReaderScope("cluster", "C1", "Cluster C1")).text
    assert "Office F11: 120.0%" in text
    assert "in it" not in text


def test_units_to_watch_are_named_and_are_no_hotspots() -> None:
    text = digest_of(london()).text
    assert "not yet for long enough to be a hotspot: Hendon Way (111.8%) and Shadwell (110.6%)." in text
    assert not re.search(r"^\d+\. (Hendon Way|Shadwell)", text, re.MULTILINE)


def test_a_hotspot_is_not_watched_as_well() -> None:
    found = [hotspot("hot_and_late", "office", "F11"), hotspot("watch", "office", "F11")]
    assert "To watch" not in digest_of(picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)).text


def test_a_unit_that_is_still_a_hotspot_by_another_rule_has_not_cleared() -> None:
    found = [
        hotspot("hot_and_late", "office", "F11", status="cleared"),
        hotspot("over_threshold", "office", "F11"),
        hotspot("hot_and_late", "office", "F21", status="cleared", weeks=1),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)).text
    assert "Cleared: Office F11" not in text
    assert "Cleared: Office F21: no longer too hot and too late after 1 week, now 96.0%" in text


def test_a_unit_that_came_down_again_in_the_weeks_after_a_rise_does_not_claim_to_be_up() -> None:
    assert rising_of(hotspot("rising", "office", "F11", value=-1.5, usual=2)) == ""


def test_a_hotspot_that_rises_says_so_in_its_own_entry_and_is_not_listed_as_rising() -> None:
    found = [
        hotspot("over_threshold", "office", "F11", weeks=4),
        hotspot("rising", "office", "F11", value=9, usual=3),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)).text
    assert (
        "Continuing: over 110% for 4 weeks; up 9.0 pp in 8 weeks (means of 2 weeks); offices of its size usually move "
        "3.0; up 20.0 pp" in text
    )
    assert "No hotspots yet" not in text
    assert "may become" not in text


def test_what_is_expected_soonest_leads_and_the_steepest_rise_follows_and_two_are_listed() -> None:
    teams = (*(Team(f"T{n}", f"F{n}", "C1", load=100) for n in range(8)), ONE_COLD_CLUSTER)
    found = [hotspot("rising", "office", f"F{n}", value=6 + n, usual=2) for n in range(6)]
    found += [hotspot("forecast_over", "office", f"F{n}", value=112, weeks_ahead=10 - n) for n in (6, 7)]
    told = rising_of(*found, teams=teams)
    assert re.findall(r"Office (F\d),", told) == ["F7", "F6"]
    assert "and 6 more that may become hotspots, not listed here" in told


def test_a_rising_office_folds_under_its_rising_cluster_but_not_under_the_readers_own() -> None:
    under = {"explained_by": "C1", "explained_by_level": "cluster"}
    found = [
        hotspot("rising", "cluster", "C1", value=6, usual=1),
        hotspot("rising", "office", "F11", value=9, usual=3, **under),
    ]
    assert "Office F11" not in rising_of(*found)
    assert "Office F11, office in Cluster C1: 104.0% now" in rising_of(
        *found, scope=ReaderScope("cluster", "C1", "Cluster C1")
    )


def test_what_no_longer_comes_is_told_as_better_with_how_long_it_was_told_and_counts_as_no_hotspot() -> None:
    found = [
        hotspot("rising", "office", "F11", status="cleared", value=2.0, weeks=5),
        hotspot("forecast_over", "cluster", "C2", status="cleared", weeks=1),
    ]
    text = digest_of(picture(three_clusters((95, 95), (92, 92)), found)).text
    assert "No office is a hotspot" in text
    assert COMING not in text
    better = text.split("Better")[1]
    assert "Cleared: Office F11: no longer rising after 5 weeks, now 95.0%" in better
    assert "Cleared: Cluster C2: no longer expected over the threshold after 1 week, now 92.0%" in better


@pytest.mark.parametrize("rule", ["over_threshold", "forecast_over"])
def test_a_rise_that_ended_in_a_hotspot_or_goes_on_as_a_forecast_is_not_told_as_better(rule: str) -> None:
    found = [
        hotspot("rising", "office", "F11", status="cleared", value=2.0, weeks=5),
        hotspot(rule, "office", "F11", weeks_ahead=4, low=108, high=115),
    ]
    assert "no longer rising" not in digest_of(picture(three_clusters((95, 95), (92, 92)), found)).text


def test_relieved_spos_are_told_even_where_the_office_is_a_hotspot() -> None:
    found = [
        hotspot("spo_load", "office", "F11", status="cleared", value=8, threshold=10, weeks=3),
        hotspot("over_threshold", "office", "F11"),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)).text
    assert "Cleared: Office F11: its SPOs are no longer over their limit after 3 weeks" in text


def test_a_hotspot_of_a_small_team_is_not_mailed() -> None:
    teams = [Team("T11", "F11", "C1", offender_managers=2, load=171.5), Team("T12", "F11", "C1"), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams, [hotspot("over_threshold", "team", "T11", weeks=7)]))
    assert "Team T11" not in digest.text
    assert "171.5" not in digest.html


@pytest.mark.parametrize("rule", ["over_threshold", "rising", "forecast_over", "spo_load"])
def test_no_offender_manager_is_a_hotspot_in_mail(rule: str) -> None:
    found = hotspot(rule, "offender_manager", "00123", name="Ada Okonkwo", value=183.3, weeks_ahead=2, usual=4)
    digest = digest_of(picture([Team("T11", "F11", "C1"), ONE_COLD_CLUSTER], [found]))
    assert "Okonkwo" not in digest.text + digest.html
    assert "183" not in digest.text + digest.html
    assert "No office is a hotspot" in digest.text
