"""Signing in and out: to the page that was wanted, and by forms of these pages only."""

import pytest
from fastapi import FastAPI

from tests.monitor.conftest import Home

from ..conftest import HERE, browser_at, served, sign_in, token_in


def test_whoever_is_not_signed_in_signs_in_first_and_comes_to_the_page_they_wanted(pages: FastAPI) -> None:
    browser = browser_at(pages)
    answer = browser.get("/overdue?rosh=high", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Foverdue%3Frosh%3Dhigh")
    page = browser.get(answer.headers["location"]).text
    form = {"csrf": token_in(page), "email": "north@example.org", "next": "/overdue?rosh=high"}
    assert 'name="next" value="/overdue?rosh=high"' in page
    after = browser.post("/sign-in", data=form)
    assert (after.status_code, str(after.url)) == (200, f"{HERE}/overdue?rosh=high")


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil.example", "/a\nb"])
def test_nobody_is_led_to_another_site_by_signing_in(to: str, pages: FastAPI) -> None:
    browser = browser_at(pages)
    form = {"csrf": token_in(browser.get("/sign-in").text), "email": "north@example.org", "next": to}
    answer = browser.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("token", [None, "", "guessed"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_a_form_without_the_secret_of_the_session_does_nothing(path: str, token: str | None, pages: FastAPI) -> None:
    browser = sign_in(pages, "north")
    form = {"email": "planner@example.org", "next": "/"} | ({} if token is None else {"csrf": token})
    assert browser.post(path, data=form).status_code == 403
    assert "Director North" in browser.get("/").text
    assert browser_at(pages).post(path, data=form).status_code == 403


def test_signing_out_ends_it(pages: FastAPI) -> None:
    browser = sign_in(pages, "north")
    browser.post("/sign-out", data={"csrf": token_in(browser.get("/").text)})
    assert browser.get("/", follow_redirects=False).status_code == 303


def test_behind_a_proxy_no_one_signs_in_here(home: Home) -> None:
    browser = browser_at(served(home, auth="proxy"), "https://hotspots.example.org")
    headers = {"X-Auth-Request-Email": "north@example.org"}
    answer = browser.get("/sign-in", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Sign out" not in browser.get("/", headers=headers).text
