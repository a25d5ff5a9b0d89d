"""Trial copies: what is due goes to the operator's address, and the real reader's message waits untouched."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from monitor.mail.outbox import messages
from monitor.mail.sender import Delivery
from monitor.mail.trial_copies import queue_copies
from monitor.settings import Settings
from tiering.faults import ConfigFault

from ..conftest import AS_AT, NOW, PEOPLE, Home
from .mailbox import NORTH, SOUTH, Mailbox, by_smtp, message_to, sent_by, serving, write_people

pytestmark = pytest.mark.both_databases
ME = "me@example.org"


def redirected(home: Home, settings: Settings, address: str = ME) -> list[Delivery]:
    return [*queue_copies(home.store, settings, address, NOW), *sent_by(home.store, settings, copies_to=address)]


def test_every_digest_that_is_due_goes_to_the_address_and_still_to_its_reader_later(home: Home) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        assert [(one.recipient, one.state) for one in redirected(home, settings)] == [(ME, "sent")] * 2
        assert (message_to(home, NORTH).state, message_to(home, NORTH).claims) == ("queued", 0)
        assert [(one.recipient, one.state) for one in sent_by(home.store, settings)] == [
            (NORTH, "sent"),
            (SOUTH, "sent"),
        ]
    assert [recipient for recipient, _ in mailbox.arrived] == [ME, ME, NORTH, SOUTH]


def test_a_copy_says_for_whom_it_is_and_is_the_same_in_everything_else(home: Home) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        redirected(home, by_smtp(home, port))
    original = message_to(home, NORTH)
    copy, real = (message_from_bytes(raw, policy=policy.default) for raw in (mailbox.arrived[0][1], original.message))
    assert copy["Subject"] == f"[for {NORTH}] {real['Subject']}"
    assert copy.get_all("To") == [ME]
    assert copy["Message-ID"] != real["Message-ID"]
    changed = {"Subject", "To", "Message-ID"}
    assert [one for one in copy.items() if one[0] not in changed] == [
        one for one in real.items() if one[0] not in changed
    ]
    assert mailbox.arrived[0][1].partition(b"\r\n\r\n")[2] == original.message.partition(b"\r\n\r\n")[2]


def test_asking_twice_sends_one_copy_and_another_address_gets_its_own(home: Home) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        redirected(home, settings)
        assert redirected(home, settings) == []
        redirected(home, settings, "you@example.org")
    assert [recipient for recipient, _ in mailbox.arrived] == [ME, ME, "you@example.org", "you@example.org"]


def test_a_copy_that_was_refused_for_now_has_a_state_of_its_own(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if address == ME else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        redirected(home, settings)
        sent_by(home.store, settings)
    by_state = {
        (one.recipient, one.redirected_from is not None): one.state for one in messages(home.store, as_at=AS_AT)
    }
    assert by_state == {(ME, True): "queued", (NORTH, False): "sent", (SOUTH, False): "sent"}


def test_a_digest_that_may_not_go_is_not_copied_either(home: Home) -> None:
    write_people(home, "\n".join(line for line in PEOPLE.splitlines() if "north@" not in line))
    mailbox = Mailbox()
    with serving(mailbox) as port:
        told = redirected(home, by_smtp(home, port))
    assert [(one.recipient, one.state) for one in told] == [(NORTH, "suppressed"), (ME, "sent")]
    assert message_to(home, NORTH).state == "queued"
    assert len(mailbox.arrived) == 1


@pytest.mark.parametrize(
    ("address", "domains", "fault"),
    [
        ("me@elsewhere.org", (), "elsewhere.org is not one of the domains example.org of the people file"),
        (
            "me@example.org",
            ("example.com",),
            "example.org is not one of the domains example.com of HOTSPOTS_MAIL_DOMAINS",
        ),
        ("me@example.org, you@example.org", (), "is not one plain address"),
        ("me@example.org\r\nBcc: x@example.org", (), "line break"),
    ],
)
def test_an_address_mail_may_not_go_to_is_refused(
    home: Home, address: str, domains: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(ConfigFault, match=fault):
        redirected(home, home.with_settings(mail_domains=domains), address)
    assert len(messages(home.store, as_at=AS_AT)) == 2


def test_a_copy_that_still_waits_is_not_copied_itself(home: Home) -> None:
    mailbox = Mailbox(rcpt=lambda address: "451 4.7.1 come again" if address == ME else "250 OK")
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        redirected(home, settings)
        list(queue_copies(home.store, settings, "you@example.org", NOW + timedelta(minutes=2)))
    real = {message_to(home, NORTH).id, message_to(home, SOUTH).id}
    assert {one.redirected_from for one in messages(home.store) if one.recipient == "you@example.org"} == real
