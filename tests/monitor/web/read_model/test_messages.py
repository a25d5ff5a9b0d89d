"""Which messages a reader is shown: their own, and those for units that they see today."""

import pandas as pd

from alerts.people import Person, Role
from monitor.mail.outbox import messages
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.web.auth.permissions import OrganisationIndex, Visibility
from monitor.web.read_model.messages import frame_message, is_own, list_messages, may_read, open_message
from tests.monitor.conftest import AS_AT, Home

from .conftest import Sees

ABOVE = ("office_code", "cluster_code", "area_code")
NORTH, SOUTH = "north@example.org", "south@example.org"


def test_a_reader_is_listed_what_they_may_read(service: Home, sees: Sees) -> None:
    assert {line.recipient for line in list_messages(service.store, sees("aco1"), 200)} == {NORTH}
    assert all(line.readable for line in list_messages(service.store, sees("planner"), 200))
    assert list_messages(service.store, sees("spo1"), 200) == []
    assert len(list_messages(service.store, sees("planner"), 1)) == 1


def test_an_operator_is_listed_everything_and_reads_nothing(service: Home, sees: Sees) -> None:
    lines = list_messages(service.store, sees("operator"), 200)
    assert {line.recipient for line in lines} == {NORTH, SOUTH}
    assert not any(line.readable for line in lines)
    assert {type(line.id) for line in lines} == {int}


def test_a_reader_whose_units_changed_is_listed_old_mail_and_does_not_read_it(service: Home, sees: Sees) -> None:
    moved = Visibility(
        Person(NORTH.upper(), "Director North", Role.DIRECTOR, area="S", digest="weekly"), sees("south").places
    )
    readable = {line.recipient: line.readable for line in list_messages(service.store, moved, 200)}
    assert readable == {NORTH: False, SOUTH: True}


def test_a_message_is_opened_by_those_who_may_know_of_it(service: Home, sees: Sees) -> None:
    number = next(message.id for message in messages(service.store) if message.recipient == NORTH)
    opened = open_message(service.store, sees("north"), str(number))
    assert opened is not None
    assert (opened.id, is_own(sees("north"), opened.recipient)) == (number, True)
    assert open_message(service.store, sees("operator"), str(number)) is not None
    assert open_message(service.store, sees("south"), str(number)) is None
    assert open_message(service.store, sees("operator"), "4711") is None
    assert open_message(service.store, sees("operator"), "none") is None


def test_a_message_without_bytes_is_an_empty_document() -> None:
    assert frame_message(OutboxMessage(message=b""), images=True).body == b""


def test_mail_of_a_team_with_a_comma_in_its_code_is_for_readers_of_that_team() -> None:
    organisation = pd.DataFrame([{"team_code": code} | dict.fromkeys(ABOVE, "1") for code in ("A", "B", "A,B")])
    sights = [
        Visibility(
            Person("spo@example.org", "SPO", Role.SPO, teams=teams),
            OrganisationIndex(organisation, pd.DataFrame(), AS_AT),
        )
        for teams in (("A", "B"), ("A,B",))
    ]
    assert [may_read(sight, "team", '"A,B"') for sight in sights] == [False, True]
    assert [may_read(sight, "team", "A,B") for sight in sights] == [True, False]
