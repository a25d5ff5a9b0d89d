"""Claims on messages: one sender at a time, and what a sender that died or was slow leaves behind."""

import os
import subprocess
import threading
from collections import Counter

import pytest

from monitor.mail.backoff import GIVE_UP_AFTER
from monitor.mail.claims import LEASE, release_expired
from monitor.mail.outbox import (
    history,
    messages,
)
from monitor.mail.resend import queue_again
from monitor.mail.sender import Delivery, deliver
from monitor.settings import Settings
from monitor.snapshots.store import Store

from ...clock import clock
from ...loaded_program import Loaded
from ..conftest import AS_AT, NOW, Home
from .mailbox import (
    HOST,
    MINUTE,
    NORTH,
    SOUTH,
    Mailbox,
    by_smtp,
    change,
    message_to,
    queue_more,
    sent_by,
    serving,
    states,
)

pytestmark = pytest.mark.both_databases


def at_the_same_time(settings: Settings, senders: int) -> list[list[Delivery]]:
    """What each of several senders did that began together, each with a store of its own."""
    results: list[list[Delivery]] = []

    def send_all() -> None:
        store = Store(settings.database_url, settings.archive)
        results.append(sent_by(store, settings))
        store.engine.dispose()

    threads = [threading.Thread(target=send_all) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_several_senders_at_once_never_send_one_message_twice(home: Home) -> None:
    queue_more(home, 10)
    mailbox = Mailbox()
    with serving(mailbox) as port:
        results = at_the_same_time(by_smtp(home, port), 4)
    assert len(results) == 4
    assert Counter(recipient for recipient, _ in mailbox.arrived) == dict.fromkeys(states(home), 1)
    assert Counter(one.recipient for result in results for one in result) == dict.fromkeys(states(home), 1)
    assert set(states(home).values()) == {"sent"}
    assert {one.attempts for one in messages(home.store) if one.period == AS_AT} == {1}


def test_of_several_senders_one_takes_over_what_a_dead_one_left(home: Home) -> None:
    gone = {"state": "sending", "claimed_by": "gone:1", "claims": 1, "phase": "claimed", "lease_until": NOW - MINUTE}
    change(home, NORTH, **gone)
    mailbox = Mailbox()
    with serving(mailbox) as port:
        at_the_same_time(by_smtp(home, port), 4)
    assert Counter(recipient for recipient, _ in mailbox.arrived) == {NORTH: 1, SOUTH: 1}
    taken_over = message_to(home, NORTH)
    assert (taken_over.state, taken_over.claims) == ("sent", 2)
    assert taken_over.id is not None
    assert [one.to_state for one in history(home.store, taken_over.id)] == ["queued", "sending", "sent"]


@pytest.mark.parametrize(
    ("phase", "becomes", "arrives"), [("claimed", "sent", [NORTH, SOUTH]), ("data", "in_doubt", [SOUTH])]
)
def test_a_dead_senders_message_is_sent_again_only_if_none_of_it_had_left(
    home: Home, phase: str, becomes: str, arrives: list[str]
) -> None:
    gone = {"state": "sending", "claimed_by": "gone:1", "attempts": 1, "phase": phase}
    change(home, NORTH, **gone, lease_until=NOW + LEASE)
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings, NOW + LEASE)
        assert states(home) == {NORTH: "sending", SOUTH: "sent"}
        sent_by(home.store, settings, NOW + LEASE + MINUTE)
    assert states(home)[NORTH] == becomes
    assert sorted(recipient for recipient, _ in mailbox.arrived) == arrives


def test_a_message_that_kills_its_senders_goes_behind_the_others_and_fails_after_a_day(home: Home) -> None:
    gone = {"state": "sending", "claimed_by": "gone:1", "claims": 1, "phase": "claimed", "lease_until": NOW}
    change(home, NORTH, **gone)
    delivered = sent_by(home.store, home.settings, NOW + MINUTE)
    assert [one.recipient for one in delivered] == [SOUTH, NORTH]
    change(home, NORTH, **gone)
    assert sent_by(home.store, home.settings, NOW + GIVE_UP_AFTER) == []
    assert states(home)[NORTH] == "failed"
    assert "not taken within 24 hours: the sender stopped" in (message_to(home, NORTH).reason or "")


