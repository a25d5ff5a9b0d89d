"""The pages of digests: the list as a reader may know of it, and one message."""

import pytest

from monitor.mail.resend import Candidate
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.service.digests import digest_page, digests_page, message_document, version_of

from ...conftest import ReaderAs


def candidate(number: int) -> Candidate:
    return Candidate(number, None, "it is not there")


def number_to(recipient: str, reader_as: ReaderAs) -> str:
    listed = digests_page(reader_as("operator")).messages
    return str(max(message.id for message in listed if message.recipient == f"{recipient}@example.org"))


def test_an_operator_lists_every_message_and_a_director_those_of_their_units(reader_as: ReaderAs) -> None:
    assert {message.recipient for message in digests_page(reader_as("north")).messages} == {"north@example.org"}
    everyones = digests_page(reader_as("operator"))
    assert {message.recipient for message in everyones.messages} == {"north@example.org", "south@example.org"}
    assert not any(message.readable for message in everyones.messages)
    assert "reason" in everyones.tables["digests"]()


def test_a_reader_sees_the_message_and_an_operator_what_became_of_it(reader_as: ReaderAs) -> None:
    number = number_to("north", reader_as)
    page = digest_page(reader_as("north", **{"as": "plain"}), number, candidate)
    assert (page.title, page.shown, page.candidate) == ("Weekly digest to north@example.org", "plain", None)
    assert "North" in page.text
    assert page.seen == version_of(page.message)
    for_operator = digest_page(reader_as("operator"), number, candidate)
    assert (for_operator.subject, for_operator.readable, for_operator.candidate) == ("", False, candidate(int(number)))


def test_a_message_that_is_not_there_is_forbidden_to_those_who_know_not_every_number(reader_as: ReaderAs) -> None:
    for name, refusal in (("north", Forbidden), ("planner", NotFound), ("operator", NotFound)):
        with pytest.raises(refusal):
            digest_page(reader_as(name), "4711", candidate)
    with pytest.raises(Forbidden):
        message_document(reader_as("operator"), number_to("north", reader_as))
