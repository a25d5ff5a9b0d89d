"""The outbox as it is listed: for everyone, or for one reader; and counted by state."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from monitor.mail.listing import count_by_state, latest_messages, latest_messages_for, scopes_in_outbox
from monitor.snapshots.mail_tables import OutboxMessage

from ..conftest import AS_AT, NOW, WEEK, Home

pytestmark = pytest.mark.both_databases


def add_message(home: Home, recipient: str, scope: tuple[str, str], weeks: int, state: str = "sent") -> None:
    row = {
        "digest": "weekly",
        "period": AS_AT - weeks * WEEK,
        "revision": 1,
        "recipient": recipient,
        "scope_level": scope[0],
        "scope_code": scope[1],
        "subject": f"Digest of {recipient}",
        "message_id": "<1@example.org>",
        "message": b"bytes",
        "sha256": "",
        "state": state,
        "queued_at": NOW,
        "send_after": NOW + timedelta(hours=1),
        "attempts": 0,
        "claims": 0,
    }
    with home.store.engine.begin() as connection:
        connection.execute(insert(OutboxMessage).values(row))


def fill(home: Home) -> None:
    add_message(home, "North@example.org", ("area", "N"), 2)
    add_message(home, "south@example.org", ("area", "S"), 1)
    add_message(home, "operator@example.org", ("", ""), 0, "failed")
    add_message(home, "other@example.org", ("area", "N"), 0)


def test_messages_are_listed_newest_period_first_without_their_bytes(new_home: Home) -> None:
    fill(new_home)
    lines = latest_messages(new_home.store.engine, 9)
    people = [line.recipient.partition("@")[0] for line in lines]
    assert people == ["operator", "other", "south", "North"]
    assert (lines[2].subject, lines[2].state, lines[2].sent_at) == ("Digest of south@example.org", "sent", None)
    assert not hasattr(lines[0], "message")
    assert [line.recipient for line in latest_messages(new_home.store.engine, 1)] == ["operator@example.org"]


def test_a_reader_is_listed_their_own_messages_and_those_of_scopes_they_see(new_home: Home) -> None:
    fill(new_home)
    engine = new_home.store.engine

    def people(recipient: str, *scopes: tuple[str, str]) -> list[str]:
        return [line.recipient.partition("@")[0] for line in latest_messages_for(engine, recipient, scopes, 9)]

    assert people("NORTH@example.org") == ["North"]
    assert people("south@example.org", ("area", "N")) == ["other", "south", "North"]
    assert people("nobody@example.org") == []
    assert len(latest_messages_for(engine, "south@example.org", [("area", "N")], 2)) == 2


def test_scopes_and_states_are_told_once(new_home: Home) -> None:
    assert (scopes_in_outbox(new_home.store.engine), count_by_state(new_home.store.engine)) == ([], {})
    fill(new_home)
    assert sorted(scopes_in_outbox(new_home.store.engine)) == [("", ""), ("area", "N"), ("area", "S")]
    assert count_by_state(new_home.store.engine) == {"sent": 3, "failed": 1}
