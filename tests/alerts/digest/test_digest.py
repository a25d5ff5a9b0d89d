"""What the weekly digest says, to whom, and in how few words."""

import math
import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from alerts.digest.digest import write_digest
from alerts.digest.mime import EmailContent
from alerts.digest.privacy import ReaderScope, scope_named
from alerts.digest.settings import DigestSettings
from alerts.digest.story import build_story
from alerts.digest.week_facts import Picture
from tests.alerts.pictures import AS_AT, Team, forecasts_of, hotspot, london, picture, scores_of
from tests.alerts.reading import numbers_in, tags_of, words_of

LINKED = DigestSettings(base_url="https://hotspots.example.org/")
BLIND = DigestSettings()
NORTH = ReaderScope("area", "N", "North London")
COMING = "May become hotspots"
ONE_COLD_CLUSTER = Team("T21", "F21", "C2", load=96, load_before=96)


def digest_of(
    drawn: Picture, scope: ReaderScope = NORTH, wording: DigestSettings = BLIND, *, charts: bool = False
) -> EmailContent:
    return write_digest(drawn, scope, "Director North", wording, charts=charts)


def three_clusters(*loads: tuple[float, float | None]) -> list[Team]:
    return [
        Team(f"T{n}1", f"F{n}1", f"C{n}", load=now, load_before=before)
        for n, (now, before) in enumerate(loads, start=1)
    ]


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


def test_the_first_week_has_nothing_to_compare_with_and_says_so() -> None:
    text = digest_of(picture(three_clusters((118, None), (95, None)), previous=None)).text
    assert "1 of your 2 clusters is over 110%." in text
    assert "This is the first snapshot, so there is no earlier week to compare with." in text
    assert "since" not in text.split("About these figures")[0]
    assert "change not known" in text


def test_a_missed_week_is_compared_by_its_date_and_named_as_a_gap() -> None:
    before = AS_AT - timedelta(weeks=2)
    drawn = picture(three_clusters((118, 95), (95, 95)), previous_as_at=before, missing_weeks=(date(2026, 11, 9),))
    text = digest_of(drawn).text
    assert "1 of your 2 clusters is over 110%, one more than on 6 November." in text
    assert "since 6 November" in text
    assert "No snapshot for the week of 9 November. It is left as a gap and counts neither way." in text


def test_a_quiet_week_gets_a_short_all_clear() -> None:
    quiet = digest_of(picture(three_clusters((95, 95), (92, 92))), charts=True)
    assert "All clear: no hotspots, and nothing over the red line." in quiet.text
    assert "all clear, none of 2 clusters over 110%" in quiet.subject
    assert "Hotspots" not in quiet.text.replace("Hotspots over", "")
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


def test_a_team_that_holds_nothing_and_can_take_nothing_has_no_data() -> None:
    empty = Team("T12", "F11", "C1", load=0, offender_managers=0, overdue=0, high_risk_overdue=0)
    drawn = picture([Team("T11", "F11", "C1"), empty], teams_without_data=("T12",))
    text = digest_of(drawn, ReaderScope("office", "F11", "Office F11")).text
    assert "Team T12: no data" in text
    assert "Coverage: 1 of 2 teams has no data." in text


def test_too_hot_and_too_late_comes_first_and_most_overdue_high_rosh_leads() -> None:
    text = digest_of(london()).text
    late, other = text.index("Too hot and too late"), text.index("Other hotspots")
    assert late < text.index("1. Stratford") < text.index("2. Mare Street") < other < text.index("5. Haringey")


def test_a_hotspot_carries_value_threshold_change_weeks_driver_lateness_and_link() -> None:
    text = digest_of(london(), wording=LINKED).text
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


def test_new_continuing_and_cleared_hotspots_are_told_apart() -> None:
    text = digest_of(london()).text
    assert "New: over 110% for 3 weeks; up 2.2 pp" in text
    assert "Continuing: over 110% for 6 weeks" in text
    assert "Cleared: Edmonton Green: no longer a hotspot after 9 weeks, now 103.2%, down 4.4 pp" in text
    assert "hotspots: 2 new, 6 continuing, 1 cleared; 2 may become hotspots" in text


