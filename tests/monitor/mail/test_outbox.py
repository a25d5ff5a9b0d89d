"""The outbox: each digest is sent once, or held for a person, and every outcome is on record."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select, update

from alerts.people import Person, Role
from monitor.mail.backoff import GIVE_UP_AFTER, PAUSES, left_alone
from monitor.mail.outbox import (
    history,
    message_id_of,
    messages,
    queue_notice,
    switched_off,
    with_bytes,
    write_messages,
)
from monitor.mail.resend import queue_again
from monitor.mail.sender import LEASE, Delivered, deliver, held_by_server, release_expired, server_name
from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import MailServer, OutboxMessage
from tests.alerts.pictures import london
from tiering.faults import ConfigFault

from ...clock import clock
from ..conftest import AS_AT, NOW, PEOPLE, Answer, Home, little_london
from ..extracts.small import a_case, a_post, write_csv

HOST = "127.0.0.1"
NORTH, SOUTH = "north@example.org", "south@example.org"
MINUTE = timedelta(minutes=1)
OUTBOX = OutboxMessage.__table__  # type: ignore[attr-defined]
pytestmark = pytest.mark.both_databases


class Mailbox:
    """A mail server's mind: keeps what arrives, answers as told, and calls back before it answers."""

    def __init__(
        self,
        rcpt: Callable[[str], str] = lambda address: "250 OK",
        data: Callable[[], str] = lambda: "250 2.0.0 queued",
    ) -> None:
        self.rcpt = rcpt
        self.data = data
        self.arrived: list[tuple[str, bytes]] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await asyncio.to_thread(self.rcpt, address)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await asyncio.to_thread(self.data)
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.arrived.append((envelope.rcpt_tos[0], envelope.content))
        return answer


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[int]:
    """The port of a real mail server on a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(mailbox, loop=loop, hostname="mail.test"), HOST, 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_finish(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _finish(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)


def by_smtp(home: Home, port: int) -> Settings:
    return home.with_settings(smtp_host=HOST, smtp_port=port, smtp_tls="none", mail_from="hotspots@example.org")


def sent_by(store: Store, settings: Settings, now: datetime = NOW, **how: Any) -> list[Delivered]:
    """What one round of delivery does, with the longest of all pauses unless told otherwise."""
    # More than there can ever be: a delivery that never ends is to fail, not to hang.
    return list(islice(deliver(store, settings, lambda: now, **{"jitter": lambda: 1.0} | how), 100))


def states(home: Home) -> dict[str, str]:
    return {one.recipient: one.state for one in messages(home.store) if one.period == AS_AT}


def message_to(home: Home, recipient: str) -> OutboxMessage:
    found = next(one for one in messages(home.store) if (one.period, one.recipient) == (AS_AT, recipient))
    assert found.id is not None
    whole = with_bytes(home.store, found.id)
    assert whole is not None
    return whole


def change(home: Home, recipient: str, **values: Any) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(
            update(OUTBOX).where(OUTBOX.c.recipient == recipient, OUTBOX.c.period == AS_AT).values(values)
        )


def write_people(home: Home, people: str) -> None:
    assert home.settings.people is not None
    home.settings.people.write_text(people, encoding="utf-8")


def queue_more(home: Home, count: int) -> None:
    """As many messages as asked for, to recipients of their own, beside those that are queued."""
    with home.store.engine.begin() as connection:
        row = dict(connection.execute(select(OUTBOX).where(OUTBOX.c.period == AS_AT)).mappings().first() or {})
        del row["id"]
        more = [{**row, "recipient": f"reader{number:02d}@example.org"} for number in range(count)]
        connection.execute(insert(OUTBOX), more)
    entries = [f"  - {{email: {one['recipient']}, name: A, role: director, area: N, digest: weekly}}\n" for one in more]
    write_people(home, PEOPLE + "".join(entries))


def test_a_queued_digest_goes_to_the_folder_as_mail_and_as_a_page(home: Home) -> None:
    delivered = sent_by(home.store, home.settings)
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "sent"), (SOUTH, "sent")]
    assert sorted(path.name for path in home.settings.outbox.iterdir()) == [
        f"weekly_2026-11-20_{reader}.{ending}" for reader in (NORTH, SOUTH) for ending in ("eml", "html")
    ]
    kept = message_to(home, NORTH)
    assert (home.settings.outbox / f"weekly_2026-11-20_{NORTH}.eml").read_bytes() == kept.message
    assert b"<html" in (home.settings.outbox / f"weekly_2026-11-20_{NORTH}.html").read_bytes()
    assert (kept.state, kept.attempts, kept.sent_at) == ("sent", 1, NOW)
    assert kept.reason is not None
    assert str(home.settings.outbox) in kept.reason


def test_mail_is_sent_once_however_often_delivery_runs(home: Home) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        first = sent_by(home.store, settings)
        second = sent_by(home.store, settings, NOW + GIVE_UP_AFTER)
    assert [one.state for one in first] == ["sent", "sent"]
    assert second == []
    assert [recipient for recipient, _ in mailbox.arrived] == [NORTH, SOUTH]
    assert mailbox.arrived[0][1] == message_to(home, NORTH).message


def test_a_superseded_digest_is_never_sent(home: Home) -> None:
    sent_by(home.store, home.settings, NOW + GIVE_UP_AFTER)
    assert {one.state for one in messages(home.store) if one.period < AS_AT} == {"superseded"}
    assert not list(home.settings.outbox.glob("*2026-11-13*"))


def test_a_revised_digest_lies_beside_the_first_in_the_folder(home: Home) -> None:
    change(home, NORTH, revision=2)
    sent_by(home.store, home.settings)
    assert (home.settings.outbox / f"weekly_2026-11-20-revision-2_{NORTH}.eml").is_file()


def at_the_same_time(settings: Settings, senders: int) -> list[list[Delivered]]:
    """What each of several senders did that began together, each with a store of its own."""
    results: list[list[Delivered]] = []

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
        sender = subprocess.Popen(
            [sys.executable, *clock.program("deliver")], env=os.environ | environment, stderr=subprocess.PIPE
        )
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


def test_a_refused_recipient_fails_and_the_others_receive(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "550 5.1.1 no such user" if address == NORTH else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        delivered = sent_by(home.store, settings)
        assert sent_by(home.store, settings, NOW + GIVE_UP_AFTER) == []
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "failed"), (SOUTH, "sent")]
    assert "550 5.1.1 no such user" in (message_to(home, NORTH).reason or "")


def test_a_deferred_recipient_is_tried_again_after_growing_pauses_and_given_up_after_a_day(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if address == NORTH else "250 OK")
    now, waited = NOW, []
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        assert [one.state for one in sent_by(home.store, settings)] == ["queued", "sent"]
        while (deferred := message_to(home, NORTH)).state == "queued" and len(waited) < 20:
            waited.append((deferred.send_after - now) // MINUTE)
            assert sent_by(home.store, settings, deferred.send_after - timedelta(seconds=1)) == []
            now = deferred.send_after
            sent_by(home.store, settings, now)
    assert waited[:6] == [1, 5, 15, 60, 240, 240]
    assert set(waited[5:]) == {240}
    assert (deferred.state, deferred.attempts) == ("failed", len(waited) + 1)
    assert NOW + GIVE_UP_AFTER <= now < NOW + GIVE_UP_AFTER + PAUSES[-1]
    assert deferred.reason is not None
    assert deferred.reason.startswith("not taken within 24 hours: at RCPT: 451 4.7.1 come again")
    assert [recipient for recipient, _ in mailbox.arrived] == [SOUTH]


def test_a_deferred_recipient_receives_once_the_server_takes_it(home: Home) -> None:
    busy = [True]
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if busy[0] else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        assert [one.state for one in sent_by(home.store, settings)] == ["queued", "queued"]
        busy[0] = False
        assert [one.state for one in sent_by(home.store, settings, NOW + MINUTE)] == ["sent", "sent"]
    assert [recipient for recipient, _ in mailbox.arrived] == [NORTH, SOUTH]
    assert message_to(home, NORTH).attempts == 2


def test_what_failed_together_does_not_come_back_together(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again")
    chances = iter([0.25, 0.75])
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port), jitter=lambda: next(chances))
    assert [message_to(home, one).send_after - NOW for one in (NORTH, SOUTH)] == [MINUTE / 4, MINUTE * 3 / 4]


def test_one_round_tries_a_message_once_even_when_chance_gives_no_pause(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        for how in ({}, {"at_once": True}):
            delivered = sent_by(home.store, settings, jitter=lambda: 0.0, **how)
            assert [one.recipient for one in delivered] == [NORTH, SOUTH]


def test_an_operator_need_not_wait_for_the_next_attempt(home: Home) -> None:
    busy = [True]
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if busy[0] else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings)
        busy[0] = False
        assert sent_by(home.store, settings) == []
        assert [one.state for one in sent_by(home.store, settings, at_once=True)] == ["sent", "sent"]


def closed_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]


def test_no_connection_ends_the_round_and_is_nobodys_attempt(home: Home) -> None:
    delivered = sent_by(home.store, by_smtp(home, closed_port()))
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "queued")]
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}
    assert (message_to(home, NORTH).attempts, message_to(home, SOUTH).attempts) == (0, 0)


def test_a_server_that_is_not_there_is_left_alone_for_growing_pauses_and_forgiven_when_it_answers(home: Home) -> None:
    settings = by_smtp(home, closed_port())
    now, waited = NOW, []
    for _ in range(5):
        assert len(sent_by(home.store, settings, now)) == 1
        left = left_alone(home.store, server_name(settings), now)
        assert left is not None
        waited.append((left.not_before - now) // MINUTE)
        assert sent_by(home.store, settings, left.not_before - timedelta(seconds=1)) == []
        now = left.not_before
    assert waited == [1, 5, 15, 15, 15]
    with serving(Mailbox()) as port:
        back = by_smtp(home, port)
        with home.store.engine.begin() as connection:
            connection.execute(update(MailServer).values(name=server_name(back)))
        assert [one.state for one in sent_by(home.store, back, now)] == ["sent", "sent"]
    assert held_by_server(home.store, settings, NOW) is None
    with home.store.engine.connect() as connection:
        assert connection.execute(select(MailServer.name)).all() == []


def test_a_message_on_which_the_server_breaks_off_does_not_keep_the_others_waiting(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "421 4.3.0 not this one" if address == NORTH else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        assert [(one.recipient, one.state) for one in sent_by(home.store, settings)] == [(NORTH, "queued")]
        later = sent_by(home.store, settings, NOW + MINUTE)
    assert [(one.recipient, one.state) for one in later] == [(SOUTH, "sent"), (NORTH, "queued")]


def test_all_that_waited_a_day_for_a_dead_server_fails_together_and_is_told(home: Home) -> None:
    settings = by_smtp(home, closed_port())
    almost = sent_by(home.store, settings, NOW + GIVE_UP_AFTER - MINUTE)
    assert [one.state for one in almost] == ["queued"]
    delivered = sent_by(home.store, settings, NOW + GIVE_UP_AFTER)
    assert sorted((one.recipient, one.state) for one in delivered) == [(NORTH, "failed"), (SOUTH, "failed")]
    for reader in (NORTH, SOUTH):
        assert "not taken within 24 hours: 127.0.0.1:" in (message_to(home, reader).reason or "")


def test_an_outbox_folder_that_cannot_be_written_keeps_the_mail_queued(home: Home) -> None:
    home.settings.outbox.write_text("in the way", encoding="utf-8")
    assert [(one.recipient, one.state) for one in sent_by(home.store, home.settings)] == [(NORTH, "queued")]
    home.settings.outbox.unlink()
    later = sent_by(home.store, home.settings, NOW + MINUTE)
    assert [one.state for one in later] == ["sent", "sent"]


def test_an_unclear_answer_to_the_message_leaves_it_in_doubt_for_a_person(home: Home) -> None:
    class Silent(Mailbox):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            assert server.transport is not None
            server.transport.close()
            return "250 never heard"

    with serving(Silent()) as port:
        settings = by_smtp(home, port)
        assert {one.state for one in sent_by(home.store, settings)} == {"in_doubt"}
        assert sent_by(home.store, settings, NOW + GIVE_UP_AFTER) == []


def test_a_domain_outside_the_mail_domains_is_suppressed_and_never_written(home: Home) -> None:
    settings = home.with_settings(mail_domains=("example.com",))
    delivered = sent_by(home.store, settings)
    assert {(one.state, one.detail) for one in delivered} == {
        ("suppressed", "not sent, example.org is not one of HOTSPOTS_MAIL_DOMAINS")
    }
    assert not home.settings.outbox.exists()


def test_the_example_people_are_never_written_to_by_smtp(home: Home) -> None:
    with serving(mailbox := Mailbox()) as port:
        settings = by_smtp(home, port).model_copy(update={"people": home.settings.config / "people.example.yaml"})
        with pytest.raises(ConfigFault, match="set HOTSPOTS_PEOPLE before sending"):
            sent_by(home.store, settings)
    assert mailbox.arrived == []
    assert set(states(home).values()) == {"queued"}


def test_a_digest_that_would_give_away_a_surname_or_a_crn_is_suppressed_and_a_person_told(
    new_home: Home, tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    # Both occur in the mail whatever it says: "10,439 available points", and "North", the reader's area.
    telling = little_london(
        offender_managers=[a_post("M8", "T3", om_name="Zuleika Available-Points")], cases=[a_case("NORTH")]
    )
    snapshot = new_home.take(write_csv(tmp_path / "telling", telling))
    assert states(new_home) == {NORTH: "suppressed", SOUTH: "suppressed"}
    assert RunSummary.stored_with(snapshot).digests_queued == 0
    held = message_to(new_home, NORTH)
    assert held.message == b""
    assert "a surname" in (held.reason or "")
    assert "a CRN" in (held.reason or "")
    assert "a CRN" not in (message_to(new_home, SOUTH).reason or "")
    assert sent_by(new_home.store, new_home.settings) == []
    assert not new_home.settings.outbox.exists()
    answer = hotspots("status", home=new_home)
    assert (answer.status, "2 message(s) suppressed" in answer.err) == (1, True)


def test_the_services_own_address_gives_nobody_of_that_name_away(new_home: Home, tmp_path: Path) -> None:
    joined = little_london(offender_managers=[a_post("M8", "T3", om_name="Zuleika Quillfeather")])
    new_home.settings = new_home.with_settings(
        mail_from="hotspots@quillfeather.gov.uk", base_url="https://hotspots.quillfeather.gov.uk"
    )
    new_home.take(write_csv(tmp_path / "joined", joined))
    assert states(new_home) == {NORTH: "queued", SOUTH: "queued"}


def test_every_change_of_state_is_kept_with_who_made_it(home: Home) -> None:
    answers = iter(["451 4.7.1 come again", "250 OK"])
    mailbox = Mailbox(rcpt=lambda address: next(answers) if address == NORTH else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings)
        sent_by(home.store, settings, NOW + MINUTE)
    message = message_to(home, NORTH)
    assert message.id is not None
    kept = history(home.store, message.id)
    assert [(one.from_state, one.to_state, one.at) for one in kept] == [
        ("queued", "sending", NOW),
        ("sending", "queued", NOW),
        ("queued", "sending", NOW + MINUTE),
        ("sending", "sent", NOW + MINUTE),
    ]
    assert {one.by for one in kept} == {f"{socket.gethostname()}:{os.getpid()}"}
    assert [one.reason for one in kept][1] == "at RCPT: 451 4.7.1 come again"


def test_what_a_dead_sender_left_is_in_the_history_too(home: Home) -> None:
    change(home, NORTH, state="sending", claimed_by="gone:1", claims=1, phase="data", lease_until=NOW - MINUTE)
    release_expired(home.store, NOW)
    message = message_to(home, NORTH)
    assert message.id is not None
    assert [(one.from_state, one.to_state) for one in history(home.store, message.id)] == [("sending", "in_doubt")]


def test_the_servers_words_are_kept_without_addresses_and_identifiers(home: Home) -> None:
    refusal = "550 5.7.1 <north@example.org> not for ann.arbuthnot@example.org: X000123, A1234BC, 08/123456Z"
    mailbox = Mailbox(rcpt=lambda address: refusal)
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    message = message_to(home, NORTH)
    assert message.id is not None
    reasons = [message.reason, *(one.reason for one in history(home.store, message.id) if one.reason)]
    assert len(reasons) == 2
    for reason in reasons:
        assert reason == ("at RCPT: 550 5.7.1 <(address)> not for (address): (identifier), (identifier), (identifier)")


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
    seen = []

    def look() -> str:
        seen.append(message_to(home, NORTH).lease_until)
        return "250 2.0.0 queued"

    change(home, SOUTH, state="failed")
    with serving(Mailbox(data=look)) as port:
        list(deliver(home.store, by_smtp(home, port), lambda: next(times, NOW + LEASE)))
    assert seen == [NOW + LEASE - MINUTE + LEASE]


def test_a_digest_that_was_being_sent_when_its_correction_came_is_not_sent_after_it(home: Home) -> None:
    change(home, NORTH, state="sending", claimed_by="gone:1", claims=1, phase="claimed", lease_until=NOW - MINUTE)
    with home.store.engine.begin() as connection:
        of_north = select(OUTBOX).where(OUTBOX.c.period == AS_AT, OUTBOX.c.recipient == NORTH)
        row = dict(connection.execute(of_north).mappings().one())
        del row["id"]
        corrected = row | {"revision": 2, "state": "queued"}
        connection.execute(insert(OUTBOX), [corrected])
    mailbox = Mailbox()
    with serving(mailbox) as port:
        delivered = sent_by(home.store, by_smtp(home, port))
    assert [(one.recipient, one.state) for one in delivered if one.recipient == NORTH] == [
        (NORTH, "superseded"),
        (NORTH, "sent"),
    ]
    assert [recipient for recipient, _ in mailbox.arrived].count(NORTH) == 1


@pytest.mark.parametrize("switch", ["setting", "file"])
def test_while_mail_is_switched_off_nothing_leaves_and_everything_waits(home: Home, switch: str) -> None:
    settings = home.settings
    if switch == "setting":
        settings = home.with_settings(mail="off")
    else:
        home.settings.mail_off_file.touch()
    assert switched_off(settings) is not None
    assert sent_by(home.store, settings) == []
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}
    home.settings.mail_off_file.unlink(missing_ok=True)
    assert switched_off(home.settings) is None
    assert [one.state for one in sent_by(home.store, home.settings)] == ["sent", "sent"]


def test_mail_that_is_switched_off_in_the_middle_of_a_round_stops_after_the_message_on_its_way(home: Home) -> None:
    mailbox = Mailbox(data=lambda: home.settings.mail_off_file.touch() or "250 2.0.0 queued")
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    assert states(home) == {NORTH: "sent", SOUTH: "queued"}


def a_notice(home: Home, **given: Any) -> bool:
    operator = Person("operator@example.org", "On Call", Role.OPERATOR)
    message_id = message_id_of("run-refused", AS_AT, 1, operator.email, "hotspots@example.org")
    content = b"Subject: The run was refused\r\n\r\n3 faults; see hotspots status.\r\n"
    notice = {"digest": "run-refused", "period": AS_AT, "person": operator, "message_id": message_id, "now": NOW}
    return queue_notice(home.store, **{"subject": "The run was refused", "content": content} | notice | given)


def test_a_notice_is_queued_once_and_goes_the_way_of_every_message(home: Home) -> None:
    assert a_notice(home)
    assert not a_notice(home)
    assert a_notice(home, revision=2)
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings)
        assert sent_by(home.store, settings) == []
    assert Counter(recipient for recipient, _ in mailbox.arrived) == {NORTH: 1, SOUTH: 1, "operator@example.org": 2}
    assert message_to(home, "operator@example.org").snapshot_id is None


@pytest.mark.parametrize(
    "content", [b"Subject: X000123\r\n\r\nrefused\r\n", b"Content-Type: text/plain; charset=none\r\n\r\n\xff\r\n"]
)
def test_a_notice_that_names_a_case_or_cannot_be_read_is_suppressed(home: Home, content: bytes) -> None:
    a_notice(home, content=content)
    held = message_to(home, "operator@example.org")
    assert (held.state, held.message, held.subject) == ("suppressed", b"", "")
    assert "X000123" not in (held.reason or "")


def test_a_digest_that_cannot_be_scanned_is_not_sent(home: Home) -> None:
    class Broken(frozenset[str]):
        def __iter__(self) -> Iterator[str]:
            raise RuntimeError("a surname of X000123 is not a text")

    drawn = replace(london(), surnames=Broken({"Okonkwo"}))
    readers = [Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")]
    (held,) = write_messages(drawn, readers, home.settings, 110.0, NOW)
    assert (held.state, held.message, held.subject) == ("suppressed", b"", "")
    assert held.reason == "not sent, the check for personal data broke off (RuntimeError)"


def test_a_digest_that_cannot_be_written_costs_only_its_own_reader_the_mail(home: Home) -> None:
    nowhere = Person(SOUTH, "Director Nowhere", Role.DIRECTOR, area="Z", digest="weekly")
    north = Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")
    held, written = write_messages(london(), [nowhere, north], home.settings, 110.0, NOW)
    assert (held.state, held.reason) == ("suppressed", "not sent, the digest could not be written (ValueError)")
    assert (written.state, written.recipient) == ("queued", NORTH)
