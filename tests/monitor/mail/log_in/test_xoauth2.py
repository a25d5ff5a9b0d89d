"""The log-in with a token at a real server, and at servers of few words."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.mail.log_in.xoauth2 import LogInRefused, log_in_with_token

from ..test_smtp import HOST, Script
from .servers import MAILBOX, TokenMailbox, mail_server

EHLO = "250-mail.test\r\n250 AUTH PLAIN XOAUTH2"


@contextmanager
def connected(port: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(HOST, port, "[127.0.0.1]", timeout=5) as client:
        client.ehlo()
        yield client


def refusal(**answers: str) -> tuple[LogInRefused, list[str]]:
    script = Script(EHLO=EHLO, **answers)
    with script.serving() as port, connected(port) as client, pytest.raises(LogInRefused) as raised:
        log_in_with_token(client, MAILBOX, "eyJ0.token")
    return raised.value, script.commands


def test_a_good_token_of_any_length_opens_the_mailbox() -> None:
    token = "e" * 4000
    mailbox = TokenMailbox(token)
    with mail_server(mailbox, None) as port, connected(port) as client:
        log_in_with_token(client, MAILBOX, token)
    assert mailbox.shown == [(MAILBOX, token, False)]


def test_a_challenge_is_answered_with_an_empty_line_and_its_words_are_told() -> None:
    mailbox = TokenMailbox()
    with mail_server(mailbox, None) as port, connected(port) as client, pytest.raises(LogInRefused) as raised:
        log_in_with_token(client, MAILBOX, "eyJ0.hush")
    assert mailbox.answers == [b"\r\n"]
    said = str(raised.value)
    assert raised.value.code == 535
    assert "535" in said
    assert "(status 401, schemes bearer, scope https://outlook.example/.default, token ***)" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("challenge", "told"),
    [("", ""), ("not-base64!", ""), ("bm90IGpzb24=", " (not json)"), ("W10=", " ([])"), ("/w==", " (\ufffd)")],
)
def test_a_challenge_of_another_kind_is_answered_all_the_same(challenge: str, told: str) -> None:
    mailbox = TokenMailbox(challenge=challenge)
    with mail_server(mailbox, None) as port, connected(port) as client, pytest.raises(LogInRefused) as raised:
        log_in_with_token(client, MAILBOX, "eyJ0.hush")
    assert mailbox.answers == [b"\r\n"]
    assert str(raised.value).endswith(f"invalid{told}")


def test_a_refusal_without_a_challenge_keeps_its_number() -> None:
    refused, commands = refusal(AUTH="535 5.7.3 Authentication unsuccessful eyJ0.token")
    assert refused.code == 535
    assert str(refused).endswith("It says: 535 5.7.3 Authentication unsuccessful ***")
    assert commands == ["EHLO", "AUTH", "QUIT"]


def test_a_refusal_for_now_keeps_its_number() -> None:
    assert refusal(AUTH="454 4.7.0 later")[0].code == 454


def test_a_server_without_the_mechanism_gets_nothing_else() -> None:
    mailbox = TokenMailbox("eyJ0.token")
    refused = pytest.raises(LogInRefused, match="does not offer XOAUTH2, only LOGIN PLAIN")
    with mail_server(mailbox, None, with_tokens=False) as port, connected(port) as client, refused as raised:
        log_in_with_token(client, MAILBOX, "eyJ0.token")
    assert raised.value.code == 0
    assert (mailbox.shown, mailbox.passwords) == ([], 0)