def test_a_hotspot_that_dips_under_the_line_does_not_claim_to_be_over_it() -> None:
    teams = [Team("T11", "F11", "C1", load=107), ONE_COLD_CLUSTER]
    text = digest_of(picture(teams, [hotspot("over_threshold", "office", "F11", weeks=9, running=0)])).text
    assert "9 weeks since it went over 110%, not over it this week" in text


def test_offices_fold_under_their_hot_cluster_and_are_counted_there() -> None:
    text = digest_of(london()).text
    assert "3 offices in it are hotspots too" in text
    assert "Ilford Lane: " not in text.split("Other hotspots")[1].split("To watch")[0]


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
    assert "Counts of hotspots leave them out too" in text


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


def test_at_most_ten_hotspots_are_listed_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", "C1", load=115 + n) for n in range(40)] + [ONE_COLD_CLUSTER]
    found = [hotspot("over_threshold", "office", f"F{n}") for n in range(40)]
    digest = digest_of(picture(teams, found), wording=LINKED)
    assert re.findall(r"^(\d+)\. ", digest.text, re.MULTILINE) == [str(n) for n in range(1, 11)]
    assert digest.text.index("1. Office F39") < digest.text.index("10. Office F30")
    assert "30 more: see every hotspot of North London." in digest.text
    assert '<a href="https://hotspots.example.org/area/N"' in digest.html
    assert len(digest.html.encode()) <= 60_000


def test_many_clusters_are_cut_to_the_hottest_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", f"C{n:02}", load=90 + n / 10) for n in range(84)]
    digest = digest_of(picture(teams), ReaderScope("all", "all", "the whole service"))
    assert "None of the 84 clusters is over 110%" in digest.text
    assert "and 69 more" in digest.text
    assert len(digest.html.encode()) <= 60_000


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
        assert "not a hotspot and down by 1.0 pp or more from over 100% (largest first)" in words
        assert re.search("[Uu]p by 1.0 pp or more to over 100% ", words)


def test_what_is_due_soon_under_high_rosh_is_of_high_rosh() -> None:
    teams = [Team("T11", "F11", "C1", overdue=50, high_risk_overdue=7), Team("T21", "F21", "C2", high_risk_overdue=3)]
    drawn = picture(teams)
    wanted = "High RoSH assessments overdue: 10 (of 54 overdue of any RoSH; 30 more high RoSH due soon)"
    assert wanted in digest_of(drawn).text
    removed = replace(drawn, workload=drawn.workload.assign(high_risk_due_soon=math.nan))
    assert "High RoSH assessments overdue: 10 (of 54 overdue of any RoSH)" in digest_of(removed).text


def test_less_room_than_one_average_case_is_no_room() -> None:
    teams = [Team("T11", "F11", "C1", load=99.9), Team("T12", "F12", "C1", load=90)]
    room = digest_of(picture(teams)).text.split("Spare capacity")[1]
    assert "Office F12" in room
    assert "Office F11" not in room


def test_a_rule_without_words_of_its_own_is_told_by_its_name() -> None:
    found = hotspot("rising_fast", "office", "F11", status="new")
    text = digest_of(picture([Team("T11", "F11", "C1", load=104), ONE_COLD_CLUSTER], [found])).text
    assert "New: rising fast; up 4.0 pp since last week" in text


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


def test_an_area_without_hours_has_no_capacity_from_the_preheader_on() -> None:
    digest = digest_of(picture([Team("T11", "F11", "C1", has_hours=False)]))
    assert "no capacity" in digest.preheader
    assert digest.subject == "OFFICIAL-SENSITIVE: Cluster C1 has no capacity, North London"
    assert "All clear" not in digest.text


