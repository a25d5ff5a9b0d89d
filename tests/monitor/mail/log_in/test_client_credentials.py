"""A token for client credentials, from a real endpoint: right answers, wrong ones, slow ones and none."""

import ssl
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.mail.log_in.access_token import NoToken
from monitor.mail.log_in.client_credentials import ClientCredentials

from ..mailbox import closed_port
from .servers import HOST, Endpoint, token_endpoint

SECRET = "hush/hush"
GOOD = {"token_type": "Bearer", "access_token": "eyJ0.token", "expires_in": 3599}


def credentials(url: str, timeout: float = 5.0) -> ClientCredentials:
    return ClientCredentials(url, "1c7e", SECRET, "https://outlook.example/.default", timeout)


def refusal(endpoint: Endpoint, timeout: float = 5.0) -> str:
    with pytest.raises(NoToken) as raised:
        credentials(endpoint.url, timeout).fetch()
    said = str(raised.value)
    assert said.startswith(f"HOTSPOTS_SMTP_TOKEN_URL ({HOST}) ")
    assert "hush" not in said
    return said


def test_the_endpoint_gets_the_credentials_in_a_form_and_gives_a_token() -> None:
    with token_endpoint(GOOD) as endpoint:
        token = credentials(endpoint.url).fetch()
    assert (token.value, token.seconds) == ("eyJ0.token", 3599)
    assert endpoint.forms == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["1c7e"],
            "client_secret": [SECRET],
            "scope": ["https://outlook.example/.default"],
        }
    ]
    assert "hush" not in repr(credentials(endpoint.url))


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [("3599", 3599), (60.5, 60.5), (None, 300), ("soon", 300), (-5, 0), (1e12, 86_400), ("nan", 0)],
)
def test_a_token_lasts_as_long_as_the_endpoint_says(expires_in: object, seconds: float) -> None:
    with token_endpoint(GOOD | {"expires_in": expires_in}) as endpoint:
        assert credentials(endpoint.url).fetch().seconds == seconds


def test_without_a_word_on_its_time_a_token_lasts_minutes() -> None:
    with token_endpoint({"access_token": "eyJ0.token"}) as endpoint:
        assert credentials(endpoint.url).fetch().seconds == 300


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"access_token": 7},
        {"access_token": "two words"},
        GOOD | {"token_type": "mac"},
        {"access_token": "a\1b"},
    ],
)
def test_an_answer_without_a_bearer_token_is_none(answer: Any) -> None:
    with token_endpoint(answer) as endpoint:
        assert "is the address the token endpoint?" in refusal(endpoint)


def test_a_page_is_no_token() -> None:
    with token_endpoint(b"<html><body>Sign in</body></html>") as endpoint:
        assert "answers, but not with a token in JSON" in refusal(endpoint)


def test_a_refusal_is_told_in_the_providers_words_without_the_secret() -> None:
    answer = {"error": "invalid_client", "error_description": f"AADSTS7000215: not {SECRET} or hush%2Fhush\r\nTrace 1"}
    with token_endpoint(answer, status=401) as endpoint:
        said = refusal(endpoint)
    assert "refuses: invalid_client: AADSTS7000215: not *** or *** Trace 1. Check HOTSPOTS_SMTP_TOKEN_CLIENT_ID" in said


@pytest.mark.parametrize(
    "answer", [b"<html>no</html>", {"error": {"code": 7}}, {"error": "down", "error_description": 0}]
)
def test_a_status_that_is_no_answer_is_named(answer: Any) -> None:
    with token_endpoint(answer, status=503) as endpoint:
        said = refusal(endpoint)
    assert "answers with status 503" in said or "refuses: down: no reason given" in said


def test_the_secret_is_not_sent_on_to_where_the_endpoint_points() -> None:
    with token_endpoint(GOOD) as other, token_endpoint(b"", status=307, location=other.url) as endpoint:
        assert "answers with status 307" in refusal(endpoint)
    assert other.forms == []


def test_an_endpoint_that_is_down_is_said_so() -> None:
    with pytest.raises(NoToken, match=r"does not answer \(ConnectError.*may this machine reach it"):
        credentials(f"http://{HOST}:{closed_port()}/token").fetch()


def test_an_address_that_is_none_is_said_so() -> None:
    with pytest.raises(NoToken, match="does not answer"):
        credentials("https://exa mple.\0org/token").fetch()


@pytest.mark.parametrize("timeout", [0.2, 0.5])
def test_a_slow_endpoint_is_not_waited_for(timeout: float) -> None:
    started = time.monotonic()
    with token_endpoint(GOOD, pause=3.0) as endpoint:
        assert "does not answer (ReadTimeout" in refusal(endpoint, timeout)
        assert time.monotonic() - started < 2.5


def test_an_endpoint_that_answers_bit_by_bit_is_not_waited_for() -> None:
    # Each piece comes in time, and all together do not.
    with token_endpoint(GOOD, pieces=20, pause=0.1) as endpoint:
        assert "has not answered whole within 0.4 seconds" in refusal(endpoint, 0.4)


def test_an_endless_answer_is_cut_off() -> None:
    with token_endpoint(b"x" * 200_000) as endpoint:
        assert "answers with more than 100,000 bytes" in refusal(endpoint)


def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    return context


def test_only_an_endpoint_with_a_trusted_certificate_gets_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with token_endpoint(GOOD, context=certificate(authority)) as endpoint:
        assert "certificate verify failed" in refusal(endpoint)
        assert endpoint.forms == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert credentials(endpoint.url).fetch().value == "eyJ0.token"
