"""The outbox: which messages it lists, and what it stores about a reader."""

import pytest

from alerts.people import Person, Role
from monitor.mail.outbox import codes_in, history, load_message, messages, scope_codes

from ..conftest import AS_AT, WEEK, Home
from .mailbox import NORTH, SOUTH


def test_messages_are_listed_by_state_and_date_the_latest_first_and_without_their_bytes(home: Home) -> None:
    listed = messages(home.store)
    assert [(message.period, message.recipient) for message in listed] == [
        (AS_AT - weeks * WEEK, recipient) for weeks in range(3) for recipient in (NORTH, SOUTH)
    ]
    queued = [message.id for message in messages(home.store, ["queued"])]
    assert queued == [message.id for message in messages(home.store, as_at=AS_AT)]
    assert {message.period for message in messages(home.store, ["superseded"])} == {AS_AT - WEEK, AS_AT - 2 * WEEK}
    assert all("message" not in vars(message) for message in listed)


def test_one_message_has_its_bytes_and_one_that_is_not_there_is_none(home: Home) -> None:
    (north, _) = messages(home.store, as_at=AS_AT)
    loaded = load_message(home.store, north.id or 0)
    assert loaded is not None
    assert loaded.message.startswith(b"Subject: ") or b"\r\nSubject: " in loaded.message
    assert history(home.store, north.id or 0) == []
    assert load_message(home.store, 4711) is None


@pytest.mark.parametrize(
    ("teams", "stored"),
    [
        (("T2", "T1"), "T1,T2"),
        (("A,B",), '"A,B"'),
        (("A,B", "A", "B"), 'A,"A,B",B'),
        (('a "b"', "c\nd", " e", "f/g"), None),
    ],
)
def test_the_codes_of_a_scope_come_back_as_they_were_whatever_they_hold(
    teams: tuple[str, ...], stored: str | None
) -> None:
    level, text = scope_codes(Person("spo@example.org", "SPO", Role.SPO, teams=teams))
    assert level == "team"
    assert stored is None or text == stored
    assert codes_in(text) == sorted(teams)


def test_a_message_of_no_unit_has_no_codes() -> None:
    assert scope_codes(Person("ops@example.org", "On call", Role.OPERATOR)) == ("", "")
    assert codes_in("") == []
