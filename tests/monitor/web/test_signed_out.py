"""A planner whose session has expired loses nothing of what they typed into a form."""

import logging
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.web.app import make_app
from monitor.web.auth.seal import COOKIE, LASTS
from tests.monitor.conftest import Home

from .conftest import NOW, PEOPLE, browser_at, served, sign_in, token_in
from .what_if.planner import Planner

TYPED = {"crn": "X000103"}
SHOWN = "You were signed out. This is what you typed"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def planner(home: Home, clock: Clock) -> Planner:
    second = "  - {email: second@example.org, name: Second Planner, role: planner, area: all}\n"
    home.settings.people_file.write_text(PEOPLE + second, encoding="utf-8")
    app = make_app(home.settings, home.store, clock)
    return Planner(sign_in(app, "planner"), app, home)


def form_for(planner: Planner, path: str, **typed: str) -> dict[str, str]:
    """The form of a page that is open in the planner's browser, filled in."""
    page = planner.browser.get(path).text
    return {"csrf": token_in(page), "version": "1", **typed}


def pins(planner: Planner, path: str) -> list[str]:
    return [change.what.crn for change in read_scenario(planner.row(path).text, "kept").changes]


def sign_in_at(browser: TestClient, page: str, name: str) -> str:
    """The page to which someone comes by signing in on a page."""
    wanted = re.search(r'name="next" value="([^"]+)"', page)
    assert wanted
    form = {"csrf": token_in(page), "email": f"{name}@example.org", "next": wanted[1]}
    return unescape(browser.post("/sign-in", data=form).text)


def send_again(browser: TestClient, page: str) -> tuple[int, str]:
    """Press the button of the page that shows a form again."""
    form = page.partition("</dl>")[2].partition("</form>")[0] or page.rpartition("<form")[2]
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    answer = browser.post(action[1], data=fields, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_what_was_typed_in_an_expired_session_is_there_after_signing_in_and_sent_with_one_click(
    planner: Planner, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    clock.now += timedelta(hours=9)
    answer = planner.browser.post(f"{path}/add/pin", data=form)
    assert (answer.status_code, str(answer.url.query)) == (200, "b'next=%2Fsign-in%2Fform'")
    assert "Your session has expired. Sign in again; what you typed has been kept." in answer.text
    assert pins(planner, path) == []
    page = sign_in_at(planner.browser, answer.text, "planner")
    assert SHOWN in page
    assert "X000103" in page
    assert pins(planner, path) == []
    assert send_again(planner.browser, page) == (303, f"{path}?said=added")
    assert pins(planner, path) == ["X000103"]
    assert "X000103" not in caplog.text


def test_a_browser_without_any_cookie_is_asked_to_sign_in_too(planner: Planner) -> None:
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    browser = browser_at(planner.app)
    page = browser.post(f"{path}/add/pin", data=form).text
    assert SHOWN in sign_in_at(browser, page, "planner")


def test_what_was_typed_is_for_nobody_else(planner: Planner) -> None:
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    browser = browser_at(planner.app)
    page = browser.post(f"{path}/add/pin", data=form).text
    assert "X000103" not in page
    assert "X000103" not in "".join(browser.cookies.values())
    page = sign_in_at(browser, page, "second")
    assert "only for the person who filled it in: another person's is dropped" in page
    assert "X000103" not in page
    assert COOKIE not in browser.cookies
    assert pins(planner, path) == []


def test_what_was_typed_is_kept_for_a_while_only(planner: Planner, clock: Clock) -> None:
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    browser = browser_at(planner.app)
    page = browser.post(f"{path}/add/pin", data=form).text
    clock.now += LASTS
    assert "There is no form to send again" in sign_in_at(browser, page, "planner")


def test_a_form_of_an_earlier_session_is_shown_again_at_once(planner: Planner) -> None:
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    browser = sign_in(planner.app, "planner")
    answer = browser.post(f"{path}/add/pin", data=form)
    assert (answer.status_code, SHOWN in answer.text) == (403, True)
    assert pins(planner, path) == []
    assert send_again(browser, answer.text) == (303, f"{path}?said=added")
    other = sign_in(planner.app, "second").post(f"{path}/add/pin", data=form)
    assert (other.status_code, "X000103" in other.text) == (403, False)


def test_what_is_too_long_for_a_cookie_stays_on_the_page_until_its_sender_has_signed_in(planner: Planner) -> None:
    path = planner.new()
    typed = {f"other-{number}": f"{number * 7919:x}" * 3 for number in range(600)}
    form = form_for(planner, f"{path}/add/pin", **TYPED, **typed)
    browser = browser_at(planner.app)
    answer = browser.post(f"{path}/add/pin", data=form)
    assert (answer.status_code, COOKIE in browser.cookies) == (401, False)
    assert "sign in in another window" in answer.text
    page = browser.get("/sign-in").text
    browser.post("/sign-in", data={"csrf": token_in(page), "email": "planner@example.org", "next": "/definitions"})
    status, page = send_again(browser, answer.text)
    assert (status, SHOWN in page) == (403, True)
    assert send_again(browser, page) == (303, f"{path}?said=added")


def test_the_confirmation_of_an_operator_is_kept_too(home: Home) -> None:
    app = served(home)
    operator = sign_in(app, "operator")
    token = token_in(operator.get("/definitions").text)
    browser = browser_at(app)
    form = {"csrf": token, "recipient": "north@example.org", "twice": "yes"}
    page = sign_in_at(browser, browser.post("/digests/1/resend", data=form).text, "operator")
    assert SHOWN in page
    assert "north@example.org" in page


def test_signing_out_drops_what_was_kept(planner: Planner) -> None:
    path = planner.new()
    form = form_for(planner, f"{path}/add/pin", **TYPED)
    browser = browser_at(planner.app)
    page = sign_in_at(browser, browser.post(f"{path}/add/pin", data=form).text, "planner")
    browser.post("/sign-out", data={"csrf": token_in(page)})
    assert COOKIE not in browser.cookies


def test_a_form_that_these_pages_did_not_make_is_not_kept(planner: Planner) -> None:
    path = planner.new()
    for csrf in ({}, {"csrf": "guessed"}):
        answer = browser_at(planner.app).post(f"{path}/add/pin", data={**csrf, **TYPED}, follow_redirects=False)
        assert (answer.status_code, COOKIE in answer.cookies) == (403, False)
    made_up = f"{'a' * 32}.{'b' * 43}"
    browser = browser_at(planner.app)
    page = browser.post(f"{path}/add/pin", data={"csrf": made_up, **TYPED}).text
    assert "There is no form to send again" in sign_in_at(browser, page, "planner")
