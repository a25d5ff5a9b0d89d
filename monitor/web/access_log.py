"""Who looked at which person or case: every look is written down before its answer goes out, and stays."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.snapshots.access_log_rows import add_looks, read_looks
from monitor.snapshots.reach import Database, OutOfReach
from monitor.snapshots.tables import LookedAt
from monitor.web.auth.permissions import PageName
from monitor.web.pages.page import Page, Reader
from tiering.terms import Level

COLUMNS: Final = ["at", "who", "role", "page", "level", "code", "crn", "as_at", "allowed"]
"""The columns of the record as it is taken out."""

SEARCHED: Final = "search"
"""The level of a row whose code is the words that were searched for."""

_LONGEST: Final = 200

Subject = tuple[str, str, str | None]
"""What a look is about: level, code, and the CRN where it is about one case."""


class NoRecord(Exception):
    """A look could not be written down, so it is not given."""


def looks(room: PageName, asked: Reader, path: str, place: Sequence[str], page: Page, at: datetime) -> list[LookedAt]:
    """The looks that a page gives; none for a page of units, runs, mail or definitions.

    path: the page's address with its gaps, such as ``/offender-manager/{code}``. place: what fills them.
    """
    subjects: list[Subject] = []
    if room is PageName.OFFENDER_MANAGER:
        subjects = [(Level.OFFENDER_MANAGER.value, place[-1], None)]
    elif room is PageName.OVERDUE:
        level, _, code = asked.text("unit").partition("/")
        subjects = [(level, code, None)] if code else _own(asked)
    elif room is PageName.DATA_QUALITY:
        subjects = _own(asked)
    elif room is PageName.SEARCH and asked.text("q"):
        words = asked.text("q")
        shown = [(one["om_code"] or "", one["crn"]) for one in page.words["cases"]]
        subjects = [(SEARCHED, words, _case_number(words))]
        subjects += [(Level.OFFENDER_MANAGER.value, holder, crn) for holder, crn in shown]
    return [_look(asked, path, subject, at, allowed=True) for subject in subjects]


def listing(asked: Reader, path: str, at: datetime) -> list[LookedAt]:
    """The looks that a list of offender managers gives: at everything the reader sees."""
    return [_look(asked, path, subject, at, allowed=True) for subject in _own(asked)]


def refusal(room: PageName, asked: Reader, path: str, place: Sequence[str], at: datetime) -> list[LookedAt]:
    """The look that somebody wanted and did not get, because of their role or scope."""
    level, code, crn = "", "", None
    if room is PageName.UNIT:
        level, code = place
    elif room is PageName.OFFENDER_MANAGER:
        level, code = Level.OFFENDER_MANAGER.value, place[-1]
    elif room is PageName.OVERDUE:
        level, _, code = asked.text("unit").partition("/")
    elif room in (PageName.DIGEST, PageName.MAIL):
        level, code = "message", place[-1]
    elif room is PageName.SEARCH:
        level, code, crn = SEARCHED, asked.text("q"), _case_number(asked.text("q"))
    return [_look(asked, path, (level, code, crn), at, allowed=False)]


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
    """The record, oldest first: columns as COLUMNS, times in UTC as ISO text.

    since, until: first and last day, by the clocks of the zone. who: an address, whatever its capitals.
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


def _look(asked: Reader, path: str, subject: Subject, at: datetime, *, allowed: bool) -> LookedAt:
    level, code, crn = subject
    form = asked.text("format")
    table = asked.text("table")
    words = [f"table={table}"] if table else []
    taken = "?" + "&".join([*words, f"format={form}"]) if form else ""
    person = asked.sight.person
    return LookedAt(
        at=at,
        who=person.email,
        role=person.role.value,
        page=_kept(path.replace(":path}", "}") + taken),
        level=_kept(level),
        code=_kept(code),
        crn=None if crn is None else _kept(crn),
        as_at=asked.week.as_at,
        allowed=allowed,
    )


def _own(asked: Reader) -> list[Subject]:
    """Everything the reader sees: the units of their scope; an operator has none."""
    return [(level, code, None) for level, code in asked.sight.units] or [("", "", None)]


def _case_number(words: str) -> str | None:
    """The words as a CRN, or the beginning of one, where they could be that."""
    could_be = len(words) > 2 and words.isalnum() and any(map(str.isdigit, words))
    return words.upper() if could_be else None


def _kept(text: str) -> str:
    """What of a reader's words the database takes."""
    return text.replace("\0", "\ufffd")[:_LONGEST]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
