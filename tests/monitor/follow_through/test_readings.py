"""What a second SPO found is checked for personal data and stored once, with where the plan's case is."""

from datetime import UTC, date, datetime

import pytest

from alerts.people import Person, Role
from monitor.follow_through.concerns import Outcome
from monitor.follow_through.readings import DrawnPlan, record_reading
from monitor.snapshots.follow_through.readings import read_readings, reading_table

from ..conftest import Home
from ..snapshots.follow_through.test_readings import PLAN

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPO = Person("spo1@example.org", "Spo", Role.SPO, office="O1")
DRAWN = DrawnPlan(PLAN, date(2026, 10, 1), "T1", "O1")


def recorded(home: Home, verdict: str, note: str = "", *, number: str = "1", person: Person = SPO) -> Outcome:
    former = next(reversed(read_readings(home.store.engine)), None) if number != "1" else None
    return record_reading(
        home.store, home.newest, DRAWN, person, verdict, note,
        number=number, former=former, people=[], today=NOW.date(), now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "note", "why"),
    [
        ("", "", "choose whether you agree"),
        ("perhaps", "", "choose whether you agree"),
        ("disagree", " \n", "write what you judge otherwise"),
        ("agree", "Arbuthnot", "“Arbuthnot” is the name of an offender manager; leave it out"),
        ("disagree", "X000001 is too low", "“X000001” is a CRN; leave it out"),
        ("agree", "a" * 501, "the note has 501 letters; write it in 500 or less"),
    ],
)
def test_what_may_not_be_stored_is_refused_with_the_reason(home: Home, verdict: str, note: str, why: str) -> None:
    assert recorded(home, verdict, note) == Outcome(why)
    assert read_readings(home.store.engine) == []


def test_a_form_sent_twice_is_stored_once(home: Home) -> None:
    assert recorded(home, "disagree", " No victim contact.\r\nToo few sessions. ").is_stored
    assert recorded(home, "agree").made_meanwhile
    (reading,) = read_readings(home.store.engine)
    assert (reading.plan, reading.agrees, reading.note) == (PLAN, False, "No victim contact.\nToo few sessions.")
    row = reading_table(home.store.engine).iloc[0]
    assert row[["team_code", "office_code", "read_by", "role", "has_note", "is_made_up"]].tolist() == [
        "T1", "O1", "spo1@example.org", "spo", True, False,
    ]  # fmt: skip


def test_the_spo_who_read_a_plan_alone_corrects_what_they_found(home: Home) -> None:
    assert recorded(home, "agree", "As I would.").is_stored
    other = Person("spo2@example.org", "Spo", Role.SPO, office="O1")
    assert recorded(home, "disagree", "No victim contact.", number="2", person=other).made_meanwhile
    assert recorded(home, "disagree", "No victim contact.", number="3").made_meanwhile
    assert "what you found before" in recorded(home, "agree", "As I would.", number="2").fault
    assert recorded(home, "disagree", "No victim contact.", number="2").is_stored
    assert recorded(home, "agree", number="2").made_meanwhile
    assert recorded(home, "disagree", "No plan for a crisis.", number="3").is_stored
    made = read_readings(home.store.engine)
    assert [reading.agrees for reading in made] == [True, False, False]
    assert [reading.corrects for reading in made] == [None, made[0].id, made[1].id]