def test_room_is_told_by_grade_in_points_and_in_average_cases() -> None:
    digest = digest_of(london(), wording=LINKED)
    assert "Dalston: 71.8%, 7,977 points free (PO 4,909 points, about 67 cases; PSO and TPO 3,068" in digest.text
    assert "A probation service officer (PSO) cannot have cases of the highest tier or of high RoSH." in digest.text
    assert "not considered here" in digest.text.split("Spare capacity")[1]
    assert "Grade and specialism" not in digest.text


def room_of(*grades: tuple[str, int], load: float = 50.0) -> str:
    people = sum(count for _, count in grades)
    teams = [Team("T11", "F11", "C1", load=load, offender_managers=people, grades=grades), ONE_COLD_CLUSTER]
    room = digest_of(picture(teams)).text.split("Spare capacity")[1]
    return next(line for line in room.splitlines() if "Office F11" in line)


@pytest.mark.parametrize(
    ("grades", "told"),
    [
        (
            (("PO", 12), ("PSO", 8), ("TPO", 5)),
            "(PO 13,056 points, about 181 cases; PSO 8,704 points, about 193 cases; TPO 5",
        ),
        (
            (("PO", 12), ("PSO", 8), ("TPO", 1)),
            "(PO 13,056 points, about 181 cases; PSO and TPO 9,792 points, about 211",
        ),
        ((("PO", 2), ("PSO", 8), ("TPO", 1)), "(PO, PSO and TPO 11,968 points, about 241 cases)"),
        (
            (("PO", 9), ("PSO", 1), ("TPO", 4)),
            "(PO 9,792 points, about 136 cases; PSO and TPO 5,440 points, about 96 cases)",
        ),
        ((("PO", 8),), "(PO 8,704 points, about 120 cases)"),
    ],
)
def test_a_grade_of_few_people_is_never_told_alone(grades: tuple[tuple[str, int], ...], told: str) -> None:
    assert told in room_of(*grades)


def test_room_whose_grade_is_not_known_is_told_in_cases_of_average_size() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50), ONE_COLD_CLUSTER])
    text = digest_of(replace(drawn, grades=drawn.grades.iloc[:0])).text
    assert "8,704 points free (about 145 cases of average size, for any grade)" in text
    assert "An average case here is 60 points." in text


def test_an_average_case_counts_the_points_of_unallocated_cases_as_it_counts_the_cases() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, unallocated_cases=30), ONE_COLD_CLUSTER])
    area = drawn.workload[drawn.workload["level"].eq("area") & drawn.workload["code"].eq("N")].iloc[0]
    with_them = (area["case_points"] + area["unallocated_points"]) / area["cases"]
    assert round(with_them) != round(area["case_points"] / area["cases"])
    text = digest_of(replace(drawn, grades=drawn.grades.iloc[:0])).text
    assert f"An average case here is {with_them:,.0f} points." in text


def test_grades_that_are_known_of_few_people_only_are_not_told() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, grades=(("PO", 3), ("TPO", 1))), ONE_COLD_CLUSTER])
    assert "8,704 points free (about 145 cases of average size, for any grade)" in digest_of(drawn).text


def test_a_unit_of_another_level_with_the_same_code_has_room_of_its_own() -> None:
    drawn = picture([Team("T11", "C1", "C1", load=50), Team("T12", "F12", "C1", load=50), ONE_COLD_CLUSTER])
    room = digest_of(drawn).text.split("Spare capacity")[1]
    assert "Office C1: 50.0%, 8,704 points free (PO, PSO and TPO 8,704 points" in room


def test_a_grade_without_room_or_without_a_case_to_go_by_is_told_in_words() -> None:
    drawn = picture([Team("T11", "F11", "C1", load=50, offender_managers=12, grades=(("PO", 6), ("PSO", 6)))])
    none = drawn.grades.assign(spare_points=drawn.grades["spare_points"].where(drawn.grades["grade"].eq("PO"), 0.2))
    unknown = none.assign(spare_cases=none["spare_cases"].where(none["grade"].ne("PO")))
    assert "(PO 6,528 points, about 90 cases; PSO no room)" in digest_of(replace(drawn, grades=none)).text
    assert "(PO 6,528 points; PSO no room)" in digest_of(replace(drawn, grades=unknown)).text


