"""An offender manager raises a concern, their SPO answers it, and what was typed is never lost."""

import html
import re
from functools import partial

import pytest
from starlette.testclient import TestClient

from monitor.snapshots.follow_through.concerns import read_concerns
from tests.monitor.conftest import Home

from ..conftest import SignIn, served, sign_in, token_in

NOTE = "Two colleagues are away and visits do not happen."
ANSWER = "Ten cases move on Monday."


@pytest.fixture
def browser_of(home: Home) -> SignIn:
    """The browser of a person, over a home of its own."""
    return partial(sign_in, served(home, small_team=1))


def send(browser: TestClient, path: str, **words: str) -> tuple[int, str]:
    token = token_in(browser.get("/definitions").text)
    answer = browser.post(path, data={"csrf": token, **words}, follow_redirects=False)
    return answer.status_code, html.unescape(answer.text)


def page_of(browser: TestClient, path: str) -> str:
    return html.unescape(browser.get(path).text)


def test_a_concern_stands_on_the_pages_of_the_spo_until_it_is_answered(home: Home, browser_of: SignIn) -> None:
    officer, spo, director = browser_of("officer"), browser_of("spo1"), browser_of("north")
    assert 'href="/concern"' in page_of(officer, "/offender-manager/M1")
    assert 'href="/concern"' not in page_of(spo, "/offender-manager/M1")
    assert 'name="seen" value="0"' in page_of(officer, "/concern")
    assert send(officer, "/concern", note=NOTE, seen="0")[0] == 303
    (concern,) = read_concerns(home.store.engine)
    path = f"/concern/{concern.id}/answer"
    for place in ("/", "/office/O1", "/team/T1", "/team/T2", "/offender-manager/M1", path):
        assert NOTE in page_of(spo, place), place
    said = "1 offender manager says that they cannot carry their caseload safely; 1 unanswered."
    for place in ("/", "/area/N", "/office/O1"):
        assert said in page_of(director, place), place
        assert NOTE not in page_of(director, place), place
    assert "1 raised, 0 answered" in page_of(browser_of("operator"), "/decisions")
    assert send(spo, path, note=ANSWER)[0] == 303
    assert NOTE not in page_of(spo, "/")
    assert "it is answered" in page_of(director, "/")
    mine = page_of(officer, "/offender-manager/M1")
    assert NOTE in mine
    assert ANSWER in mine
    assert "by spo1@example.org" in mine


@pytest.mark.parametrize("note", ["", "Plussington has fewer", "X000001 needs more time"])
def test_what_may_not_stand_in_a_note_comes_back_with_the_reason(home: Home, browser_of: SignIn, note: str) -> None:
    status, page = send(browser_of("officer"), "/concern", note=note, seen="0")
    assert status == 400
    assert "There is a problem" in page
    assert note in page
    assert read_concerns(home.store.engine) == []


def test_a_form_without_the_secret_of_the_session_stores_nothing(home: Home, browser_of: SignIn) -> None:
    assert send(browser_of("officer"), "/concern", note=NOTE, seen="0", csrf="old")[0] == 403
    assert read_concerns(home.store.engine) == []


def test_what_is_sent_twice_or_answered_meanwhile_is_stored_once(home: Home, browser_of: SignIn) -> None:
    officer = browser_of("officer")
    assert send(officer, "/concern", note=NOTE, seen="0")[0] == 303
    status, page = send(officer, "/concern", note=NOTE, seen="0")
    assert (status, len(read_concerns(home.store.engine))) == (409, 1)
    assert re.search(r'name="seen" value="1"', page)
    path = f"/concern/{read_concerns(home.store.engine)[0].id}/answer"
    assert send(browser_of("spo1"), path, note="")[0] == 400
    assert send(browser_of("spo1"), path, note=ANSWER)[0] == 303
    status, page = send(browser_of("spo2"), path, note="I will call you.")
    assert status == 409
    assert ANSWER in page
    assert "I will call you." in page
