"""A real S3 server as a process of its own, and a line to it that can be cut."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BUCKET = "hotspots"
LOG_IN = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}
"""A log-in that no file of this machine changes. With one attempt, no test waits for a server that is gone."""


@contextmanager
def s3_server() -> Iterator[str]:
    """Run a server with the empty bucket, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        endpoint = f"http://127.0.0.1:{port}"
        ask_server("PUT", f"{endpoint}/{BUCKET}")
        yield endpoint
    finally:
        server.kill()
        server.wait()


def ask_server(method: str, url: str, body: bytes = b"") -> bytes:
    """What the server answers to a request without a log-in."""
    plain = {"Content-Type": "application/octet-stream"}
    with urllib.request.urlopen(urllib.request.Request(url, body, plain, method=method)) as answer:
        content: bytes = answer.read()
    return content


def _wait_for(port: int) -> None:
    for _ in range(1200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"no server at port {port} after a minute")


class Line:
    """Passes bytes on between its own address and a server until it is cut; then no one answers until it is mended.

    cuts_at: bytes that cut the line when they are sent, such as the name of a request; None for a line that holds.
    """

    def __init__(self, endpoint: str) -> None:
        host, _, port = endpoint.removeprefix("http://").partition(":")
        self._server = host, int(port)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts_at: bytes | None = None
        self.is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        while self._open:
            _close(self._open.pop())

    def mend(self) -> None:
        self.cuts_at, self.is_cut = None, False

    def close(self) -> None:
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self._server)
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65_536):
                if self.cuts_at is not None and self.cuts_at in content:
                    # Half of what was sent still arrives.
                    sink.sendall(content[: len(content) // 2])
                    self.cut()
                    return
                sink.sendall(content)
        _close(source)
        _close(sink)


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
