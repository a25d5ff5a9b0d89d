"""The outbox: what is queued, and what is suppressed before it is."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.people import Person, Role
from monitor.mail.outbox import message_id_of
from monitor.mail.preview import text_of
from monitor.mail.writing import queue_notice, write_messages
from monitor.snapshots.summary import RunSummary
from tests.alerts.pictures import london

from ..conftest import AS_AT, NOW, Answer, Home, little_london
from ..extracts.small import a_case, a_post, write_csv
from .mailbox import NORTH, SOUTH, Mailbox, by_smtp, message_to, sent_by, serving, states


@pytest.mark.both_databases
def test_a_digest_that_would_give_away_a_surname_or_a_crn_is_suppressed_and_a_person_told(
    new_home: Home, tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    # Both occur in the mail whatever it says: "10,439 available points", and "North", the reader's area.
    telling = little_london(
        offender_managers=[a_post("M8", "T3", om_name="Zuleika Available-Points")], cases=[a_case("NORTH")]
    )
    snapshot = new_home.take(write_csv(tmp_path / "telling", telling), proposes=False)
    assert states(new_home) == {NORTH: "suppressed", SOUTH: "suppressed"}
    assert RunSummary.of_snapshot(snapshot).digests_queued == 0
    held = message_to(new_home, NORTH)
    assert held.message == b""
    assert "a surname" in (held.reason or "")
    assert "a CRN" in (held.reason or "")
    assert "a CRN" not in (message_to(new_home, SOUTH).reason or "")
    assert sent_by(new_home.store, new_home.settings) == []
    assert not new_home.settings.outbox.exists()
    answer = hotspots("status", home=new_home)
    assert (answer.status, "2 messages suppressed" in answer.err) == (1, True)


def test_the_services_own_address_gives_nobody_of_that_name_away(new_home: Home, tmp_path: Path) -> None:
    joined = little_london(offender_managers=[a_post("M8", "T3", om_name="Zuleika Quillfeather")])
    new_home.settings = new_home.with_settings(
        mail_from="hotspots@quillfeather.gov.uk", base_url="https://hotspots.quillfeather.gov.uk"
    )
    new_home.take(write_csv(tmp_path / "joined", joined), proposes=False)
    assert states(new_home) == {NORTH: "queued", SOUTH: "queued"}


def test_the_contact_is_named_and_answers_reach_them_even_if_they_hold_cases(new_home: Home, tmp_path: Path) -> None:
    helpful = little_london(offender_managers=[a_post("M8", "T3", om_name="Zuleika Quillfeather")])
    contact = "Zuleika Quillfeather, zuleika.quillfeather@example.org"
    new_home.settings = new_home.with_settings(contact=contact)
    new_home.take(write_csv(tmp_path / "helpful", helpful), proposes=False)
    message = message_to(new_home, NORTH)
    assert message.state == "queued"
    assert b"\r\nReply-To: zuleika.quillfeather@example.org\r\n" in message.message
    assert f"Questions: {contact}. Replies go there." in text_of(message.message)


def a_notice(home: Home, **given: Any) -> bool:
    operator = Person("operator@example.org", "On Call", Role.OPERATOR)
    message_id = message_id_of("run-refused", AS_AT, 1, operator.email, "hotspots@example.org")
    content = b"Subject: The run was refused\r\n\r\n3 faults; see hotspots status.\r\n"
    notice = {"digest": "run-refused", "period": AS_AT, "person": operator, "message_id": message_id, "now": NOW}
    return queue_notice(home.store, **{"subject": "The run was refused", "content": content} | notice | given)


@pytest.mark.both_databases
def test_a_notice_is_queued_once_and_goes_the_way_of_every_message(home: Home) -> None:
    assert a_notice(home)
    assert not a_notice(home)
    assert a_notice(home, revision=2)
    mailbox = Mailbox()
    with serving(mailbox) as port:
        settings = by_smtp(home, port)
        sent_by(home.store, settings)
        assert sent_by(home.store, settings) == []
    assert Counter(recipient for recipient, _ in mailbox.arrived) == {NORTH: 1, SOUTH: 1, "operator@example.org": 2}
    assert message_to(home, "operator@example.org").snapshot_id is None


@pytest.mark.parametrize(
    "content", [b"Subject: X000123\r\n\r\nrefused\r\n", b"Content-Type: text/plain; charset=none\r\n\r\n\xff\r\n"]
)
def test_a_notice_that_names_a_case_or_cannot_be_read_is_suppressed(home: Home, content: bytes) -> None:
    a_notice(home, content=content)
    held = message_to(home, "operator@example.org")
    assert (held.state, held.message, held.subject) == ("suppressed", b"", "")
    assert "X000123" not in (held.reason or "")


def test_a_digest_that_cannot_be_scanned_is_not_sent(home: Home) -> None:
    no_text: Any = frozenset({123})
    drawn = replace(london(), surnames=no_text)
    readers = [Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")]
    (held,) = write_messages(drawn, readers, home.settings, 110.0, NOW)
    assert (held.state, held.message, held.subject) == ("suppressed", b"", "")
    assert held.reason == "not sent, the check for personal data broke off (TypeError)"


def test_a_digest_that_cannot_be_written_costs_only_its_own_reader_the_mail(home: Home) -> None:
    nowhere = Person(SOUTH, "Director Nowhere", Role.DIRECTOR, area="Z", digest="weekly")
    north = Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")
    held, written = write_messages(london(), [nowhere, north], home.settings, 110.0, NOW)
    assert (held.state, held.reason) == ("suppressed", "not sent, the digest could not be written (ValueError)")
    assert (written.state, written.recipient) == ("queued", NORTH)


def test_no_digest_is_written_for_a_person_who_receives_none(home: Home) -> None:
    without_digest = Person(NORTH, "Director North", Role.DIRECTOR, area="N")
    with pytest.raises(ValueError, match="receives no digest"):
        write_messages(london(), [without_digest], home.settings, 110.0, NOW)


def test_placeholders_for_names_stop_no_digest_whatever_figures_are_in_it(new_home: Home, tmp_path: Path) -> None:
    new_home.take(new_home.extract, proposes=False)
    numbers = sorted(set(re.findall(r"\d+", text_of(message_to(new_home, NORTH).message))))
    assert len(numbers) > 10
    names = [f"{word} {number}" for word in ("Vacancy", "Post", "Agency PO") for number in numbers]
    names += ["Unallocated Unallocated", "TBC", "No Name", "Unknown", "To be confirmed", "Vacant Post"]
    posts = [a_post(f"V{number}", "T3", om_name=name) for number, name in enumerate(names)]
    new_home.take(write_csv(tmp_path / "vacancies", little_london(offender_managers=posts)), proposes=False)
    assert states(new_home) == {NORTH: "queued", SOUTH: "queued"}


def test_a_unit_that_is_named_like_a_person_stops_no_digest(new_home: Home, tmp_path: Path) -> None:
    named = little_london(offender_managers=[a_post("M8", "T3", om_name="Oliver North")])
    new_home.take(write_csv(tmp_path / "named", named), proposes=False)
    assert states(new_home) == {NORTH: "queued", SOUTH: "queued"}
