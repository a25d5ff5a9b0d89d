"""The operator's decision: the same bytes once more, and a record of who decided."""

import pytest

from monitor.mail.outbox import history, messages
from monitor.mail.resend import queue_again, resend_candidates, settle_candidates, settle_message

from ..conftest import NOW, PEOPLE, Home
from .mailbox import NORTH, SOUTH, Mailbox, by_smtp, change, message_to, sent_by, serving, states, write_people

pytestmark = pytest.mark.both_databases
DAY_AFTER = NOW.replace(day=23)


def number_of(home: Home, recipient: str) -> int:
    found = message_to(home, recipient).id
    assert found is not None
    return found


def against(home: Home, *numbers: int, even_if_sent: bool = False) -> list[str | None]:
    return [one.against for one in resend_candidates(home.store, home.settings, numbers, even_if_sent=even_if_sent)]


@pytest.mark.parametrize("state", ["in_doubt", "failed"])
def test_what_is_in_doubt_or_failed_goes_again_as_the_same_bytes_with_a_day_of_its_own(home: Home, state: str) -> None:
    change(home, NORTH, state=state, reason="no answer after the final dot", attempts=3, claims=3)
    before = message_to(home, NORTH)
    (found,) = resend_candidates(home.store, home.settings, [], [state])
    assert (found.number, found.against) == (before.id, None)
    assert found.message is not None
    assert queue_again(home.store, found.message, "alice", DAY_AFTER)
    queued = message_to(home, NORTH)
    assert (queued.state, queued.attempts, queued.queued_at, queued.send_after) == ("queued", 0, DAY_AFTER, DAY_AFTER)
    assert queued.reason == (
        f"alice decided on 2026-11-23 09:00 UTC to send it again; before that {state.replace('_', ' ')}: "
        "no answer after the final dot"
    )
    mailbox = Mailbox()
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port), DAY_AFTER)
    assert dict(mailbox.arrived)[NORTH] == before.message
    assert next((one.from_state, one.to_state, one.by) for one in history(home.store, found.number)) == (
        state,
        "queued",
        "alice",
    )


def test_what_was_sent_goes_again_only_when_that_is_asked_for(home: Home) -> None:
    sent_by(home.store, home.settings)
    (found,) = resend_candidates(home.store, home.settings, [number_of(home, NORTH)])
    assert (found.done, "--even-if-sent" in (found.against or "")) == (True, True)
    assert against(home, number_of(home, NORTH), even_if_sent=True) == [None]


def test_what_waits_or_is_on_its_way_or_was_replaced_stays_as_it_is(home: Home) -> None:
    old = next(one.id for one in messages(home.store, ["superseded"]))
    assert old is not None
    change(home, SOUTH, state="sending")
    words = against(home, number_of(home, NORTH), number_of(home, SOUTH), old, 4711, even_if_sent=True)
    assert words == [
        "waits to be sent already",
        "a sender is at it; wait for what becomes of it",
        "a newer digest took its place",
        "there is no such message",
    ]


def test_old_figures_never_go_after_newer_ones(home: Home) -> None:
    change(home, NORTH, state="failed")
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'failed' WHERE period = '2026-11-13'")
    found = resend_candidates(home.store, home.settings, [], ["failed"])
    newest = number_of(home, NORTH)
    assert {one.number: one.against for one in found if one.message and one.message.recipient == NORTH} == {
        newest: None,
        newest - 2: f"the same reader has a newer digest, message {newest}",
    }


def test_a_suppressed_digest_may_go_once_its_reader_may_have_it_again(home: Home) -> None:
    write_people(home, "people: []\n")
    sent_by(home.store, home.settings)
    assert set(states(home).values()) == {"suppressed"}
    write_people(home, "\n".join(line for line in PEOPLE.splitlines() if "south@" not in line))
    found = resend_candidates(home.store, home.settings, [], ["suppressed"])
    assert {one.number: one.against for one in found} == {
        number_of(home, NORTH): None,
        number_of(home, SOUTH): "the reader is no longer in the people file",
    }


def test_a_digest_suppressed_for_what_it_says_has_no_bytes_to_send(home: Home) -> None:
    change(home, NORTH, state="suppressed", message=b"")
    assert against(home, number_of(home, NORTH)) == ["its bytes are no longer kept"]


def test_of_two_operators_who_decide_at_once_one_queues_it(home: Home) -> None:
    change(home, NORTH, state="in_doubt")
    message = message_to(home, NORTH)
    assert [queue_again(home.store, message, who, NOW) for who in ("alice", "bob")] == [True, False]
    assert "alice decided" in (message_to(home, NORTH).reason or "")


@pytest.mark.parametrize(
    ("state", "becomes"),
    [("in_doubt", "sent"), ("failed", "superseded"), ("queued", "superseded"), ("suppressed", "superseded")],
)
def test_what_is_settled_by_other_means_needs_nobody_any_more(home: Home, state: str, becomes: str) -> None:
    change(home, NORTH, state=state, reason="no answer")
    change(home, SOUTH, state="sent")
    gone, (found,) = (
        settle_candidates(home.store, [number_of(home, SOUTH), 4711]),
        settle_candidates(home.store, [], [state]),
    )
    assert [one.against for one in gone] == ["nothing is left to settle"] * 2
    assert found.message is not None
    assert settle_message(home.store, found.message, "alice", NOW)
    assert not settle_message(home.store, found.message, "bob", NOW)
    settled = message_to(home, NORTH)
    assert settled.state == becomes
    assert settled.reason is not None
    assert settled.reason.startswith("alice decided on 2026-11-22 09:00 UTC that it is settled; before that ")
    assert [(one.to_state, one.by) for one in history(home.store, found.number)] == [(becomes, "alice")]
