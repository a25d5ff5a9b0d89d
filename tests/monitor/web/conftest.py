"""The pages over a little service of two areas, and browsers that have signed in."""

import asyncio
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import anyio.to_thread
import httpx2
import pytest
import starlette.testclient
import uvicorn
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import delete
from sqlmodel import col
from starlette.testclient import TestClient

from alerts.people import load_people
from monitor.snapshots.tables import ArchivedFrame
from monitor.web.app import make_app
from monitor.web.auth.permissions import Visibility
from monitor.web.dependencies import Reader
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.server import OPTIONS

from ..conftest import Home, HomeLike, Template, _leave_out_settings, copy_service, home_in, shared_folder
from ..databases import SqliteFiles
from .next_week import take_three_kinds_of_change

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HERE = "http://127.0.0.1:8000"
PEOPLE = """\
people:
  - {email: north@example.org, name: Director North, role: director, area: N, digest: weekly}
  - {email: south@example.org, name: Director South, role: director, area: S, digest: weekly}
  - {email: aco1@example.org, name: First Chief, role: aco, cluster: C1}
  - {email: aco2@example.org, name: Second Chief, role: aco, cluster: C2}
  - {email: spo1@example.org, name: Spo of Office, role: spo, office: O1}
  - {email: spo2@example.org, name: Spo of Team, role: spo, teams: [T1]}
  - {email: spo3@example.org, name: Spo of Both, role: spo, teams: [T3, T4]}
  - {email: officer@example.org, name: An Officer, role: offender_manager, om_code: M1}
  - {email: officer5@example.org, name: Another Officer, role: offender_manager, om_code: M5}
  - {email: planner@example.org, name: A Planner, role: planner, area: all}
  - {email: planner.south@example.org, name: South Planner, role: planner, area: S}
  - {email: operator@example.org, name: On Call, role: operator}
"""

SignIn = Callable[[str], TestClient]
ReaderAs = Callable[..., Reader]


class InPlace:
    """Answers a browser in the thread that asks: handing a request to two threads and back costs as much as a page.

    What is asked from another thread, in pieces or while an answer is being made goes to an event loop with threads of
    its own, as in the service. So does everything in ``tests/monitor/web/test_serving.py`` and ``tests/browser``.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.get_ident()

    def asks(self, in_the_service: Callable[..., Any]) -> Callable[..., Any]:
        """How a browser asks: in this event loop where that can be."""

        def ask(transport: Any, request: httpx2.Request) -> httpx2.Response:
            elsewhere = threading.get_ident() != self._thread or self._loop.is_running()
            if elsewhere or not isinstance(request.stream, httpx2.AsyncByteStream):
                return cast(httpx2.Response, in_the_service(transport, request))
            inner = httpx2.ASGITransport(
                transport.app, transport.raise_server_exceptions, transport.root_path, transport.client
            )
            return self._loop.run_until_complete(answer(inner, request))

        async def answer(inner: httpx2.ASGITransport, request: httpx2.Request) -> httpx2.Response:
            answered = await inner.handle_async_request(request)
            return httpx2.Response(answered.status_code, headers=answered.headers, content=await answered.aread())

        return ask

    def runs(self, in_a_thread: Callable[..., Any]) -> Callable[..., Any]:
        """How a function is run that would otherwise wait for a thread: at once in this event loop."""

        async def run(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
            if asyncio.get_running_loop() is self._loop:
                return function(*arguments)
            return await in_a_thread(function, *arguments, **options)

        return run

    def answers(self, browser: TestClient, addresses: Sequence[str]) -> list[httpx2.Response]:
        """The answers to many addresses, one asked after the other."""

        async def ask_all() -> list[httpx2.Response]:
            transport = httpx2.ASGITransport(browser.app, client=("127.0.0.1", 50000))
            async with httpx2.AsyncClient(transport=transport, base_url=HERE, cookies=browser.cookies) as asking:
                return [await asking.get(address) for address in addresses]

        return self._loop.run_until_complete(ask_all())

    def close(self) -> None:
        """Ends the event loop."""
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


@pytest.fixture(scope="session", autouse=True)
def in_place() -> Iterator[InPlace]:
    """Lets every browser ask in the same event loop; left to itself, it starts one with a thread for each address."""
    with start_blocking_portal() as portal, closing(InPlace()) as in_place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        transport = starlette.testclient._TestClientTransport
        patch.setattr(transport, "handle_request", in_place.asks(transport.handle_request))
        patch.setattr(anyio.to_thread, "run_sync", in_place.runs(anyio.to_thread.run_sync))
        # Each request looks whether another kind of event loop runs: to find that it is not installed takes half as
        # long as a refusal.
        if find_spec("sniffio") is None:
            patch.setitem(sys.modules, "sniffio", None)
        yield in_place


def browser_at(app: FastAPI, address: str = HERE, client: str = "127.0.0.1") -> TestClient:
    """A browser on this machine, or elsewhere."""
    return TestClient(app, base_url=address, client=(client, 50000))


def token_in(page: str) -> str:
    """The secret that a form carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in(app: FastAPI, name: str) -> TestClient:
    """A browser in which a person of the people file has signed in."""
    browser = browser_at(app)
    form = {"csrf": token_in(browser.get("/sign-in").text), "email": f"{name}@example.org", "next": "/"}
    assert browser.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    return browser