def test_cases_nobody_holds_are_a_line_of_their_own() -> None:
    assert "12 cases (720 points) have no offender manager." in digest_of(london()).text


def test_what_got_worse_without_being_a_hotspot_is_told() -> None:
    text = digest_of(london()).text
    worse = text[text.index("Worse, but not a hotspot") : text.index("Your clusters")]
    assert "Hendon Way: up 2.6 pp, to 111.8%" in worse
    assert "East Ham" not in worse


def test_timeliness_is_never_presented_as_quality() -> None:
    text = digest_of(london()).text
    timely = text[text.index("Assessments done on time") :]
    assert timely.index("On time is not the same as good.") < timely.index("24.4%")
    assert '"Going Green"' in timely
    assert "Newham, Barking & Dagenham: 40 of 164 on time, 24.4%" in timely


def test_timeliness_of_a_small_office_is_withheld_too() -> None:
    teams = [
        Team("T11", "F11", "C1", load=120),
        Team("T12", "F12", "C1", offender_managers=3),
        Team("T13", "F13", "C1", offender_managers=6),
        Team("T14", "F14", "C1"),
    ]
    timely = digest_of(picture(teams), ReaderScope("cluster", "C1", "C1")).text.split("Assessments done on time")[1]
    assert "Office F11: 40 of 48 on time, 83.3%" in timely
    assert "Office F12: too small to email; sign in to see it" in timely
    assert "Office F13: withheld with a small office; sign in to see it" in timely


def test_an_spo_reads_the_timeliness_of_the_office() -> None:
    assert (
        "Mare Street: 40 of 102 on time, 39.2%"
        in digest_of(london(), ReaderScope("office", "F021", "Mare Street")).text
    )


def test_the_footer_says_how_far_the_figures_can_be_trusted() -> None:
    text = digest_of(london()).text
    for line in (
        "Figures as at 20 November 2026, compared with 13 November 2026.",
        "Coverage: all 78 teams have data.",
        "No snapshot for the weeks of 24 August and 31 August. They are left as gaps and count neither way.",
        "The extract has 36,412 rows; 17 were rejected. There are 214 data-quality findings across the service.",
        "61 of its 92 numbers are local assumptions, without a published source.",
        "3f9ac01be77d",
    ):
        assert line in text


def test_a_small_office_is_not_shown_nor_its_next_smallest_neighbour() -> None:
    text = digest_of(london(), ReaderScope("cluster", "C06", "Havering & Essex Fringe")).text
    assert "Upminster: too small to email; sign in to see it" in text
    assert "Harold Wood: withheld with a small office; sign in to see it" in text
    assert "Romford: 88.2%" in text
    assert not re.search(r"(Upminster|Harold Wood)[^\n]*\d", text)
    assert "Not counted: 2 offices too small to email, or withheld with a small one." in text


def rising_of(*found: dict[str, object], teams: tuple[Team, ...] = (), scope: ReaderScope = NORTH) -> str:
    text = digest_of(picture(teams or (Team("T11", "F11", "C1", load=104), ONE_COLD_CLUSTER), found), scope).text
    return (
        text.split(f"{COMING}\n------")[1].split("\n\n\n")[0].split("What changed")[0]
        if f"{COMING}\n---" in text
        else ""
    )


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


def test_a_digest_with_everything_in_it_stays_within_its_budget() -> None:
    hot = [Team(f"T{n}", f"F{n}", "C1", load=115 + n, awaiting=n, longest_wait=90.0) for n in range(20)]
    calm = [Team(f"T5{n}", f"F5{n}", f"C{n}", load=70) for n in range(2, 20)]
    found = [hotspot("over_threshold", "office", f"F{n}", weeks=12, escalated=12.0) for n in range(20)]
    found += [hotspot("hot_and_late", "office", f"F{n}") for n in range(5)]
    found += [hotspot("spo_load", "office", f"F{n}", value=22, threshold=10) for n in range(9)]
    for code in (*(f"F{n}" for n in range(20)), *(f"F5{n}" for n in range(2, 20))):
        found.append(hotspot("rising", "office", code, value=9.4, usual=2.2))
        found.append(hotspot("forecast_over", "office", code, value=113, low=108, high=119, weeks_ahead=3))
    digest = digest_of(picture([*hot, *calm], found), wording=LINKED)
    for heading in ("Too hot and too late", "Other hotspots", COMING, "Spare capacity", "Supervision"):
        assert re.search(f"<h2[^>]*>{heading}</h2>", digest.html), heading
    assert len(digest.html.encode()) <= 90_000


