"""The heartbeat: called once after each good week whose mail has gone, with a real server to call."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col

from monitor.operations.heartbeat import NoAnswer, beat_if_due, call
from monitor.operations.run_ledger import HEARTBEAT, last_run
from monitor.operations.weekly_run import run_if_due
from monitor.snapshots.mail_tables import OutboxMessage

from ..conftest import Home

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
WEEK = "2026-W48"


@dataclass
class Listener:
    """A server that notes every call and answers with ``status``, after ``seconds``, or with a ``location``."""

    port: int
    status: int = 200
    seconds: float = 0
    location: str = ""
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ping/1c7e"


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A server of this machine, over TLS where there is a context."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listener.calls.append(self.path)
            listener.bodies.append(str(self.headers).encode())
            time.sleep(listener.seconds)
            moved = listener.location and not self.path.endswith("/moved")
            self.send_response(302 if moved else listener.status)
            if moved:
                self.send_header("Location", listener.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    listener = Listener(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with serving() as listener:
        yield listener


def week_done(home: Home, url: str) -> None:
    """The week of the newest snapshot is done, and its two digests are queued."""
    home.settings = home.with_settings(source=str(Path(home.extract).parent), heartbeat_url=SecretStr(url))
    run_if_due(home.store, home.settings, lambda: MONDAY)


def set_mail(home: Home, state: str, recipient: str | None = None) -> None:
    change = update(OutboxMessage).where(col(OutboxMessage.period) == home.newest.as_at)
    if recipient is not None:
        change = change.where(col(OutboxMessage.recipient) == recipient)
    with home.store.engine.begin() as connection:
        connection.execute(change.values(state=state))


def beat(home: Home, after: timedelta = timedelta()) -> str | None:
    return beat_if_due(home.store, home.settings, lambda: MONDAY + after)


def test_it_is_called_once_when_the_week_is_stored_and_its_mail_has_gone(home: Home, listener: Listener) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    assert beat(home) == WEEK
    assert listener.calls == ["/ping/1c7e"]
    assert beat(home, timedelta(minutes=15)) is None
    assert len(listener.calls) == 1
    run = last_run(home.store, WEEK, HEARTBEAT)
    assert run is not None
    assert (run.status, run.message) == ("done", "called")


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "in_doubt", "suppressed"])
def test_it_is_not_called_while_one_digest_has_not_gone(home: Home, listener: Listener, state: str) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    set_mail(home, state, "north@example.org")
    assert beat(home) is None
    assert listener.calls == []
    set_mail(home, "superseded", "north@example.org")
    assert beat(home) == WEEK


def test_a_digest_without_news_holds_nothing_back(home: Home, listener: Listener) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    set_mail(home, "nothing_new", "north@example.org")
    assert beat(home) == WEEK


def test_a_trial_copy_that_did_not_go_holds_nothing_back(home: Home, listener: Listener) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    set_mail(home, "failed", "north@example.org")
    with home.store.engine.begin() as connection:
        connection.execute(update(OutboxMessage).where(col(OutboxMessage.state) == "failed").values(redirected_from=1))
    assert beat(home) == WEEK


def test_it_is_not_called_for_a_week_that_has_not_been_done(home: Home, listener: Listener, tmp_path: Path) -> None:
    home.settings = home.with_settings(source=str(tmp_path), heartbeat_url=SecretStr(listener.url))
    set_mail(home, "sent")
    assert beat(home) is None
    run_if_due(home.store, home.settings, lambda: MONDAY)
    assert beat(home) is None
    assert listener.calls == []


def test_nobody_is_called_where_no_url_is_set(home: Home, listener: Listener) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    home.settings = home.with_settings(heartbeat_url=None)
    assert beat(home) is None
    assert listener.calls == []


def test_a_call_that_fails_is_on_record_and_made_again(home: Home, listener: Listener) -> None:
    week_done(home, listener.url)
    set_mail(home, "sent")
    listener.status = 503
    assert beat(home) is None
    run = last_run(home.store, WEEK, HEARTBEAT)
    assert run is not None
    assert (run.status, run.message) == ("failed", "answered 503")
    done = last_run(home.store, WEEK)
    assert done is not None
    assert done.status == "done"
    listener.status = 204
    assert beat(home, timedelta(minutes=15)) == WEEK
    assert len(listener.calls) == 2


def test_nothing_goes_with_the_call_but_the_url(listener: Listener) -> None:
    call(listener.url)
    (headers,) = listener.bodies
    names = [line.partition(b":")[0].lower() for line in headers.splitlines() if line]
    assert sorted(names) == [b"accept-encoding", b"connection", b"host", b"user-agent"]
    assert b"user-agent: hotspots\n" in headers.lower()


def test_a_redirection_is_followed_on_the_same_host_only(listener: Listener) -> None:
    listener.location = "/ping/moved"
    call(listener.url)
    assert listener.calls == ["/ping/1c7e", "/ping/moved"]
    for elsewhere in (f"http://localhost:{listener.port}/moved", "http://127.0.0.2/moved", "file:///etc/hostname"):
        listener.location = elsewhere
        with pytest.raises(NoAnswer, match=r"redirection to another host|HTTPError|answered 302|URLError"):
            call(listener.url)
    assert listener.calls[2:] == ["/ping/1c7e"] * 3


@pytest.mark.parametrize("status", [404, 500])
def test_an_answer_that_says_no_is_no_answer(listener: Listener, status: int) -> None:
    listener.status = status
    with pytest.raises(NoAnswer, match=f"answered {status}"):
        call(listener.url)


def test_a_server_that_hangs_is_not_waited_for(listener: Listener) -> None:
    listener.seconds = 1
    with pytest.raises(NoAnswer, match="timed out") as raised:
        call(listener.url, seconds=0.1)
    assert "1c7e" not in str(raised.value)


def test_a_proxy_that_is_set_never_gets_a_call_to_this_machine(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    call(listener.url)
    assert listener.calls == ["/ping/1c7e"]


def test_a_certificate_that_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as listener:
        url = listener.url.replace("http:", "https:")
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            call(url)
        assert listener.calls == []
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        call(url)
        assert listener.calls == ["/ping/1c7e"]
