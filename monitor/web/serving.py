"""Serve the pages: one process, or several behind one port."""

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from tempfile import TemporaryDirectory
from typing import Final

import uvicorn
from anyio import to_thread
from fastapi import FastAPI
from pydantic import SecretStr
from uvicorn.supervisors.multiprocess import Multiprocess

from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.web.app import make_app
from monitor.web.read_model.warm_up import WarmUp
from monitor.web.server import OPTIONS

HEALTH_SECONDS: Final = 60
"""How long a process may give no sign of life before another takes its place; preparing a national week takes long."""

AT_ONCE: Final = 4
"""Requests that one process answers at the same time, while others wait their turn.

One process makes pages one after another, however many threads it has. With forty, a large page waits for every small
one that comes after it: twenty readers of a national week who never paused got 122 pages a second, and 95 of 100 within
430 ms; with four it was 139 a second and 372 ms.
"""


def serve(settings: Settings, clock: Callable[[], datetime], host: str, port: int, workers: int) -> None:
    """Serve the pages until a polite signal ends it.

    * clock: gives the time; with several workers a function that other processes can import.
    * workers: processes behind the one port. Each reads for itself; sessions, plans and the access log are in the
      database, so any of them can answer any request.

    Raises ConfigFault if people cannot sign in like this at that address, before any process is started.
    """
    if workers == 1:
        uvicorn.run(make_warm_app(settings, clock, host), host=host, port=port, **OPTIONS)
        return
    if settings.session_secret is None:
        settings = settings.model_copy(update={"session_secret": SecretStr(secrets.token_urlsafe(32))})
    make_app(settings, Store(settings.database_url, settings.archive, settings.alternatives), clock, host)
    with TemporaryDirectory(prefix="hotspots-metrics-") as counts:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        app = partial(make_warm_app, settings, clock, host)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            factory=True,
            workers=workers,
            timeout_worker_healthcheck=HEALTH_SECONDS,
            **OPTIONS,
        )
        _Supervisor(config, sockets=[config.bind_socket()]).run()


def make_warm_app(settings: Settings, clock: Callable[[], datetime], host: str) -> FastAPI:
    """Make the application, with the newest snapshot prepared in the background for as long as it serves."""
    store = Store(settings.database_url, settings.archive, settings.alternatives)
    app = make_app(settings, store, clock, host)
    own_lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(given: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
        with WarmUp(app.state.service.snapshots):
            async with own_lifespan(given):
                yield
        store.engine.dispose()

    app.router.lifespan_context = lifespan
    return app


class _Supervisor(Multiprocess):
    """Starts the processes, and a new one in the place of one that ended."""

    def handle_hup(self) -> None:
        """End, as one process does when its terminal is gone."""
        self.handle_term()
