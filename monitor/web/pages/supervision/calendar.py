"""The calendar file of what is coming: whole days, with no personal data beyond the CRN."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.pages.supervision.coming import chosen_filters, coming_subjects, narrow, scope_asked
from monitor.web.pages.supervision.wording import describe_without_person
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.supervision.coming import ComingItem, coming_items

MEDIA: Final = "text/calendar; charset=utf-8"
_LINE: Final = 75
"""Bytes of a line; a longer one goes on in the next, after a blank (RFC 5545, 3.1)."""


def calendar_of(reader: Reader) -> tuple[bytes, tuple[Subject, ...]]:
    """The calendar of what the query asks for, and what it shows for the access log.

    Raises Forbidden and NotFound as the page does.
    """
    chosen = chosen_filters(reader)
    items = narrow(coming_items(reader.week, reader.sight, *scope_asked(reader, chosen.unit)), chosen)
    return write_calendar(rows_of(ComingItem, items), reader.week.as_at), coming_subjects(reader, chosen.unit)


def write_calendar(items: Iterable[ComingItem], as_at: date) -> bytes:
    """Write a calendar (RFC 5545) with an event of a whole day for each item; the same items give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Workload hotspots//What is coming//EN",
        *(line for item in items for line in _event(item, as_at)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(item: ComingItem, as_at: date) -> Iterator[str]:
    day = item.on.date()
    words = describe_without_person(item.kind, item.what, item.quantity)
    summary = f"{item.crn}: {words}" if isinstance(item.crn, str) else words
    # The person is in the hash alone: two people's absences on one day are two events.
    key = "|".join(map(str, (day, item.kind, item.what, item.crn, item.om_code, item.team_code)))
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(key.encode()).hexdigest()[:32]}@workload-hotspots"
    yield f"DTSTAMP:{as_at:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(summary)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Text in which no character ends the line or begins another property."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """A line with its end, folded where it is too long, never inside a character."""
    folded, length = bytearray(), 0
    for character in line:
        encoded = character.encode()
        if length + len(encoded) > _LINE:
            folded += b"\r\n "
            length = 1
        folded += encoded
        length += len(encoded)
    return bytes(folded) + b"\r\n"
