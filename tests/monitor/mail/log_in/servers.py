"""A mail server that takes access tokens, and a token endpoint, both real and on this machine."""

import asyncio
import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from ..real_server import HOST, on_a_port

MAILBOX = "hotspots@example.org"
CHALLENGE = {"status": "401", "schemes": "bearer", "scope": "https://outlook.example/.default"}


class TokenMailbox:
    """Accepts messages from a client with a valid token; records log-ins and the answers to its challenge."""

    def __init__(self, *good: str, challenge: str | None = None) -> None:
        self.good = set(good)
        self.challenge = challenge
        self.shown: list[tuple[str, str, bool]] = []
        self.answers: list[bytes] = []
        self.passwords = 0
        self.arrived: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802
        user, bearer, *ends = base64.b64decode(words[1]).decode().split("\1")
        token = bearer.removeprefix("auth=Bearer ")
        assert ends == ["", ""]
        assert server.transport is not None
        secure = server.transport.get_extra_info("ssl_object") is not None
        self.shown.append((user.removeprefix("user="), token, secure))
        if token in self.good:
            return AuthResult(success=True, handled=False)
        words_of_it = json.dumps(CHALLENGE | {"token": token}).encode()
        await server.push(f"334 {base64.b64encode(words_of_it).decode() if self.challenge is None else self.challenge}")
        self.answers.append(await server._reader.readline())
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.arrived.append(envelope.content)
        return "250 2.0.0 queued"

    def take_password(self, *_: object) -> AuthResult:
        """What the server does with a log-in by password: it lets anyone in, and notes that it was tried."""
        self.passwords += 1
        return AuthResult(success=True, handled=False)


class _LongLines(SMTP):
    """Tokens are longer than the lines of RFC 5321, so RFC 4954 gives AUTH longer ones."""

    line_length_limit = 12_288

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.command_size_limits["AUTH"] = self.line_length_limit


@contextmanager
def mail_server(mailbox: TokenMailbox, tls: ssl.SSLContext | None, *, with_tokens: bool = True) -> Iterator[int]:
    """The port of a server that wants STARTTLS and then a log-in; without ``tls`` it wants neither."""

    def connection(loop: asyncio.AbstractEventLoop) -> SMTP:
        return _LongLines(
            mailbox,
            loop=loop,
            hostname="mail.test",
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=tls is not None,
            auth_require_tls=tls is not None,
            authenticator=mailbox.take_password,
            auth_exclude_mechanism=() if with_tokens else ("XOAUTH2",),
        )

    with on_a_port(connection) as port:
        yield port


@dataclass
class Endpoint:
    """A token endpoint: its answers in turn, the last one repeated, and the forms that it received."""

    url: str
    answers: list[Any]
    status: int = 200
    pieces: int = 2
    pause: float = 0.0
    location: str = ""
    forms: list[dict[str, list[str]]] = field(default_factory=list)


@contextmanager
def token_endpoint(*answers: Any, context: ssl.SSLContext | None = None, **given: Any) -> Iterator[Endpoint]:
    """A server on this machine; an answer is an object for JSON, or bytes, and goes in pieces with pauses between."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            words = self.rfile.read(int(self.headers["Content-Length"])).decode()
            endpoint.forms.append(parse_qs(words))
            answer = endpoint.answers.pop(0) if len(endpoint.answers) > 1 else endpoint.answers[0]
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(endpoint.status)
            if endpoint.location:
                self.send_header("Location", endpoint.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            size = len(body) // endpoint.pieces + 1
            for start in range(0, len(body), size):
                self.wfile.write(body[start : start + size])
                time.sleep(endpoint.pause)

        def log_message(self, *words: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that gives up is what some of the tests are about."""

    server = Server((HOST, 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    endpoint = Endpoint(f"{scheme}://{HOST}:{server.server_address[1]}/token", list(answers), **given)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
