"""A real mail server, spoken by hand, that misbehaves as servers do and keeps what it truly accepted."""

import random
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from enum import StrEnum

HOST = "127.0.0.1"
CRLF = b"\r\n"


class Turn(StrEnum):
    """How the server treats one message offered to it."""

    TAKES = "takes it"
    DEFERS = "450 at RCPT"
    REFUSES = "550 at RCPT"
    SHUTS_DOWN = "421 at RCPT"
    DEFERS_DATA = "450 at DATA"
    DEFERS_MESSAGE = "450 at the final dot"
    REFUSES_MESSAGE = "550 at the final dot"
    SHUTS_DOWN_AT_THE_DOT = "421 at the final dot"
    IS_SILENT_AT_RCPT = "says nothing to RCPT"
    IS_SILENT_AT_DATA = "says nothing to DATA"
    CLOSES_IN_THE_MESSAGE = "closes before the final dot"
    CLOSES_AND_LOSES = "closes after the final dot, and has not accepted it"
    TAKES_AND_CLOSES = "closes after the final dot, and has accepted it"
    TAKES_AND_IS_SILENT = "says nothing after the final dot, and has accepted it"


class Greeting(StrEnum):
    """How the server treats a connection."""

    WELCOMES = "220"
    IS_BUSY = "421 at the greeting"
    CLOSES = "closes at the greeting"
    IS_SILENT = "says nothing at the greeting"
    SHUTS_DOWN_AT_MAIL = "421 at MAIL"


ACCEPTED = (Turn.TAKES, Turn.TAKES_AND_CLOSES, Turn.TAKES_AND_IS_SILENT)
_REPLY_TO_RCPT = {
    Turn.DEFERS: b"450 4.2.0 try again later",
    Turn.REFUSES: b"550 5.1.1 no such reader",
    Turn.SHUTS_DOWN: b"421 4.3.2 shutting down",
}
_REPLY_TO_THE_DOT = {
    Turn.TAKES: b"250 2.0.0 accepted",
    Turn.DEFERS_MESSAGE: b"450 4.3.0 try again later",
    Turn.REFUSES_MESSAGE: b"550 5.7.1 not wanted",
    Turn.SHUTS_DOWN_AT_THE_DOT: b"421 4.3.2 shutting down",
}


@dataclass(frozen=True)
class Accepted:
    """A message the server has taken on itself to deliver, whatever it answered."""

    recipient: str
    message_id: str
    content: bytes


class MailServer:
    """A server whose moods are drawn from a seed; ``turn_of`` and ``greeting_of`` may be changed at any time."""

    def __init__(self, seed: int, always: dict[str, Turn] | None = None) -> None:
        self.always = always or {}
        self.seed = seed
        self.accepted: list[Accepted] = []
        self.turns: Counter[str] = Counter()
        self.commands = 0
        self.moody = True
        self.at_the_dot: Callable[[str], None] = lambda recipient: None
        self._offered: Counter[str] = Counter()
        self._connections = 0
        self._change = threading.Condition()

    def heard(self) -> None:
        with self._change:
            self.commands += 1
            self._change.notify_all()

    def wait_for_commands(self, count: int, patience: float) -> None:
        """Wait until so many commands have come in all, or none has for ``patience`` seconds."""
        with self._change:
            while self.commands < count:
                if not self._change.wait(patience):
                    return

    def greeting(self) -> Greeting:
        with self._change:
            self._connections += 1
            chance = random.Random(f"{self.seed} connection {self._connections}")
            weights = (0.96, 0.01, 0.01, 0.01, 0.01)
            found = chance.choices(list(Greeting), weights)[0] if self.moody else Greeting.WELCOMES
            self.turns[found] += 1
            return found

    def turn(self, recipient: str) -> Turn:
        with self._change:
            self._offered[recipient] += 1
            chance = random.Random(f"{self.seed} {recipient} {self._offered[recipient]}")
            weights = [0.50, 0.08, 0.03, 0.02, 0.04, 0.04, 0.02, 0.02, 0.02, 0.02, 0.04, 0.05, 0.08, 0.04]
            found = self.always.get(recipient)
            if found is None:
                found = chance.choices(list(Turn), weights)[0] if self.moody else Turn.TAKES
            self.turns[found] += 1
            return found

    def accept(self, recipient: str, content: bytes) -> None:
        with self._change:
            self.accepted.append(Accepted(recipient, message_from_bytes(content)["Message-ID"], content))

    @contextmanager
    def running(self) -> Iterator[int]:
        """The port it listens on."""

        class Handler(socketserver.StreamRequestHandler):
            def handle(handler) -> None:  # noqa: N805
                with suppress(OSError, EOFError):
                    _Conversation(self, handler.connection).hold()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        with Server((HOST, 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield server.server_address[1]
            finally:
                server.shutdown()
                thread.join()


class _Conversation:
    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.lines = connection.makefile("rb")

    def hold(self) -> None:
        greeting = self.server.greeting()
        if greeting is Greeting.CLOSES:
            return
        if greeting is Greeting.IS_SILENT:
            self.be_silent()
        if greeting is Greeting.IS_BUSY:
            self.say(b"421 4.3.2 too busy")
            return
        self.say(b"220 mail.test ESMTP")
        turn, recipient = Turn.TAKES, ""
        while command := self.hear():
            verb = command[:4].upper()
            if verb == b"EHLO":
                self.say(b"250-mail.test\r\n250 SIZE 10000000")
            elif verb == b"MAIL" and greeting is Greeting.SHUTS_DOWN_AT_MAIL:
                self.say(b"421 4.3.2 shutting down")
                return
            elif verb == b"RCPT":
                recipient = command.partition(b"<")[2].partition(b">")[0].decode()
                turn = self.server.turn(recipient)
                if turn is Turn.IS_SILENT_AT_RCPT:
                    self.be_silent()
                self.say(_REPLY_TO_RCPT.get(turn, b"250 OK"))
                if turn is Turn.SHUTS_DOWN:
                    return
            elif verb == b"DATA":
                if turn is Turn.IS_SILENT_AT_DATA:
                    self.be_silent()
                if turn is Turn.DEFERS_DATA:
                    self.say(b"450 4.3.0 try again later")
                elif not self.take(turn, recipient):
                    return
            elif verb == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 OK")

    def take(self, turn: Turn, recipient: str) -> bool:
        """The message itself; whether the conversation goes on."""
        self.say(b"354 go ahead")
        content = []
        while (line := self.lines.readline()) != b".\r\n":
            if not line.endswith(CRLF):
                raise EOFError
            if turn is Turn.CLOSES_IN_THE_MESSAGE and len(content) > 40:
                return False
            content.append(line.removeprefix(b"."))
        self.server.heard()
        if turn in ACCEPTED:
            self.server.accept(recipient, b"".join(content))
        self.server.at_the_dot(recipient)
        if turn is Turn.TAKES_AND_IS_SILENT:
            self.be_silent()
        if turn not in _REPLY_TO_THE_DOT:
            return False
        # As long as a scanner may take: a sender killed now has sent a message it knows nothing of.
        time.sleep(0.005)
        self.say(_REPLY_TO_THE_DOT[turn])
        return turn is not Turn.SHUTS_DOWN_AT_THE_DOT

    def hear(self) -> bytes:
        line = self.lines.readline()
        if line:
            self.server.heard()
        return line

    def say(self, line: bytes) -> None:
        self.connection.sendall(line + CRLF)

    def be_silent(self) -> None:
        """Say nothing until the other side has gone."""
        while self.lines.readline():
            pass
        raise EOFError
