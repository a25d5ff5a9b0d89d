"""``hotspots agree``: who may, and what cannot be agreed."""

from collections.abc import Callable

import pytest

from alerts.people import Person, Role
from monitor.follow_through.record import live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.redistribution import repository
from monitor.snapshots.follow_through.agreed import read_agreed
from tests.monitor.conftest import Home

from ...conftest import Answer
from ...follow_through.plans import store_plan
from ...web.conftest import NOW, PEOPLE

Program = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _people(home: Home) -> None:
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")


def decided_episode(home: Home) -> str:
    """The identity of an episode of an office of cluster C1, about which there is a decision."""
    newest = home.newest
    episodes = live_episodes(home.store.hotspots(newest.id or 0), newest.as_at)
    episode = next(episode for episode in episodes if (episode.level, episode.code) == ("office", "O1"))
    director = Person("north@example.org", "North", Role.DIRECTOR, area="N")
    sent = SentTerms("redistribute", "ACO Hackney")
    answer = record_decision(home.store, newest, episode, director, sent, seen=0, people=[], today=NOW.date(), now=NOW)
    assert answer.decision is not None
    return episode.identity


def test_a_plan_is_agreed_once_and_names_the_decision_that_it_carries_out(hotspots: Program, home: Home) -> None:
    number, episode = store_plan(home).plan.id or 0, decided_episode(home)
    answer = hotspots("agree", str(number), "--by", "aco1@example.org", "--decision", episode, home=home)
    assert (answer.status, answer.out.strip()) == (0, f"plan {number} agreed by aco1@example.org")
    agreed = read_agreed(home.store.engine, number)
    assert agreed is not None
    assert (agreed.role, agreed.episode, agreed.decision_number) == ("aco", episode, 1)
    again = hotspots("agree", str(number), "--by", "north@example.org", home=home)
    assert (again.status, f"plan {number} is agreed already" in again.err) == (2, True)


def test_only_who_answers_for_its_scope_agrees_a_plan(hotspots: Program, home: Home) -> None:
    number = store_plan(home).plan.id or 0
    for by, says in (
        ("stranger@example.org", "--by: stranger@example.org is not in"),
        ("south@example.org", "south@example.org (director) does not agree plan"),
        ("planner@example.org", "planner@example.org (planner) does not agree plan"),
        ("spo1@example.org", "spo1@example.org (spo) does not agree plan"),
    ):
        answer = hotspots("agree", str(number), "--by", by, home=home)
        assert answer.status == 2, by
        assert says in " ".join(answer.err.split())
        assert read_agreed(home.store.engine, number) is None


def test_what_cannot_be_agreed_is_refused_with_the_reason(hotspots: Program, home: Home) -> None:
    stored = store_plan(home)
    number = str(stored.plan.id)
    none = "over_threshold:office:NONE:2026-W45"
    answer = hotspots("agree", number, "--by", "north@example.org", "--decision", none, home=home)
    assert (answer.status, "there is no decision in force about" in answer.err) == (2, True)
    answer = hotspots("agree", "4711", "--by", "north@example.org", home=home)
    assert (answer.status, "there is no plan 4711" in answer.err) == (2, True)
    waiting = repository.ask(home.store.engine, stored.scenario, "x@example.org", "elsewhere:1", NOW)
    answer = hotspots("agree", str(waiting), "--by", "north@example.org", home=home)
    assert (answer.status, f"plan {waiting} was not found" in answer.err) == (2, True)
