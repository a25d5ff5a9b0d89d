"""What one reader gets to read: the week cut down to a scope."""

import re
from dataclasses import replace

import pytest

from alerts.digest.privacy import ReaderScope
from tests.alerts.digest.digests import (
    COMING,
    LINKED,
    ONE_COLD_CLUSTER,
    details_of,
    digest_of,
    supervisors_of,
    three_clusters,
)
from tests.alerts.pictures import Team, hotspot, london, picture
from tests.alerts.reading import words_of


def test_at_most_four_hotspots_are_listed_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", "C1", load=115 + n) for n in range(40)] + [ONE_COLD_CLUSTER]
    found = [hotspot("over_threshold", "office", f"F{n}") for n in range(40)]
    digest = digest_of(picture(teams, found), wording=LINKED)
    details = details_of(digest.text)
    assert re.findall(r"^(\d+)\. ", details, re.MULTILINE) == [str(n) for n in range(1, 5)]
    assert details.index("1. Office F39") < details.index("4. Office F36")
    assert "36 more: see every hotspot of North London." in digest.text
    assert '<a href="https://hotspots.example.org/area/N"' in digest.html
    assert len(digest.html.encode()) <= 60_000


def test_many_clusters_are_cut_to_the_hottest_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", f"C{n:02}", load=90 + n / 10) for n in range(84)]
    digest = digest_of(picture(teams), ReaderScope("all", "all", "the whole service"))
    assert "none of 84 offices over 110%" in digest.text
    assert "and 78 more" in digest.text
    assert len(digest.html.encode()) <= 60_000


def test_a_fall_is_good_news_only_where_there_was_too_much() -> None:
    teams = [
        Team("T11", "F11", "C1", load=101, load_before=108),
        Team("T12", "F12", "C1", load=70, load_before=88),
        Team("T13", "F13", "C1", load=120, load_before=120),
    ]
    better = digest_of(picture(teams)).text.split("Better")[1].split("Spare capacity")[0]
    assert "Office F11: down 7.0 pp, to 101.0%" in better
    assert "Office F12" not in better


def test_what_is_told_as_better_or_worse_says_of_which_units() -> None:
    teams = [
        Team("T11", "F11", "C1", load=101, load_before=108),
        Team("T12", "F12", "C1", load=70, load_before=88),
        Team("T13", "F13", "C2", load=104, load_before=99),
    ]
    digest = digest_of(picture(teams))
    for words in (" ".join(digest.text.split()), words_of(digest.html)):
        assert "leared, or down 1.0 pp or more from over 100%." in words
        assert re.search("[Uu]p 1.0 pp or more to over 100%", words)


def test_cases_nobody_holds_are_a_line_of_their_own() -> None:
    assert "12 cases (720 points) have no offender manager." in digest_of(london()).text


def test_what_got_worse_without_being_a_hotspot_is_told() -> None:
    text = digest_of(london()).text
    worse = text[text.index("Worse, but not a hotspot") : text.index("Your clusters")]
    assert "Hendon Way: up 2.6 pp, to 111.8%" in worse
    assert "East Ham" not in worse


def test_a_week_in_which_something_rises_is_not_all_clear() -> None:
    drawn = picture(three_clusters((95, 95), (92, 92)), [hotspot("rising", "office", "F11", value=9, usual=3)])
    assert "All clear" not in digest_of(drawn).text


def test_what_is_told_as_rising_is_neither_watched_nor_told_as_moved() -> None:
    found = [
        hotspot("watch", "office", "F11"),
        hotspot("rising", "office", "F11", value=9, usual=3),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=112), ONE_COLD_CLUSTER], found)).text
    assert "112.0% now; up 9.0 pp" in text
    assert "To watch" not in text
    assert "Worse, but not a hotspot" not in text


def test_the_rise_the_forecast_and_the_spos_of_a_small_office_are_withheld() -> None:
    teams = (
        Team("T11", "F11", "C1", offender_managers=3, load=117.7, spos=0.1, awaiting=7, longest_wait=77),
        Team("T12", "F12", "C1", offender_managers=6, load=116.6, spos=0.1, awaiting=6, longest_wait=66),
        *(Team(f"T2{n}", f"F2{n}", "C2", load=99) for n in range(3)),
        Team("T13", "F13", "C1", load=103),
    )
    found = [
        made
        for code in ("F11", "F12")
        for made in (
            hotspot("rising", "office", code, value=19.9, usual=3.3),
            hotspot("forecast_over", "office", code, value=133.3, low=131.0, high=137.0, weeks_ahead=2),
            hotspot("spo_load", "office", code, value=55.5, threshold=10),
        )
    ]
    digest = digest_of(picture(teams, found), ReaderScope("cluster", "C1", "Cluster C1"), charts=True)
    said = digest.text + words_of(digest.html) + " ".join(digest.alternative_texts.values())
    for hidden in ("117.7", "116.6", "19.9", "133", "131%", "55.5", "77 days", "66 days", "7 plans", "6 plans"):
        assert hidden not in said, hidden
    assert f"{COMING}\n" not in digest.text
    assert "Supervision" not in digest.text


def test_where_no_spo_carries_too_much_nothing_is_said_of_them() -> None:
    assert supervisors_of(Team("T11", "F11", "C1")) == ""
    cleared = hotspot("spo_load", "office", "F11", status="cleared", value=8, threshold=10)
    assert supervisors_of(Team("T11", "F11", "C1"), found=(cleared,)) == ""


def test_waiting_plans_leave_a_quiet_week_quiet_and_an_overloaded_spo_does_not() -> None:
    calm = [Team("T11", "F11", "C1", load=95, awaiting=3, longest_wait=9), ONE_COLD_CLUSTER]
    text = digest_of(picture(calm)).text
    assert "No office is a hotspot" in text
    assert "Supervision" not in text + digest_of(picture(calm)).html
    loaded = digest_of(picture(calm, [hotspot("spo_load", "office", "F11", value=12, threshold=10)])).text
    assert "Supervision" in loaded


def test_an_spo_reads_of_the_supervision_of_the_office_and_a_team_lead_does_not() -> None:
    drawn = london()
    found = "Bow Road: 60 offender managers for each full-time SPO (at most 10)"
    drawn = replace(drawn, workload=drawn.workload.assign(span=60.0))
    assert found in digest_of(drawn, ReaderScope("office", "F023", "Bow Road")).text
    assert "Supervision" not in digest_of(drawn, ReaderScope("team", "T0231", "Bow Road Court and community")).text


def test_a_scope_without_teams_or_below_team_gets_no_digest() -> None:
    with pytest.raises(ValueError, match="no team belongs to the area X"):
        digest_of(london(), ReaderScope("area", "X", "Nowhere"))
    with pytest.raises(ValueError, match="no digest is written for the level offender_manager"):
        digest_of(london(), ReaderScope("offender_manager", "00123", "Somebody"))
