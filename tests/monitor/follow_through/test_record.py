"""A decision follows what its author saw, is stored with its unit, and is never changed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerts.follow_through.decisions import DecisionKind
from alerts.people import Person, Role
from monitor.follow_through.record import Answer, LiveEpisode, live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.mail.outbox import load_message, messages
from monitor.mail.preview import text_of
from monitor.operations.checks.verify import verify
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.snapshots.message_state import MessageState
from tests.clock import NOW

from ..conftest import AS_AT, WEEK, Home, little_london
from ..extracts.small import write_csv
from ..snapshots.follow_through.test_outcomes import agree_early

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


def test_the_next_digest_says_what_was_decided_and_the_snapshot_is_verified(home: Home, tmp_path: Path) -> None:
    home = replace(home, settings=home.with_settings(small_team=1))
    decided, identity = decide(home).decision, live(home).identity
    assert decided is not None
    agree_early(home)
    snapshot = home.take(write_csv(tmp_path / "next", little_london()), AS_AT + WEEK)
    assert identity in set(home.store.hotspots(snapshot.id or 0)["episode"])
    (message,) = [one for one in messages(home.store, as_at=AS_AT + WEEK) if one.recipient == "north@example.org"]
    assert message.state == MessageState.QUEUED
    loaded = load_message(home.store, message.id or 0)
    assert loaded is not None
    said = " ".join(text_of(loaded.message).split())
    assert "Decided 22 November, ACO Hackney: redistribute, review 20 December. Since then " in said
    assert f"; fewer than five like {decided.level}s to compare with." in said
    assert "Agreed plans: 5 moves, 4 due by now: 1 done, 2 still with the giver, 1 gone elsewhere, 1 ended." in said
    assert verify(home.store, snapshot).differences == []


def test_a_snapshot_from_before_episodes_had_names_is_verified_and_goes_on_with_the_same_ones(
    home: Home, tmp_path: Path
) -> None:
    named = set(home.store.hotspots(home.newest.id or 0)["episode"])
    with home.store.engine.begin() as connection:
        connection.execute(text("UPDATE hotspot SET episode = NULL"))
    assert verify(home.store, home.newest).differences == []
    assert {episode.identity for episode in live_episodes(home.store.hotspots(home.newest.id or 0), AS_AT)} <= named
    following = home.take(write_csv(tmp_path / "next", little_london()), AS_AT + WEEK)
    assert set(home.store.hotspots(following.id or 0)["episode"]) & named


def test_an_altered_name_of_an_episode_is_a_difference(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(text(f"UPDATE hotspot SET episode = 'other' WHERE snapshot_id = {home.newest.id}"))
    assert any(" episode: stored other" in difference for difference in verify(home.store, home.newest).differences)
