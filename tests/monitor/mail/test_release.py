"""A message that the check for personal data stopped: kept for the operator, released once, with a reason on record."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from monitor.mail.held import load_held, load_releases, release_in_words
from monitor.mail.outbox import history
from monitor.mail.release import Decision, NotReleasable, ReleasedBefore, release_message
from monitor.snapshots.mail_tables import MailRelease

from ..conftest import AS_AT, NOW, PEOPLE, WEEK, Home, HomeLike, Template, little_london
from ..extracts.small import write_csv
from .mailbox import NORTH, SOUTH, Mailbox, by_smtp, change, message_to, sent_by, serving, states, write_people

DECISION = Decision("operator", NOW, "looked at it: T3 is a team")


def take_a_telling_week(home: Home) -> None:
    """Take a snapshot in which a CRN got into the name of the north."""
    extract = little_london()
    north = [
        team | ({"area_name": "North X000001"} if team["area_code"] == "N" else {}) for team in extract["organisation"]
    ]
    home.take(write_csv(Path(home.extract), {**extract, "organisation": north}), proposes=False)


@pytest.fixture(scope="session")
def telling_week(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("telling_week"), take_a_telling_week)


@pytest.fixture
def held(telling_week: Template, home_like: HomeLike) -> Home:
    """A snapshot with a CRN in the name of the north: the digest of its director is stopped."""
    return home_like(telling_week)


def number_to(home: Home, recipient: str) -> int:
    number = message_to(home, recipient).id
    assert number is not None
    return number


def release(home: Home, **given: Any) -> None:
    decision = Decision(**{"by": DECISION.by, "at": DECISION.at, "reason": DECISION.reason} | given)
    release_message(home.store, home.settings, number_to(home, NORTH), decision)


@pytest.mark.both_databases
def test_a_release_queues_the_same_bytes_once_with_who_when_and_why_on_record(held: Home) -> None:
    number = number_to(held, NORTH)
    content = load_held(held.store, number)
    assert content is not None
    release(held)
    queued = message_to(held, NORTH)
    assert (queued.state, queued.message, queued.subject) == ("queued", content.content, content.subject)
    assert load_held(held.store, number) is None
    (recorded,) = load_releases(held.store).values()
    words = release_in_words(recorded)
    assert words == "released by operator on 2026-11-22 09:00 UTC: looked at it: T3 is a team"
    assert (queued.reason or "").startswith(f"{words}; before that not sent, it would give away")
    assert [(event.from_state, event.to_state, event.by) for event in history(held.store, number)] == [
        ("suppressed", "queued", "operator")
    ]
    with serving(mailbox := Mailbox()) as port:
        settings = by_smtp(held, port)
        sent_by(held.store, settings)
        with pytest.raises(ReleasedBefore, match="released by operator"):
            release(held)
        sent_by(held.store, settings)
    assert sorted(recipient for recipient, _ in mailbox.arrived) == [NORTH, SOUTH]


def test_what_has_its_bytes_already_is_not_queued_again(held: Home) -> None:
    # As a second operator finds it who decided at the same moment, between the look and the change.
    change(held, NORTH, message=b"queued by another")
    with pytest.raises(NotReleasable, match="changed in the meantime"):
        release(held)
    assert load_releases(held.store) == {}


@pytest.mark.parametrize("reason", ["", "  ", "\n\t", "\u200b"])
def test_a_release_needs_a_reason(held: Home, reason: str) -> None:
    with pytest.raises(NotReleasable, match="--reason: is empty"):
        release(held, reason=reason)
    assert states(held)[NORTH] == "suppressed"


def test_what_is_not_held_is_not_released(held: Home) -> None:
    for number, says in ((4711, "there is no message 4711"), (number_to(held, SOUTH), "is queued, not suppressed")):
        with pytest.raises(NotReleasable, match=says):
            release_message(held.store, held.settings, number, DECISION)
    change(held, SOUTH, state="suppressed")
    with pytest.raises(NotReleasable, match="its content is not stored"):
        release_message(held.store, held.settings, number_to(held, SOUTH), DECISION)
    assert load_releases(held.store) == {}


def test_what_its_reader_may_not_have_now_is_not_released(held: Home) -> None:
    write_people(held, PEOPLE.replace("area: N,", "area: S,"))
    with pytest.raises(NotReleasable, match="another scope now"):
        release(held)
    write_people(held, PEOPLE)
    held.settings = held.with_settings(mail_domains="elsewhere.org")
    with pytest.raises(NotReleasable, match="HOTSPOTS_MAIL_DOMAINS"):
        release(held)


def test_an_old_digest_is_not_released_once_there_is_a_newer_one(held: Home, tmp_path: Path) -> None:
    number = number_to(held, NORTH)
    held.take(write_csv(tmp_path / "next", little_london()), AS_AT + WEEK, proposes=False)
    with pytest.raises(NotReleasable, match="has a newer digest"):
        release_message(held.store, held.settings, number, DECISION)


@pytest.mark.both_databases
def test_the_database_refuses_to_change_or_remove_a_release(held: Home) -> None:
    release(held)
    for change_of_record in (update(MailRelease).values(reason="another"), delete(MailRelease)):
        with pytest.raises(DBAPIError, match="only ever added to"), held.store.engine.begin() as connection:
            connection.execute(change_of_record)
    with held.store.engine.connect() as connection:
        assert connection.execute(select(func.count(col(MailRelease.id)))).scalar() == 1