@pytest.mark.reads_clock
@pytest.mark.parametrize(("at", "becomes"), [("rcpt", "sent"), ("data", "in_doubt")])
def test_a_sender_that_is_killed_leaves_its_message_to_be_sent_again_or_in_doubt(
    home: Home, at: str, becomes: str
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait(*_: str) -> str:
        reached.set()
        go_on.wait(60)
        return "451 too late"

    mailbox = Mailbox(**{at: wait})
    with serving(mailbox) as port:
        environment = home.environment(smtp_host=HOST, smtp_port=port, smtp_tls="none")
        sender = Loaded(clock.program("deliver"), env=os.environ | environment, stderr=subprocess.PIPE)
        assert reached.wait(60)
        sender.kill()
        sender.communicate()
        go_on.set()
    claimed = message_to(home, NORTH)
    assert (claimed.state, claimed.lease_until is not None) == ("sending", True)
    assert claimed.lease_until is not None
    sent_by(home.store, home.settings, claimed.lease_until + MINUTE)
    assert states(home) == {NORTH: becomes, SOUTH: "sent"}


def test_a_slow_sender_whose_claim_was_taken_over_sends_nothing(home: Home) -> None:
    other = Store(home.settings.database_url, home.settings.archive)

    def taken_over(address: str) -> str:
        sent_by(other, home.settings, NOW + LEASE + MINUTE)
        return "250 OK"

    mailbox = Mailbox(rcpt=taken_over)
    with serving(mailbox) as port:
        slow = sent_by(home.store, by_smtp(home, port))
    other.engine.dispose()
    assert mailbox.arrived == []
    assert [(one.recipient, one.state) for one in slow] == [(NORTH, "sending")]
    assert "taken over" in slow[0].detail
    assert states(home) == {NORTH: "sent", SOUTH: "sent"}


def test_what_a_dead_sender_left_is_in_the_history_too(home: Home) -> None:
    change(home, NORTH, state="sending", claimed_by="gone:1", claims=1, phase="data", lease_until=NOW - MINUTE)
    release_expired(home.store, NOW)
    message = message_to(home, NORTH)
    assert message.id is not None
    assert [(one.from_state, one.to_state) for one in history(home.store, message.id)] == [("sending", "in_doubt")]


def test_a_sender_so_slow_that_its_message_was_held_as_in_doubt_still_knows_that_it_was_sent(home: Home) -> None:
    other = Store(home.settings.database_url, home.settings.archive)

    def long_after() -> str:
        release_expired(other, NOW + LEASE + MINUTE)
        assert states(home)[NORTH] == "in_doubt"
        return "250 2.0.0 queued"

    change(home, SOUTH, state="failed")
    mailbox = Mailbox(data=long_after)
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    other.engine.dispose()
    assert states(home)[NORTH] == "sent"


def test_a_late_answer_does_not_undo_what_an_operator_decided_in_the_meantime(home: Home) -> None:
    other = Store(home.settings.database_url, home.settings.archive)

    def long_after() -> str:
        release_expired(other, NOW + LEASE + MINUTE)
        assert queue_again(other, message_to(home, NORTH), "alice", NOW + LEASE + MINUTE)
        return "250 2.0.0 queued"

    change(home, SOUTH, state="failed")
    with serving(Mailbox(data=long_after)) as port:
        slow = sent_by(home.store, by_smtp(home, port))
    other.engine.dispose()
    assert states(home)[NORTH] == "queued"
    assert "too slow" in slow[0].detail


def test_the_time_of_the_claim_begins_again_when_the_message_itself_goes_out(home: Home) -> None:
    times = iter([NOW, NOW, NOW, NOW + LEASE - MINUTE])
    leases = []

    def look() -> str:
        leases.append(message_to(home, NORTH).lease_until)
        return "250 2.0.0 queued"

    change(home, SOUTH, state="failed")
    with serving(Mailbox(data=look)) as port:
        list(deliver(home.store, by_smtp(home, port), lambda: next(times, NOW + LEASE)))
    assert leases == [NOW + LEASE - MINUTE + LEASE]
