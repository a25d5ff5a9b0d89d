"""Check the sign-in provider (OpenID Connect): all its settings are there, and it is the intended provider."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from monitor.settings import Settings

ADDRESSES: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
DESCRIPTION: Final = "/.well-known/openid-configuration"
WAIT_SECONDS: Final = 5


def missing_settings(settings: Settings) -> list[str]:
    """The settings that are missing for sign-in from another machine; none for local sign-in."""
    of_provider = {
        "HOTSPOTS_OIDC_ISSUER": settings.oidc_issuer,
        "HOTSPOTS_OIDC_CLIENT_ID": settings.oidc_client_id,
        "HOTSPOTS_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    of_both = {"HOTSPOTS_BASE_URL": settings.base_url}
    by_way: dict[str, dict[str, object]] = {"local": {}, "proxy": {**of_both}, "oidc": {**of_provider, **of_both}}
    needed = by_way[settings.auth]
    return [f"{name}: is needed where HOTSPOTS_AUTH is {settings.auth}" for name, value in needed.items() if not value]


def is_safe(issuer: str, url: object) -> bool:
    """Whether an address of the provider is https, or http if the provider itself is on this machine."""
    scheme = urlsplit(url).scheme if isinstance(url, str) else ""
    return scheme == "https" or (scheme == "http" and issuer.startswith("http://"))


def provider_faults(settings: Settings) -> list[str]:
    """Why people cannot sign in: wrong settings, or a provider that does not answer or is a different one.

    This requests the provider's description of itself, as the pages do (OpenID Connect Discovery 1.0, section 4).
    """
    missing = missing_settings(settings)
    issuer = (settings.oidc_issuer or "").rstrip("/")
    if settings.auth != "oidc" or not issuer:
        return missing
    return [*missing, *(f"HOTSPOTS_OIDC_ISSUER: {fault}" for fault in _answer_faults(issuer))]


def _answer_faults(issuer: str) -> list[str]:
    import httpx2

    url = f"{issuer}{DESCRIPTION}"
    try:
        answer = httpx2.get(url, timeout=WAIT_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return [f"{url} does not answer ({type(error).__name__}): is the address right, may this machine reach it?"]
    if answer.status_code != 200:
        return [f"{url} answers with status {answer.status_code}: the address of the provider is another one"]
    try:
        described = answer.json()
    except ValueError:
        described = None
    if not isinstance(described, Mapping):
        return [f"{url} is no description of a provider: the address of the provider is another one"]
    return _description_faults(described, issuer)


def _description_faults(described: Mapping[str, Any], issuer: str) -> list[str]:
    """What is wrong with a description, by the same rules as at sign-in."""
    name = described.get("issuer")
    if str(name).rstrip("/") != issuer:
        return [f"the provider there calls itself {name}, not {issuer}: if it is the one that is meant, write that"]
    return [
        f"the provider's {endpoint} is {described.get(endpoint) or 'missing'}, it has to be an https address"
        for endpoint in ADDRESSES
        if not is_safe(issuer, described.get(endpoint))
    ]