def served(home: Home, now: datetime = NOW, host: str = "127.0.0.1", **change: Any) -> FastAPI:
    """The pages of a home with some settings changed, at some time."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    settings = home.with_settings(**{"base_url": "https://hotspots.example.org", **change})
    return make_app(settings, home.store, lambda: now, host)


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address at which an application is served on this machine, as ``hotspots serve`` does it."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, **OPTIONS | {"log_level": "error"}))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def copied(template: Template, folder: Path) -> Iterator[Home]:
    """A copy of a template with people of every role, for the tests of a module that change nothing in it."""
    databases = SqliteFiles()
    like = template.url_of(databases)
    copy_service(template.folder_of(databases), folder)
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        made = home_in(folder, PEOPLE, databases.copy(folder / "var" / "hotspots.db", like))
        yield made
    made.store.engine.dispose()


@pytest.fixture(scope="module")
def service(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Three weekly snapshots and people of every role; nothing in it is changed."""
    with copied(_three_weeks, tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(scope="session")
def _week_later(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(shared_folder(tmp_path_factory, "week_later"), take_three_kinds_of_change, _three_weeks)


@pytest.fixture(scope="module")
def week_later(_week_later: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A fourth week, in which a case ended, one changed its tier and one its team; nothing in it is changed."""
    with copied(_week_later, tmp_path_factory.mktemp("week_later")) as made:
        yield made


@pytest.fixture
def own_week_later(_week_later: Template, home_like: HomeLike) -> Home:
    """The same, to change at will."""
    return home_like(_week_later)


@pytest.fixture(scope="module")
def pages(service: Home) -> FastAPI:
    return make_app(service.settings, service.store, lambda: NOW)


@pytest.fixture(scope="module")
def signed_in(pages: FastAPI) -> SignIn:
    """The browser of a person, signed in once."""
    browsers: dict[str, TestClient] = {}

    def of(name: str) -> TestClient:
        if name not in browsers:
            browsers[name] = sign_in(pages, name)
        return browsers[name]

    return of


@pytest.fixture(scope="module")
def reader_as(service: Home) -> ReaderAs:
    """A reader of the newest snapshot, with the words of a query."""
    return partial(reader_of_newest, service)


def reader_of_newest(home: Home, name: str, **query: str) -> Reader:
    """A reader of the newest snapshot of a home, with the words of a query."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    snapshots, people = SnapshotCache(home.store), load_people(home.settings.people_file, ())
    week = snapshots.week()
    assert week is not None
    person = next(person for person in people if person.email == f"{name}@example.org")
    sight = Visibility(person, week.places)
    return Reader(snapshots, week, snapshots.before(week), sight, query, "/here", home.settings.config, "/here")


def remove_report(home: Home) -> None:
    """Make the newest snapshot one from before there were intake reports."""
    remove_frames(home, "intake")


def remove_frames(home: Home, *names: str) -> None:
    """Make the newest snapshot one from before there were frames of these names."""
    frames = delete(ArchivedFrame).where(col(ArchivedFrame.snapshot_id) == home.newest.id)
    with home.store.engine.begin() as connection:
        connection.execute(frames.where(col(ArchivedFrame.name).in_(names)))
