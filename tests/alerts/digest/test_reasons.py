"""Why a unit is in the digest."""

import math
import re
from datetime import timedelta

import pandas as pd

from tests.alerts.digest.digests import (
    LINKED,
    ONE_COLD_CLUSTER,
    details_of,
    digest_of,
    rising_of,
    supervisors_of,
    three_clusters,
)
from tests.alerts.pictures import AS_AT, Team, hotspot, london, picture


def test_a_hotspot_carries_value_threshold_change_weeks_driver_lateness_and_link() -> None:
    text = details_of(digest_of(london(), wording=LINKED).text)
    entry = text[text.index("2. Mare Street") : text.index("3. Tottenham Hale")]
    for proof in (
        "124.6%",
        "over 110% for 8 weeks",
        "up 2.7 pp since last week",
        "Continuing, escalated",
        "31 assessments overdue, 14 of them high RoSH",
        "37,958 of 30,464 points",
        "6 of 14 offender managers over 110%",
        "2 people with work and no hours (absent or left)",
        "111 of 518 contracted hours lost to reductions",
        "6 unallocated cases (360 points)",
        "https://hotspots.example.org/office/F021\n",
    ):
        assert proof in entry


def test_a_hotspot_that_dips_under_the_line_does_not_claim_to_be_over_it() -> None:
    teams = [Team("T11", "F11", "C1", load=107), ONE_COLD_CLUSTER]
    text = digest_of(picture(teams, [hotspot("over_threshold", "office", "F11", weeks=9, running=0)])).text
    assert "9 weeks since it went over 110%, not over it this week" in text


def test_a_rule_without_words_of_its_own_is_told_by_its_name() -> None:
    found = hotspot("rising_fast", "office", "F11", status="new")
    text = digest_of(picture([Team("T11", "F11", "C1", load=104), ONE_COLD_CLUSTER], [found])).text
    assert "New: rising fast; up 4.0 pp since last week" in text


def test_a_unit_that_rises_is_told_with_what_such_a_unit_usually_moves() -> None:
    told = rising_of(hotspot("rising", "office", "F11", status="new", value=9.04, threshold=6.3, usual=3.0))
    assert (
        " * New: Office F11, office in Cluster C1: 104.0% now; up 9.0 pp in 8 weeks (means of 2 weeks); "
        "offices of its size usually move 3.0\n" in told
    )


def test_a_cluster_that_rises_is_called_a_cluster() -> None:
    found = hotspot("rising", "cluster", "C1", value=6.25, threshold=5, usual=1.3)
    assert "up 6.2 pp in 8 weeks (means of 2 weeks); clusters of its size usually move 1.3" in rising_of(found)


def test_a_unit_expected_to_pass_the_line_is_told_with_the_day_and_the_range() -> None:
    row = {"value": 113.2, "low": 107.9, "high": 118.1, "weeks_ahead": 4}
    told = rising_of(hotspot("forecast_over", "office", "F11", **row))
    assert "104.0% now; expected to pass 110% by 18 December (113%, likely 108% to 118%)\n" in told
    near = rising_of(hotspot("forecast_over", "office", "F11", **(row | {"value": 110.2, "weeks_ahead": 1})))
    assert "expected to pass 110% by 27 November (110.2%, likely 108% to 118%)" in near


def test_missing_figures_of_what_is_coming_are_left_out_in_words() -> None:
    nan = math.nan
    assert "up 9.0 pp in 8 weeks (means of 2 weeks)\n" in rising_of(
        hotspot("rising", "office", "F11", value=9, usual=nan)
    )
    assert "rising, no figures to compare with this week" in rising_of(
        hotspot("rising", "office", "F11", value=nan, usual=2)
    )
    bare = rising_of(hotspot("forecast_over", "office", "F11", value=113.2, weeks_ahead=2))
    assert "expected to pass 110% by 4 December (113%)\n" in bare
    gone = rising_of(hotspot("forecast_over", "office", "F11", value=nan))
    assert "expected to pass 110%, no forecast this week\n" in gone
    assert "nan" not in gone + bare


def test_an_office_over_its_span_is_told_with_what_else_its_spos_carry() -> None:
    stretched = Team("T11", "F11", "C1", offender_managers=20, spos=1, inexperienced=8, awaiting=4, longest_wait=31)
    told = supervisors_of(stretched, found=(hotspot("spo_load", "office", "F11", value=20, threshold=10),))
    assert (
        " * Continuing: Office F11: 20 offender managers for each full-time SPO (at most 10); 8 of 20 inexperienced; "
        "4 plans of high RoSH cases wait for a countersignature, the longest for 31 days\n"
    ) in told


