"""Security headers, cookies and refusals that hold for every request, and what is said if a page fails."""

import pytest
from fastapi import FastAPI

from tests.monitor.conftest import Home

from .conftest import SignIn, browser_at, served, sign_in


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nowhere", "/static/hotspots.css", "/area/S", "/overdue?format=csv"]
)
def test_every_answer_carries_the_security_headers(path: str, signed_in: SignIn) -> None:
    headers = signed_in("north").get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    caching = "public, max-age=3600" if path.startswith("/static/") else "no-store"
    assert headers["cache-control"] == caching
    assert "strict-transport-security" not in headers


def test_the_cookie_is_for_these_pages_only_and_no_script_reads_it(pages: FastAPI, home: Home) -> None:
    cookie = browser_at(pages).get("/sign-in").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    proxied = browser_at(served(home, auth="proxy"), "https://hotspots.example.org")
    answer = proxied.get("/", headers={"X-Auth-Request-Email": "north@example.org"})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("address", "client", "headers"),
    [
        ("http://127.0.0.1:8000", "10.1.2.3", {}),
        ("http://rebound.example:8000", "127.0.0.1", {}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"Forwarded": "for=10.1.2.3"}),
    ],
)
def test_local_sign_in_is_for_this_machine_only(
    address: str, client: str, headers: dict[str, str], pages: FastAPI
) -> None:
    answer = browser_at(pages, address, client).get("/sign-in", headers=headers)
    assert (answer.status_code, "csrf" in answer.text) == (403, False)


def test_a_page_that_fails_says_so_in_words_with_the_same_headers(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    browser = sign_in(served(home), "north")
    for file in home.settings.archive.rglob("*.parquet"):
        file.unlink()
    answer = browser.get("/offender-manager/M1")
    assert (answer.status_code, "there is a problem with the service" in answer.text) == (500, True)
    assert answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "a page failed: /offender-manager/{code:path}" in caplog.text
    assert "ArchiveDamaged" in caplog.text
