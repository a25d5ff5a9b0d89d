"""The list of decisions, and the form: typed text is kept, and no decision follows one that was not seen."""

import html
import re
from datetime import timedelta
from functools import partial

import pytest
from starlette.testclient import TestClient

from alerts.follow_through.decisions import Decision
from monitor.follow_through.record import live_episodes
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.web.urls import decide_address
from tests.monitor.conftest import Home

from ..conftest import NOW, SignIn, served, sign_in, token_in

NOTE = "Ten cases to the office next door."
FORM = {"kind": "redistribute", "owner": "ACO Hackney", "note": NOTE, "review_on": "", "seen": "0"}


@pytest.fixture
def browser_of(home: Home) -> SignIn:
    """The browser of a person, over a home of its own."""
    app = served(home)
    return partial(sign_in, app)


def episode_of(home: Home, level: str = "office") -> str:
    episodes = live_episodes(home.store.hotspots(home.newest.id or 0), home.newest.as_at)
    return next(
        decide_address(episode.level, episode.code, episode.identity) for episode in episodes if episode.level == level
    )


def made(home: Home) -> list[Decision]:
    episodes = live_episodes(home.store.hotspots(home.newest.id or 0), home.newest.as_at)
    return read_decisions(home.store.engine, [episode.identity for episode in episodes])


def send(browser: TestClient, path: str, **change: str) -> tuple[int, str]:
    token = token_in(browser.get("/definitions").text)
    answer = browser.post(path, data={"csrf": token, **FORM, **change}, follow_redirects=False)
    return answer.status_code, html.unescape(answer.text)


def test_a_director_records_a_decision_and_reads_it_on_every_page(home: Home, browser_of: SignIn) -> None:
    browser, path = browser_of("north"), episode_of(home)
    assert browser.get("/api/v1/decisions").json()["items"] == []
    assert browser.get("/decisions", params={"format": "csv"}).text.startswith("\ufeffas_at,episode,number,")
    assert NOTE not in browser.get(path).text
    assert send(browser, path)[0] == 303
    (decision,) = made(home)
    assert (decision.decided_by, decision.owner, decision.note) == ("north@example.org", "ACO Hackney", NOTE)
    assert decision.review_on == NOW.date() + timedelta(weeks=4)
    line = "Decided 22 November, ACO Hackney: redistribute, review 20 December."
    for page in ("/", "/decisions", f"/{decision.level}/{decision.code}", path):
        shown = html.unescape(browser.get(page).text)
        assert line in shown, page
        assert NOTE in shown, page
    rows = browser.get("/api/v1/decisions").json()["items"]
    assert [(row["episode"], row["note"], row["review_on"]) for row in rows] == [(decision.episode, NOTE, "2026-12-20")]
    assert browser.get("/api/v1/decisions", params={"kind": "recruit"}).json()["items"] == []
    assert "ACO Hackney" in browser.get("/decisions", params={"format": "csv"}).text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": ""}, "Choose what was decided"),
        ({"owner": ""}, "Write who sees to it"),
        ({"note": "Arbuthnot has too many"}, "“Arbuthnot” is the name of an offender manager; leave it out"),
        ({"review_on": "2027-12-01"}, "which is 13 weeks from now"),
    ],
)
def test_what_was_typed_is_kept_with_every_fault(
    home: Home, browser_of: SignIn, change: dict[str, str], says: str
) -> None:
    status, page = send(browser_of("north"), episode_of(home), **change)
    assert status == 400
    assert says in page
    for typed in (FORM | change)["owner"], (FORM | change)["note"]:
        assert typed in page
    assert made(home) == []


def test_a_form_without_the_secret_of_the_session_records_nothing(home: Home, browser_of: SignIn) -> None:
    status, _ = send(browser_of("north"), episode_of(home), csrf="old")
    assert status == 403
    assert made(home) == []


