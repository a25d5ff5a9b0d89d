"""Send stored bytes to one recipient by SMTP, and report the outcome exactly."""

import base64
import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

from alerts.addresses import address_fault
from monitor.mail.log_in.access_token import NoToken
from monitor.mail.log_in.tokens import AccessTokens
from monitor.mail.log_in.xoauth2 import NOT_ACCEPTED, LogInRefused, log_in_with_token
from tiering.faults import ConfigFault

Tls = Literal["starttls", "implicit", "none"]

# A server may scan a message before it answers the final dot. Waiting costs time; giving up leaves it in doubt.
_PATIENCE_FOR_THE_ANSWER = 5
_SECONDS_TO_SAY_GOODBYE = 5.0
_LONGEST_LINE = 998
_LONGEST_DETAIL = 300
_START_INPUT = 354
# Replies about this connection or its log-in, after whichever command they come: shutting down, authentication.
_OF_THE_TRANSPORT = (421, 530, 534, 535, 538)
_MAIL_ADDRESS = re.compile(r"[^\s<>@,;:()\"/]+@[^\s<>@,;:()\"/]+")
_IDENTIFIER = re.compile(r"(?<!\w)(?:[A-Z]\d{6}|[A-Z]\d{4}[A-Z]{2}|(?:\d{2}|\d{4})/\d{1,7}[A-Z])(?!\w)", re.IGNORECASE)


class SendOutcome(StrEnum):
    """The outcome of one message, or of one test of the connection."""

    SENT = "sent"
    REFUSED_RECIPIENT = "refused_recipient"
    DEFERRED_RECIPIENT = "deferred_recipient"
    TRANSPORT = "transport"
    IN_DOUBT = "in_doubt"
    CONNECTED = "connected"


@dataclass(frozen=True)
class SendResult:
    """An outcome, and the server's reply on one line."""

    outcome: SendOutcome
    detail: str


@dataclass(frozen=True)
class SmtpServer:
    """The mail server; raises ConfigFault with every setting that cannot be used.

    timeout: seconds to wait for one reply. The answer to a whole message may take five times as long.
    ca_file: the only trusted certificates; None for those of the system.
    tokens: to log in with an access token (XOAUTH2) and never with a password; None to log in with the password.
    """

    host: str
    port: int
    tls: Tls = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 30.0
    tokens: AccessTokens | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        faults = list(_server_faults(self))
        if faults:
            raise ConfigFault(faults)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def send(
    server: SmtpServer, sender: str, recipient: str, message: bytes, before_data: Callable[[], None]
) -> SendResult:
    """Hand one message to the server for one recipient; the bytes arrive as they are.

    before_data: called once, when the recipient is accepted and nothing of the message has left. If it raises, nothing
        is sent and the exception goes on.

    Nothing else is raised, whatever the server, the network or the message does: the result reports it.
    """
    if fault := _message_fault(message):
        return _result(SendOutcome.REFUSED_RECIPIENT, f"not sent: the message {fault}")
    if fault := address_fault(recipient):
        return _result(SendOutcome.REFUSED_RECIPIENT, f"not sent: the recipient's address {fault}")
    if fault := address_fault(sender):
        return _result(SendOutcome.TRANSPORT, f"HOTSPOTS_MAIL_FROM {fault}")
    try:
        client = _open(server)
    except (OSError, ValueError) as error:
        return _result(SendOutcome.TRANSPORT, f"{server}: {_words(server, error)}")
    try:
        refused = _offer(client, sender, recipient, message)
        if refused:
            return refused
        before_data()
        refused = _hand_over(client, message)
        return refused or _answer(client, server.timeout * _PATIENCE_FOR_THE_ANSWER)
    finally:
        _hang_up(client, server.timeout)


