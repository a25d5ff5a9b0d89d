"""The mail on the pages: who may know of it, who may read it, how it is shown, and how it is sent again."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from alerts.people import Person, Role
from monitor.mail.outbox import history, load_message, messages
from monitor.mail.writing import write_messages
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.tables import LookedAt
from monitor.web.app import make_app
from tests.alerts.pictures import london
from tests.monitor.conftest import PEOPLE as FEW_PEOPLE
from tests.monitor.conftest import Home
from tests.monitor.mail.mailbox import change

from ..conftest import NOW, PEOPLE, SignIn, browser_at, sign_in, token_in

NORTH, SOUTH = "north@example.org", "south@example.org"
READS = {
    NORTH: ["north", "aco1", "planner"],
    SOUTH: ["south", "aco2", "spo3", "planner", "planner.south"],
}
"""Who may read what was written for each area; anyone who sees a cluster sees an area of that one cluster."""

WORDS_OF = {NORTH: "North", SOUTH: "South"}


def served(home: Home, people: str = PEOPLE) -> FastAPI:
    home.settings.people_file.write_text(people, encoding="utf-8")
    return make_app(home.settings, home.store, lambda: NOW)


def number_of(home: Home, recipient: str) -> int:
    """The number of the latest message to a person."""
    return max(one.id for one in messages(home.store) if one.recipient == recipient and one.id is not None)


def message(home: Home, number: int) -> OutboxMessage:
    found = load_message(home.store, number)
    assert found is not None
    return found


def form_in(page: str) -> dict[str, str]:
    """What the form for sending again carries, with its box ticked."""
    inside = page.partition('class="hotspots-again"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', inside))


@pytest.mark.parametrize("to", [NORTH, SOUTH])
@pytest.mark.parametrize(
    "name",
    ["north", "south", "aco1", "aco2", "spo1", "spo2", "spo3", "planner", "planner.south", "officer", "operator"],
)
def test_a_message_is_read_by_those_who_see_its_units_and_nobody_else(
    name: str, to: str, signed_in: SignIn, service: Home
) -> None:
    number, browser = number_of(service, to), signed_in(name)
    pages = [browser.get(f"/digests/{number}{more}") for more in ("", "?as=plain", "/mail", "/mail?images=off")]
    reads = name in READS[to]
    assert [one.status_code for one in pages[2:]] == [200 if reads else 403] * 2
    assert [one.status_code for one in pages[:2]] == [200 if reads or name == "operator" else 403] * 2
    subject = message(service, number).subject
    shown = [subject in one.text for one in pages[:2]] + [WORDS_OF[to] in one.text for one in pages[1:]]
    if not reads:
        assert shown == [False] * len(shown)
    else:
        assert shown == [True] * len(shown)


def test_what_is_not_there_is_answered_as_what_is_forbidden(signed_in: SignIn, service: Home) -> None:
    forbidden = signed_in("south").get(f"/digests/{number_of(service, NORTH)}")
    for number in ("4711", "0", "-1", "none", "9" * 30, "1e3"):
        for more in ("", "/mail"):
            answer = signed_in("south").get(f"/digests/{number}{more}")
            assert (answer.status_code, answer.text) == (403, forbidden.text)
        assert signed_in("operator").get(f"/digests/{number}").status_code == 404
        assert signed_in("planner").get(f"/digests/{number}/mail").status_code == 404


def test_the_list_has_what_one_may_know_of_and_subjects_only_of_what_one_may_read(
    signed_in: SignIn, service: Home
) -> None:
    def recipients(name: str) -> set[str]:
        return set(re.findall(r"[\w.]+@example\.org", signed_in(name).get("/digests").text))

    assert recipients("north") == recipients("aco1") == {NORTH}
    assert recipients("spo3") == {SOUTH}
    assert recipients("spo1") == set()
    assert recipients("operator") == recipients("planner") == {NORTH, SOUTH}
    subject = message(service, number_of(service, NORTH)).subject
    assert subject not in signed_in("operator").get("/digests").text
    assert subject in signed_in("north").get("/digests").text


def test_a_reader_with_another_scope_now_knows_of_the_old_mail_and_does_not_read_it(home: Home) -> None:
    moved = PEOPLE.replace("role: director, area: N,", "role: director, area: S,")
    browser, number = sign_in(served(home, moved), "north"), number_of(home, NORTH)
    assert "units that you cannot see now" in browser.get("/digests").text
    page = browser.get(f"/digests/{number}").text
    assert message(home, number).subject not in page
    assert "It is about units that you cannot see now" in page
    assert browser.get(f"/digests/{number}/mail").status_code == 403


def test_mail_of_no_unit_is_for_operators(home: Home) -> None:
    number = number_of(home, NORTH)
    with home.store.engine.begin() as connection:
        written = "UPDATE outbox SET scope_level = '', scope_code = '', digest = 'run-refused'"
        connection.exec_driver_sql(f"{written} WHERE id = {number}")
    app = served(home)
    assert ">Preview</h2>" in sign_in(app, "operator").get(f"/digests/{number}").text
    assert sign_in(app, "operator").get(f"/digests/{number}/mail").status_code == 200
    assert sign_in(app, "planner").get(f"/digests/{number}/mail").status_code == 404
    assert "Run refused to" in sign_in(app, "operator").get(f"/digests/{number}").text


@pytest.fixture
def with_pictures(home: Home) -> int:
    """The number of a digest with pictures in it."""
    reader = Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")
    (made,) = write_messages(london(), [reader], home.settings, 110.0, NOW)
    change(home, NORTH, message=made.message, subject=made.subject)
    return number_of(home, NORTH)


def test_a_message_is_shown_in_four_ways_without_any_script(with_pictures: int, home: Home) -> None:
    browser = sign_in(served(home), "north")
    framed, mail = 'hotspots-mail--{}" sandbox title="The message, {}" src="{}"', f"/digests/{with_pictures}/mail"
    for way, shown in (
        ("600", framed.format("600", "600 pixels", mail)),
        ("360", framed.format("360", "360 pixels", mail)),
        ("plain", '<pre class="hotspots-plain-text">OFFICIAL-SENSITIVE'),
        ("no-images", framed.format("600", "images off", f"{mail}?images=off")),
    ):
        page = browser.get(f"/digests/{with_pictures}?as={way}").text
        assert shown in page
        assert page.count("<iframe") == (way != "plain")
    assert "hotspots-mail--600" in browser.get(f"/digests/{with_pictures}?as=nothing").text


def test_the_mail_itself_is_shut_in(with_pictures: int, home: Home) -> None:
    browser = sign_in(served(home), "north")
    answer, without = (browser.get(f"/digests/{with_pictures}/mail{more}") for more in ("", "?images=off"))
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    assert "img-src" not in without.headers["content-security-policy"]
    for one in (answer, without):
        assert one.headers.get_list("content-security-policy") == [one.headers["content-security-policy"]]
        assert one.headers.get_list("x-frame-options") == ["SAMEORIGIN"]
        assert one.headers["cache-control"] == "no-store"
        assert "<script" not in one.text
    assert "data:image/png;base64," in answer.text
    assert "data:image" not in without.text
    assert without.text.count("<img") == answer.text.count("<img") > 0


def test_a_message_whose_bytes_are_gone_says_so(home: Home) -> None:
    change(home, NORTH, message=b"", state="suppressed", subject="")
    browser, number = sign_in(served(home), "north"), number_of(home, NORTH)
    assert "This message was stopped, so it is not shown." in browser.get(f"/digests/{number}").text
    assert browser.get(f"/digests/{number}/mail").status_code == 404


def test_a_digest_that_was_not_written_says_why(home: Home) -> None:
    change(home, NORTH, digest="daily", message=b"", state="nothing_new", subject="")
    page = sign_in(served(home), "north").get(f"/digests/{number_of(home, NORTH)}").text
    assert "There was nothing new since the last digest, so none was written." in page
    assert "Daily digest to north@example.org" in page


def test_whoever_is_refused_a_message_is_written_down(home: Home) -> None:
    browser, number = sign_in(served(home), "south"), number_of(home, NORTH)
    for path in (f"/digests/{number}", f"/digests/{number}/mail", f"/digests/{number_of(home, SOUTH)}/mail"):
        browser.get(path)
    with Session(home.store.engine) as session:
        looks = [(one.page, one.level, one.code, one.allowed) for one in session.exec(select(LookedAt))]
    assert looks == [
        ("/digests/{code}", "message", str(number), False),
        ("/digests/{code}/mail", "message", str(number), False),
    ]


def failed(home: Home, **more: Any) -> tuple[TestClient, int]:
    """An operator's browser, and the number of a message that failed."""
    change(home, NORTH, state="failed", reason="the mail server refused it", attempts=3, **more)
    return sign_in(served(home), "operator"), number_of(home, NORTH)


