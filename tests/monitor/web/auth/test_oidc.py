"""Signing in by OpenID Connect, against a real provider in a process of its own."""

import base64
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import httpx2
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from monitor.operations.checks.check import faults
from monitor.settings import load_settings
from monitor.web.app import make_app
from tiering.faults import ConfigFault

from ...conftest import Home
from ..conftest import NOW, PEOPLE, browser_at, token_in

HERE = "https://hotspots.example.org"
Browser = Callable[..., TestClient]


@pytest.fixture(scope="module")
def providers() -> Iterator[dict[str, int]]:
    """The port of each provider."""
    file = Path(__file__).parents[1] / "provider.py"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture
def browser(home: Home, providers: dict[str, int]) -> Browser:
    """A browser at pages that trust one of the providers."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")

    def opened(kind: str = "honest", clock: Any = lambda: NOW, **change: Any) -> TestClient:
        issuer = f"http://localhost:{providers[kind]}" if kind in providers else kind
        settings = home.with_settings(
            **{
                "auth": "oidc",
                "oidc_issuer": issuer,
                "oidc_client_id": "hotspots",
                "oidc_client_secret": SecretStr("shared"),
                "base_url": HERE,
                **change,
            }
        )
        return browser_at(make_app(settings, home.store, clock, "0.0.0.0"), HERE, "10.1.2.3")

    return opened


def sent_there(browser: TestClient, wanted: str = "/overdue?rosh=high") -> str:
    """The address of the provider to which the sign-in page leads."""
    page = browser.get(f"/sign-in?next={quote(wanted, safe='')}").text
    found = re.search(r'href="(/sign-in/begin[^"]*)"', page)
    assert found
    answer = browser.get(unescape(found[1]), follow_redirects=False)
    assert answer.status_code == 302
    return answer.headers["location"]


def signed_in_there(address: str, name: str = "north", **form: str) -> str:
    """Where the provider sends a person who signs in there."""
    answer = httpx2.post(address, data={"sub": name, **form}, follow_redirects=False)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def with_query(address: str, **change: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | change
    return urlunsplit(parts._replace(query=urlencode(query)))


def is_signed_in(browser: TestClient) -> bool:
    return browser.get("/", follow_redirects=False).status_code == 200


@pytest.mark.reads_clock
def test_whoever_signs_in_at_the_provider_comes_to_the_page_they_wanted(browser: Browser) -> None:
    here = browser()
    first = here.get("/overdue?rosh=high", follow_redirects=False)
    assert first.headers["location"] == "/sign-in?next=%2Foverdue%3Frosh%3Dhigh"
    there = sent_there(here)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid email", "hotspots")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{HERE}/sign-in/back", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    back = signed_in_there(there)
    assert back.startswith(f"{HERE}/sign-in/back?")
    answer = here.get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/overdue?rosh=high")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax"))
    assert "Director North" in here.get("/overdue").text


@pytest.mark.reads_clock
def test_a_form_of_an_ended_session_is_shown_again_after_the_provider(browser: Browser) -> None:
    here = browser()
    here.get(signed_in_there(sent_there(here)))
    form = {"csrf": token_in(here.get("/definitions").text), "name": "Two away", "unit": "area/N"}
    here.post("/sign-out", data={"csrf": form["csrf"]})
    answer = here.post("/what-if/new", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fsign-in%2Fform")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("hotspots_form="))
    assert all(word in cookie.lower() for word in ("httponly", "secure", "samesite=lax", "path=/sign-in"))
    assert "Two away" not in cookie
    assert "what you typed has been kept" in here.get(answer.headers["location"]).text
    there = sent_there(here, "/sign-in/form")
    assert "Two away" not in there
    page = here.get(signed_in_there(there)).text
    assert "You were signed out. This is what you typed" in page
    assert "Two away" in page


def test_the_session_from_before_is_not_the_session_after(browser: Browser) -> None:
    here = browser()
    there = sent_there(here)
    before = here.cookies["hotspots"]
    here.get(signed_in_there(there))
    after = token_in(here.get("/").text)
    held = json.loads(base64.b64decode(before.partition(".")[0]))
    assert held["csrf"] != after
    now = json.loads(base64.b64decode(here.cookies["hotspots"].partition(".")[0]))
    assert (now.keys(), now["csrf"]) == ({"session", "csrf"}, after)
    assert here.post("/sign-out", data={"csrf": after}, follow_redirects=False).headers["location"] == "/sign-in"
    assert not is_signed_in(here)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "x", "/" + "a" * 2000]
)
def test_nobody_is_led_to_another_site_by_signing_in(wanted: str, browser: Browser) -> None:
    here = browser()
    first = here.get(f"/sign-in/begin?next={quote(wanted, safe='')}", follow_redirects=False)
    answer = here.get(signed_in_there(first.headers["location"]), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("stranger", "does not have access to this service"),
        ("unverified", "has not confirmed your email address"),
        ("unsaid", "has not confirmed your email address"),
        ("in_words", "has not confirmed your email address"),
        ("nameless", "has not confirmed your email address"),
    ],
)
def test_whoever_the_people_file_or_the_provider_does_not_know_stays_outside(
    name: str, says: str, browser: Browser
) -> None:
    here = browser()
    answer = here.get(signed_in_there(sent_there(here), name))
    assert (answer.status_code, says in answer.text) == (403, True)
    assert not is_signed_in(here)


def test_a_wrong_state_or_none_or_one_used_before_signs_nobody_in(browser: Browser) -> None:
    here = browser()
    back = signed_in_there(sent_there(here))
    for wrong in (with_query(back, state="guessed"), back.partition("&state")[0].partition("state=")[0]):
        answer = here.get(wrong)
        assert (answer.status_code, "could not confirm who you are" in answer.text) == (403, True)
    assert browser().get(back).status_code == 403
    assert not is_signed_in(here)
    here.get(back)
    assert is_signed_in(here)
    assert here.get(back).status_code == 403


def test_a_token_of_another_sign_in_is_refused(browser: Browser) -> None:
    here = browser()
    answer = here.get(signed_in_there(with_query(sent_there(here), nonce="of-another-sign-in")))
    assert (answer.status_code, "could not confirm who you are" in answer.text) == (403, True)
    assert not is_signed_in(here)


def test_a_code_without_the_secret_of_the_browser_is_worth_nothing(browser: Browser) -> None:
    here = browser()
    stolen = signed_in_there(with_query(sent_there(here), code_challenge="of-somebody-else"))
    assert here.get(stolen).status_code == 403
    assert not is_signed_in(here)


@pytest.mark.parametrize("kind", ["tokens_of_another", "keys_of_another"])
def test_a_token_of_another_issuer_or_another_key_is_refused(kind: str, browser: Browser) -> None:
    here = browser(kind)
    answer = here.get(signed_in_there(sent_there(here)))
    assert (answer.status_code, "could not confirm who you are" in answer.text) == (403, True)
    assert not is_signed_in(here)


def test_a_provider_that_calls_itself_something_else_is_not_asked(browser: Browser) -> None:
    answer = browser("of_another_name").get("/sign-in/begin", follow_redirects=False)
    assert (answer.status_code, "not the one that is set" in answer.text) == (503, True)


def test_a_provider_that_is_down_is_told_in_words(browser: Browser) -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    answer = browser(f"http://localhost:{port}").get("/sign-in/begin")
    assert (answer.status_code, "cannot be reached just now" in answer.text) == (503, True)


def test_whoever_the_provider_turns_away_reads_that_and_not_what_an_address_says(browser: Browser) -> None:
    here = browser()
    answer = here.get(signed_in_there(sent_there(here), action="deny"))
    assert (answer.status_code, "did not sign you in" in answer.text) == (403, True)
    answer = here.get("/sign-in/back?error=access_denied&error_description=Call+0123")
    assert (answer.status_code, "Call" in answer.text) == (403, False)


def test_after_ten_failures_in_five_minutes_that_browser_waits_and_no_other_at_its_address(browser: Browser) -> None:
    now = [NOW]
    here = browser(clock=lambda: now[0])
    sent_there(here)
    before = dict(here.cookies)
    for _ in range(10):
        assert here.get("/sign-in/back?code=x&state=y").status_code == 403
        here.cookies.update(before)  # A cookie that is kept makes no new browser.
    assert here.get("/sign-in/begin", follow_redirects=False).status_code == 429
    assert "5 minutes" in here.get("/sign-in/back?code=x&state=y").text
    other = browser_at(here.app, HERE, "10.1.2.3")  # type: ignore[arg-type]
    other.get(signed_in_there(sent_there(other)))
    assert is_signed_in(other)
    now[0] = NOW + timedelta(minutes=5)
    here.get(signed_in_there(sent_there(here)))
    assert is_signed_in(here)


def test_wrong_ways_back_that_nobody_began_lock_nobody_out(browser: Browser) -> None:
    here = browser()
    for _ in range(12):
        assert here.get("/sign-in/back?code=x&state=y").status_code == 403
    here.get(signed_in_there(sent_there(here)))
    assert is_signed_in(here)


def test_a_provider_that_is_down_for_a_while_counts_as_nobodys_failure(browser: Browser) -> None:
    here = browser("http://localhost:1")
    for _ in range(12):
        assert here.get("/sign-in/begin").status_code == 503
        assert here.get("/sign-in/back?code=x&state=y").status_code == 503


def test_the_local_form_and_the_header_of_a_proxy_open_nothing(browser: Browser) -> None:
    here = browser(proxy_from=("10.1.2.3",))
    assert not is_signed_in(here)
    assert (
        here.get("/", headers={"X-Auth-Request-Email": "north@example.org"}, follow_redirects=False).status_code == 303
    )
    form = {"email": "north@example.org", "csrf": "guessed"}
    assert here.post("/sign-in", data=form).status_code == 403


@pytest.mark.parametrize("missing", ["oidc_issuer", "oidc_client_id", "oidc_client_secret", "base_url"])
def test_what_is_not_set_is_named(missing: str, browser: Browser) -> None:
    with pytest.raises(ConfigFault, match=f"HOTSPOTS_{missing.upper()}: is needed"):
        browser(**{missing: None})


@pytest.mark.parametrize(
    "issuer", ["http://login.example.org", "login.example.org", "https://me:you@login.example.org"]
)
def test_an_issuer_that_cannot_be_trusted_is_a_fault(issuer: str, own_environment: None) -> None:
    with pytest.raises(ConfigFault, match="HOTSPOTS_OIDC_ISSUER"):
        load_settings(oidc_issuer=issuer)


def test_the_secret_of_the_client_is_not_taken_from_the_file(own_environment: None) -> None:
    Path("hotspots.toml").write_text('oidc_client_secret = "shared"\n', encoding="utf-8")
    with pytest.raises(ConfigFault, match="oidc_client_secret: secrets belong into the environment"):
        load_settings()


def checked(home: Home, issuer: str | None) -> list[str]:
    """What ``hotspots check`` says of signing in."""
    change = {"auth": "oidc", "oidc_issuer": issuer, "oidc_client_id": "hotspots", "base_url": "https://h.example.org"}
    settings = home.with_settings(**change, oidc_client_secret=SecretStr("x"))
    return [fault for fault in faults(settings, date(2026, 11, 23)) if "OIDC" in fault]


def test_the_check_asks_the_provider_for_its_description(home: Home, providers: dict[str, int]) -> None:
    honest, other = (f"http://localhost:{providers[kind]}" for kind in ("honest", "of_another_name"))
    assert checked(home, honest) == checked(home, honest + "/") == []
    assert checked(home, other) == [
        f"HOTSPOTS_OIDC_ISSUER: the provider there calls itself http://localhost:1, not {other}: if it is the one that "
        "is meant, write that"
    ]
    assert checked(home, f"{honest}/elsewhere") == [
        f"HOTSPOTS_OIDC_ISSUER: {honest}/elsewhere/.well-known/openid-configuration answers with status 404: "
        "the address of the provider is another one"
    ]
    assert checked(home, None) == ["HOTSPOTS_OIDC_ISSUER: is needed where HOTSPOTS_AUTH is oidc"]
    (unreached,) = checked(home, "http://localhost:1")
    assert unreached.startswith(
        "HOTSPOTS_OIDC_ISSUER: http://localhost:1/.well-known/openid-configuration does not answer (ConnectError)"
    )
