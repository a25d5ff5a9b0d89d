"""Carrying stored bytes: what arrives, what is refused, and what stays in doubt."""

import asyncio
import base64
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.mail import smtp
from monitor.mail.log_in.access_token import TokenSource
from monitor.mail.log_in.client_credentials import ClientCredentials
from monitor.mail.log_in.token_command import TokenCommand
from monitor.mail.log_in.tokens import AccessTokens
from monitor.mail.smtp import SendOutcome, SendResult, SmtpServer, mask_reply
from tiering.faults import ConfigFault

from .log_in.servers import MAILBOX, TokenMailbox, mail_server, token_endpoint
from .real_server import HOST, on_a_port

SENDER = "hotspots@example.org"
RECIPIENT = "north@example.org"
MESSAGE = (
    b"Subject: Three of your six clusters\r\n\r\n.\r\n..\r\n.a line that starts with a dot\r\n" + b"x" * 998 + b"\r\n"
)
EIGHT_BIT = "Subject: Money\r\n\r\n£5 ½ and a café\r\n".encode()
CLOSE = "hang up"
SILENCE = "say nothing more"
LATE = "250 after some thought"


def nothing() -> None:
    """What a caller does before DATA who keeps no books."""


class Mailbox:
    """Keeps what arrives, or answers as told."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 2.0.0 queued as 4711") -> None:
        self.rcpt = rcpt
        self.data = data
        self.arrived: list[Envelope] = []
        self.commands: list[str] = []
        self.options: list[str] = []
        self.secure: list[bool] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.options = options
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands.append("RCPT")
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.commands.append("DATA")
        self.secure.append(server.transport is not None and bool(server.transport.get_extra_info("ssl_object")))
        self.arrived.append(envelope)
        return self.data


def knows_the_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, log_in: LoginPassword
) -> AuthResult:
    return AuthResult(success=(log_in.login, log_in.password) == (b"hotspots", b"right"), handled=False)


@contextmanager
def serving(
    mailbox: Mailbox,
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    log_in: bool = False,
) -> Iterator[int]:
    """The port of a real server on a loop of its own."""

    def connection(loop: asyncio.AbstractEventLoop) -> SMTP:
        authenticator = knows_the_password if log_in else None
        return SMTP(
            mailbox,
            loop=loop,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=log_in,
            authenticator=authenticator,
        )

    with on_a_port(connection, implicit) as port:
        yield port


class Script:
    """A server of few words: one answer a command from a table; it notes every command."""

    def __init__(self, **answers: str) -> None:
        self.answers = {
            "GREETING": "220 mail.test",
            "EHLO": "250-mail.test\r\n250 8BITMIME",
            "DATA": "354 go on",
            "QUIT": "221 bye",
        } | answers
        self.commands: list[str] = []

    @contextmanager
    def serving(self) -> Iterator[int]:
        with socket.create_server((HOST, 0)) as listener:
            thread = threading.Thread(target=self._serve, args=(listener,))
            thread.start()
            try:
                yield listener.getsockname()[1]
            finally:
                thread.join(5)

    def _serve(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        # A client that hangs up in the middle is what some of the tests are about.
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            told = self._tell(connection, "GREETING")
            while told and (line := lines.readline()):
                command = line.split()[0].decode("ascii", "replace").upper()
                self.commands.append(command)
                told = self._tell(connection, command)
                if told and command == "DATA" and self.answers["DATA"].startswith("354"):
                    while line not in (b".\r\n", b""):
                        line = lines.readline()
                    self.commands.append("DOT")
                    told = self._tell(connection, "DOT")

    def _tell(self, connection: socket.socket, command: str) -> bool:
        answer = self.answers.get(command, "250 OK")
        if answer == SILENCE:
            while connection.recv(4096):
                pass
        if answer == LATE:
            time.sleep(0.5)
        if answer in (CLOSE, SILENCE):
            return False
        connection.sendall(f"{answer}\r\n".encode())
        return True


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def certificate(authority: trustme.CA, name: str = HOST) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def plain(port: int, timeout: float = 5.0) -> SmtpServer:
    return SmtpServer(HOST, port, "none", timeout=timeout)


def send(server: SmtpServer, message: bytes = MESSAGE, before_data: Callable[[], None] = nothing) -> SendResult:
    return smtp.send(server, SENDER, RECIPIENT, message, before_data)


def scripted(timeout: float = 5.0, **answers: str) -> tuple[SendResult, list[str]]:
    """What becomes of a message, and the commands the server saw."""
    script = Script(**answers)
    with script.serving() as port:
        result = send(plain(port, timeout))
    return result, script.commands


def test_the_bytes_arrive_as_they_are_over_starttls(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, starttls=certificate(authority)) as port:
        result = send(SmtpServer(HOST, port, "starttls", ca_file=ca_file, timeout=5))
    assert result == SendResult(SendOutcome.SENT, "250 2.0.0 queued as 4711")
    (envelope,) = mailbox.arrived
    assert envelope.original_content == MESSAGE
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [RECIPIENT])
    assert mailbox.secure == [True]


def test_the_bytes_arrive_as_they_are_over_implicit_tls(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, implicit=certificate(authority)) as port:
        result = send(SmtpServer(HOST, port, "implicit", ca_file=ca_file, timeout=5))
    assert result.outcome is SendOutcome.SENT
    assert [envelope.original_content for envelope in mailbox.arrived] == [MESSAGE]
    assert mailbox.secure == [True]


def test_eight_bit_bytes_arrive_as_they_are_and_are_announced() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        assert send(plain(port), EIGHT_BIT).outcome is SendOutcome.SENT
    assert mailbox.arrived[0].original_content == EIGHT_BIT
    assert mailbox.options == [f"SIZE={len(EIGHT_BIT)}", "BODY=8BITMIME"]


def test_a_message_that_starts_with_a_dot_arrives_as_it_is() -> None:
    mailbox = Mailbox()
    message = b".Subject: a dot\r\n\r\n.\r\n"
    with serving(mailbox) as port:
        assert send(plain(port), message).outcome is SendOutcome.SENT
    assert mailbox.arrived[0].original_content == message


def test_eight_bit_bytes_are_not_given_to_a_server_that_might_change_them() -> None:
    script = Script(EHLO="250 mail.test")
    with script.serving() as port:
        result = send(plain(port), EIGHT_BIT)
    assert result.outcome is SendOutcome.TRANSPORT
    assert "8BITMIME" in result.detail
    assert script.commands == ["EHLO", "QUIT"]


def test_the_books_are_kept_once_after_the_recipient_is_accepted_and_before_data() -> None:
    script = Script()
    with script.serving() as port:
        result = send(plain(port), before_data=lambda: script.commands.append("books"))
    assert result.outcome is SendOutcome.SENT
    assert script.commands == ["EHLO", "MAIL", "RCPT", "books", "DATA", "DOT", "QUIT"]


def test_nothing_is_sent_when_the_books_cannot_be_kept() -> None:
    script = Script()

    def lost() -> None:
        raise LookupError("another sender holds this mail")

    with script.serving() as port, pytest.raises(LookupError, match="another sender"):
        send(plain(port), before_data=lost)
    assert script.commands == ["EHLO", "MAIL", "RCPT", "QUIT"]


@pytest.mark.parametrize(
    ("answers", "outcome", "books"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, SendOutcome.REFUSED_RECIPIENT, 0),
        ({"RCPT": "452 4.2.2 mailbox full"}, SendOutcome.DEFERRED_RECIPIENT, 0),
        ({"RCPT": "421 4.3.2 shutting down"}, SendOutcome.TRANSPORT, 0),
        ({"RCPT": "530 5.7.0 log in first"}, SendOutcome.TRANSPORT, 0),
        ({"RCPT": CLOSE}, SendOutcome.TRANSPORT, 0),
        ({"MAIL": "550 5.7.1 not you"}, SendOutcome.TRANSPORT, 0),
        ({"MAIL": "451 4.3.0 later"}, SendOutcome.TRANSPORT, 0),
        ({"EHLO": "502 what"}, SendOutcome.TRANSPORT, 0),
        ({"GREETING": "421 too busy"}, SendOutcome.TRANSPORT, 0),
        ({"GREETING": "554 go away"}, SendOutcome.TRANSPORT, 0),
        ({"GREETING": "hello there"}, SendOutcome.TRANSPORT, 0),
        ({"GREETING": CLOSE}, SendOutcome.TRANSPORT, 0),
        ({"DATA": "451 4.3.0 later"}, SendOutcome.DEFERRED_RECIPIENT, 1),
        ({"DATA": "554 5.5.1 no"}, SendOutcome.REFUSED_RECIPIENT, 1),
        ({"DATA": "250 what"}, SendOutcome.TRANSPORT, 1),
        ({"DATA": CLOSE}, SendOutcome.TRANSPORT, 1),
        ({"DOT": "451 4.7.1 greylisted"}, SendOutcome.DEFERRED_RECIPIENT, 1),
        ({"DOT": "554 5.6.0 content refused"}, SendOutcome.REFUSED_RECIPIENT, 1),
        ({"DOT": "421 4.3.2 shutting down"}, SendOutcome.TRANSPORT, 1),
        ({"DOT": CLOSE}, SendOutcome.IN_DOUBT, 1),
        ({"DOT": "hello there"}, SendOutcome.IN_DOUBT, 1),
        ({"DOT": "354 what"}, SendOutcome.IN_DOUBT, 1),
        ({"DOT": "250-taken\r\n250 done"}, SendOutcome.SENT, 1),
        ({"DOT": "250 " + "x" * 9000}, SendOutcome.IN_DOUBT, 1),
        ({"QUIT": CLOSE}, SendOutcome.SENT, 1),
        ({"QUIT": "554 no"}, SendOutcome.SENT, 1),
    ],
    ids=lambda value: " ".join(f"{k} {v[:20]}" for k, v in value.items()) if isinstance(value, dict) else None,
)
def test_every_answer_has_its_outcome(answers: dict[str, str], outcome: SendOutcome, books: int) -> None:
    entries: list[None] = []
    script = Script(**answers)
    with script.serving() as port:
        result = send(plain(port), before_data=lambda: entries.append(None))
    assert result.outcome is outcome, result.detail
    assert len(entries) == books
    if not books:
        assert "DATA" not in script.commands


@pytest.mark.parametrize(
    ("silent_at", "outcome"),
    [
        ("GREETING", SendOutcome.TRANSPORT),
        ("RCPT", SendOutcome.TRANSPORT),
        ("DATA", SendOutcome.TRANSPORT),
        ("DOT", SendOutcome.IN_DOUBT),
        ("QUIT", SendOutcome.SENT),
    ],
)
def test_a_server_that_falls_silent_is_not_waited_for_for_ever(silent_at: str, outcome: SendOutcome) -> None:
    started = time.monotonic()
    result, _ = scripted(timeout=0.1, **{silent_at: SILENCE})
    assert result.outcome is outcome
    assert time.monotonic() - started < 4


def test_the_answer_to_a_whole_message_is_waited_for_longer_than_others() -> None:
    assert scripted(timeout=0.2, DOT=LATE)[0].outcome is SendOutcome.SENT
    assert scripted(timeout=0.2, RCPT=LATE)[0].outcome is SendOutcome.TRANSPORT


def test_a_connection_lost_inside_the_message_is_not_in_doubt() -> None:
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 mail.test\r\n")
            for answer in (b"250 mail.test", b"250 OK", b"250 OK", b"354 go on"):
                lines.readline()
                connection.sendall(answer + b"\r\n")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    thread = threading.Thread(target=serve)
    thread.start()
    with listener:
        result = send(plain(listener.getsockname()[1]), b"Subject: long\r\n\r\n" + (b"x" * 900 + b"\r\n") * 20_000)
        thread.join()
    assert result.outcome is SendOutcome.TRANSPORT
    assert "before the final dot" in result.detail


def test_a_real_server_that_refuses_or_defers_the_recipient_gets_no_message() -> None:
    for answer, outcome in (
        ("550 5.1.1 no such user", SendOutcome.REFUSED_RECIPIENT),
        ("452 4.2.2 mailbox full", SendOutcome.DEFERRED_RECIPIENT),
    ):
        mailbox = Mailbox(rcpt=answer)
        with serving(mailbox) as port:
            assert send(plain(port)) == SendResult(outcome, f"at RCPT: {answer}")
        assert mailbox.commands == ["RCPT"]


def test_a_real_server_that_refuses_or_defers_the_message_is_believed() -> None:
    for answer, outcome in (
        ("451 4.7.1 greylisted", SendOutcome.DEFERRED_RECIPIENT),
        ("554 5.6.0 content refused", SendOutcome.REFUSED_RECIPIENT),
    ):
        mailbox = Mailbox(data=answer)
        with serving(mailbox) as port:
            assert send(plain(port)) == SendResult(outcome, f"at the final dot: {answer}")


def test_nobody_listening_is_the_transports_fault() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    result = send(plain(port))
    assert result.outcome is SendOutcome.TRANSPORT
    assert f"{HOST}:{port}" in result.detail


def test_a_host_name_that_cannot_be_one_is_the_transports_fault() -> None:
    result = send(SmtpServer("mail..test", 25, "starttls", timeout=1))
    assert result.outcome is SendOutcome.TRANSPORT


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(tls: smtp.Tls, ca_file: Path) -> None:
    mailbox = Mailbox()
    context = certificate(trustme.CA())
    with serving(mailbox, **{str(tls): context}) as port:  # type: ignore[arg-type]
        result = send(SmtpServer(HOST, port, tls, ca_file=ca_file, timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "certificate verify failed" in result.detail
    assert mailbox.commands == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_host_is_not_trusted(tls: smtp.Tls, authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    context = certificate(authority, "mail.example.org")
    with serving(mailbox, **{str(tls): context}) as port:  # type: ignore[arg-type]
        result = send(SmtpServer(HOST, port, tls, ca_file=ca_file, timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "mismatch" in result.detail
    assert mailbox.commands == []


def test_without_a_ca_file_only_the_systems_authorities_are_trusted(authority: trustme.CA) -> None:
    with serving(Mailbox(), implicit=certificate(authority)) as port:
        result = send(SmtpServer(HOST, port, "implicit", timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "certificate verify failed" in result.detail


def test_tls_older_than_1_2_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    context = certificate(authority)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(Mailbox(), implicit=context) as port:
        result = send(SmtpServer(HOST, port, "implicit", ca_file=ca_file, timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT


@pytest.mark.parametrize(
    "answers",
    [
        {"EHLO": "250-mail.test\r\n250 AUTH PLAIN", "AUTH": "235 welcome"},
        {"EHLO": "250-mail.test\r\n250-AUTH PLAIN\r\n250 STARTTLS", "AUTH": "235 welcome", "STARTTLS": "454 not now"},
    ],
    ids=["not offered", "refused"],
)
def test_a_server_without_starttls_gets_neither_log_in_nor_mail(answers: dict[str, str]) -> None:
    script = Script(**answers)
    with script.serving() as port:
        result = send(SmtpServer(HOST, port, "starttls", "hotspots", "secret", timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert set(script.commands) <= {"EHLO", "STARTTLS"}


def test_a_server_that_speaks_no_tls_is_refused_as_implicit() -> None:
    with Script().serving() as port:
        result = send(SmtpServer(HOST, port, "implicit", timeout=1))
    assert result.outcome is SendOutcome.TRANSPORT


def test_the_log_in_is_made_over_tls(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, starttls=certificate(authority), log_in=True) as port:
        server = SmtpServer(HOST, port, "starttls", "hotspots", "right", ca_file, 5)
        assert send(server).outcome is SendOutcome.SENT
    assert mailbox.commands == ["RCPT", "DATA"]


def test_a_wrong_password_is_the_transports_fault(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, starttls=certificate(authority), log_in=True) as port:
        result = send(SmtpServer(HOST, port, "starttls", "hotspots", "wrong-password", ca_file, 5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "535" in result.detail
    assert "wrong-password" not in result.detail
    assert mailbox.commands == []


def test_a_log_in_that_is_configured_but_not_offered_is_the_transports_fault() -> None:
    script = Script()
    with script.serving() as port:
        result = send(SmtpServer(HOST, port, "none", "hotspots", "secret", timeout=5))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "MAIL" not in script.commands


def test_a_password_that_the_server_repeats_is_not_repeated_to_anybody() -> None:
    token = base64.b64encode(b"\0hotspots\0hush-hush").decode()
    script = Script(EHLO="250-mail.test\r\n250 AUTH PLAIN", AUTH=f"535 hush-hush? no {token}")
    with script.serving() as port:
        server = SmtpServer(HOST, port, "none", "hotspots", "hush-hush", timeout=5)
        result = send(server)
    assert result == SendResult(SendOutcome.TRANSPORT, f"{HOST}:{port}: 535 ***? no ***")
    assert "hush" not in repr(server)


def test_the_servers_words_are_told_on_one_short_line() -> None:
    result, _ = scripted(RCPT="550-5.1.1 no\r\n550-such\x07 user\r\n550 " + "x" * 500)
    assert result.detail.startswith("at RCPT: 550 5.1.1 no such user xxx")
    assert result.detail.isprintable()
    assert len(result.detail) == 300


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: x\n\nbare line feeds\n",
        b"Subject: x\r\n\r\nhidden end\n.\r\nMAIL FROM:<a@b.org>\r\n",
        b"Subject: x\r\n\r\nlone\rreturn\r\n",
        b"Subject: x\r\n\r\nno end",
        b"Subject: x\r\n\r\nnul \0\r\n",
        b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n",
        b"",
    ],
)
def test_bytes_that_would_not_arrive_unchanged_are_not_sent(message: bytes) -> None:
    with socket.create_server((HOST, 0)) as listener:
        result = send(plain(listener.getsockname()[1]), message)
    assert result.outcome is SendOutcome.REFUSED_RECIPIENT
    assert result.detail.startswith("not sent: the message has a line")


@pytest.mark.parametrize("address", ["a@x.org\r\nRCPT TO:<b@x.org>", "a@x.org,b@x.org", "a@x.org> SIZE=1", "ä@x.org"])
def test_an_address_that_holds_more_than_an_address_is_not_used(address: str) -> None:
    with socket.create_server((HOST, 0)) as listener:
        server = plain(listener.getsockname()[1])
        assert smtp.send(server, SENDER, address, MESSAGE, nothing).outcome is SendOutcome.REFUSED_RECIPIENT
        result = smtp.send(server, address, RECIPIENT, MESSAGE, nothing)
    assert result.outcome is SendOutcome.TRANSPORT
    assert result.detail.startswith("HOTSPOTS_MAIL_FROM")


def test_a_connection_is_tried_without_sending(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, starttls=certificate(authority), log_in=True) as port:
        result = smtp.check_connection(SmtpServer(HOST, port, "starttls", "hotspots", "right", ca_file, 5))
    assert result == SendResult(SendOutcome.CONNECTED, f"{HOST}:{port}: TLSv1.3, logged in")
    assert mailbox.commands == []


def test_a_connection_that_fails_says_why() -> None:
    with Script(GREETING="554 go away").serving() as port:
        result = smtp.check_connection(plain(port))
    assert result == SendResult(SendOutcome.TRANSPORT, f"{HOST}:{port}: 554 go away")
    with Script().serving() as port:
        assert smtp.check_connection(plain(port)).detail.endswith("no encryption, without log-in")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"])
def test_mail_may_go_unencrypted_to_this_machine(host: str) -> None:
    assert SmtpServer(host, 25, "none").tls == "none"


@pytest.mark.parametrize(
    "host", ["mail.example.org", "10.0.0.1", "0.0.0.0", "127.0.0.1.example.org", "localhost.example.org", "::"]
)
def test_mail_may_not_go_unencrypted_to_another_machine(host: str) -> None:
    with pytest.raises(ConfigFault, match="none is for this machine only"):
        SmtpServer(host, 25, "none")


def test_every_setting_of_a_server_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    not_pem = tmp_path / "ca.pem"
    not_pem.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(ConfigFault) as caught:
        SmtpServer("", 0, "ssl", "hotspots", None, not_pem, 0)  # type: ignore[arg-type]
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "HOTSPOTS_SMTP_HOST",
        "HOTSPOTS_SMTP_PORT",
        "HOTSPOTS_SMTP_TLS",
        "HOTSPOTS_SMTP_USERNAME",
        "timeout",
        "HOTSPOTS_SMTP_CA_FILE",
    ]
    with pytest.raises(ConfigFault, match="HOTSPOTS_SMTP_CA_FILE"):
        SmtpServer("mail.example.org", 587, ca_file=tmp_path / "absent.pem")
    with pytest.raises(ConfigFault, match="HOTSPOTS_SMTP_PASSWORD"):
        SmtpServer("mail.example.org", 587, username="hotspots", password="pässword")


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("550 5.1.1 <North@Example.org>: no such user", "550 5.1.1 <(address)>: no such user"),
        ("rejected for postmaster@mail.example", "rejected for (address)"),
        ("content: X000123, a1234bc and 08/123456Z", "content: (identifier), (identifier) and (identifier)"),
        ("250 2.0.0 Ok: queued as 4BzT2v3xYz", "250 2.0.0 Ok: queued as 4BzT2v3xYz"),
        ("127.0.0.1:25: Connection refused", "127.0.0.1:25: Connection refused"),
        ("weekly_2026-11-20_north@example.org.eml", "weekly_2026-11-20_(address).eml"),
    ],
)
def test_words_that_are_kept_carry_no_address_and_no_identifier(words: str, masked: str) -> None:
    assert mask_reply(words, "north@example.org") == masked


def with_tokens(
    port: int, ca_file: Path, source: TokenSource, clock: Callable[[], float] = time.monotonic
) -> SmtpServer:
    tokens = AccessTokens(source, clock)
    return SmtpServer(HOST, port, "starttls", MAILBOX, ca_file=ca_file, timeout=5, tokens=tokens)


def credentials(url: str) -> ClientCredentials:
    return ClientCredentials(url, "1c7e", "hush-hush", "https://outlook.example/.default", 2)


def a_token(value: str, seconds: int = 3600) -> dict[str, object]:
    return {"token_type": "Bearer", "access_token": value, "expires_in": seconds}


def test_a_token_opens_the_mailbox_over_tls_and_is_used_again(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = TokenMailbox("good")
    with mail_server(mailbox, certificate(authority)) as port, token_endpoint(a_token("good")) as endpoint:
        server = with_tokens(port, ca_file, credentials(endpoint.url))
        assert [send(server).outcome for _ in range(3)] == [SendOutcome.SENT] * 3
        assert smtp.check_connection(server).detail.endswith("TLSv1.3, logged in")
    assert mailbox.shown == [(MAILBOX, "good", True)] * 4
    assert len(mailbox.arrived) == 3
    assert len(endpoint.forms) == 1
    assert mailbox.passwords == 0


def test_a_token_that_is_about_to_end_is_replaced_before_it_is_shown(authority: trustme.CA, ca_file: Path) -> None:
    mailbox, times = TokenMailbox("first", "second"), [0.0]
    answers = a_token("first"), a_token("second")
    with mail_server(mailbox, certificate(authority)) as port, token_endpoint(*answers) as endpoint:
        server = with_tokens(port, ca_file, credentials(endpoint.url), lambda: times[0])
        for times[0] in (0.0, 3000.0, 3590.0):
            assert send(server).outcome is SendOutcome.SENT
    assert [token for _, token, _ in mailbox.shown] == ["first", "first", "second"]


def test_a_token_that_ended_early_is_replaced_once(authority: trustme.CA, ca_file: Path) -> None:
    mailbox = TokenMailbox("new")
    answers = a_token("withdrawn"), a_token("new")
    with mail_server(mailbox, certificate(authority)) as port, token_endpoint(*answers) as endpoint:
        assert send(with_tokens(port, ca_file, credentials(endpoint.url))).outcome is SendOutcome.SENT
    assert [token for _, token, _ in mailbox.shown] == ["withdrawn", "new"]
    assert mailbox.answers == [b"\r\n"]


def test_a_token_that_stays_refused_is_the_transports_fault_and_no_password_follows(
    authority: trustme.CA, ca_file: Path
) -> None:
    mailbox = TokenMailbox()
    with mail_server(mailbox, certificate(authority)) as port, token_endpoint(a_token("hush-token")) as endpoint:
        server = with_tokens(port, ca_file, credentials(endpoint.url))
        result, checked = send(server), smtp.check_connection(server)
    assert result.outcome is checked.outcome is SendOutcome.TRANSPORT
    assert "the server refuses the token: may this application send" in result.detail
    assert "535" in result.detail
    assert "status 401, schemes bearer" in result.detail
    assert "hush" not in f"{result}{checked}{server!r}"
    # One new token for each try, and no more.
    assert len(mailbox.shown) == 4
    assert (mailbox.passwords, mailbox.arrived) == (0, [])


def test_a_refusal_for_now_asks_for_no_new_token(ca_file: Path) -> None:
    script = Script(EHLO="250-mail.test\r\n250 AUTH XOAUTH2", AUTH="454 4.7.0 later")
    with script.serving() as port, token_endpoint(a_token("good")) as endpoint:
        tokens = AccessTokens(credentials(endpoint.url))
        result = send(SmtpServer(HOST, port, "none", MAILBOX, timeout=5, tokens=tokens))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "454 4.7.0 later" in result.detail
    assert (len(endpoint.forms), script.commands) == (1, ["EHLO", "AUTH"])


@pytest.mark.parametrize("kind", ["down", "slow", "a page", "refused", "command"])
def test_without_a_token_the_server_is_not_asked_and_the_reason_is_told(
    kind: str, authority: trustme.CA, ca_file: Path
) -> None:
    answers: dict[str, object] = {"a page": b"<html></html>", "refused": {"error": "invalid_client"}}
    mailbox = TokenMailbox("good")
    with (
        mail_server(mailbox, certificate(authority)) as port,
        token_endpoint(answers.get(kind, a_token("good")), pause=3.0 * (kind == "slow")) as endpoint,
    ):
        endpoint.status = 401 if kind == "refused" else 200
        url = f"http://{HOST}:1/token" if kind == "down" else endpoint.url
        source: TokenSource = replace(credentials(url), timeout=0.3)
        if kind == "command":
            source = TokenCommand((sys.executable, "-c", "raise SystemExit('hush')"))
        result = send(with_tokens(port, ca_file, source))
    assert result.outcome is SendOutcome.TRANSPORT
    assert result.detail.startswith(f"{HOST}:{port}: no access token: HOTSPOTS_SMTP_TOKEN_")
    assert "hush" not in result.detail
    assert mailbox.shown == []


def test_a_token_is_never_shown_without_tls() -> None:
    with pytest.raises(ConfigFault, match="none is for this machine only"):
        SmtpServer("mail.example.org", 25, "none", MAILBOX, tokens=AccessTokens(credentials("https://a.example/")))
    script = Script(EHLO="250-mail.test\r\n250 AUTH XOAUTH2")
    with script.serving() as port, token_endpoint(a_token("good")) as endpoint:
        tokens = AccessTokens(credentials(endpoint.url))
        result = send(SmtpServer(HOST, port, "starttls", MAILBOX, timeout=5, tokens=tokens))
    assert result.outcome is SendOutcome.TRANSPORT
    assert "AUTH" not in script.commands
