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
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select, update

from monitor.outbox import GIVE_UP_AFTER, LEASE, RETRY_AFTER, Delivered, deliver, messages
from monitor.settings import Settings
from monitor.snapshots.store import Store, summary_of
from monitor.snapshots.tables import OutboxMessage
from tiering.policy import PolicyFault

from .conftest import AS_AT, NOW, Answer, Home, little_london
from .extracts.small import a_case, a_post, write_csv

HOST = "127.0.0.1"
NORTH, SOUTH = "north@example.org", "south@example.org"
MINUTE = timedelta(minutes=1)
OUTBOX = OutboxMessage.__table__  # type: ignore[attr-defined]


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


def sent_by(store: Store, settings: Settings, now: datetime = NOW) -> list[Delivered]:
    # More than there can ever be: a delivery that never ends is to fail, not to hang.
    return list(islice(deliver(store, settings, lambda: now), 100))


def states(home: Home) -> dict[str, str]:
    return {one.recipient: one.state for one in messages(home.store) if one.period == AS_AT}


def message_to(home: Home, recipient: str) -> OutboxMessage:
    return next(one for one in messages(home.store) if (one.period, one.recipient) == (AS_AT, recipient))


def change(home: Home, recipient: str, **values: Any) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(
            update(OUTBOX).where(OUTBOX.c.recipient == recipient, OUTBOX.c.period == AS_AT).values(values)
        )


def queue_more(home: Home, count: int) -> None:
    """As many messages as asked for, to recipients of their own, beside those that are queued."""
    with home.store.engine.begin() as connection:
        row = dict(connection.execute(select(OUTBOX).where(OUTBOX.c.period == AS_AT)).mappings().first() or {})
        del row["id"]
        more = [{**row, "recipient": f"reader{number:02d}@example.org"} for number in range(count)]
        connection.execute(insert(OUTBOX), more)


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


def test_several_senders_at_once_never_send_one_message_twice(home: Home) -> None:
    queue_more(home, 10)
    mailbox = Mailbox()
    results: list[list[Delivered]] = []
    with serving(mailbox) as port:
        settings = by_smtp(home, port)

        def send_all() -> None:
            store = Store(settings.database_url, settings.archive)
            results.append(sent_by(store, settings))
            store.engine.dispose()

        senders = [threading.Thread(target=send_all) for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(60)
    assert len(results) == 4
    assert Counter(recipient for recipient, _ in mailbox.arrived) == dict.fromkeys(states(home), 1)
    assert Counter(one.recipient for result in results for one in result) == dict.fromkeys(states(home), 1)
    assert set(states(home).values()) == {"sent"}
    assert {one.attempts for one in messages(home.store) if one.period == AS_AT} == {1}


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
        settings = {"HOME": home.settings.home, "PEOPLE": home.settings.people, "SMTP_HOST": HOST, "SMTP_PORT": port}
        environment = {f"HOTSPOTS_{name}": str(value) for name, value in (settings | {"SMTP_TLS": "none"}).items()}
        sender = subprocess.Popen(
            [sys.executable, "-m", "monitor", "deliver"], env=os.environ | environment, stderr=subprocess.PIPE
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
        assert sent_by(home.store, settings, NOW + RETRY_AFTER) == []
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "failed"), (SOUTH, "sent")]
    assert "550 5.1.1 no such user" in (message_to(home, NORTH).reason or "")


def test_a_deferred_recipient_is_tried_again_later_and_given_up_after_a_day(home: Home) -> None:
    busy = [True]
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if address == NORTH and busy[0] else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        assert [one.state for one in sent_by(home.store, settings)] == ["queued", "sent"]
        deferred = message_to(home, NORTH)
        assert (deferred.send_after, deferred.attempts) == (NOW + RETRY_AFTER, 1)
        assert "451 4.7.1 come again" in (deferred.reason or "")
        assert sent_by(home.store, settings, NOW + RETRY_AFTER - MINUTE) == []
        change(home, NORTH, queued_at=NOW - GIVE_UP_AFTER)
        assert [one.state for one in sent_by(home.store, settings, NOW + RETRY_AFTER)] == ["failed"]
        change(home, NORTH, queued_at=NOW, state="queued")
        busy[0] = False
        assert [one.state for one in sent_by(home.store, settings, NOW + RETRY_AFTER)] == ["sent"]
    assert [recipient for recipient, _ in mailbox.arrived] == [SOUTH, NORTH]


def test_no_connection_ends_the_round_and_keeps_the_rest_queued(home: Home) -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    delivered = sent_by(home.store, by_smtp(home, port))
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "queued")]
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}
    assert (message_to(home, NORTH).attempts, message_to(home, SOUTH).attempts) == (1, 0)
    assert message_to(home, SOUTH).send_after < message_to(home, NORTH).send_after == NOW + RETRY_AFTER


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


def test_a_domain_outside_the_mail_domains_fails_and_is_never_written(home: Home) -> None:
    settings = home.with_settings(mail_domains=("example.com",))
    delivered = sent_by(home.store, settings)
    assert {(one.state, one.detail) for one in delivered} == {
        ("failed", "example.org is not one of HOTSPOTS_MAIL_DOMAINS")
    }
    assert not home.settings.outbox.exists()


def test_the_example_people_are_never_written_to_by_smtp(home: Home) -> None:
    with serving(mailbox := Mailbox()) as port:
        settings = by_smtp(home, port).model_copy(update={"people": home.settings.config / "people.example.yaml"})
        with pytest.raises(PolicyFault, match="set HOTSPOTS_PEOPLE before sending"):
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
    assert summary_of(snapshot)["digests_queued"] == 0
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