def test_an_office_without_an_spo_says_so_and_comes_first() -> None:
    over = Team("T11", "F11", "C1", offender_managers=20)
    nobody = Team("T12", "F12", "C1", spos=0, inexperienced=0, experience_unknown=2)
    told = supervisors_of(
        over,
        nobody,
        found=(
            hotspot("spo_load", "office", "F11", value=20, threshold=10),
            hotspot("spo_load", "office", "F12", status="new", value=math.nan, threshold=10),
        ),
    )
    assert " * New: Office F12: 8 offender managers and no SPO at work; 0 of 8 inexperienced, 2 not known\n" in told
    assert told.index("Office F12") < told.index("Office F11")
    assert "nan" not in told


def test_one_plan_that_waits_and_a_wait_that_is_not_known_read_as_sentences() -> None:
    one = Team("T11", "F11", "C1", awaiting=1, longest_wait=1, inexperienced=0)
    unknown = Team("T12", "F12", "C1", awaiting=2, inexperienced=1)
    told = supervisors_of(one, unknown)
    assert (
        " * Office F11: 1 plan of a high RoSH case waits for a countersignature for 1 day; "
        "8 offender managers for each full-time SPO\n"
    ) in told
    assert (
        " * Office F12: 2 plans of high RoSH cases wait for a countersignature; "
        "8 offender managers for each full-time SPO; 1 of 8 inexperienced\n"
    ) in told


def test_the_worst_two_offices_are_told_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", "C1", awaiting=n, longest_wait=10.0) for n in range(1, 8)]
    found = hotspot("spo_load", "office", "F2", value=20, threshold=10)
    told = supervisors_of(*teams, found=(found,))
    assert re.findall(r"Office (F\d)", told) == ["F2", "F7"]
    assert "and 5 more offices, not listed here" in told
    assert "and 1 more office, not listed here" in supervisors_of(*teams[:3], found=(found,))


def test_a_hotspot_that_goes_on_under_other_weights_says_so() -> None:
    rows = [
        hotspot("over_threshold", "cluster", "C1", weeks=5, since=pd.Timestamp(AS_AT - timedelta(weeks=5))),
        hotspot("over_threshold", "cluster", "C2", status="cleared", weeks=6),
    ]
    teams = three_clusters((118, 118), (95, 112))
    changed = AS_AT - timedelta(weeks=2)
    text = digest_of(picture(teams, rows, weights_since=changed)).text
    assert "over 110% for 5 weeks; weights changed on 6 November" in text
    assert "no longer a hotspot after 6 weeks (weights changed on 6 November)" in text
    assert "weights" not in digest_of(picture(teams, rows, weights_since=AS_AT - timedelta(weeks=6))).text
    assert "weights" not in digest_of(picture(teams, rows)).text


def test_a_unit_that_is_too_late_and_only_watched_is_over_the_line_for_the_second_week_running() -> None:
    teams = [Team("T11", "F11", "C1", load=112), ONE_COLD_CLUSTER]
    late = hotspot("hot_and_late", "office", "F11", status="new", weeks=1)
    assert "New: over 110% this week; up" in digest_of(picture(teams, [late])).text
    watch = pd.DataFrame([hotspot("watch", "office", "F11", weeks=2)])
    assert "New: over 110% for the 2nd week running; up" in digest_of(picture(teams, [late], watch=watch)).text
    began = watch["since"].iloc[0].date()
    drawn = picture(teams, [late], watch=watch, history_from=began)
    assert "New: over 110% for at least 2 weeks; up" in digest_of(drawn).text


def test_where_the_history_begins_inside_an_episode_it_lasted_at_least_so_long() -> None:
    teams = [Team("T11", "F11", "C1", load=112), ONE_COLD_CLUSTER]
    hot = hotspot("over_threshold", "office", "F11", weeks=25)
    cleared = hotspot("over_threshold", "office", "F21", status="cleared", weeks=9)
    began = hot["since"].date()
    text = digest_of(picture(teams, [hot, cleared], history_from=began)).text
    assert "over 110% for at least 25 weeks" in text
    assert "no longer a hotspot after at least 9 weeks" in text
    text = digest_of(picture(teams, [hot, cleared], history_from=began - timedelta(weeks=1))).text
    assert "over 110% for 25 weeks" in text
    assert "no longer a hotspot after 9 weeks" in text
