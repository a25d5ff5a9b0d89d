"""The sender: each message once, to its one recipient, and what becomes of it."""

import os
import socket
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select, update

from monitor.mail.backoff import GIVE_UP_AFTER, PAUSES, server_pause
from monitor.mail.due import pause_in_words
from monitor.mail.outbox import (
    history,
    messages,
    switch_off_reason,
)
from monitor.mail.sender import server_name
from monitor.snapshots.mail_tables import MailServer
from tiering.faults import ConfigFault

from ..conftest import AS_AT, NOW, Home
from .log_in.servers import MAILBOX, TokenMailbox, mail_server
from .mailbox import (
    MINUTE,
    NORTH,
    OUTBOX,
    SOUTH,
    Mailbox,
    by_smtp,
    change,
    closed_port,
    message_to,
    sent_by,
    serving,
    states,
)

pytestmark = pytest.mark.both_databases


def test_a_queued_digest_goes_to_the_folder_as_mail_and_as_a_page(home: Home) -> None:
    delivered = sent_by(home.store, home.settings)
    assert [(one.recipient, one.state) for one in delivered] == [(NORTH, "sent"), (SOUTH, "sent")]
    assert sorted(path.name for path in home.settings.outbox.iterdir()) == [
        f"weekly_2026-11-20_{reader}.{ending}" for reader in (NORTH, SOUTH) for ending in ("eml", "html")
    ]
    message = message_to(home, NORTH)
    assert (home.settings.outbox / f"weekly_2026-11-20_{NORTH}.eml").read_bytes() == message.message
    assert b"<html" in (home.settings.outbox / f"weekly_2026-11-20_{NORTH}.html").read_bytes()
    assert (message.state, message.attempts, message.sent_at) == ("sent", 1, NOW)
    assert message.reason is not None
    assert str(home.settings.outbox) in message.reason


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
        left = server_pause(home.store, server_name(settings), now)
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
    assert pause_in_words(home.store, settings, NOW) is None
    with home.store.engine.connect() as connection:
        assert connection.execute(select(MailServer.name)).all() == []


def test_a_token_that_is_refused_or_missing_is_nobodys_attempt_and_is_not_told(home: Home) -> None:
    mailbox = TokenMailbox("good")
    with mail_server(mailbox, None) as port:
        by_token = by_smtp(home, port).model_copy(update={"smtp_auth": "xoauth2", "smtp_username": MAILBOX})
        for number, command in enumerate(("echo hush", "false")):
            settings = by_token.model_copy(update={"smtp_token_command": command})
            (one,) = sent_by(home.store, settings, NOW + number * timedelta(hours=1), at_once=True)
            assert one.state == "queued"
            assert "hush" not in one.detail
            assert "HOTSPOTS_SMTP_" in one.detail
        assert {message_to(home, reader).attempts for reader in (NORTH, SOUTH)} == {0}
        settings = by_token.model_copy(update={"smtp_token_command": "echo good"})
        assert [one.state for one in sent_by(home.store, settings, at_once=True)] == ["sent", "sent"]
    assert (len(mailbox.arrived), mailbox.passwords) == (2, 0)


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


def test_every_change_of_state_is_kept_with_who_made_it(home: Home) -> None:
    answers = iter(["451 4.7.1 come again", "250 OK"])
    mailbox = Mailbox(rcpt=lambda address: next(answers) if address == NORTH else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings)
        sent_by(home.store, settings, NOW + MINUTE)
    message = message_to(home, NORTH)
    assert message.id is not None
    events = history(home.store, message.id)
    assert [(one.from_state, one.to_state, one.at) for one in events] == [
        ("queued", "sending", NOW),
        ("sending", "queued", NOW),
        ("queued", "sending", NOW + MINUTE),
        ("sending", "sent", NOW + MINUTE),
    ]
    assert {one.by for one in events} == {f"{socket.gethostname()}:{os.getpid()}"}
    assert [one.reason for one in events][1] == "at RCPT: 451 4.7.1 come again"


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
    assert switch_off_reason(settings) is not None
    assert sent_by(home.store, settings) == []
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}
    home.settings.mail_off_file.unlink(missing_ok=True)
    assert switch_off_reason(home.settings) is None
    assert [one.state for one in sent_by(home.store, home.settings)] == ["sent", "sent"]


def test_mail_that_is_switched_off_in_the_middle_of_a_round_stops_after_the_message_on_its_way(home: Home) -> None:
    mailbox = Mailbox(data=lambda: home.settings.mail_off_file.touch() or "250 2.0.0 queued")
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    assert states(home) == {NORTH: "sent", SOUTH: "queued"}
