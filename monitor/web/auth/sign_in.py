"""Who is asking: by the session of the browser or by the name the proxy gives, and always by the people file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException

from alerts.people import Person
from monitor.operations.checks.sign_in_provider import missing_settings
from monitor.settings import Settings
from monitor.snapshots.service.sessions import Sessions
from monitor.web.auth.network import client_of, is_from, is_loopback
from monitor.web.auth.permissions import People
from monitor.web.exceptions import Forbidden, SignInNeeded
from tiering.faults import ConfigFault

_SESSION: Final = "session"
"""Where the cookie has the secret of a session."""


@dataclass(frozen=True)
class SignIn:
    """Recognises the reader of a request; begins and ends sessions."""

    settings: Settings
    people: People
    sessions: Sessions
    clock: Callable[[], datetime]

    def person_asking(self, request: Request) -> Person:
        """Who is asking, found once for a request.

        Raises SignInNeeded, or Forbidden if the proxy names no one in the people file.
        """
        known: Person | None = getattr(request.state, "person", None)
        if known is None:
            known = self._by_proxy(request) if self.settings.auth == "proxy" else self._by_session(request)
            request.state.person = known
        return known

    def _by_proxy(self, request: Request) -> Person:
        """The person the proxy names: it names one, once. Of two names, one is not the proxy's."""
        names = request.headers.getlist(self.settings.proxy_header)
        believed = is_from(client_of(request), self.settings.proxy_from) and len(names) == 1
        person = self.people.named(names[0]) if believed else None
        if person is None:
            raise Forbidden("not in the people file")
        return person

    def _by_session(self, request: Request) -> Person:
        """The person of the session; leaving the people file ends it with the next request of anyone."""
        self.sessions.keep_only(self.people.addresses())
        person = self.people.named(self.sessions.email_of(request.session.get(_SESSION), self.clock()))
        if person is None:
            raise SignInNeeded
        return person

    def begin(self, request: Request, email: str) -> None:
        """Begin the session of the person with that address; raises HTTPException (403) for a stranger."""
        person = self.people.named(email)
        if person is None:
            raise HTTPException(403, "That email address does not have access to this service.")
        now = self.clock()
        self.end(request)
        secret = self.sessions.begin(person.email, now, now + timedelta(hours=self.settings.session_hours))
        request.session[_SESSION] = secret

    def end(self, request: Request) -> None:
        """End the session of a request, if it has one."""
        self.sessions.end(request.session.get(_SESSION))
        request.session.clear()


def check_sign_in(settings: Settings, host: str) -> None:
    """Raise ConfigFault if people cannot sign in like this at that address."""
    if missing := missing_settings(settings):
        raise ConfigFault(missing)
    if settings.auth == "local" and not is_loopback(host):
        raise ConfigFault(
            [
                f"HOTSPOTS_AUTH: local lets anyone choose who they are, so it is served on this machine only, not on "
                f"{host}; leave --host out, or set HOTSPOTS_AUTH=proxy behind a proxy that signs people in"
            ]
        )
