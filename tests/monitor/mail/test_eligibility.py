"""Whether a queued digest may still go: people file, domains and bytes are looked at when it is sent."""

from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.mail.eligibility import newer_digest
from monitor.mail.outbox import history
from monitor.snapshots.mail_tables import OutboxMessage
from tiering.faults import ConfigFault

from ..conftest import PEOPLE, Home, HomeLike, Template, little_london
from ..extracts.small import write_csv
from .mailbox import (
    NORTH,
    SOUTH,
    Mailbox,
    by_smtp,
    change,
    message_to,
    sent_by,
    serving,
    states,
    write_people,
)

NORTH_ENTRY = "{email: north@example.org, name: Director North, role: director, area: N, digest: weekly}"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("", "the reader is no longer in the people file"),
        ("{email: north@example.org, name: N, role: director, area: S, digest: weekly}", "another scope"),
        (
            "{email: north@example.org, name: N, role: aco, cluster: C1, digest: weekly}",
            "is aco now, it was written for",
        ),
        ("{email: north@example.org, name: N, role: planner, area: N, digest: weekly}", "is planner now"),
        ("{email: north@example.org, name: N, role: director, area: N}", "has no `digest` in the people file any more"),
    ],
)
def test_who_lost_the_scope_between_queueing_and_sending_gets_nothing(home: Home, entry: str, why: str) -> None:
    write_people(home, PEOPLE.replace(f"  - {NORTH_ENTRY}\n", f"  - {entry}\n" if entry else ""))
    mailbox = Mailbox()
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    assert [recipient for recipient, _ in mailbox.arrived] == [SOUTH]
    held = message_to(home, NORTH)
    assert held.state == "suppressed"
    assert why in (held.reason or "")
    assert NORTH not in (held.reason or "")
    assert held.id is not None
    assert history(home.store, held.id)[-1].reason == held.reason


def test_an_address_written_in_other_capitals_is_the_same_reader(home: Home) -> None:
    write_people(home, PEOPLE.replace("north@example.org", "North@Example.org"))
    sent_by(home.store, home.settings)
    assert states(home)[NORTH] == "sent"


def test_who_is_taken_out_of_the_file_in_the_middle_of_a_round_gets_nothing(home: Home) -> None:
    def take_south_out() -> str:
        write_people(home, f"people:\n  - {NORTH_ENTRY}\n")
        return "250 2.0.0 queued"

    mailbox = Mailbox(data=take_south_out)
    with serving(mailbox) as port:
        sent_by(home.store, by_smtp(home, port))
    assert [recipient for recipient, _ in mailbox.arrived] == [NORTH]
    assert states(home) == {NORTH: "sent", SOUTH: "suppressed"}


@pytest.mark.parametrize("people", ["people: [", "people: [{email: nobody}]", None])
def test_nothing_is_sent_while_the_people_file_cannot_be_read(home: Home, people: str | None) -> None:
    assert home.settings.people is not None
    write_people(home, people) if people is not None else home.settings.people.unlink()
    with pytest.raises(ConfigFault, match=r"people\.yaml"):
        sent_by(home.store, home.settings)
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}


@pytest.mark.parametrize(("state", "is_newer"), [("queued", True), ("nothing_new", False)])
def test_a_later_digest_with_nothing_new_takes_the_place_of_none(home: Home, state: str, is_newer: bool) -> None:
    earlier = message_to(home, NORTH)
    later = message_to(home, SOUTH).model_copy(update={"id": None, "recipient": NORTH, "revision": 2, "state": state})
    with Session(home.store.engine) as session, session.begin():
        session.add(OutboxMessage(**later.model_dump()))
    assert (newer_digest(home.store, earlier) is not None) == is_newer


def test_bytes_that_changed_since_they_were_checked_are_not_sent(home: Home) -> None:
    change(home, NORTH, message=message_to(home, NORTH).message + b"X000123 slipped in\r\n")
    change(home, SOUTH, message=b"")
    assert {one.state for one in sent_by(home.store, home.settings)} == {"suppressed"}
    assert "not those that were checked" in (message_to(home, NORTH).reason or "")
    assert "no longer kept" in (message_to(home, SOUTH).reason or "")
    assert not home.settings.outbox.exists()


def test_a_message_from_before_roles_were_kept_is_held_against_the_scope_alone(home: Home) -> None:
    change(home, NORTH, role=None)
    change(home, SOUTH, role=None, scope_code="N")
    sent_by(home.store, home.settings)
    assert states(home) == {NORTH: "sent", SOUTH: "suppressed"}


def take_a_week_of_several_teams(home: Home) -> None:
    spo = "{email: spo@example.org, name: SPO, role: spo, teams: [T2, T1], digest: weekly}"
    write_people(home, f"people:\n  - {spo}\n")
    home.take(write_csv(Path(home.extract), little_london()), proposes=False)


@pytest.fixture(scope="module")
def _several_teams(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("several_teams"), take_a_week_of_several_teams)


@pytest.fixture
def several_teams(_several_teams: Template, home_like: HomeLike) -> Home:
    """A home whose one reader at the time of the run was a senior probation officer of two teams."""
    return home_like(_several_teams)


@pytest.mark.parametrize(
    ("teams", "state"), [("[T1, T2]", "sent"), ("[T1]", "suppressed"), ("[T1, T2, T3]", "suppressed")]
)
def test_the_teams_of_a_reader_may_change_their_order_and_nothing_else(
    several_teams: Home, teams: str, state: str
) -> None:
    spo = f"{{email: spo@example.org, name: SPO, role: spo, teams: {teams}, digest: weekly}}"
    write_people(several_teams, f"people:\n  - {spo}\n")
    sent_by(several_teams.store, several_teams.settings)
    assert states(several_teams) == {"spo@example.org": state}


def test_one_team_with_a_comma_in_its_code_is_not_two_teams(several_teams: Home) -> None:
    spo = "{email: spo@example.org, name: SPO, role: spo, teams: ['T1,T2'], digest: weekly}"
    write_people(several_teams, f"people:\n  - {spo}\n")
    sent_by(several_teams.store, several_teams.settings)
    assert set(states(several_teams).values()) == {"suppressed"}