def test_what_is_expected_soonest_leads_and_the_steepest_rise_follows_and_five_are_listed() -> None:
    teams = (*(Team(f"T{n}", f"F{n}", "C1", load=100) for n in range(8)), ONE_COLD_CLUSTER)
    found = [hotspot("rising", "office", f"F{n}", value=6 + n, usual=2) for n in range(6)]
    found += [hotspot("forecast_over", "office", f"F{n}", value=112, weeks_ahead=10 - n) for n in (6, 7)]
    told = rising_of(*found, teams=teams)
    assert re.findall(r"Office (F\d),", told) == ["F7", "F6", "F5", "F4", "F3"]
    assert "and 3 more that may become hotspots, not listed here" in told


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
    assert "All clear" in text
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


def supervisors_of(*teams: Team, found: tuple[dict[str, object], ...] = ()) -> str:
    hot = Team("T91", "F91", "C9", load=120)
    text = digest_of(picture([*teams, hot], [*found, hotspot("over_threshold", "office", "F91")])).text
    return text.split("Supervision\n")[1].split("Assessments done on time")[0] if "Supervision" in text else ""


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


def test_the_worst_five_offices_are_told_and_the_rest_are_counted() -> None:
    teams = [Team(f"T{n}", f"F{n}", "C1", awaiting=n, longest_wait=10.0) for n in range(1, 8)]
    found = hotspot("spo_load", "office", "F2", value=20, threshold=10)
    told = supervisors_of(*teams, found=(found,))
    assert re.findall(r"Office (F\d)", told) == ["F2", "F7", "F6", "F5", "F4"]
    assert "and 2 more offices, not listed here" in told
    assert "and 1 more office, not listed here" in supervisors_of(*teams[:6], found=(found,))


def test_the_html_says_of_what_is_coming_and_who_supervises_what_the_text_says() -> None:
    digest = digest_of(london())
    said = words_of(digest.html)
    for words in (
        "106.7% now; expected to pass 110% by 11 December (113%, likely 108% to 118%)",
        "up 8.2 pp in 8 weeks (means of 2 weeks); offices of its size usually move 2.3",
        "12 offender managers and no SPO at work; 6 of 12 inexperienced",
        "7 plans of high RoSH cases wait for a countersignature, the longest for 58 days",
        "2 more offices, not listed here.",
        "no longer a hotspot after 9 weeks",
        "PSO and TPO 3,068 points, about 63 cases",
        "PSO) cannot have cases of the highest tier",
    ):
        assert words in said, words
        assert words.rstrip(".") in digest.text, words
    many = [hotspot("rising", "office", f"F{n}", value=9, usual=3) for n in range(7)]
    teams = [Team(f"T{n}", f"F{n}", "C1", load=100) for n in range(7)]
    assert "2 more that may become hotspots, not listed here." in words_of(digest_of(picture(teams, many)).html)


def test_where_no_spo_carries_too_much_nothing_is_said_of_them() -> None:
    assert supervisors_of(Team("T11", "F11", "C1")) == ""
    cleared = hotspot("spo_load", "office", "F11", status="cleared", value=8, threshold=10)
    assert supervisors_of(Team("T11", "F11", "C1"), found=(cleared,)) == ""


