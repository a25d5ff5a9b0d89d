"""The page of decisions: to decide and to review first, then what is open, then what has ended."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts.people import Person, Role
from monitor.follow_through.record import LiveEpisode, live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.snapshots.follow_through.decisions import add_decision
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden
from monitor.web.pages.follow_through.decisions import (
    count_decisions,
    decide_path,
    decisions_page,
    scope_story,
    visible_decisions,
    visible_outcomes,
)
from tests.clock import NOW
from tests.monitor.snapshots.follow_through.test_decisions import a_row

from ....conftest import AS_AT, Home
from ...conftest import reader_of_newest

TODAY = date(2026, 11, 22)
DIRECTOR = Person("north@example.org", "Director North", Role.DIRECTOR, area="N")


def reader(home: Home, name: str = "north", today: date | None = TODAY, **query: str) -> Reader:
    return replace(reader_of_newest(home, name, **query), today=today)


def decide(home: Home, kind: str = "recruit", seen: int = 0, level: str = "office") -> LiveEpisode:
    lasting = live_episodes(home.store.hotspots(home.newest.id or 0), home.newest.as_at)
    episode = next(one for one in lasting if one.level == level and one.rule != "spo_load")
    sent = SentTerms(kind, "ACO Hackney", "Two posts.")
    answer = record_decision(
        home.store, home.newest, episode, DIRECTOR, sent, seen=seen, people=[], today=TODAY, now=NOW
    )
    assert answer.decision is not None
    return episode


def test_without_decisions_everything_is_to_be_decided(home: Home) -> None:
    page = decisions_page(reader(home))
    assert page.counts is not None
    assert page.counts.undecided == len(page.to_decide) > 0
    assert (page.to_review, page.open, page.ended, page.ended_count) == ((), (), (), 0)
    assert all(row.decide for row in page.to_decide)
    assert [row.state for row in page.to_decide] == sorted((row.state for row in page.to_decide), reverse=True)


def test_a_decision_is_open_then_due_then_overdue(home: Home) -> None:
    before = decisions_page(reader(home)).to_decide
    episode = decide(home)
    page = decisions_page(reader(home))
    assert [(row.code, row.state) for row in page.open] == [(episode.code, "")]
    assert page.open[0].note == "Two posts."
    assert len(page.to_decide) == len(before) - 1
    due = decisions_page(reader(home, today=TODAY + timedelta(weeks=4)))
    assert [(row.code, row.state) for row in due.to_review] == [(episode.code, "Review due")]
    late = decisions_page(reader(home, today=TODAY + timedelta(weeks=5)))
    assert [row.state for row in late.to_review] == ["Review overdue"]
    assert late.to_review[0].line.endswith("review overdue since 20 December.")
    assert late.counts is not None
    assert (late.counts.to_review, late.counts.overdue, late.open) == (1, 1, ())


def test_a_withdrawn_decision_is_to_be_decided_again(home: Home) -> None:
    episode = decide(home)
    decide(home, "withdrawn", seen=1)
    page = decisions_page(reader(home))
    assert page.open == ()
    (row,) = [row for row in page.to_decide if (row.level, row.code) == (episode.level, episode.code)]
    assert "Withdrawn 22 November, ACO Hackney. No decision is in force." in row.line


def test_what_is_no_hotspot_any_more_has_ended_page_by_page(home: Home) -> None:
    for number in range(60):
        row = a_row(home, "O1", episode=f"over_threshold:office:O1:1999-W{number}", unit_name=f"Old {number}")
        add_decision(home.store.engine, row, "")
    gone = a_row(home, "O1", episode="over_threshold:office:O1:1998-W01", kind="withdrawn", review_on=None)
    add_decision(home.store.engine, gone, "")
    page = decisions_page(reader(home))
    assert (page.ended_count, page.part.pages, len(page.ended)) == (61, 2, 50)
    assert page.ended[0].line == "Withdrawn 22 November, ACO Hackney."
    assert [row.name for row in decisions_page(reader(home, page="2")).ended][-1] == "Old 0"
    assert decisions_page(reader(home, "south")).ended_count == 0
    assert decisions_page(reader(home, kind="withdrawn")).ended_count == 1
    assert len(visible_decisions(reader(home))) == 61
    assert visible_decisions(reader(home, "south")).empty


def test_what_came_of_a_decision_stands_beside_it_while_the_hotspot_lasts_and_after(home: Home) -> None:
    live = next(one for one in live_episodes(home.store.hotspots(home.newest.id or 0), AS_AT) if one.level == "office")
    early = {"as_at": AS_AT - timedelta(weeks=2), "decided_on": AS_AT - timedelta(weeks=2)}
    add_decision(home.store.engine, a_row(home, live.code, episode=live.identity, **early), "")
    add_decision(home.store.engine, a_row(home, "O1", episode="over_threshold:office:O1:2026-W30", **early), "")
    page = decisions_page(reader(home))
    for row in (*page.open, *page.ended):
        assert row.since.startswith("Since then ")
        assert row.since.endswith("; fewer than five like offices to compare with.")
    assert page.ended[0].line == "Decided 6 November, ACO Hackney: recruit."
    seen = {name: len(visible_outcomes(reader(home, name))) for name in ("north", "south")}
    assert seen == {"north": 2, "south": 0}
    reviewed = {"number": 2, "as_at": AS_AT, "decided_on": AS_AT}
    add_decision(home.store.engine, a_row(home, live.code, episode=live.identity, **reviewed), "")
    story = scope_story(reader(home))
    assert (story.reviewed, story.reviewed_below) == (1, 0)


def test_a_filter_by_owner_or_kind_leaves_out_what_is_undecided(home: Home) -> None:
    episode = decide(home)
    chosen = decisions_page(reader(home, owner="ACO Hackney"))
    assert (chosen.to_decide, len(chosen.open), chosen.owners) == ((), 1, ("ACO Hackney",))
    assert decisions_page(reader(home, kind="redistribute")).open == ()
    of_unit = decisions_page(reader(home, unit=f"{episode.level}/{episode.code}"))
    assert {row.code for row in (*of_unit.to_decide, *of_unit.open)} == {episode.code}
    with pytest.raises(Forbidden):
        decisions_page(reader(home, unit="area/S"))


def test_an_operator_sees_only_how_many_of_each_kind(home: Home) -> None:
    decide(home)
    page = decisions_page(reader(home, "operator"))
    assert (page.counts, dict(page.by_kind), page.open) == (None, {"recruit": 1}, ())


@pytest.mark.parametrize(("name", "may"), [("north", True), ("aco1", True), ("planner", False)])
def test_only_those_who_answer_for_a_unit_find_the_form(home: Home, name: str, may: bool) -> None:
    asked = reader(home, name)
    story = scope_story(asked)
    assert {bool(decide_path(asked, spot)) for spot in story.live} == {may}
    assert count_decisions(asked, story).undecided == len(story.live)


def test_no_form_leads_from_an_earlier_week(home: Home) -> None:
    newest = reader(home)
    earlier = newest.snapshots.week(AS_AT - timedelta(weeks=1))
    assert earlier is not None
    asked = replace(newest, week=earlier, previous=newest.snapshots.before(earlier), today=None)
    assert asked.day == earlier.as_at
    assert {decide_path(asked, spot) for spot in scope_story(asked).live} <= {""}