def check_connection(server: SmtpServer) -> SendResult:
    """Connect, secure the connection, log in and send nothing.

    Returns the outcome ``connected``, or ``transport`` with the reason.
    """
    try:
        client = _open(server)
    except (OSError, ValueError) as error:
        return _result(SendOutcome.TRANSPORT, f"{server}: {_words(server, error)}")
    secured = client.sock.version() if isinstance(client.sock, ssl.SSLSocket) else "no encryption"
    _hang_up(client, server.timeout)
    return _result(
        SendOutcome.CONNECTED, f"{server}: {secured}, {'logged in' if server.username else 'without log-in'}"
    )


def mask_reply(text: str, recipient: str = "") -> str:
    """Mask addresses, and what looks like a CRN, NOMS or PNC number, so that a reply may be stored and logged.

    A server may quote both the recipient and the message in its refusal.
    """
    if recipient:
        text = re.sub(re.escape(recipient), "(address)", text, flags=re.IGNORECASE)
    return _IDENTIFIER.sub("(identifier)", _MAIL_ADDRESS.sub("(address)", text))


def _server_faults(server: SmtpServer) -> Iterator[str]:
    if not server.host.strip():
        yield "HOTSPOTS_SMTP_HOST: is empty; write the name of the mail server"
    if not 0 < server.port <= 65535:
        yield f"HOTSPOTS_SMTP_PORT: {server.port} is not a port; write 587 for starttls, 465 for implicit"
    if server.tls not in get_args(Tls):
        yield f"HOTSPOTS_SMTP_TLS: {server.tls} is not one of {', '.join(get_args(Tls))}"
    if server.tls == "none" and not _is_loopback(server.host):
        yield f"HOTSPOTS_SMTP_TLS: none is for this machine only, not for {server.host}; write starttls or implicit"
    if server.tokens is None and bool(server.username) != bool(server.password):
        yield "HOTSPOTS_SMTP_USERNAME: and HOTSPOTS_SMTP_PASSWORD go together; write both or neither"
    if not f"{server.username}{server.password}".isascii():
        yield "HOTSPOTS_SMTP_PASSWORD: the log-in carries plain ASCII only; choose another user name or password"
    if server.timeout <= 0:
        yield f"timeout: {server.timeout} must be above 0 seconds"
    if server.ca_file is not None:
        try:
            _context(server.ca_file)
        except OSError as error:
            yield f"HOTSPOTS_SMTP_CA_FILE: {server.ca_file} cannot be read as certificates (PEM): {error}"


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _message_fault(message: bytes) -> str | None:
    """Why SMTP could not carry these bytes unchanged; a lone CR or LF could even hide a second message in the first."""
    if re.search(rb"\r(?!\n)|(?<!\r)\n|\0", message) or not message.endswith(b"\r\n"):
        return "has a line that does not end in CR LF, or a NUL"
    if max(map(len, message.split(b"\r\n"))) > _LONGEST_LINE:
        return f"has a line of more than {_LONGEST_LINE} bytes"
    return None


