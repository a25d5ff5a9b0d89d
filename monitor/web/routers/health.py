"""For machines that watch the service: is it alive, is it ready, and counts for Prometheus. No figure of a caseload.

The Prometheus text format is three kinds of line and there is one process to count in, so no library writes it.
"""

import math
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from threading import Lock
from typing import Final

import sqlalchemy
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.mail.outbox import STATES
from monitor.operations.status import STALE_AFTER_DAYS
from monitor.operations.weekly_run import JOB
from monitor.settings import Settings
from monitor.snapshots.database import HEAD, revision
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage, Run, Snapshot
from monitor.web.auth.network import client_of, is_forwarded, is_from

EDGES: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds; 0.3 is what every page is to be under."""

WATCHED: Final = ("/healthz", "/readyz", "/metrics")
"""Addresses for machines that watch the service."""

_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_RUN_STATES: Final = ("running", "done", "failed")
_OTHER: Final = "other"

Labels = tuple[tuple[str, str], ...]
Samples = Iterable[tuple[Labels, float]]


@dataclass(frozen=True)
class Readiness:
    """Whether the pages have something to show, and what is wrong where they do not."""

    ready: bool
    database: str
    schema: str | None
    as_at: str | None
    age_days: int | None
    wrong: list[str]


class Traffic:
    """How many requests were answered, how, and how fast; by the template of the address, never by what fills it."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, str, str]] = Counter()
        self._within: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, method: str, template: str, status: int, seconds: float) -> None:
        """Count one answer."""
        with self._lock:
            self._answered[method if method in _METHODS else _OTHER, template, str(status)] += 1
            self._within.setdefault(template, [0] * (len(EDGES) + 1))[bisect_left(EDGES, seconds)] += 1
            self._seconds[template] += seconds  # type: ignore[assignment]

    def lines(self) -> Iterator[str]:
        """Both metrics in the text format."""
        with self._lock:
            answered, seconds = dict(self._answered), dict(self._seconds)
            within = {template: list(counts) for template, counts in self._within.items()}
        labelled = (
            ((("method", method), ("route", template), ("status", status)), float(count))
            for (method, template, status), count in sorted(answered.items())
        )
        yield from _metric("hotspots_http_requests_total", "counter", "Requests answered.", labelled)
        name = "hotspots_http_request_duration_seconds"
        yield f"# HELP {name} Seconds until a request was answered."
        yield f"# TYPE {name} histogram"
        for template, counts in sorted(within.items()):
            route = ("route", template)
            so_far = 0
            for edge, count in zip((*EDGES, math.inf), counts, strict=True):
                so_far += count
                yield _sample(f"{name}_bucket", (route, ("le", _number(edge))), so_far)
            yield _sample(f"{name}_sum", (route,), seconds[template])
            yield _sample(f"{name}_count", (route,), so_far)


class _Counted:
    """Counts every answer that leaves, refused ones too."""

    def __init__(self, app: ASGIApp, traffic: Traffic, stopwatch: Callable[[], float]) -> None:
        self._app = app
        self._traffic = traffic
        self._stopwatch = stopwatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = self._stopwatch(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._traffic.count(scope["method"], _template(scope), status, self._stopwatch() - began)


def add_health(
    app: FastAPI,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    stopwatch: Callable[[], float] = time.perf_counter,
) -> None:
    """Add /healthz, /readyz and /metrics, and count every request; call it last, so that nothing is outside."""
    traffic = Traffic()

    def healthz() -> Response:
        return PlainTextResponse("alive\n")

    def readyz(request: Request) -> Response:
        if not _may_watch(request, settings):
            return _refused()
        found = readiness(store, clock().date())
        return JSONResponse(asdict(found), 200 if found.ready else 503)

    def metrics(request: Request) -> Response:
        if not _may_watch(request, settings):
            return _refused()
        lines = [*_of_the_store(store, clock()), *traffic.lines()]
        return Response("\n".join(lines) + "\n", media_type=_FORMAT)

    answers: tuple[Callable[..., Response], ...] = (healthz, readyz, metrics)
    for path, endpoint in zip(WATCHED, answers, strict=True):
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None, include_in_schema=False)
    app.add_middleware(_Counted, traffic=traffic, stopwatch=stopwatch)


def readiness(store: Store, today: date) -> Readiness:
    """Whether the database answers, its schema is the program's, and the newest snapshot is not stale."""
    try:
        schema, as_at = revision(store.engine), _newest(store)
    except SQLAlchemyError:
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


def _newest(store: Store) -> date | None:
    with Session(store.engine) as session:
        return session.exec(select(func.max(Snapshot.as_at)).where(col(Snapshot.comparison) == "")).one()


def _may_watch(request: Request, settings: Settings) -> bool:
    """Whether a request comes straight from where one may watch from; what a proxy passes on does not."""
    return is_from(client_of(request), settings.metrics_from) and not is_forwarded(request)


def _refused() -> Response:
    return PlainTextResponse(
        "This is for this machine only, or for HOTSPOTS_METRICS_FROM, and not through a proxy.\n", 403
    )


def _of_the_store(store: Store, now: datetime) -> Iterator[str]:
    """What the database says; of a database out of reach only that."""
    try:
        as_at, mail, run = _newest(store), _mail(store), _last_run(store)
    except SQLAlchemyError:
        yield from _metric("hotspots_database_up", "gauge", _UP, [((), 0)])
        return
    yield from _metric("hotspots_database_up", "gauge", _UP, [((), 1)])
    if as_at is not None:
        age = (now - datetime.combine(as_at, time_of_day(), UTC)).total_seconds()
        says = "Seconds since the day began of which the newest snapshot is."
        yield from _metric("hotspots_snapshot_age_seconds", "gauge", says, [((), age)])
    states = {**dict.fromkeys(STATES, 0), **mail}
    counts: Samples = ((((("state", state),), float(count))) for state, count in states.items())
    yield from _metric("hotspots_mail_messages", "gauge", "Messages in the outbox, by state.", counts)
    if run is not None:
        status, started = run
        states_of_it: Samples = (((("state", state),), float(state == status)) for state in _RUN_STATES)
        yield from _metric("hotspots_last_run_state", "gauge", "1 for the state of the last weekly run.", states_of_it)
        says = "When the last weekly run was started."
        yield from _metric("hotspots_last_run_started_timestamp_seconds", "gauge", says, [((), started.timestamp())])


_UP: Final = "Whether the database answers."


def _mail(store: Store) -> Mapping[str, int]:
    query = select(col(OutboxMessage.state), func.count()).group_by(col(OutboxMessage.state))
    with Session(store.engine) as session:
        return dict(session.exec(query).all())


def _last_run(store: Store) -> tuple[str, datetime] | None:
    query = (
        select(col(Run.status), col(Run.started_at))
        .where(col(Run.job) == JOB)
        .order_by(col(Run.iso_week).desc(), sqlalchemy.desc(col(Run.started_at)))
    )
    with Session(store.engine) as session:
        return session.exec(query).first()


def _template(scope: Scope) -> str:
    """The address as the program wrote it; one name for everything that is not there."""
    route = scope.get("route")
    if isinstance(route, Route):
        return route.path
    return "/static" if scope["path"].startswith("/static/") else _OTHER


def _metric(name: str, kind: str, says: str, samples: Samples) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} {kind}"
    yield from (_sample(name, labels, value) for labels, value in samples)


def _sample(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{inside}}} {_number(value)}" if inside else f"{name} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return "+Inf" if value == math.inf else f"{value:.15g}"
