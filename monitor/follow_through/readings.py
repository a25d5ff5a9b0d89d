"""Record what a second SPO found of a countersigned plan. Whether the person may is for the caller to ask."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, NamedTuple

from alerts.people import Person
from monitor.follow_through.concerns import Outcome
from monitor.follow_through.record import MADE_UP, private_words
from monitor.follow_through.terms import check_note, clean_note
from monitor.snapshots.follow_through.readings import Reading, ReadPlan, add_reading
from monitor.snapshots.follow_through.tables import SecondReading
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot

VERDICTS: Final = {"agree": True, "disagree": False}
"""What a second SPO can find, and whether that is agreement."""


class DrawnPlan(NamedTuple):
    """A plan that was drawn for a second reading, with the month of its list and where its case is."""

    plan: ReadPlan
    month: date
    team_code: str
    office_code: str


def record_reading(
    store: Store,
    snapshot: Snapshot,
    drawn: DrawnPlan,
    person: Person,
    verdict: str,
    note: str,
    *,
    number: str = "1",
    former: Reading | None = None,
    people: Iterable[Person],
    today: date,
    now: datetime,
) -> Outcome:
    """Check verdict and note and store the second reading of a plan.

    * snapshot: the one that the person saw.
    * verdict: one of ``VERDICTS``. note: needed only if the two SPOs disagree.
    * former: what is on record of the plan, which its SPO alone may correct. number: of the reading on the form.
    * people: of the people file.
    * today: the day of ``now`` by the clocks of the service.
    """
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    text = clean_note(note)
    if verdict not in VERDICTS:
        return Outcome("choose whether you agree")
    if not text and not VERDICTS[verdict]:
        return Outcome("write what you judge otherwise")
    fault = check_note(text, private_words(store, snapshot.id, people)) if text else ""
    if fault:
        return Outcome(fault)
    place = 1 if former is None else former.number + 1
    if number != str(place) or (former is not None and not is_by(former, person)):
        return Outcome(made_meanwhile=True)
    if former is not None and (former.agrees, former.note) == (VERDICTS[verdict], text):
        return Outcome("this is what you found before; change the answer or the note")
    row = SecondReading(
        month=drawn.month,
        team_code=drawn.team_code,
        office_code=drawn.office_code,
        snapshot_id=snapshot.id,
        as_at=snapshot.as_at,
        agrees=VERDICTS[verdict],
        has_note=bool(text),
        read_by=person.email,
        role=person.role.value,
        read_at=now,
        read_on=today,
        is_made_up=snapshot.source == MADE_UP,
        corrects=None if former is None else former.id,
    )
    return Outcome(made_meanwhile=not add_reading(store.engine, row, drawn.plan, text, place))


def is_by(reading: Reading, person: Person) -> bool:
    """Whether a person made a second reading."""
    return reading.read_by.casefold() == person.email.casefold()
