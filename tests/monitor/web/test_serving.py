"""Several processes behind one port: any of them answers any request, and one that dies is replaced."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from monitor.web.serving import AT_ONCE, make_warm_app

from ..conftest import Home
from .conftest import NOW, PEOPLE, listening, token_in


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The numbers of the processes that serve: children other than the one that keeps house for the library."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not done():
        assert time.monotonic() < until
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz").status_code == 200
    except httpx2.TransportError:
        return False


@pytest.fixture
def serving(home: Home) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program with two workers, and its address."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", str(port), "--workers", "2"],
        env={**os.environ, **home.environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers in /proc")
def test_any_worker_answers_any_request_and_one_that_dies_is_replaced(
    serving: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = serving
    wait_for(lambda: answers(address))
    with httpx2.Client() as browser:
        form = {"csrf": token_in(browser.get(f"{address}/sign-in").text), "email": "north@example.org", "next": "/"}
        assert browser.post(f"{address}/sign-in", data=form).status_code == 303

    def opens_start_page() -> bool:
        # A new connection each time, so that either worker may take it.
        with httpx2.Client(cookies=browser.cookies) as again:
            return again.get(f"{address}/").status_code == 200

    assert all(opens_start_page() for _ in range(10))
    counted = re.search(r'route="/",status="200"} (\d+)', httpx2.get(f"{address}/metrics").text)
    assert counted is not None
    assert float(counted[1]) == 10

    first = workers_of(process)
    assert len(first) == 2
    os.kill(first[0], signal.SIGKILL)
    wait_for(lambda: len(workers_of(process)) == 2 and first[0] not in workers_of(process))
    assert opens_start_page()

    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert not answers(address)


def test_a_process_answers_a_few_requests_at_once_and_all_in_the_end(home: Home) -> None:
    app = make_warm_app(home.settings, lambda: NOW, "127.0.0.1")
    at_work: list[int] = []
    most: list[int] = []

    @app.get("/slow")
    def slow() -> str:
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.3)
        at_work.pop()
        return "done"

    with listening(app) as address, ThreadPoolExecutor(3 * AT_ONCE) as readers:
        asked = [readers.submit(httpx2.get, f"{address}/slow", timeout=60) for _ in range(3 * AT_ONCE)]
        assert {one.result().status_code for one in asked} == {200}
    assert max(most) == AT_ONCE
