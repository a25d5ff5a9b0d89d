"""Where a request comes from, and the host it asks for."""

import pytest
from starlette.requests import Request

from monitor.settings import Settings
from monitor.web.auth.network import client_of, is_forwarded, is_from, is_from_elsewhere, is_https, is_loopback


def request_from(client: str | None, scheme: str = "http", **headers: str) -> Request:
    scope = {
        "type": "http",
        "scheme": scheme,
        "client": None if client is None else (client, 1),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return Request(scope)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.1.2.3", False),
        ("pages.example", False),
        (None, False),
    ],
)
def test_this_machine_is_known_by_its_addresses_and_one_name(host: str | None, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    ("host", "allowed", "comes"),
    [
        ("127.0.0.1", (), True),
        ("10.1.2.3", (), False),
        ("10.1.2.3", ("10.1.0.0/16",), True),
        ("127.0.0.1", ("10.1.0.0/16",), False),
        ("not an address", ("10.1.0.0/16",), False),
    ],
)
def test_an_address_belongs_to_a_network_that_is_named(host: str, allowed: tuple[str, ...], comes: bool) -> None:
    assert is_from(host, allowed) is comes


def test_a_request_through_a_proxy_or_under_another_name_is_from_elsewhere() -> None:
    assert not is_from_elsewhere(request_from("127.0.0.1", host="localhost:8000"))
    assert is_from_elsewhere(request_from("127.0.0.1", host="localhost:8000", forwarded="for=10.1.2.3"))
    assert is_from_elsewhere(request_from("127.0.0.1", host="pages.example"))
    assert is_from_elsewhere(request_from(None, host="localhost"))
    assert client_of(request_from(None)) is None
    assert is_forwarded(request_from(None, x_real_ip="10.1.2.3"))


def test_https_is_believed_of_a_trusted_proxy_only(own_environment: None) -> None:
    settings = Settings(proxy_from=("10.1.0.0/16",))
    assert is_https(request_from("10.9.9.9", "https"), settings)
    assert is_https(request_from("10.1.2.3", x_forwarded_proto="https"), settings)
    assert not is_https(request_from("10.9.9.9", x_forwarded_proto="https"), settings)