def _own_name() -> str:
    """The name of this machine for EHLO, without a query to a name server, which can take seconds."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else "[127.0.0.1]"


def _open(server: SmtpServer) -> smtplib.SMTP:
    """Open a connection, encrypted, verified and logged in as the settings say; raises OSError or ValueError."""
    if server.tokens is None:
        return _connect(server)
    try:
        return _connect(server, server.tokens.current())
    except LogInRefused as refusal:
        if refusal.code != NOT_ACCEPTED:
            raise
    # The token may have ended early or been withdrawn: once, a new one on a new connection.
    return _connect(server, server.tokens.renew())


def _connect(server: SmtpServer, token: str | None = None) -> smtplib.SMTP:
    if server.tls == "implicit":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, _own_name(), timeout=server.timeout, context=_context(server.ca_file)
        )
    else:
        client = smtplib.SMTP(server.host, server.port, _own_name(), timeout=server.timeout)
    try:
        _greet(client)
        if server.tls == "starttls":
            client.starttls(context=_context(server.ca_file))
            _greet(client)
        if token is not None:
            log_in_with_token(client, server.username or "", token)
        elif server.username and server.password:
            client.login(server.username, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _greet(client: smtplib.SMTP) -> None:
    code, text = client.ehlo()
    if not _accepts(code):
        raise smtplib.SMTPHeloError(code, text)


def _accepts(code: int) -> bool:
    return 200 <= code < 300


def _offer(client: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> SendResult | None:
    """Send MAIL and RCPT; None if the server takes this message for this recipient."""
    options = [f"SIZE={len(message)}"] if client.has_extn("size") else []
    if not message.isascii():
        if not client.has_extn("8bitmime"):
            return _result(
                SendOutcome.TRANSPORT, "the server does not offer 8BITMIME: the bytes could not arrive unchanged"
            )
        options.append("BODY=8BITMIME")
    try:
        code, text = client.mail(sender, options)
        if not _accepts(code):
            return _result(SendOutcome.TRANSPORT, f"at MAIL: {_reply(code, text)}")
        code, text = client.rcpt(recipient)
    except OSError as error:
        return _result(SendOutcome.TRANSPORT, f"before DATA: {error}")
    return None if _accepts(code) else _refusal("RCPT", code, text)


def _hand_over(client: smtplib.SMTP, message: bytes) -> SendResult | None:
    """Send DATA and the message up to the final dot, without which no server may deliver it; None if all has left."""
    try:
        if client.sock is not None:
            # Otherwise the final dot, a packet of its own, waits 40 ms for the acknowledgement of the message.
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code, text = client.docmd("DATA")
        if code != _START_INPUT:
            return _refusal("DATA", code, text)
        client.send(re.sub(rb"(?m)^\.", b"..", message))
    except OSError as error:
        return _result(SendOutcome.TRANSPORT, f"before the final dot: {error}")
    return None


def _answer(client: smtplib.SMTP, patience: float) -> SendResult:
    """Send the final dot and read the server's answer; without a clear answer the message is in doubt."""
    try:
        if client.sock is not None:
            client.sock.settimeout(patience)
        client.send(b".\r\n")
        code, text = client.getreply()
    except OSError as error:
        return _result(SendOutcome.IN_DOUBT, f"no answer after the final dot: {error}")
    if _accepts(code):
        return _result(SendOutcome.SENT, _reply(code, text))
    if 400 <= code < 600:
        return _refusal("the final dot", code, text)
    return _result(SendOutcome.IN_DOUBT, f"no clear answer after the final dot: {_reply(code, text)}")


def _refusal(command: str, code: int, text: bytes) -> SendResult:
    """Decide whose fault a refusal is: this recipient's, for good or for now, or the transport's."""
    detail = f"at {command}: {_reply(code, text)}"
    if code in _OF_THE_TRANSPORT or not 400 <= code < 600:
        return _result(SendOutcome.TRANSPORT, detail)
    return _result(SendOutcome.DEFERRED_RECIPIENT if code < 500 else SendOutcome.REFUSED_RECIPIENT, detail)


def _hang_up(client: smtplib.SMTP, timeout: float) -> None:
    """Send QUIT as a courtesy: the answer stands, whatever happens to the connection."""
    with contextlib.suppress(OSError):
        if client.sock is not None:
            client.sock.settimeout(min(timeout, _SECONDS_TO_SAY_GOODBYE))
        client.quit()
    client.close()


def _reply(code: int, text: bytes) -> str:
    return f"{code} {text.decode('utf-8', 'replace')}"


def _result(outcome: SendOutcome, detail: str) -> SendResult:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in detail).split())
    return SendResult(outcome, line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 1] + "…")


def _words(server: SmtpServer, error: Exception) -> str:
    """Say what went wrong, without the log-in, which some servers repeat."""
    if isinstance(error, smtplib.SMTPResponseException):
        raw = error.smtp_error
        words = _reply(error.smtp_code, raw if isinstance(raw, bytes) else raw.encode())
    elif isinstance(error, NoToken):
        words = f"no access token: {error}"
    else:
        words = str(error) or type(error).__name__
    plain = f"\0{server.username}\0{server.password}"
    for secret in (server.password, _base64(server.password or ""), _base64(plain)):
        words = words.replace(secret, "***") if secret else words
    return words


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
