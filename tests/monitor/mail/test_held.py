"""A message that the check for personal data stopped: its content, and who released it."""

from datetime import UTC, datetime

from alerts.digest.disclosure.leak import Leak
from monitor.mail.held import load_held, load_releases, release_in_words
from monitor.mail.preview import text_of
from monitor.mail.resend import resend_candidates
from monitor.snapshots.mail_tables import MailRelease

from ..conftest import Home
from .mailbox import NORTH, SOUTH, change, message_to, states
from .test_release import held, number_to, release, telling_week

__all__ = ["held", "telling_week"]


def test_what_is_stopped_is_kept_for_the_operator_apart_from_the_outbox(held: Home) -> None:
    assert states(held) == {NORTH: "suppressed", SOUTH: "queued"}
    stopped = message_to(held, NORTH)
    assert (stopped.message, stopped.subject) == (b"", "")
    assert "X000001" not in (stopped.reason or "")
    content = load_held(held.store, number_to(held, NORTH))
    assert content is not None
    assert Leak("a CRN of the snapshot", "the text part", "X000001") in content.leaks
    assert "North X000001" in text_of(content.content)
    assert load_held(held.store, number_to(held, SOUTH)) is None
    (candidate,) = resend_candidates(held.store, held.settings, [number_to(held, NORTH)])
    assert "hotspots digests --show" in (candidate.against or "")


def test_what_is_not_stopped_or_not_there_has_no_content(held: Home) -> None:
    assert load_held(held.store, number_to(held, SOUTH)) is None
    assert load_held(held.store, 4711) is None
    release(held)
    assert load_held(held.store, number_to(held, NORTH)) is None


def test_a_release_is_found_by_the_number_of_its_message(held: Home) -> None:
    assert load_releases(held.store) == {}
    release(held, reason="it is the name of a team")
    (recorded,) = load_releases(held.store).items()
    assert recorded[0] == number_to(held, NORTH)
    assert (recorded[1].by, recorded[1].reason) == ("operator", "it is the name of a team")


def test_a_release_of_other_bytes_under_the_same_message_id_is_not_of_this_message(held: Home) -> None:
    release(held)
    change(held, NORTH, sha256="0" * 64)
    assert load_releases(held.store) == {}


def test_a_release_says_who_decided_when_and_why() -> None:
    moment = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    release = MailRelease(message_id="<1@example.org>", sha256="0" * 64, by="jo", at=moment, reason="looked at it")
    assert release_in_words(release) == "released by jo on 2026-11-22 09:05 UTC: looked at it"
