"""Limits on what one client can hold open, in connections and in time."""

import socket
import time

import httpx2
import pytest
from fastapi import FastAPI

from monitor.web import server

from .conftest import listening


def hung_up(connection: socket.socket, within: float = 20.0) -> bool:
    """Whether the server ends a connection in that time; by default well beyond the five seconds of its keep-alive."""
    connection.settimeout(within)
    try:
        while connection.recv(1000):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: ",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 100\r\n\r\ncsrf=",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HT",
    ],
)
def test_a_connection_whose_request_does_not_come_is_closed(
    sent: bytes, pages: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "ARRIVES_WITHIN", 0.2)
    with listening(pages) as address, socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as slow:
        slow.sendall(sent)
        assert hung_up(slow)
    assert "Traceback" not in caplog.text


def test_a_request_that_has_come_has_all_the_time_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ARRIVES_WITHIN", 0.2)
    app = FastAPI()

    def slow() -> str:
        time.sleep(0.6)
        return "done"

    app.add_api_route("/slow", slow)
    with listening(app) as address, httpx2.Client() as client:
        for _ in range(2):
            assert client.get(f"{address}/slow").json() == "done"


def test_more_connections_than_the_limit_are_closed_at_once_and_the_others_answered(
    pages: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    with listening(pages) as address:
        port = int(address.rpartition(":")[2])
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", port)) as one_more:
            assert hung_up(one_more)
        held[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert held[0].recv(100).startswith(b"HTTP/1.1 200")
        held[1].close()
        time.sleep(0.2)
        assert httpx2.get(f"{address}/healthz").status_code == 200
        for one in held:
            one.close()


def test_the_limit_leaves_half_of_the_open_files_to_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = iter([(256, 256), (1 << 20, 1 << 20), (server.resource.RLIM_INFINITY, 0)])
    monkeypatch.setattr(server.resource, "getrlimit", lambda _: next(allowed))
    assert [server.most_connections() for _ in range(3)] == [128, 400, 400]


def test_headers_without_an_end_are_refused(pages: FastAPI) -> None:
    with (
        listening(pages) as address,
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (server.HEADER_BYTES + 1))
        assert client.recv(100).startswith(b"HTTP/1.1 4")
