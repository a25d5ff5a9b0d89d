"""What the weekly digest says, to whom, and in how few words."""

import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts.digest import Digest, Scope, Wording, scope_named, write_digest
from alerts.picture import Picture
from tests.alerts.pictures import AS_AT, Team, hotspot, london, picture
from tests.alerts.reading import numbers_in, tags_of, words_of

LINKED = Wording(base_url="https://hotspots.example.org/")
BLIND = Wording()
NORTH = Scope("area", "N", "North London")
ONE_COLD_CLUSTER = Team("T21", "F21", "C2", load=96, load_before=96)


def digest_of(drawn: Picture, scope: Scope = NORTH, wording: Wording = BLIND, *, charts: bool = False) -> Digest:
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
        (((95, 118), (95, 118)), "None of your 2 clusters is over 110%, two fewer than last week."),
        (((118, 118), (120, 95)), "All 2 of your clusters are over 110%, one more than last week."),
        (((118, 100),), "Cluster C1 is over 110%, unlike last week."),
        (((110.0, 110.0), (95, 95)), "None of your 2 clusters is over 110%, as last week."),
    ],
)
def test_the_verdict_reads_as_a_sentence(loads: tuple[tuple[float, float]], sentence: str) -> None:
    assert sentence in digest_of(picture(three_clusters(*loads))).text


def test_hot_offices_are_in_the_verdict_when_no_cluster_is_over() -> None:
    teams = [Team("T11", "F11", "C1", load=116), Team("T12", "F12", "C1", load=90), ONE_COLD_CLUSTER]
    text = digest_of(picture(teams)).text
    assert "None of your 2 clusters is over 110%, as last week, but 1 of 3 offices is." in text
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
    assert "No snapshot for the week of 9 November: left as a gap, counted neither way." in text


def test_a_quiet_week_gets_a_short_all_clear() -> None:
    quiet = digest_of(picture(three_clusters((95, 95), (92, 92))), charts=True)
    assert "All clear: no hotspot, and nothing over the red line." in quiet.text
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
    assert not re.search(r"(?<![\d.,])0(?:\.0)?%|nan", digest.text + words_of(digest.html))


def test_a_team_that_holds_nothing_and_can_take_nothing_has_no_data() -> None:
    empty = Team("T12", "F11", "C1", load=0, offender_managers=0, overdue=0, high_risk_overdue=0)
    drawn = picture([Team("T11", "F11", "C1"), empty], teams_without_data=("T12",))
    text = digest_of(drawn, Scope("office", "F11", "Office F11")).text
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
        "2 offender managers with cases and no hours",
        "111 of 518 contracted hours lost to reductions",
        "6 cases unallocated (360 points)",
        "https://hotspots.example.org/office/F021\n",
    ):
        assert proof in entry


def test_new_continuing_and_cleared_hotspots_are_told_apart() -> None:
    text = digest_of(london()).text
    assert "New: over 110% for 3 weeks; up 2.2 pp" in text
    assert "Continuing: over 110% for 6 weeks" in text
    assert "Cleared: Edmonton Green: no longer a hotspot, now 103.2%, down 4.4 pp" in text
    assert "hotspots: 2 new, 6 continuing, 1 cleared" in text


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


def test_nothing_folds_under_the_readers_own_unit() -> None:
    drawn = picture(
        [Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1", load=115)],
        [
            hotspot("over_threshold", "cluster", "C1"),
            hotspot("over_threshold", "office", "F11", explained_by="C1", explained_by_level="cluster"),
        ],
    )
    text = digest_of(drawn, Scope("cluster", "C1", "Cluster C1")).text
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
    digest = digest_of(picture(teams), Scope("all", "all", "the whole service"))
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
        hotspot("hot_and_late", "office", "F21", status="cleared"),
    ]
    text = digest_of(picture([Team("T11", "F11", "C1", load=120), ONE_COLD_CLUSTER], found)).text
    assert "Cleared: Office F11" not in text
    assert "Cleared: Office F21: no longer too hot and too late" in text


def test_a_fall_is_good_news_only_where_there_was_too_much() -> None:
    teams = [
        Team("T11", "F11", "C1", load=101, load_before=108),
        Team("T12", "F12", "C1", load=70, load_before=88),
        Team("T13", "F13", "C1", load=120, load_before=120),
    ]
    better = digest_of(picture(teams)).text.split("Better")[1].split("Where there is room")[0]
    assert "Office F11: down 7.0 pp, to 101.0%" in better
    assert "Office F12" not in better


