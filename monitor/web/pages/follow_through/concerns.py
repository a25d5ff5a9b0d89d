"""Offender managers who cannot carry their caseload safely: what each page shows of it, and the two forms."""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from alerts.follow_through.concerns import Concern, concerns_in_words, count_concerns
from alerts.people import Person, Role
from alerts.recipients import teams_in_scope
from alerts.wording import count_of, long_date
from monitor.snapshots.follow_through.concerns import read_concern
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.view_models.concern_models import (
    NOTHING_RAISED,
    AnswerPage,
    ConcernsShown,
    RaisePage,
    ShownConcern,
)
from monitor.web.pages.view_models.page import Link
from monitor.web.read_model.follow_through.concerns import concerns_in, counted_in, is_too_small
from monitor.web.urls import address, answer_address
from tiering.terms import Level

COUNTS: Final = {"level": "str", "code": "str", "raised": "int64", "unanswered": "int64", "longest_days": "int64"}
"""Columns of the counts of units: offender managers, and the days that one of them has waited longest."""

_PERSON: Final = Level.OFFENDER_MANAGER.value


def concerns_of_units(reader: Reader, units: Sequence[tuple[str, str]]) -> ConcernsShown:
    """What a page of units, (level, code), shows in the newest snapshot.

    An SPO reads the unanswered concerns themselves. Others read how many there are, unless a unit is so small that the
    number could tell who it is.
    """
    if not reader.sees_newest or not UNIT_FIGURES.is_for(reader.sight.person):
        return NOTHING_RAISED
    week = reader.week
    says = all(_may_count(reader, level, code) for level, code in units)
    count = count_concerns(counted_in(reader.snapshots, week, reader.day), units, reader.day)
    teams = frozenset[str]().union(*(week.places.teams_of.get((level, code), frozenset()) for level, code in units))
    waiting = [
        concern
        for concern in concerns_in(reader.snapshots, week)
        if concern.answered_on is None
        and reader.sight.may_answer_concerns(concern.om_code)
        and not teams.isdisjoint(week.places.posts_of.get(concern.om_code, frozenset()))
    ]
    return ConcernsShown(concerns_in_words(count) if says else "", tuple(_shown(reader, each) for each in waiting))


def concern_counts(reader: Reader) -> pd.DataFrame:
    """How many offender managers of each unit that the reader counts have a concern; columns ``COUNTS``.

    Units without any are left out, and so is every unit for which a page would not say it either.
    """
    week = reader.week
    concerns = counted_in(reader.snapshots, week, reader.day) if reader.sees_newest else ()
    touched = sorted({unit for concern in concerns for unit in concern.units if _may_count(reader, *unit)})
    counts = [(unit, count_concerns(concerns, [unit], reader.day)) for unit in touched]
    rows = [(*unit, count.raised, count.unanswered, max(count.longest, 0)) for unit, count in counts]
    return pd.DataFrame(rows, columns=list(COUNTS)).astype(COUNTS)


def _may_count(reader: Reader, level: str, code: str) -> bool:
    may_answer = reader.sight.person.role is Role.SPO
    return reader.sight.may_see(level, code) and (
        may_answer or not is_too_small(reader.week, level, code, reader.small_team)
    )


def concerns_of_person(reader: Reader, code: str) -> ConcernsShown:
    """The concerns of an offender manager that count, latest first, for that person and their SPO."""
    if not reader.sees_newest or not reader.sight.may_read_concerns(code):
        return NOTHING_RAISED
    mine = [concern for concern in concerns_in(reader.snapshots, reader.week) if concern.om_code == code]
    return ConcernsShown(shown=tuple(_shown(reader, each) for each in reversed(mine) if each.counts(reader.day)))


def subjects_of(concerns: ConcernsShown) -> tuple[Subject, ...]:
    """The offender managers whose concerns a page shows, for the access log."""
    return tuple(dict.fromkeys(Subject(_PERSON, shown.om_code) for shown in concerns.shown))


def own_code(reader: Reader) -> str:
    """The code of the offender manager who reads."""
    return str(reader.sight.person.om_code)


def raise_page(
    reader: Reader, people: Iterable[Person], note: str = "", fault: str = "", seen: int | None = None
) -> RaisePage:
    """The form of a concern, empty or as it was sent.

    * people: of the people file.
    * seen: how many concerns the reader had raised when they first opened the form; None if this page is the first.
    """
    code = own_code(reader)
    made = [concern for concern in concerns_in(reader.snapshots, reader.week) if concern.om_code == code]
    return RaisePage(
        title="I cannot carry this safely",
        back=Link("Back to your page", address(_PERSON, code)),
        seen=len(made) if seen is None else seen,
        has_reader=_has_reader(reader, people),
        note=note,
        fault=fault,
        subjects=(Subject(_PERSON, code),),
    )


def concern_asked(reader: Reader, number: int) -> Concern:
    """The concern of this id; raises Forbidden unless the reader may answer it, also if there is none."""
    concern = read_concern(reader.snapshots.store.engine, number)
    if concern is None or not reader.sight.may_answer_concerns(concern.om_code):
        raise Forbidden(f"concern {number}")
    if not reader.sees_newest:
        raise NotFound("Concerns are answered on the latest figures.")
    return concern


def answer_page(reader: Reader, concern: Concern, note: str = "", fault: str = "") -> AnswerPage:
    """The form of an answer, empty or as it was sent."""
    shown = _shown(reader, concern)
    return AnswerPage(
        title=f"Answer {shown.om_name}",
        concern=shown,
        back=Link(f"Page of {shown.om_name}", address(_PERSON, concern.om_code)),
        path=answer_address(concern.id),
        note=note,
        fault=fault,
        subjects=(Subject(_PERSON, concern.om_code),),
    )


def _has_reader(reader: Reader, people: Iterable[Person]) -> bool:
    """Whether an SPO of a team of the reader is in the people file."""
    teams = reader.week.places.posts_of.get(own_code(reader), frozenset())
    spos = (person for person in people if person.role is Role.SPO)
    return any(not teams.isdisjoint(teams_in_scope(spo, reader.week.organisation)) for spo in spos)


def _shown(reader: Reader, concern: Concern) -> ShownConcern:
    may_answer = reader.sight.may_answer_concerns(concern.om_code)
    raised = f"Raised on {long_date(concern.raised_on)}"
    name = reader.week.names.get(concern.om_code, concern.om_code)
    if concern.answered_on is not None:
        answered = f"Answered on {long_date(concern.answered_on)} by {concern.answered_by}."
        return ShownConcern(concern.om_code, name, f"{raised}.", concern.note, answered, concern.answer)
    days = (reader.day - concern.raised_on).days
    waits = f", unanswered for {count_of(days, 'day')}" if days > 0 else ", not answered yet"
    path = answer_address(concern.id) if may_answer else ""
    return ShownConcern(concern.om_code, name, f"{raised}{waits}.", concern.note, answer_path=path)
