"""Sign-in by OpenID Connect: the organisation's provider says who someone is, the people file what they see.

Authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). Of what the provider
says, only the address it vouches for is used.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request, Response
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from monitor.operations.checks.sign_in_provider import ADDRESSES, DESCRIPTION, WAIT_SECONDS, is_safe
from monitor.settings import Settings

BEGIN: Final = "/sign-in/begin"
BACK: Final = "/sign-in/back"

_SIGNATURES: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures that only the provider can make; a shared secret or none at all proves nothing."""

_BROWSER: Final = "browser"
_LONGEST_PATH: Final = 1000
_FAILED_TRIES: Final = 10
_TRIES_WITHIN: Final = timedelta(minutes=5)
_MOST_REMEMBERED: Final = 10_000

LetIn = Callable[[Request, str, str], Response]
"""Begin the session of the person with that address and lead them to a path; raises HTTPException for a stranger."""


def add_sign_in(app: FastAPI, settings: Settings, clock: Callable[[], datetime], let_in: LetIn) -> None:
    """Two addresses: the way to the provider, and the way back. The redirect address is ``BACK`` below the base URL.

    Failures are counted for each browser that began to sign in, by a number in its session: everyone in an office may
    share one network address. A browser that comes back without having begun is refused before the provider is asked.
    """
    provider = _Provider(settings)
    tries = FailedTries(clock)

    async def begin(request: Request) -> Response:
        wanted = request.query_params.get("next", "/")
        tries.require_few(request.session.setdefault(_BROWSER, secrets.token_urlsafe(16)))
        request.session["next"] = wanted if len(wanted) <= _LONGEST_PATH else "/"
        return await provider.sent_there(request)

    async def back(request: Request) -> Response:
        browser = request.session.get(_BROWSER)
        if browser is None:
            raise HTTPException(403, _NOT_PROVEN)
        tries.require_few(browser)
        try:
            email = await provider.vouched_for(request)
            return await run_in_threadpool(let_in, request, email, request.session.get("next", "/"))
        except HTTPException as error:
            if error.status_code == 403:
                tries.failed(browser)
            raise

    app.add_api_route(BEGIN, begin, methods=["GET"], name="begin to sign in", response_model=None)
    app.add_api_route(BACK, back, methods=["GET"], name="back from the provider", response_model=None)


class FailedTries:
    """How often signing in failed in each browser in the last minutes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._times: OrderedDict[str, list[datetime]] = OrderedDict()

    def require_few(self, browser: str) -> None:
        """Raise HTTPException if there were too many in that browser."""
        if len(self._recent(browser)) >= _FAILED_TRIES:
            raise HTTPException(429, "Signing in failed too often in this browser. Try again in 5 minutes.")

    def failed(self, browser: str) -> None:
        """Count one more; the browsers that failed longest ago are forgotten first."""
        self._times[browser] = [*self._recent(browser), self._clock()]
        self._times.move_to_end(browser)
        while len(self._times) > _MOST_REMEMBERED:
            self._times.popitem(last=False)

    def _recent(self, browser: str) -> list[datetime]:
        since = self._clock() - _TRIES_WITHIN
        return [moment for moment in self._times.get(browser, []) if moment > since]


class _Provider:
    """The provider as its own description has it, asked for once."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._here = f"{settings.base_url}{BACK}"
        secret = settings.oidc_client_secret
        self._client: Any = OAuth().register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=None if secret is None else secret.get_secret_value(),
            server_metadata_url=f"{self._issuer}{DESCRIPTION}",
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": WAIT_SECONDS},
        )

    async def sent_there(self, request: Request) -> Response:
        """The way to the provider; raises HTTPException in words."""
        await self._check_provider()
        made: Response = await self._client.authorize_redirect(request, self._here)
        return made

    async def vouched_for(self, request: Request) -> str:
        """The verified address of the person who comes back; raises HTTPException in words."""
        issuer = await self._check_provider()
        if "error" in request.query_params:
            raise HTTPException(403, "The sign-in service did not sign you in. Start again, or ask those who run it.")
        claims = {
            "iss": {"essential": True, "values": [issuer]},
            "aud": {"essential": True, "values": [self._client.client_id]},
        }
        try:
            token = await self._client.authorize_access_token(request, claims_options=claims)
        except httpx2.HTTPError:
            raise _out_of_reach() from None
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            raise HTTPException(403, f"{_NOT_PROVEN} ({type(error).__name__})") from None
        person = token.get("userinfo") or {}
        email = person.get("email")
        if not email or person.get("email_verified") is not True:
            raise HTTPException(403, "The sign-in service has not confirmed your email address. Ask those who run it.")
        return str(email)

    async def _check_provider(self) -> str:
        """Return the issuer as the provider describes itself; raises HTTPException if it is not the one that is set."""
        try:
            described: dict[str, Any] = await self._client.load_server_metadata()
        except httpx2.HTTPError:
            raise _out_of_reach() from None
        except (ValueError, TypeError, AttributeError):
            raise HTTPException(503, _NOT_MEANT) from None
        given = [described.get(name) for name in ADDRESSES]
        offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
        described["id_token_signing_alg_values_supported"] = sorted(_SIGNATURES.intersection(offered))
        if str(given[0]).rstrip("/") != self._issuer or not all(is_safe(self._issuer, one) for one in given):
            self._client.server_metadata.clear()
            raise HTTPException(503, _NOT_MEANT)
        return str(described["issuer"])


_NOT_PROVEN: Final = "We could not confirm who you are. Start again from the sign-in page, in one tab."
_NOT_MEANT: Final = (
    "The sign-in service is not the one that is set, or answers wrongly. Tell those who run this service."
)


def _out_of_reach() -> HTTPException:
    return HTTPException(503, "The sign-in service cannot be reached just now. Try again in a few minutes.")