def test_a_decision_made_meanwhile_is_shown_next_to_what_was_typed_and_asked_for_again(
    home: Home, browser_of: SignIn
) -> None:
    path = episode_of(home)
    assert send(browser_of("north"), path, kind="recruit", note="")[0] == 303
    status, page = send(browser_of("aco1"), path)
    assert status == 409
    assert "Another decision about this hotspot was made" in page
    assert "ACO Hackney: recruit" in page
    assert NOTE in page
    assert len(made(home)) == 1
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert send(browser_of("aco1"), path, seen=seen[1])[0] == 303
    assert [decision.kind.value for decision in made(home)] == ["recruit", "redistribute"]


@pytest.mark.parametrize(
    ("name", "may"),
    [("north", True), ("aco1", True), ("spo1", True), ("spo2", False), ("south", False), ("planner", False),
     ("officer", False), ("operator", False)],
)  # fmt: skip
def test_those_decide_who_answer_for_the_unit(home: Home, browser_of: SignIn, name: str, may: bool) -> None:
    path = episode_of(home)
    browser = browser_of(name)
    assert browser.get(path, follow_redirects=False).status_code == (200 if may else 403)
    assert send(browser, path)[0] == (303 if may else 403)
    assert len(made(home)) == may


def test_a_planner_reads_decisions_and_is_offered_no_form(home: Home, browser_of: SignIn) -> None:
    send(browser_of("north"), episode_of(home))
    page = html.unescape(browser_of("planner").get("/decisions").text)
    assert NOTE in page
    assert "/decide?" not in page


def test_an_operator_reads_counts_and_no_text(home: Home, browser_of: SignIn) -> None:
    assert "No decision has been recorded yet." in browser_of("operator").get("/decisions").text
    send(browser_of("north"), episode_of(home))
    page = html.unescape(browser_of("operator").get("/decisions").text)
    assert "Redistribute" in page
    assert "Hackney" not in page
    assert NOTE not in page


def test_the_list_is_narrowed_by_unit_owner_and_kind(home: Home, browser_of: SignIn) -> None:
    browser = browser_of("north")
    send(browser, episode_of(home))
    (decision,) = made(home)
    unit = f"{decision.level}/{decision.code}"
    for asked, shown in (
        ({"unit": unit}, True), ({"unit": "area/N"}, False), ({"owner": "ACO Hackney"}, True),
        ({"owner": "Someone"}, False), ({"kind": "redistribute"}, True), ({"kind": "recruit"}, False),
    ):  # fmt: skip
        assert ("Decided 22 November" in browser.get("/decisions", params=asked).text) == shown, asked
    assert browser.get("/decisions", params={"unit": "area/S"}).status_code == 403


def test_what_is_no_hotspot_of_the_latest_figures_cannot_be_decided_about(home: Home, browser_of: SignIn) -> None:
    browser = browser_of("north")
    assert browser.get(f"{episode_of(home)}&as_at=2026-11-13").status_code == 404
    assert browser.get("/decide", params={"unit": "office/O1", "episode": "nothing"}).status_code == 404


def test_a_decision_about_the_week_is_not_shown_in_earlier_weeks(home: Home, browser_of: SignIn) -> None:
    browser = browser_of("north")
    send(browser, episode_of(home))
    assert "Decided 22 November" not in browser.get("/", params={"as_at": "2026-11-13"}).text


def test_an_offender_manager_reads_that_there_is_a_decision_and_nothing_of_it(home: Home, browser_of: SignIn) -> None:
    says = "There is a decision about your office. It is reviewed on 20 December 2026."
    assert says not in browser_of("officer").get("/offender-manager/M1").text
    send(browser_of("north"), episode_of(home))
    (decision,) = made(home)
    assert decision.code == "O1"
    page = html.unescape(browser_of("officer").get("/offender-manager/M1").text)
    assert says in page
    assert "Hackney" not in page
    assert NOTE not in page
    assert says not in browser_of("north").get("/offender-manager/M1").text
