"""Raise "I cannot carry this safely" and answer it. Whether the person may is for the caller to ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

from alerts.digest.privacy import LEVELS
from alerts.follow_through.concerns import Concern, CountedConcern
from alerts.people import Person
from monitor.follow_through.record import MADE_UP, private_words
from monitor.follow_through.terms import check_note, clean_note
from monitor.snapshots.follow_through.concerns import add_answer, add_concern
from monitor.snapshots.follow_through.tables import ConcernAnswer, ConcernRow
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from tiering.terms import Level

_WHOLE_SERVICE: Final = (Level.ALL.value, Level.ALL.value)


@dataclass(frozen=True)
class Outcome:
    """What came of raising or answering. fault: why nothing was stored; made_meanwhile: it was there already."""

    fault: str = ""
    made_meanwhile: bool = False

    @property
    def is_stored(self) -> bool:
        return not self.fault and not self.made_meanwhile


def raise_concern(
    store: Store,
    snapshot: Snapshot,
    om_code: str,
    person: Person,
    note: str,
    *,
    seen: int,
    people: Iterable[Person],
    today: date,
    now: datetime,
) -> Outcome:
    """Check the note and store the concern of an offender manager.

    * snapshot: the one that the person saw.
    * seen: how many concerns the person had raised when they opened the form.
    * people: of the people file.
    * today: the day of ``now`` by the clocks of the service.
    """
    number = _number_of(snapshot)
    text, fault = _checked_note(store, number, note, people, "write what your SPO needs to know")
    if fault:
        return Outcome(fault)
    row = ConcernRow(
        om_code=om_code,
        number=seen + 1,
        snapshot_id=number,
        as_at=snapshot.as_at,
        raised_by=person.email,
        raised_at=now,
        raised_on=today,
        is_made_up=snapshot.source == MADE_UP,
    )
    return Outcome(made_meanwhile=not add_concern(store.engine, row, text))


def answer_concern(
    store: Store,
    snapshot: Snapshot,
    concern: Concern,
    person: Person,
    note: str,
    *,
    people: Iterable[Person],
    today: date,
    now: datetime,
) -> Outcome:
    """Check the note and store the answer to a concern. The other arguments are as of ``raise_concern``."""
    number = _number_of(snapshot)
    text, fault = _checked_note(store, number, note, people, "write what you will do about it")
    if fault:
        return Outcome(fault)
    row = ConcernAnswer(
        concern_id=concern.id,
        answered_by=person.email,
        role=person.role.value,
        answered_at=now,
        answered_on=today,
        is_made_up=snapshot.source == MADE_UP,
    )
    return Outcome(made_meanwhile=not add_answer(store.engine, row, text))


def counted_concerns(
    concerns: Iterable[Concern], posts: pd.DataFrame, organisation: pd.DataFrame, on: date
) -> tuple[CountedConcern, ...]:
    """What is counted of each offender manager with a concern and a post in a snapshot.

    * concerns: oldest first.
    * posts: om_code, team_code; organisation: the code of every level for each team.
    * on: the day on which concerns count.
    """
    by_person: dict[str, list[Concern]] = {}
    for concern in concerns:
        if concern.counts(on):
            by_person.setdefault(concern.om_code, []).append(concern)
    held = posts[posts["om_code"].isin(by_person)]
    places = held.merge(organisation, on="team_code", suffixes=("_of_post", ""))
    units: dict[str, set[tuple[str, str]]] = {}
    for row in places.to_dict("records"):
        units.setdefault(row["om_code"], {_WHOLE_SERVICE}).update((level, row[f"{level}_code"]) for level in LEVELS)
    return tuple(CountedConcern(frozenset(units[code]), _waits_since(by_person[code])) for code in sorted(units))


def _waits_since(concerns: Iterable[Concern]) -> date | None:
    return min((concern.raised_on for concern in concerns if concern.answered_on is None), default=None)


def _number_of(snapshot: Snapshot) -> int:
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    return snapshot.id


def _checked_note(store: Store, number: int, note: str, people: Iterable[Person], if_empty: str) -> tuple[str, str]:
    """The note as it is stored, and why it may not be; the latter is empty if it may."""
    text = clean_note(note)
    return text, check_note(text, private_words(store, number, people)) if text else if_empty