def test_less_room_than_one_average_case_is_no_room() -> None:
    teams = [Team("T11", "F11", "C1", load=99.9), Team("T12", "F12", "C1", load=90)]
    room = digest_of(picture(teams)).text.split("Where there is room")[1]
    assert "Office F12" in room
    assert "Office F11" not in room


def test_a_rule_without_words_of_its_own_is_told_by_its_name() -> None:
    found = hotspot("rising_fast", "office", "F11", status="new")
    text = digest_of(picture([Team("T11", "F11", "C1", load=104), ONE_COLD_CLUSTER], [found])).text
    assert "New: rising fast; up 4.0 pp since last week" in text


def test_an_area_without_hours_has_no_capacity_from_the_preheader_on() -> None:
    digest = digest_of(picture([Team("T11", "F11", "C1", has_hours=False)]))
    assert "no capacity" in digest.preheader
    assert digest.subject == "OFFICIAL-SENSITIVE: Cluster C1 has no capacity, North London"
    assert "All clear" not in digest.text


def test_room_is_told_in_points_and_in_average_cases_with_the_what_if() -> None:
    digest = digest_of(london(), wording=LINKED)
    assert "An average case here is 60 points." in digest.text
    assert "Dalston: 71.8%, 7,977 points free, about 132 cases of average size" in digest.text
    assert "https://hotspots.example.org/what-if" in digest.text


def test_cases_nobody_holds_are_a_line_of_their_own() -> None:
    assert "12 cases (720 points) are allocated to no offender manager." in digest_of(london()).text


def test_what_got_worse_without_being_a_hotspot_is_told() -> None:
    text = digest_of(london()).text
    worse = text[text.index("Worse, and not a hotspot") : text.index("Your clusters")]
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
    timely = digest_of(picture(teams), Scope("cluster", "C1", "C1")).text.split("Assessments done on time")[1]
    assert "Office F11: 40 of 48 on time, 83.3%" in timely
    assert "Office F12: small office, sign in to see it" in timely
    assert "Office F13: office withheld beside a small one, sign in to see it" in timely


def test_an_spo_reads_the_timeliness_of_the_office() -> None:
    assert "Mare Street: 40 of 102 on time, 39.2%" in digest_of(london(), Scope("office", "F021", "Mare Street")).text


def test_the_footer_says_how_far_the_figures_can_be_trusted() -> None:
    text = digest_of(london()).text
    for line in (
        "Figures as at 20 November 2026, compared with 13 November 2026.",
        "Coverage: all of 78 teams with data.",
        "No snapshot for the weeks of 24 August and 31 August: left as a gap, counted neither way.",
        "Of 36,412 rows of the extract, 17 were rejected; 214 data-quality findings across the service.",
        "of its 92 numbers 61 are local assumptions, without a published source.",
        "3f9ac01be77d",
    ):
        assert line in text


def test_a_small_office_is_not_shown_nor_its_next_smallest_neighbour() -> None:
    text = digest_of(london(), Scope("cluster", "C06", "Havering & Essex Fringe")).text
    assert "Upminster: small office, sign in to see it" in text
    assert "Harold Wood: office withheld beside a small one, sign in to see it" in text
    assert "Romford: 88.2%" in text
    assert not re.search(r"(Upminster|Harold Wood)[^\n]*\d", text)
    assert "Not counted: 2 offices too small to show by mail, or beside one." in text


def test_a_scope_that_is_a_small_team_gets_no_figures_at_all() -> None:
    drawn = picture([Team("T11", "F11", "C1", offender_managers=3, load=131.4), Team("T12", "F11", "C1")])
    digest = digest_of(drawn, Scope("team", "T11", "Team T11"), charts=True)
    assert "Your team is too small for its figures to go by mail." in digest.text
    assert "131" not in digest.text + digest.html + digest.subject + digest.preheader
    assert not digest.images


def test_a_hotspot_of_a_small_team_is_not_mailed() -> None:
    teams = [Team("T11", "F11", "C1", offender_managers=2, load=171.5), Team("T12", "F11", "C1"), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams, [hotspot("over_threshold", "team", "T11", weeks=7)]))
    assert "Team T11" not in digest.text
    assert "171.5" not in digest.html


def test_no_offender_manager_is_a_hotspot_in_mail() -> None:
    found = hotspot("over_threshold", "offender_manager", "00123", name="Ada Okonkwo", value=183.3)
    digest = digest_of(picture([Team("T11", "F11", "C1"), ONE_COLD_CLUSTER], [found]))
    assert "Okonkwo" not in digest.text + digest.html
    assert "All clear" in digest.text