def test_an_operator_sends_a_message_again_by_name(home: Home) -> None:
    browser, number = failed(home)
    before = message(home, number)
    page = browser.get(f"/digests/{number}").text
    assert f"Yes, send message {number} to {NORTH} again" in page
    answer = browser.post(f"/digests/{number}/resend", data={"csrf": token_in(page), **form_in(page)})
    assert (answer.status_code, answer.url.path) == (200, f"/digests/{number}")
    assert "waits to be sent already" in answer.text
    after = message(home, number)
    assert (after.state, after.attempts, after.queued_at, after.message) == ("queued", 0, NOW, before.message)
    (event,) = history(home.store, number)
    assert (event.from_state, event.to_state, event.by) == ("failed", "queued", "operator@example.org")
    assert "operator@example.org decided on 2026-11-22 09:00 UTC to send it again" in (after.reason or "")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"csrf": ""}, 403),
        ({"csrf": "guessed"}, 403),
        ({"recipient": ""}, 409),
        ({"recipient": SOUTH}, 409),
        ({"seen": ""}, 409),
        ({"seen": "failed 7"}, 409),
    ],
)
def test_nothing_is_sent_again_that_was_not_asked_for_just_so(wrong: dict[str, str], status: int, home: Home) -> None:
    browser, number = failed(home)
    page = browser.get(f"/digests/{number}").text
    answer = browser.post(f"/digests/{number}/resend", data={"csrf": token_in(page), **form_in(page), **wrong})
    assert answer.status_code == status
    assert message(home, number).state == "failed"


