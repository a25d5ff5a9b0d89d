"""How the pages are served: limits on what one client can hold open, in connections and in time."""

import resource
from asyncio import BaseTransport, TimerHandle, Transport
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

ARRIVES_WITHIN: Final = 20.0
"""Seconds for a request to arrive whole: its headers, and its form if it has one."""

MOST_CONNECTIONS: Final = 400
"""Open connections; each takes one of the files that the process may have open."""

HEADER_BYTES: Final = 16_384
"""Bytes of a request line with its headers: an address, the cookie, and what a proxy adds."""


class LimitedConnection(H11Protocol):
    """A connection that is closed if there are too many, or if its request does not arrive in time.

    uvicorn has a limit on requests at work, and none on connections that never send one.
    """

    _deadline: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for the first request; close at once if too many others are open."""
        super().connection_made(cast(Transport, transport))
        if len(self.connections) > most_connections():
            self.transport.abort()
            return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has arrived; once that is a whole request, there is no more hurry."""
        if self._deadline is None and self._is_idle():
            self._wait()
        super().data_received(data)
        if self.cycle is not None and not self.cycle.more_body:
            self._stop_waiting()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(ARRIVES_WITHIN, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.abort()


def most_connections() -> int:
    """How many connections may be open: half of the files that the process may have open, at most the limit."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, files // 2)


OPTIONS: Final[dict[str, Any]] = {
    "http": LimitedConnection,
    "ws": "none",
    "log_level": "warning",
    # Addresses of a proxy are judged by the pages themselves.
    "proxy_headers": False,
    "server_header": False,
    "backlog": 128,
    "timeout_keep_alive": 5,
    "h11_max_incomplete_event_size": HEADER_BYTES,
}
"""The options of uvicorn, other than the application and the address."""
