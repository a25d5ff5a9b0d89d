"""A decision follows what its author saw, is stored with its unit, and is never changed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerts.follow_through.decisions import DecisionKind
from alerts.people import Person, Role
from monitor.follow_through.record import Answer, LiveEpisode, live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.snapshots.decisions import read_decisions
from tests.clock import NOW

from ..conftest import Home

TODAY = date(2026, 11, 22)
DIRECTOR = Person("north@example.org", "Director North", Role.DIRECTOR, area="N")
SENT = SentTerms("redistribute", "ACO Hackney", "Ten to the next office.")


def live(home: Home, level: str = "office") -> LiveEpisode:
    hotspots = home.store.hotspots(home.newest.id or 0)
    return next(episode for episode in live_episodes(hotspots, home.newest.as_at) if episode.level == level)


def decide(home: Home, sent: SentTerms = SENT, seen: int = 0) -> Answer:
    return record_decision(
        home.store, home.newest, live(home), DIRECTOR, sent, seen=seen, people=[DIRECTOR], today=TODAY, now=NOW
    )


def test_a_decision_is_stored_with_its_episode_and_read_back(home: Home) -> None:
    answer, episode = decide(home), live(home)
    assert answer.decision is not None
    assert read_decisions(home.store.engine, [episode.identity]) == [answer.decision]
    assert (answer.decision.level, answer.decision.code, answer.decision.number) == (episode.level, episode.code, 1)
    assert (answer.decision.note, answer.decision.review_on) == ("Ten to the next office.", date(2026, 12, 20))


def test_a_later_decision_follows_and_changes_nothing(home: Home) -> None:
    first = decide(home).decision
    second = decide(home, replace(SENT, kind="withdrawn"), seen=1).decision
    assert read_decisions(home.store.engine, [live(home).identity]) == [first, second]
    assert second is not None
    assert second.kind is DecisionKind.WITHDRAWN


@pytest.mark.parametrize("seen", [0, 2])
def test_who_did_not_see_the_last_decision_is_shown_it_and_records_nothing(home: Home, seen: int) -> None:
    first = decide(home).decision
    answer = decide(home, replace(SENT, kind="recruit"), seen=seen)
    assert answer.decision is None
    assert answer.made_meanwhile == ((first,) if seen == 0 else ())
    assert read_decisions(home.store.engine, [live(home).identity]) == [first]


def test_wrong_terms_record_nothing(home: Home) -> None:
    answer = decide(home, replace(SENT, note="Arbuthnot has too many"))
    assert answer.decision is None
    assert list(answer.faults) == ["note"]
    assert read_decisions(home.store.engine, [live(home).identity]) == []


@pytest.mark.parametrize(
    "change", ["UPDATE decision SET owner = 'x'", "DELETE FROM decision", "UPDATE decision_note SET note = 'x'"]
)
def test_the_database_itself_refuses_to_change_a_decision(home: Home, change: str) -> None:
    decide(home)
    with pytest.raises(DBAPIError), home.store.engine.begin() as connection:
        connection.execute(text(change))


def test_offender_managers_have_no_episode_to_decide_about(home: Home) -> None:
    hotspots = home.store.hotspots(home.newest.id or 0)
    assert "offender_manager" in set(hotspots["level"])
    assert {episode.level for episode in live_episodes(hotspots, home.newest.as_at)} <= {"office", "team", "cluster"}
