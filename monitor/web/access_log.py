"""The access log: who looked at which person or case. Each look is recorded before its page goes out, and stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from alerts.people import Person
from monitor.snapshots.reach import Database, OutOfReach
from monitor.snapshots.service.access_log_rows import add_looks, read_looks
from monitor.snapshots.tables import LookedAt
from monitor.web.exceptions import NoRecord

COLUMNS: Final = ["at", "who", "role", "page", "level", "code", "crn", "as_at", "allowed"]
"""The columns of the log as it is exported."""

SEARCHED: Final = "search"
"""The level of a row whose code is the words that were searched for."""

_LONGEST: Final = 200


class Subject(NamedTuple):
    """What a look is about: a unit or a person by level and code, and the CRN if it is about one case."""

    level: str
    code: str
    crn: str | None = None


NO_SUBJECT: Final = Subject("", "")
"""A page of no unit, person or case; only its refusal is recorded."""


@dataclass(frozen=True)
class Visit:
    """Who opens which page, of which date.

    page: the path of the route with its gaps, such as ``/offender-manager/{code}``, and what is downloaded from it.
    """

    person: Person
    page: str
    as_at: date
    at: datetime


def page_name(route: str, table: str, form: str) -> str:
    """The page as the log names it; table, form: what is downloaded, empty if it is read on screen."""
    words = [f"table={table}"] if table else []
    download = "?" + "&".join([*words, f"format={form}"]) if form else ""
    return route.replace(":path}", "}") + download


def subject_of_search(words: str) -> Subject:
    """What a search is about: its words, and the case if they could be a CRN or the beginning of one."""
    could_be = len(words) > 2 and words.isalnum() and any(map(str.isdigit, words))
    return Subject(SEARCHED, words, words.upper() if could_be else None)


def entries(visit: Visit, subjects: Sequence[Subject], *, allowed: bool) -> list[LookedAt]:
    """One row of the log for each subject of a visit."""
    return [
        LookedAt(
            at=visit.at,
            who=visit.person.email,
            role=visit.person.role.value,
            page=_storable(visit.page),
            level=_storable(subject.level),
            code=_storable(subject.code),
            crn=None if subject.crn is None else _storable(subject.crn),
            as_at=visit.as_at,
            allowed=allowed,
        )
        for subject in subjects
    ]


def record(engine: Database, made: Sequence[LookedAt]) -> None:
    """Write looks down in a transaction of their own; raises NoRecord where that cannot be done."""
    if not made:
        return
    try:
        add_looks(engine, made)
    except OutOfReach as error:
        raise NoRecord from error


def read_access_log(
    engine: Database, zone: ZoneInfo, since: date | None = None, until: date | None = None, who: str | None = None
) -> pd.DataFrame:
    """The log, oldest first: columns as COLUMNS, times in UTC as ISO text.

    since, until: first and last day, by the clocks of the zone. who: an email address, whatever its capitals.
    """
    rows = read_looks(
        engine,
        COLUMNS,
        since=None if since is None else _midnight(since, zone),
        before=None if until is None else _midnight(until + timedelta(days=1), zone),
        who=who,
    )
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return frame.assign(
        at=[moment.isoformat(timespec="milliseconds") for moment in frame["at"]],
        as_at=[day.isoformat() for day in frame["as_at"]],
    )


def _storable(text: str) -> str:
    """A reader's words as far as the database takes them."""
    return text.replace("\0", "\ufffd")[:_LONGEST]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
