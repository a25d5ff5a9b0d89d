"""Fetch an access token from a provider's token endpoint (OAuth 2.0 client credentials, RFC 6749, section 4.4)."""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx2

from monitor.mail.log_in.access_token import AccessToken, NoToken, is_token

_SETTING = "HOTSPOTS_SMTP_TOKEN_URL"
_CREDENTIALS = "HOTSPOTS_SMTP_TOKEN_CLIENT_ID, _CLIENT_SECRET and _SCOPE"
_LONGEST_ANSWER = 100_000
_LONGEST_WORDS = 120
# RFC 6749 lets a provider leave out how long a token lasts; a few minutes are safe with every provider.
_SECONDS_IF_UNSAID = 300.0
_MOST_SECONDS = 86_400.0


@dataclass(frozen=True)
class ClientCredentials:
    """What identifies this service at a token endpoint.

    timeout: seconds for the whole answer.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    timeout: float = 20.0

    def fetch(self) -> AccessToken:
        """Ask the endpoint for a token; raises NoToken."""
        status, body = self._post()
        answer = _read_object(body)
        if status != 200:
            raise NoToken(self._refusal(status, answer))
        if answer is None:
            raise NoToken(f"{self._name} answers, but not with a token in JSON: is the address the token endpoint?")
        token = answer.get("access_token")
        kind = answer.get("token_type", "Bearer")
        if not isinstance(token, str) or not is_token(token) or str(kind).lower() != "bearer":
            raise NoToken(f"{self._name} answers without a bearer token: is the address the token endpoint?")
        return AccessToken(token, _lifetime(answer.get("expires_in")))

    @property
    def _name(self) -> str:
        return f"{_SETTING} ({urlsplit(self.url).hostname})"

    def _post(self) -> tuple[int, bytes]:
        """Return the status and the body of the answer; a redirection is not followed: it would pass the secret on."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        end, body = time.monotonic() + self.timeout, b""
        # Plain http is for this machine only, and must not go through a proxy on another one.
        is_elsewhere = self.url.startswith("https:")
        try:
            with httpx2.stream(
                "POST",
                self.url,
                data=form,
                headers={"Accept": "application/json"},
                timeout=self.timeout,
                trust_env=is_elsewhere,
                verify=ssl.create_default_context(),
            ) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LONGEST_ANSWER:
                        raise NoToken(f"{self._name} answers with more than {_LONGEST_ANSWER:,} bytes")
                    if time.monotonic() > end:
                        raise NoToken(f"{self._name} has not answered whole within {self.timeout:g} seconds")
                return answer.status_code, body
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            words = f"{type(error).__name__}{f': {error}' if str(error) else ''}"
            raise NoToken(
                f"{self._name} does not answer ({self._mask(words)}): is the address right, may this machine reach it?"
            ) from None

    def _refusal(self, status: int, answer: Mapping[str, Any] | None) -> str:
        """Why there is no token, in the provider's words if it has any (RFC 6749, section 5.2)."""
        if answer is None or not isinstance(answer.get("error"), str):
            return f"{self._name} answers with status {status}: is the address the token endpoint?"
        words = " ".join(f"{answer['error']}: {answer.get('error_description') or 'no reason given'}".split())
        return f"{self._name} refuses: {self._mask(words)[:_LONGEST_WORDS]}. Check {_CREDENTIALS}"

    def _mask(self, words: str) -> str:
        for secret in (self.client_secret, quote_plus(self.client_secret)):
            words = words.replace(secret, "***")
        return words


def _read_object(body: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, Mapping) else None


def _lifetime(seconds: object) -> float:
    """For how long a token may be used: providers write a number, or a text with one."""
    try:
        return min(max(0.0, float(str(seconds))), _MOST_SECONDS)
    except ValueError:
        return _SECONDS_IF_UNSAID
