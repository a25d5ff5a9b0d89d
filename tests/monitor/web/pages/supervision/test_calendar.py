"""The calendar of what is coming: events of whole days, safe text, no personal data beyond the CRN."""

from datetime import date

import pandas as pd

from monitor.web.access_log import Subject
from monitor.web.pages.supervision.calendar import calendar_of, write_calendar
from monitor.web.read_model.supervision.coming import ComingItem

from ...conftest import ReaderAs

DAY = pd.Timestamp("2026-12-31")


def item(
    kind: str = "assessment", what: str = "rosh_review", crn: str | None = "X1", om_code: str = "M1"
) -> ComingItem:
    return ComingItem(DAY, kind, what, crn, om_code, "Ann Arbuthnot", "T1", "3", "high", 37.0)


def lines(*items: ComingItem) -> list[str]:
    text = write_calendar(items, date(2026, 11, 20)).decode()
    assert text.endswith("\r\n")
    return text.split("\r\n")


def test_an_event_is_a_whole_day_with_the_case_and_what_is_due() -> None:
    event = lines(item())
    assert event[0] == "BEGIN:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261231" in event
    assert "DTEND;VALUE=DATE:20270101" in event
    assert "DTSTAMP:20261120T000000Z" in event
    assert "SUMMARY:X1: RoSH review due" in event
    assert event.count("BEGIN:VEVENT") == event.count("END:VEVENT") == 1


def test_no_name_no_code_of_a_person_and_no_reason_is_in_it() -> None:
    text = "\n".join(lines(item(), item("reduction_end", "sickness", None)))
    assert "SUMMARY:A reduction ends" in text
    for word in ("Arbuthnot", "M1", "sickness", "high"):
        assert word not in text


def test_absences_of_two_people_on_one_day_are_two_events() -> None:
    written = lines(item("reduction_end", "sickness", None), item("reduction_end", "sickness", None, "M2"))
    assert len({line for line in written if line.startswith("UID:")}) == 2
    assert lines(item()) == lines(item())


def test_odd_text_stays_in_its_line() -> None:
    written = lines(item(crn="X,1;\\\r\nATTENDEE:a"), item(crn="Ö" * 80))
    assert "SUMMARY:X\\,1\\;\\\\  ATTENDEE:a: RoSH review due" in written
    assert max(len(line.encode()) for line in written) <= 75
    assert "Ö" * 80 in "\r\n".join(written).replace("\r\n ", "")


def test_a_calendar_holds_what_the_page_shows(reader_as: ReaderAs) -> None:
    content, subjects = calendar_of(reader_as("spo1", kind="reduction_end"))
    assert content.decode().count("BEGIN:VEVENT") == 1
    assert subjects == (Subject("office", "O1"),)
