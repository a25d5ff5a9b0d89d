"""For machines that watch the service: is it alive, is it ready, and counts for Prometheus. No figure of a caseload."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from monitor.operations.status import STALE_AFTER_DAYS
from monitor.settings import Settings
from monitor.snapshots.database import HEAD, revision
from monitor.snapshots.reach import OutOfReach, out_of_reach_on_error
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.catalogue import newest_date
from monitor.web.auth.network import client_of, is_forwarded, is_from
from monitor.web.routers.observability.metrics import (
    CONTENT_TYPE,
    CountRequests,
    StoreMetrics,
    Traffic,
    registry_of,
    write_metrics,
)

WATCHED: Final = ("/healthz", "/readyz", "/metrics")
"""Addresses for machines that watch the service."""


@dataclass(frozen=True)
class Readiness:
    """Whether the pages have something to show, and what is wrong if they do not."""

    ready: bool
    database: str
    schema: str | None
    as_at: str | None
    age_days: int | None
    wrong: list[str]


def add_health(
    app: FastAPI,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    stopwatch: Callable[[], float] = time.perf_counter,
) -> None:
    """Add /healthz, /readyz and /metrics, and count every request; call it last, so that nothing is outside."""
    traffic = Traffic()
    registry = registry_of(StoreMetrics(store, clock), traffic)

    def healthz() -> Response:
        return PlainTextResponse("alive\n")

    def readyz(request: Request) -> Response:
        if not _may_watch(request, settings):
            return _refuse()
        state = readiness(store, clock().date())
        return JSONResponse(asdict(state), 200 if state.ready else 503)

    def metrics(request: Request) -> Response:
        if not _may_watch(request, settings):
            return _refuse()
        return Response(write_metrics(registry), media_type=CONTENT_TYPE)

    endpoints: tuple[Callable[..., Response], ...] = (healthz, readyz, metrics)
    for path, endpoint in zip(WATCHED, endpoints, strict=True):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None, include_in_schema=False)
    app.add_middleware(CountRequests, traffic=traffic, stopwatch=stopwatch)


def readiness(store: Store, today: date) -> Readiness:
    """Say whether the database answers, its schema is the program's, and the newest snapshot is not stale."""
    try:
        with out_of_reach_on_error():
            schema, as_at = revision(store.engine), newest_date(store.engine)
    except OutOfReach:
        return Readiness(False, "out of reach", None, None, None, ["the database is out of reach"])
    wrong = []
    if schema != HEAD:
        wrong.append(f"the schema is {schema}, this program has {HEAD}")
    age = None if as_at is None else (today - as_at).days
    if age is None:
        wrong.append("there is no snapshot yet")
    elif age > STALE_AFTER_DAYS:
        wrong.append(f"the last snapshot is {age} days old")
    return Readiness(not wrong, "reachable", schema, None if as_at is None else as_at.isoformat(), age, wrong)


def _may_watch(request: Request, settings: Settings) -> bool:
    """Whether a request comes straight from where one may watch from; what a proxy passes on does not."""
    return is_from(client_of(request), settings.metrics_from) and not is_forwarded(request)


def _refuse() -> Response:
    return PlainTextResponse(
        "This is for this machine only, or for HOTSPOTS_METRICS_FROM, and not through a proxy.\n", 403
    )
