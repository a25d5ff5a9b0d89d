"""What holds for every request and answer: security headers, known hosts, readable encodings, limited bodies."""

import logging
from collections.abc import Container
from typing import Final

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.settings import Settings
from monitor.web.auth.network import host_asked, is_from_elsewhere, is_https, is_known_host
from monitor.web.requests import UNREADABLE, body_length, is_in_utf8

CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
FAILED: Final = "Sorry, there is a problem with the service. Try again in a few minutes."

_TRUSTED_FOR_YEARS: Final = "max-age=63072000; includeSubDomains"
_STATIC: Final = "/static/"
_LOG: Final = logging.getLogger(__name__)


class SecurityHeaders:
    """Adds the security headers to every answer, also to that of a page that fails; only style sheets are cached."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                added = [(name.encode(), value.encode()) for name, value in self._headers(request).items()]
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in added if name not in given),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # The log has no address: it may name a person or a case.
            _LOG.exception("a page failed: %s", getattr(scope.get("route"), "path", "no such address"))
            await Response(FAILED, 500, media_type="text/plain")(scope, receive, send_with_headers)

    def _headers(self, request: Request) -> dict[str, str]:
        is_static = request.scope["path"].startswith(_STATIC)
        headers = {**HEADERS, "cache-control": "public, max-age=3600" if is_static else "no-store"}
        if is_https(request, self._settings):
            headers["strict-transport-security"] = _TRUSTED_FOR_YEARS
        return headers


class RequestGuard:
    """Refuses requests from another machine, to another host, in another encoding or with too large a body.

    watched: paths that monitoring asks for by whatever name the machine has; they show no page.
    largest_body: in bytes.
    """

    def __init__(self, app: ASGIApp, settings: Settings, watched: Container[str], largest_body: int) -> None:
        self._app = app
        self._settings = settings
        self._watched = watched
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(Request(scope))):
            status, says = refusal
            await Response(says, status, media_type="text/plain")(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        """Status and sentence of what is refused; None for what is let through."""
        path = request.scope["path"]
        if self._settings.auth == "local" and not path.startswith(_STATIC) and is_from_elsewhere(request):
            return 403, "Local sign-in is for this machine only. Set HOTSPOTS_AUTH=proxy to serve others."
        known = is_known_host(host_asked(request), self._settings.known_hosts)
        if not known and path not in self._watched:
            return 400, "These pages are not served under that host name. Check HOTSPOTS_BASE_URL and HOTSPOTS_HOSTS."
        if not is_in_utf8(request):
            return 400, UNREADABLE
        # Without a length, the size is known only once it is too large.
        if "transfer-encoding" in request.headers or body_length(request) > self._largest_body:
            return 413, "That form is too large, or its size is not given."
        return None
