"""Where a request comes from: this machine, a proxy, a network that is named; and the host it asks for."""

import ipaddress
from collections.abc import Collection
from typing import Final

from fastapi import Request

from monitor.settings import Settings, host_of

FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that a proxy adds."""


def is_loopback(host: str | None) -> bool:
    """Whether an address or a host name is this machine and no other."""
    if host in ("localhost", "::1"):
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_from(host: str | None, allowed: Collection[str]) -> bool:
    """Whether an address belongs to one of the addresses or networks; to this machine, if none is named."""
    if not allowed:
        return is_loopback(host)
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in allowed)


def client_of(request: Request) -> str | None:
    """The address a request comes from."""
    return None if request.client is None else request.client.host


def is_forwarded(request: Request) -> bool:
    """Whether a proxy passed the request on."""
    return any(name in request.headers for name in FORWARDED)


def is_https(request: Request, settings: Settings) -> bool:
    """Whether the reader's connection is encrypted, here or at a proxy that is trusted."""
    if request.scope["scheme"] == "https":
        return True
    trusted = is_from(client_of(request), settings.proxy_from)
    return trusted and request.headers.get("x-forwarded-proto", "") == "https"


def is_from_elsewhere(request: Request) -> bool:
    """Whether a request came from another machine, through a proxy, or under a name that is not this machine's."""
    return is_forwarded(request) or not is_loopback(client_of(request)) or not is_loopback(host_asked(request))


def host_asked(request: Request) -> str | None:
    """The host name that a request gives; None if it gives none, or one that is no host name."""
    return host_of(request.headers.get("host"))


def is_known_host(host: str | None, known: frozenset[str]) -> bool:
    """Whether a host name is one that the pages are served under, or one of this machine."""
    return host is not None and (host in known or is_loopback(host))