def test_a_change_does_not_give_away_a_team_that_was_small_last_week() -> None:
    now, then = Team("T11", "F11", "C1", load=104), Team("T11", "F11", "C1", offender_managers=4, load=99)
    drawn = picture([now])
    drawn = replace(drawn, previous=picture([then]).workload)
    assert "up 5.0" not in digest_of(drawn, Scope("office", "F11", "Office F11")).text


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


def test_a_scope_without_teams_or_below_team_gets_no_digest() -> None:
    with pytest.raises(ValueError, match="no team belongs to the area X"):
        digest_of(london(), Scope("area", "X", "Nowhere"))
    with pytest.raises(ValueError, match="no digest is written for the level offender_manager"):
        digest_of(london(), Scope("offender_manager", "00123", "Somebody"))


def test_the_marking_is_in_subject_and_at_both_ends_of_every_part() -> None:
    digest = digest_of(london(), wording=Wording(marking="PROTECT - STAFF"))
    assert digest.subject.startswith("PROTECT - STAFF: ")
    assert digest.text.startswith("PROTECT - STAFF\n")
    assert digest.text.endswith("\nPROTECT - STAFF\n")
    assert words_of(digest.html).count("PROTECT - STAFF") == 2


def test_the_subject_is_short_and_its_beginning_stands_alone() -> None:
    subject = digest_of(london()).subject
    assert subject == "OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%, as last week, North London"
    assert subject[:50].startswith("OFFICIAL-SENSITIVE: 1 of 6 clusters over 110%")


def test_what_does_not_fit_the_subject_is_left_out_whole() -> None:
    subject = digest_of(london(), wording=Wording(marking="OFFICIAL-SENSITIVE - PERSONAL - HANDLE WITH CARE")).subject
    assert subject.endswith(": 1 of 6 clusters over 110%, as last week")


def test_a_code_with_odd_characters_is_one_part_of_an_address() -> None:
    teams = [Team("T1", "F 1/2?#", "C1", load=120), ONE_COLD_CLUSTER]
    digest = digest_of(picture(teams, [hotspot("hot_and_late", "office", "F 1/2?#")]), wording=LINKED)
    assert "https://hotspots.example.org/office/F%201%2F2%3F%23\n" in digest.text


def test_a_corrected_revision_says_so() -> None:
    digest = digest_of(london(revision=2))
    assert "(corrected)" in digest.subject
    assert "This corrects the digest sent before for 20 November 2026" in digest.text


@pytest.mark.parametrize("drawn", [london(), picture(three_clusters((95, 95), (92, 92)))], ids=["busy", "quiet"])
def test_the_preheader_is_of_the_length_that_lists_of_mail_show(drawn: Picture) -> None:
    assert 40 <= len(digest_of(drawn).preheader) <= 110


@pytest.mark.parametrize("wording", [LINKED, BLIND], ids=["linked", "without links"])
@pytest.mark.parametrize(
    "scope",
    [
        NORTH,
        Scope("cluster", "C02", "Hackney & Tower Hamlets"),
        Scope("office", "F021", "Mare Street"),
        Scope("team", "T0214", "Mare Street Public protection"),
        Scope("all", "all", "the whole service"),
    ],
    ids=lambda scope: scope.level,
)
def test_every_number_of_the_html_is_in_the_text(scope: Scope, wording: Wording) -> None:
    drawn = london()
    scope = scope if scope.level != "team" else Scope("team", "T0212", "Mare Street Custody and licence")
    digest = digest_of(drawn, scope, wording, charts=wording is LINKED)
    missing = numbers_in(words_of(digest.html)) - numbers_in(digest.text + digest.subject)
    assert not missing


def test_without_a_base_url_there_is_no_link_and_no_page_is_promised() -> None:
    digest = digest_of(london())
    assert not [attributes for tag, attributes in tags_of(digest.html) if tag == "a"]
    assert "http" not in digest.text
    assert "what-if" not in digest.text
    assert "Whoever runs the monitor has what each word and number means" in digest.text


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


def digest_with(name: str) -> Digest:
    teams = [
        Team("T11", "F11", "C1", name=name, office_name=name, cluster_name=name, area_name=name, load=130),
        Team("T12", "F12", "C1", load=99, cluster_name=name, area_name=name),
        Team("T21", "F21", "C2", load=99, cluster_name="Other", area_name=name),
    ]
    found = [hotspot("hot_and_late", "office", "F11"), hotspot("over_threshold", "office", "F11")]
    return digest_of(picture(teams, found), Scope("area", "N", name))


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
