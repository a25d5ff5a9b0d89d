"""The final bytes of a mail."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import cache

import pytest

from alerts.digest.digest import write_digest
from alerts.digest.message.mime import EmailContent, compose, readdress
from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from tests.alerts.pictures import london
from tests.alerts.reading import parts_of

SENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MESSAGE_ID = "<weekly.2026-11-20.1@example.org>"


@cache
def digest() -> EmailContent:
    return write_digest(london(), ReaderScope("area", "N", "North London"), "Director North", DigestSettings())


def composed(**given: object) -> bytes:
    settings: dict[str, object] = {
        "digest": digest(),
        "sender": "Workload hotspots <hotspots@example.org>",
        "recipient": "north@example.org",
        "message_id": MESSAGE_ID,
        "sent_date": SENT,
        "reason": "director of North London",
    }
    return compose(**settings | given)  # type: ignore[arg-type]


def test_the_headers_say_what_it_is_and_ask_for_no_answer() -> None:
    mail = message_from_bytes(composed(), policy=policy.SMTP)
    assert mail["From"] == "Workload hotspots <hotspots@example.org>"
    assert mail.get_all("To") == ["north@example.org"]
    assert mail["Subject"] == digest().subject
    assert mail["Date"] == "Mon, 23 Nov 2026 06:00:00 +0000"
    assert mail["Message-ID"] == MESSAGE_ID
    assert mail["List-Id"] == "Weekly workload digest <weekly-digest.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN"
    assert mail["X-Digest-Reason"] == "director of North London"
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


def test_text_comes_first_and_the_pictures_belong_to_the_html() -> None:
    mail = message_from_bytes(composed(), policy=policy.SMTP)
    shape = [part.get_content_type() for part in mail.walk()]
    assert shape == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert not list(mail.iter_attachments()) or all(
        part.get_content_disposition() == "inline" for part in mail.walk() if part.get_content_maintype() == "image"
    )


def test_words_and_pictures_come_out_as_they_went_in() -> None:
    parts = parts_of(composed())
    assert parts["text/plain"].get_content().replace("\r\n", "\n") == digest().text
    assert parts["text/html"].get_content().replace("\r\n", "\n").rstrip("\n") == digest().html.rstrip("\n")
    content_id = parts["image/png"]["Content-ID"].strip("<>")
    assert parts["image/png"].get_content() == digest().images[content_id]
    assert f'src="cid:{content_id}"' in digest().html


def test_the_same_digest_gives_the_same_bytes_and_another_message_another_boundary() -> None:
    assert composed() == composed()
    other = composed(message_id="<other@example.org>")
    boundaries = [message_from_bytes(raw, policy=policy.SMTP).get_boundary() for raw in (composed(), other)]
    assert boundaries[0] != boundaries[1]


def test_the_bytes_pass_every_server_unchanged() -> None:
    raw = composed()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.count(b"MIME-Version") == 1
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.endswith(b"\r\n")


def test_a_digest_stays_within_its_budget() -> None:
    assert len(composed()) <= 200_000
    assert len(digest().html.encode()) <= 60_000
    assert all(len(png) <= 30_000 for png in digest().images.values())
    assert len(digest().subject) <= 90


def test_a_digest_without_pictures_is_text_and_html() -> None:
    plain = replace(digest(), images={}, html="<p>No pictures</p>")
    mail = message_from_bytes(composed(digest=plain), policy=policy.SMTP)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00"])
@pytest.mark.parametrize("field", ["subject", "sender", "recipient", "reason", "message_id"])
def test_a_line_break_in_a_header_is_refused(field: str, line_break: str) -> None:
    evil = f"north@example.org{line_break}Bcc: everybody@example.org"
    change = {"digest": replace(digest(), subject=evil)} if field == "subject" else {field: evil}
    with pytest.raises(ValueError, match="line break"):
        composed(**change)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"recipient": "a@example.org, b@example.org"}, "not one plain address"),
        ({"recipient": ""}, "not one plain address"),
        ({"message_id": "no-brackets@example.org"}, "message id"),
        ({"sent_date": datetime(2026, 11, 23)}, "time zone"),  # noqa: DTZ001
        ({"digest": EmailContent("s" * 151, "", "<p>x</p>", "x")}, "more than 150 characters"),
    ],
)
def test_what_cannot_be_sent_as_it_stands_is_refused(given: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        composed(**given)


def test_a_trial_copy_goes_to_somebody_else_says_for_whom_it_was_and_is_otherwise_the_same() -> None:
    raw, subject = readdress(composed(), "me@example.org", "<copy.1@example.org>")
    assert subject == f"[for north@example.org] {digest().subject}"
    before, after = (message_from_bytes(one, policy=policy.SMTP) for one in (composed(), raw))
    assert dict(after.items()) == dict(before.items()) | {
        "To": "me@example.org",
        "Subject": subject,
        "Message-ID": "<copy.1@example.org>",
    }
    assert raw.partition(b"\r\n\r\n")[2] == composed().partition(b"\r\n\r\n")[2]
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("recipient", "message_id"),
    [
        ("me@example.org\r\nBcc: you@example.org", "<copy@example.org>"),
        ("me@example.org, you@example.org", "<copy@example.org>"),
        ("me@example.org", "copy@example.org"),
        ("me@example.org", "<copy@example.org>\r\nBcc: you@example.org"),
    ],
)
def test_a_trial_copy_to_what_is_not_one_address_is_refused(recipient: str, message_id: str) -> None:
    with pytest.raises(ValueError, match=r"line break|not one plain address|not of the form"):
        readdress(composed(), recipient, message_id)


def test_answers_go_to_the_contact_if_there_is_one() -> None:
    mail = message_from_bytes(composed(reply_to="performance@example.org"), policy=policy.SMTP)
    assert mail["Reply-To"] == "performance@example.org"
    assert message_from_bytes(composed(), policy=policy.SMTP)["Reply-To"] is None


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "A Person <a@example.org>", "a@b@example.org"]
)
def test_an_address_for_answers_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="the address for answers"):
        composed(reply_to=address)