def test_waiting_plans_leave_a_quiet_week_quiet_and_an_overloaded_spo_does_not() -> None:
    calm = [Team("T11", "F11", "C1", load=95, awaiting=3, longest_wait=9), ONE_COLD_CLUSTER]
    text = digest_of(picture(calm)).text
    assert "All clear" in text
    assert "Supervision" not in text + digest_of(picture(calm)).html
    loaded = digest_of(picture(calm, [hotspot("spo_load", "office", "F11", value=12, threshold=10)])).text
    assert "All clear" not in loaded
    assert "Supervision" in loaded


def test_an_spo_reads_of_the_supervision_of_the_office_and_a_team_lead_does_not() -> None:
    drawn = london()
    found = "Bow Road: 60 offender managers for each full-time SPO (at most 10)"
    drawn = replace(drawn, workload=drawn.workload.assign(span=60.0))
    assert found in digest_of(drawn, ReaderScope("office", "F023", "Bow Road")).text
    assert "Supervision" not in digest_of(drawn, ReaderScope("team", "T0231", "Bow Road Court and community")).text


def test_the_footer_says_how_good_forecasts_were_and_against_what() -> None:
    assert (
        "Recent forecasts for clusters 4 weeks ahead were off by 0.9% on average (the last value: 1.2%). Likely is "
        "the range in which 8 in 10 outcomes should lie; it held 79%.\n"
    ) in digest_of(london()).text
    assert "forecasts for offices 4 weeks ahead were off by 1.4%" in (
        digest_of(london(), ReaderScope("cluster", "C02", "Hackney & Tower Hamlets")).text
    )


def test_the_footer_says_when_there_is_too_little_history_to_forecast() -> None:
    drawn = london()
    carried = replace(drawn, forecasts=forecasts_of(drawn.workload, 0.0, "last value"))
    lately = carried.history["as_at"].gt(pd.Timestamp(carried.as_at - timedelta(weeks=24)))
    short = replace(carried, history=carried.history[lately])
    text = digest_of(short).text
    known = short.history["as_at"].nunique()
    assert f"too little history to forecast ({known} snapshots; 26 weeks are needed). The last value" in text
    assert "Recent forecasts" not in text
    enough = digest_of(carried).text
    assert "Forecasts by planned dates have not yet been better here than the last value, or cannot be" in enough
    assert "Too little history" not in enough


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


def test_a_week_of_other_weights_is_not_called_the_first() -> None:
    before = AS_AT - timedelta(weeks=1)
    text = digest_of(picture(three_clusters((118, 95), (95, 95)), previous=None, reweighed_since=before)).text
    assert "The policy's weights have changed since 13 November 2026." in text
    assert "This is the first snapshot" not in text
    assert "last week" not in text


def test_the_footer_says_when_no_forecast_can_be_judged_and_when_there_is_none() -> None:
    drawn = london()
    for scores in (scores_of().iloc[:0], scores_of(forecasts=0)):
        text = digest_of(replace(drawn, forecast_scores=scores)).text
        assert "should lie. No forecast is old enough yet to say how good they are.\n" in text
    text = digest_of(replace(drawn, forecasts=drawn.forecasts.iloc[:0])).text
    assert "There is no forecast this week.\n" in text
    assert "is forecast at" not in text


def test_a_scope_that_is_a_small_team_gets_no_figures_at_all() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3, load=131.4), Team("T12", "F11", "C1")])
    digest = digest_of(drawn, ReaderScope("team", "T11", "Team T11"), charts=True)
    assert "Your team is too small for its figures to be sent by email." in digest.text
    assert "131" not in digest.text + digest.html + digest.subject + digest.preheader
    assert not digest.images


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
    assert "All clear" in digest.text


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
    digest = digest_of(drawn, scope_named([("team", "T11"), ("team", "T12")], drawn.organisation))
    assert "1 of your 2 teams is over 110%" in digest.text
    assert "Capacity: 105.0%" in digest.text
    assert "Team T11 and Team T12" in digest.text
    assert "Elsewhere" not in digest.text
    whole = build_story(
        drawn, scope_named([("team", "T11"), ("team", "T12")], drawn.organisation), red_line=110, small_team=5
    )
    assert (whole.whole.spo_hours, whole.whole.inexperienced, math.isnan(whole.whole.span)) == (74.0, 6, True)


