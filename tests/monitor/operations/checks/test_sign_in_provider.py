"""The sign-in provider: whether all is set that it needs, and whether it is the one that is meant."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.operations.checks.check import faults
from monitor.operations.checks.sign_in_provider import (
    ADDRESSES,
    DESCRIPTION,
    is_safe,
    missing_settings,
    provider_faults,
)
from monitor.settings import Settings, load_settings

from ...conftest import Home

Describe = Callable[[str], bytes]


@contextmanager
def provider(describe: Describe, status: int = 200) -> Iterator[str]:
    """The address of a provider on this machine that describes itself so; describe: its own address to the words."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            words = describe(address)
            self.send_response(status if self.path == DESCRIPTION else 404)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def description(**change: Any) -> Describe:
    """What an honest provider says of itself, some of it changed."""

    def describe(address: str) -> bytes:
        honest: Mapping[str, Any] = {name: f"{address}/{name}" for name in ADDRESSES} | {"issuer": address}
        return json.dumps(honest | change).encode()

    return describe


@pytest.fixture
def settings(own_environment: None) -> Settings:
    """Everything that signing in with a provider needs, but for the provider."""
    known = load_settings(oidc_client_id="hotspots", base_url="https://hotspots.example.org")
    return known.model_copy(update={"auth": "oidc", "oidc_client_secret": SecretStr("x")})


def faults_at(settings: Settings, issuer: str | None) -> list[str]:
    return provider_faults(settings.model_copy(update={"oidc_issuer": issuer}))


def test_an_honest_provider_is_no_fault_with_or_without_a_slash_at_the_end(settings: Settings) -> None:
    with provider(description()) as address:
        assert faults_at(settings, address) == faults_at(settings, f"{address}/") == []


@pytest.mark.parametrize(
    ("describe", "status", "says"),
    [
        (description(issuer="https://login.example.org"), 200, "calls itself https://login.example.org, not http://"),
        (description(issuer=None), 200, "calls itself None"),
        (description(), 404, "answers with status 404"),
        (description(), 302, "answers with status 302"),
        (lambda _: b"<html>", 200, "is no description of a provider"),
        (lambda _: b"[1]", 200, "is no description of a provider"),
        (description(token_endpoint=None), 200, "token_endpoint is missing, it has to be an https address"),
        (description(jwks_uri="ftp://keys"), 200, "jwks_uri is ftp://keys, it has to be an https address"),
    ],
)
def test_a_provider_that_is_another_one_is_a_fault_that_says_why(
    describe: Describe, status: int, says: str, settings: Settings
) -> None:
    with provider(describe, status) as address:
        (fault,) = faults_at(settings, address)
    assert fault.startswith("HOTSPOTS_OIDC_ISSUER: ")
    assert says in fault


def test_every_address_of_the_provider_is_checked(settings: Settings) -> None:
    with provider(description(**dict.fromkeys(ADDRESSES[1:], ""))) as address:
        assert len(faults_at(settings, address)) == len(ADDRESSES) - 1


def test_a_provider_that_does_not_answer_is_a_fault(settings: Settings) -> None:
    (fault,) = faults_at(settings, "http://127.0.0.1:1")
    assert fault.startswith(f"HOTSPOTS_OIDC_ISSUER: http://127.0.0.1:1{DESCRIPTION} does not answer (ConnectError)")


def test_what_is_not_set_is_named_and_no_provider_is_asked(settings: Settings) -> None:
    bare = settings.model_copy(update={"oidc_client_id": None, "oidc_client_secret": None, "base_url": ""})
    assert [fault.partition(":")[0] for fault in faults_at(bare, None)] == [
        "HOTSPOTS_OIDC_ISSUER",
        "HOTSPOTS_OIDC_CLIENT_ID",
        "HOTSPOTS_OIDC_CLIENT_SECRET",
        "HOTSPOTS_BASE_URL",
    ]


@pytest.mark.parametrize(("auth", "needed"), [("local", []), ("proxy", ["HOTSPOTS_BASE_URL"])])
def test_other_ways_to_sign_in_need_less(auth: str, needed: list[str], settings: Settings) -> None:
    bare = settings.model_copy(update={"auth": auth, "base_url": ""})
    assert [fault.partition(":")[0] for fault in missing_settings(bare)] == needed


@pytest.mark.parametrize(
    ("issuer", "url", "safe"),
    [
        ("https://login.example.org", "https://login.example.org/token", True),
        ("https://login.example.org", "https://elsewhere.example.org/token", True),
        ("https://login.example.org", "http://login.example.org/token", False),
        ("http://localhost:1", "http://localhost:1/token", True),
        ("https://login.example.org", "javascript:alert(1)", False),
        ("https://login.example.org", "", False),
        ("https://login.example.org", None, False),
        ("https://login.example.org", ["https://login.example.org"], False),
    ],
)
def test_an_address_is_safe_over_tls_or_on_this_machine(issuer: str, url: object, safe: bool) -> None:
    assert is_safe(issuer, url) is safe


def test_the_check_leaves_a_provider_alone_that_nobody_signs_in_with(home: Home) -> None:
    settings = home.with_settings(auth="proxy", oidc_issuer="http://localhost:1", base_url="https://h.example.org")
    assert faults(settings, date(2026, 11, 23)) == []


def test_the_check_asks_for_the_host_that_a_proxy_passes_on(home: Home) -> None:
    assert faults(home.with_settings(auth="proxy"), date(2026, 11, 23)) == [
        "HOTSPOTS_BASE_URL: is needed where HOTSPOTS_AUTH is proxy"
    ]
