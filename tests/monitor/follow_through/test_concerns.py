"""A concern and its answer are checked for personal data, stored once, and counted where the posts are."""

from datetime import UTC, datetime, timedelta

from alerts.follow_through.concerns import Concern
from alerts.people import Person, Role
from monitor.follow_through.concerns import Outcome, answer_concern, counted_concerns, raise_concern
from monitor.snapshots.follow_through.concerns import read_concerns

from ..conftest import Home

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OFFICER = Person("officer@example.org", "An Officer", Role.OFFENDER_MANAGER, om_code="M1")
SPO = Person("spo1@example.org", "Spo", Role.SPO, office="O1")


def raised(home: Home, note: str, seen: int = 0) -> Outcome:
    return raise_concern(home.store, home.newest, "M1", OFFICER, note, seen=seen, people=[], today=NOW.date(), now=NOW)


def answered(home: Home, concern: Concern, note: str) -> Outcome:
    return answer_concern(home.store, home.newest, concern, SPO, note, people=[], today=NOW.date(), now=NOW)


def test_a_note_is_checked_and_needed(home: Home) -> None:
    for note, why in (
        (" \n", "write what your SPO needs to know"),
        ("Arbuthnot", "“Arbuthnot” is the name of an offender manager; leave it out"),
        ("X000001 is too much", "“X000001” is a CRN; leave it out"),
        ("a" * 501, "the note has 501 letters; write it in 500 or less"),
    ):
        assert raised(home, note) == Outcome(why)
    assert read_concerns(home.store.engine) == []


def test_a_form_sent_twice_is_stored_once_and_an_answer_too(home: Home) -> None:
    assert raised(home, " Two absent colleagues.\r\nNo time for visits. ").is_stored
    assert raised(home, "Again").made_meanwhile
    assert raised(home, "Worse", seen=1).is_stored
    first, second = read_concerns(home.store.engine, ["M1"])
    assert (first.note, second.number) == ("Two absent colleagues.\nNo time for visits.", 2)
    assert answered(home, first, "").fault == "write what you will do about it"
    assert answered(home, first, "Ten cases move.").is_stored
    assert answered(home, first, "No.").made_meanwhile
    assert read_concerns(home.store.engine)[0].answer == "Ten cases move."


def test_each_offender_manager_is_counted_where_their_posts_are(home: Home) -> None:
    store, newest = home.store, home.newest
    posts = store.archived_frame(newest.id or 0, "extract_offender_managers")
    teams = store.archived_frame(newest.id or 0, "extract_organisation")
    day = NOW.date()
    concerns = [
        Concern(1, "M1", 1, day - timedelta(days=40), "", day, "a", "b"),
        Concern(2, "M1", 2, day - timedelta(days=9), ""),
        Concern(3, "M1", 3, day - timedelta(days=2), ""),
        Concern(4, "M5", 1, day - timedelta(days=2), "", day, "a", "b"),
        Concern(5, "gone", 1, day, ""),
    ]
    first, second = counted_concerns(concerns, posts, teams, day)
    assert first.units == {
        ("team", "T1"), ("team", "T2"), ("office", "O1"), ("cluster", "C1"), ("area", "N"), ("all", "all"),
    }  # fmt: skip
    assert first.waits_since == day - timedelta(days=9)
    assert (("office", "O3") in second.units, second.waits_since) == (True, None)