def test_a_scope_without_teams_or_below_team_gets_no_digest() -> None:
    with pytest.raises(ValueError, match="no team belongs to the area X"):
        digest_of(london(), ReaderScope("area", "X", "Nowhere"))
    with pytest.raises(ValueError, match="no digest is written for the level offender_manager"):
        digest_of(london(), ReaderScope("offender_manager", "00123", "Somebody"))


def test_the_marking_is_in_subject_and_at_both_ends_of_every_part() -> None:
    digest = digest_of(london(), wording=DigestSettings(marking="PROTECT - STAFF"))
    assert digest.subject.startswith("PROTECT - STAFF: ")
    assert digest.text.startswith("PROTECT - STAFF\n")
    assert digest.text.endswith("\nPROTECT - STAFF\n")
    assert words_of(digest.html).count("PROTECT - STAFF") == 2


def test_the_subject_is_short_and_its_beginning_stands_alone() -> None:
    subject = digest_of(london()).subject
    assert subject == "OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%, as last week, North London"
    assert subject[:50].startswith("OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%")


def test_what_does_not_fit_the_subject_is_left_out_whole() -> None:
    subject = digest_of(
        london(), wording=DigestSettings(marking="OFFICIAL-SENSITIVE - PERSONAL - HANDLE WITH CARE")
    ).subject
    assert subject.endswith(": 1 of 6 clusters over 110%, as last week")


def test_a_code_with_odd_characters_is_one_part_of_an_address() -> None:
    teams = [Team("T1", "F 1/2?#", "C1", load=120), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams, [hotspot("hot_and_late", "office", "F 1/2?#")]), wording=LINKED)
    assert "https://hotspots.example.org/office/F%201%2F2%3F%23\n" in digest.text


def test_a_corrected_revision_says_so() -> None:
    digest = digest_of(london(revision=2))
    assert "(corrected)" in digest.subject
    assert "This corrects the digest you received for 20 November 2026" in digest.text


@pytest.mark.parametrize("drawn", [london(), picture(three_clusters((95, 95), (92, 92)))], ids=["busy", "quiet"])
def test_the_preheader_is_of_the_length_that_lists_of_mail_show(drawn: Picture) -> None:
    assert 40 <= len(digest_of(drawn).preheader) <= 110


@pytest.mark.parametrize("wording", [LINKED, BLIND], ids=["linked", "without links"])
@pytest.mark.parametrize(
    "scope",
    [
        NORTH,
        ReaderScope("cluster", "C02", "Hackney & Tower Hamlets"),
        ReaderScope("office", "F021", "Mare Street"),
        ReaderScope("team", "T0214", "Mare Street Public protection"),
        ReaderScope("all", "all", "the whole service"),
    ],
    ids=lambda scope: scope.level,
)
def test_every_number_of_the_html_is_in_the_text(scope: ReaderScope, wording: DigestSettings) -> None:
    drawn = london()
    scope = scope if scope.level != "team" else ReaderScope("team", "T0212", "Mare Street Custody and licence")
    digest = digest_of(drawn, scope, wording, charts=wording is LINKED)
    missing = numbers_in(words_of(digest.html)) - numbers_in(digest.text + digest.subject)
    assert not missing


def test_without_a_base_url_there_is_no_link_and_no_page_is_promised() -> None:
    digest = digest_of(london())
    assert not [attributes for tag, attributes in tags_of(digest.html) if tag == "a"]
    assert "http" not in digest.text
    assert "what-if" not in digest.text
    assert "The team that runs the monitor can tell you what each word and number means" in digest.text


def test_links_name_where_they_lead_and_nothing_else_is_loaded() -> None:
    digest = digest_of(london(), wording=LINKED, charts=True)
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', digest.html, re.DOTALL)
    assert len(links) > 10
    assert all(address.startswith("https://hotspots.example.org/") for address, _ in links)
    assert not [words for _, words in links if words.strip().lower() in ("here", "click here", "link", "more", "")]
    sources = [attributes["src"] for tag, attributes in tags_of(digest.html) if "src" in attributes]
    assert {source.removeprefix("cid:") for source in sources if source} == set(digest.images)


