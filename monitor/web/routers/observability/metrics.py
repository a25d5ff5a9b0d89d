"""Counts for Prometheus: the requests answered, and what the database says when it is asked. No figure of a caseload.

Each application has a registry of its own, so that two of them in one process do not add up, and nothing is in it that
docs/operating.md does not list: the library's default registry also covers the process and the Python it runs on.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.mail.listing import count_by_state
from monitor.operations.run_ledger import JOB
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.reach import OutOfReach, out_of_reach_on_error
from monitor.snapshots.service.run_rows import last_status
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.catalogue import newest_date

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
BUCKETS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds; every page is to be under 0.3."""

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_RUN_STATES: Final = ("running", "done", "failed")
_OTHER: Final = "other"
"""One label for every method and address that the program does not know: labels must not grow with what people type."""

_SEVERAL: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Set by ``serve`` with several processes: the library then counts in files there, and any of them can add all up."""


class Traffic(Collector):
    """How many requests were answered, how, and how fast; by the template of the address, never by what fills it."""

    def __init__(self) -> None:
        self._requests = Counter(
            "hotspots_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=None
        )
        self._seconds = Histogram(
            "hotspots_http_request_duration_seconds",
            "Seconds until a request was answered.",
            ["route"],
            buckets=BUCKETS,
            registry=None,
        )

    def count(self, method: str, template: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method if method in _METHODS else _OTHER, template, str(status)).inc()
        self._seconds.labels(template).observe(seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield both metrics, without when each of their series began: that would double the lines of a counter."""
        for metric in self._metrics():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric

    def _metrics(self) -> Iterator[Metric]:
        if _SEVERAL in os.environ:
            yield from MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
        else:
            yield from (*self._requests.collect(), *self._seconds.collect())


class StoreMetrics(Collector):
    """What the database says about the latest snapshot, the messages and the last weekly run, asked anew each time."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Yield every metric there is something to say of; only that it is down for a database out of reach."""
        engine = self._store.engine
        try:
            with out_of_reach_on_error():
                as_at, mail, run = newest_date(engine), count_by_state(engine), last_status(engine, JOB)
        except OutOfReach:
            yield _database_up(False)
            return
        yield _database_up(True)
        if as_at is not None:
            yield _snapshot_age(as_at, self._clock())
        yield _states(
            "hotspots_mail_messages", "Messages in the outbox, by state.", dict.fromkeys(MessageState, 0) | mail
        )
        if run is not None:
            status, started = run
            states = {state: int(state == status) for state in _RUN_STATES}
            yield _states("hotspots_last_run_state", "1 for the state of the last weekly run.", states)
            yield GaugeMetricFamily(
                "hotspots_last_run_started_timestamp_seconds",
                "When the last weekly run was started.",
                value=started.timestamp(),
            )


def _database_up(up: bool) -> Metric:
    return GaugeMetricFamily("hotspots_database_up", "Whether the database answers.", value=int(up))


def _snapshot_age(as_at: date, now: datetime) -> Metric:
    age = now - datetime.combine(as_at, time(), UTC)
    says = "Seconds since the start of the day that the newest snapshot is for."
    return GaugeMetricFamily("hotspots_snapshot_age_seconds", says, value=age.total_seconds())


def _states(name: str, says: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=["state"])
    for state, value in values.items():
        family.add_metric([state], value)
    return family


def registry_of(*collectors: Collector) -> CollectorRegistry:
    """Return a registry with these metrics and no others."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return registry


def write_metrics(registry: CollectorRegistry) -> bytes:
    """Return every metric in the text format."""
    return generate_latest(registry)


class CountRequests:
    """Middleware that counts every answer that leaves, refused ones too."""

    def __init__(self, app: ASGIApp, traffic: Traffic, stopwatch: Callable[[], float]) -> None:
        self._app = app
        self._traffic = traffic
        self._stopwatch = stopwatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # An answer that never starts counts as a fault of ours.
        began, status = self._stopwatch(), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            self._traffic.count(scope["method"], _template(scope), status, self._stopwatch() - began)


def _template(scope: Scope) -> str:
    """Return the address as the program wrote it; one name for everything that is not there."""
    route = scope.get("route")
    if isinstance(route, Route):
        return route.path
    return "/static" if scope["path"].startswith("/static/") else _OTHER
