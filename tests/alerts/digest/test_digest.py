"""The whole digest: size, markup, links, marking, and what hostile names do to it."""

import re
from dataclasses import replace

import pytest

from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from tests.alerts.digest.digests import BLIND, COMING, HOSTILE, LINKED, NORTH, digest_of, digest_with
from tests.alerts.pictures import Team, hotspot, london, picture
from tests.alerts.reading import numbers_in, tags_of, words_of
from tests.work import count_calls


def test_a_digest_with_everything_in_it_stays_within_its_budget() -> None:
    hot = [Team(f"T{n}", f"F{n}", "C1", load=115 + n, awaiting=n, longest_wait=90.0) for n in range(20)]
    calm = [Team(f"T5{n}", f"F5{n}", f"C{n}", load=70) for n in range(2, 20)]
    found = [hotspot("over_threshold", "office", f"F{n}", weeks=12, escalated=12.0) for n in range(20)]
    found += [hotspot("hot_and_late", "office", f"F{n}") for n in range(3)]
    found += [hotspot("spo_load", "office", f"F{n}", value=22, threshold=10) for n in range(9)]
    for code in (*(f"F{n}" for n in range(20)), *(f"F5{n}" for n in range(2, 20))):
        found.append(hotspot("rising", "office", code, value=9.4, usual=2.2))
        found.append(hotspot("forecast_over", "office", code, value=113, low=108, high=119, weeks_ahead=3))
    digest = digest_of(picture([*hot, *calm], found), wording=LINKED)
    for heading in ("Too hot and too late", "Other hotspots", COMING, "Spare capacity", "Supervision"):
        assert re.search(f"<h2[^>]*>{heading}</h2>", digest.html), heading
    assert len(digest.html.encode()) <= 90_000


def test_the_html_says_of_what_is_coming_and_who_supervises_what_the_text_says() -> None:
    digest = digest_of(london())
    said = words_of(digest.html)
    for words in (
        "106.7% now; expected to pass 110% by 11 December (113%, likely 108% to 118%)",
        "up 8.2 pp in 8 weeks (means of 2 weeks); offices of its size usually move 2.3",
        "12 offender managers and no SPO at work; 6 of 12 inexperienced",
        "4 plans of high RoSH cases wait for a countersignature, the longest for 31 days",
        "5 more offices, not listed here.",
        "no longer a hotspot after 9 weeks",
        "PSO) cannot have cases of the highest tier",
    ):
        assert words in said, words
        assert words.rstrip(".") in digest.text, words
    many = [hotspot("rising", "office", f"F{n}", value=9, usual=3) for n in range(7)]
    teams = [Team(f"T{n}", f"F{n}", "C1", load=100) for n in range(7)]
    assert "5 more that may become hotspots, not listed here." in words_of(digest_of(picture(teams, many)).html)


def test_the_marking_is_in_subject_and_at_both_ends_of_every_part() -> None:
    digest = digest_of(london(), wording=DigestSettings(marking="PROTECT - STAFF"))
    assert digest.subject.startswith("PROTECT - STAFF: ")
    assert digest.text.startswith("PROTECT - STAFF\n")
    assert digest.text.endswith("\nPROTECT - STAFF\n")
    assert words_of(digest.html).count("PROTECT - STAFF") == 2


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


def test_a_digest_without_charts_is_written_with_little_work() -> None:
    drawn = london()
    digest_of(drawn)
    # Some 84,000 calls, 30 ms on a quiet machine; another inliner or a loop over frames makes far more.
    assert count_calls(lambda: digest_of(drawn)) < 120_000
