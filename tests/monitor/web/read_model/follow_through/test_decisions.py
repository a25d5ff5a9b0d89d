"""Decisions behind the pages: read again when another was made, and only those that the reader sees."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.snapshots.follow_through.decisions import Wanted, add_decision
from monitor.web.pages.units.home import home_page
from monitor.web.read_model.follow_through.decisions import (
    count_ended,
    decided_story,
    decisions_in,
    facts_in,
    list_ended,
    live_in,
    moves_in,
    visible_units,
)
from monitor.web.read_model.story import EVERYTHING, story_of
from tests.monitor.snapshots.follow_through.test_decisions import a_row
from tests.monitor.snapshots.follow_through.test_outcomes import agree_early

from ....conftest import Home
from ...conftest import reader_of_newest
from ...pages.follow_through.test_decisions import TODAY, decide


def test_a_decision_made_now_is_read_with_the_next_page(home: Home) -> None:
    asked = reader_of_newest(home, "north")
    assert decisions_in(asked.snapshots, asked.week) == ()
    episode = decide(home)
    assert [decision.episode for decision in decisions_in(asked.snapshots, asked.week)] == [episode.identity]
    facts = facts_in(asked.snapshots, asked.week, TODAY)
    assert set(facts.latest) == {episode.identity}
    story = decided_story(asked.snapshots, asked.week, story_of(asked.week, asked.previous, EVERYTHING), TODAY)
    decided = [spot.unit.code for spot in story.live if spot.follow_up and spot.follow_up.decision]
    assert decided == [episode.code]


def test_a_decision_about_a_later_week_is_none_of_an_earlier_one(home: Home) -> None:
    asked = reader_of_newest(home, "north")
    decide(home)
    assert asked.previous is not None
    assert decisions_in(asked.snapshots, asked.previous) == ()


@pytest.mark.parametrize(
    "damage", ["", f"UPDATE archived_frame SET sha256 = '{'0' * 64}' WHERE name = 'extract_cases'"]
)
def test_the_start_page_says_what_happened_to_agreed_moves_as_long_as_the_cases_are_there(
    home: Home, damage: str
) -> None:
    assert moves_in(reader_of_newest(home, "north").snapshots, reader_of_newest(home, "north").week).empty
    agree_early(home)
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql(damage or "SELECT 1")
    asked = reader_of_newest(home, "north")
    assert moves_in(asked.snapshots, asked.week)["code"].tolist() == ([] if damage else ["O1", "O2"])
    said = " ".join(home_page(asked).screen.became)
    assert ("Agreed plans: 5 moves, 4 due by now: 1 done, 2 still with the giver" in said) == (not damage)


def test_what_lasts_is_of_units_only(home: Home) -> None:
    week = reader_of_newest(home, "north").week
    assert {episode.level for episode in live_in(week)} <= {"team", "office", "cluster"}


def test_what_has_ended_is_listed_for_those_who_see_its_unit(home: Home) -> None:
    for code in ("O1", "O3"):
        old = a_row(home, code, episode=f"over_threshold:office:{code}:1999-W01")
        add_decision(home.store.engine, old, "")
    seen = {}
    for name in ("north", "south", "spo2", "planner"):
        asked = reader_of_newest(home, name)
        words = (asked.snapshots, asked.week, asked.sight, Wanted())
        seen[name] = [row.decision.code for row in list_ended(*words, 0, 9)], count_ended(*words)
    assert seen == {"north": (["O1"], 1), "south": (["O3"], 1), "spo2": ([], 0), "planner": (["O3", "O1"], 2)}


def test_who_sees_everything_needs_no_list_of_units(home: Home) -> None:
    planner, spo = reader_of_newest(home, "planner"), reader_of_newest(home, "spo2")
    assert visible_units(planner.week, planner.sight) is None
    assert dict(visible_units(spo.week, spo.sight) or ()) == {"area": [], "cluster": [], "office": [], "team": ["T1"]}
    assert replace(spo, today=TODAY + timedelta(days=1)).day == TODAY + timedelta(days=1)