@pytest.mark.parametrize("name", ["north", "south", "planner", "spo1", "officer"])
def test_only_an_operator_sends_again(name: str, home: Home) -> None:
    operator, number = failed(home)
    form = form_in(operator.get(f"/digests/{number}").text)
    browser = sign_in(served(home), name)
    assert 'class="hotspots-again"' not in browser.get(f"/digests/{number}").text
    token = token_in(browser.get("/definitions").text)
    assert browser.post(f"/digests/{number}/resend", data={**form, "csrf": token}).status_code == 403
    assert browser_at(served(home)).post(f"/digests/{number}/resend", data=form).url.path == "/sign-in"
    assert message(home, number).state == "failed"


def test_what_was_sent_goes_twice_only_when_that_is_said(home: Home) -> None:
    change(home, NORTH, state="sent", sent_at=NOW)
    browser, number = sign_in(served(home), "operator"), number_of(home, NORTH)
    page = browser.get(f"/digests/{number}").text
    assert "has already received this message and would get it twice." in page
    form = {"csrf": token_in(page), **form_in(page)}
    answer = browser.post(f"/digests/{number}/resend", data={**form, "twice": ""})
    assert (answer.status_code, "was sent" in answer.text) == (409, True)
    assert browser.post(f"/digests/{number}/resend", data=form).status_code == 200
    assert message(home, number).state == "queued"


def test_it_is_refused_as_the_command_refuses_it(home: Home) -> None:
    older = min(one.id for one in messages(home.store) if one.recipient == NORTH and one.id is not None)
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE outbox SET state = 'failed' WHERE id = {older}")
    browser = sign_in(served(home), "operator")
    token = token_in(browser.get("/digests").text)
    for number, why in (
        (older, "the same reader has a newer digest"),
        (number_of(home, SOUTH), "waits to be sent already"),
    ):
        page = browser.get(f"/digests/{number}").text
        assert f"cannot be sent again: {why}" in page
        assert 'class="hotspots-again"' not in page
        answer = browser.post(f"/digests/{number}/resend", data={"csrf": token, "recipient": NORTH})
        assert (answer.status_code, why in answer.text) == (409, True)
    assert browser.post("/digests/4711/resend", data={"csrf": token}).status_code == 404
    gone = FEW_PEOPLE.replace("{email: north@example.org", "{email: other@example.org")
    change(home, NORTH, state="failed")
    page = sign_in(served(home, gone), "operator").get(f"/digests/{number_of(home, NORTH)}").text
    assert "the reader is no longer in the people file" in page


def test_a_reader_finds_their_own_digests_and_the_operator_everybodys(signed_in: SignIn) -> None:
    mine = signed_in("north").get("/digests").text
    assert "20 November 2026" in mine
    assert "south@example.org" not in mine
    everybodys = signed_in("operator").get("/digests").text
    assert "north@example.org" in everybodys
    assert "south@example.org" in everybodys
    assert "over 110%" not in everybodys


def test_the_link_of_the_mail_leads_to_a_page(signed_in: SignIn, service: Home) -> None:
    linked = ("/area/N", "/cluster/C1", "/office/O1", "/definitions")
    assert [signed_in("north").get(path).status_code for path in linked] == [200] * 4