def test_tables_for_layout_say_so_and_tables_of_figures_have_caption_and_headings() -> None:
    digest = digest_of(london())
    tables = re.findall(r"<table([^>]*)>\s*(<caption|)", digest.html)
    assert all('role="presentation"' in attributes or caption for attributes, caption in tables)
    cells = [attributes for tag, attributes in tags_of(digest.html) if tag == "th"]
    assert cells
    assert {cell.get("scope") for cell in cells} == {"col", "row"}
    tags = [tag for tag, _ in tags_of(digest.html)]
    assert tags.count("h1") == 1
    assert ("html", "en-GB") in [(tag, attributes.get("lang")) for tag, attributes in tags_of(digest.html)]


def test_nothing_is_used_that_outlook_cannot_show() -> None:
    html = digest_of(london(), wording=LINKED, charts=True).html
    outside_style = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    for banned in (
        r"<svg", r"<script", r"<form", r"<iframe", r"data:", r"var\(", r"rgba\(", r"\bflex\b", r"\bgrid\b", r"float:",
        r"position:", r"border-radius", r"@import", r"url\(", r"\bon\w+=",
    ):  # fmt: skip
        assert not re.search(banned, html), banned
    assert 'class="bar"' in outside_style
    assert 'bgcolor="#d4351c"' in outside_style
    assert "<!--[if mso]><table" in html


HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnilrets\u202c \u2066quiet\u2069",
    "Line\r\nBcc: all@example.org\r\n\r\nBreak",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "$\\frac{1}{2}$ & <b>",
    "\U0001f525 Büro Ł",
    "W" * 200,
)


def digest_with(name: str) -> EmailContent:
    teams = [
        Team("T11", "F11", "C1", name=name, office_name=name, cluster_name=name, area_name=name, load=130),
        Team("T12", "F12", "C1", load=99, cluster_name=name, area_name=name),
        Team("T21", "F21", "C2", load=99, cluster_name="Other", area_name=name),
    ]
    found = [hotspot("hot_and_late", "office", "F11"), hotspot("over_threshold", "office", "F11")]
    return digest_of(picture(teams, found), ReaderScope("area", "N", name))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_neither_runs_nor_breaks_the_mail(name: str) -> None:
    digest = digest_with(name)
    plain = [tag for tag, _ in tags_of(digest_with("Plain").html)]
    assert [tag for tag, _ in tags_of(digest.html)] == plain
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\r]", digest.text + digest.html + digest.subject)
    assert "\n" not in digest.subject
    assert len(digest.subject) <= 90
    assert not re.search(r"^Bcc:", digest.text, re.MULTILINE)
    assert "49" not in numbers_in(digest.subject)


def test_frames_that_came_from_storage_in_another_order_give_the_same_digest() -> None:
    drawn = london()
    shuffled = replace(
        drawn,
        workload=drawn.workload.iloc[::-1].reset_index(drop=True),
        hotspots=drawn.hotspots.iloc[::-1].reset_index(drop=True),
        history=drawn.history.iloc[::-1].reset_index(drop=True),
        timeliness=drawn.timeliness.iloc[::-1].reset_index(drop=True),
    )
    assert digest_of(shuffled, charts=True) == digest_of(drawn, charts=True)


def test_a_digest_without_charts_is_written_quickly() -> None:
    drawn = london()
    digest_of(drawn)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        digest_of(drawn)
        taken.append(time.perf_counter() - start)
    # The budget is 50 ms on a quiet machine; five times that still catches a slow inliner or a loop over frames.
    assert min(taken) < 0.25


def test_missing_figures_of_the_week_before_are_not_known_rather_than_zero() -> None:
    teams = [Team("T11", "F11", "C1", load=104, load_before=None), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams))
    assert "Cluster C1: 104.0%, change not known" in digest.text
